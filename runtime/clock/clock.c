#include <linux/jiffies.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* All CPUs have the same clock, as far as modules can see; 0 where there is no such CPU. */
static s64 tapc_cpu_ns(s64 cpu)
{
	return cpu >= 0 && cpu < nr_cpu_ids && cpu_possible(cpu) ? tapc_local_ns() : 0;
}

static __always_inline s64 tapc_jiffies(void)
{
	return jiffies;
}

#include <linux/jiffies.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <linux/types.h>

static s64 tapc_cpu_ns(s64 cpu)
{
	return cpu >= 0 && cpu < nr_cpu_ids && cpu_possible(cpu) ? sched_clock_cpu(cpu) : 0;
}

static __always_inline s64 tapc_cycles(void)
{
	return get_cycles();
}

static __always_inline s64 tapc_jiffies(void)
{
	return jiffies;
}

#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* All CPUs have the same clock, as far as modules can see; 0 where there is no such CPU. */
static s64 tapc_cpu_ns(s64 cpu)
{
	return cpu >= 0 && cpu < NR_CPUS && test_bit(cpu, cpumask_bits(cpu_possible_mask)) ? tapc_monotonic_ns() : 0;
}

static __always_inline s64 tapc_jiffies(void)
{
	return jiffies;
}

#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* The clocks of hits that have waited are those of their events. */
static __always_inline s64 tapc_real_ns(void)
{
	return ktime_get_real_fast_ns() - tapc_lateness();
}

static __always_inline s64 tapc_monotonic_ns(void)
{
	return ktime_get_mono_fast_ns() - tapc_lateness();
}

static __always_inline s64 tapc_local_ns(void)
{
	return local_clock() - tapc_lateness();
}

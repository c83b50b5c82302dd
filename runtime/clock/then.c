#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* The clocks of a hit that has waited stand still at its event. */
static __always_inline s64 tapc_real_ns(void)
{
	const struct tapc_late *late = tapc_late_self();

	return late ? late->real : ktime_get_real_fast_ns();
}

static __always_inline s64 tapc_monotonic_ns(void)
{
	const struct tapc_late *late = tapc_late_self();

	return late ? late->time : ktime_get_mono_fast_ns();
}

/* How long the hit has waited. */
static __always_inline s64 tapc_lateness(void)
{
	const struct tapc_late *late = tapc_late_self();

	return late ? ktime_get_mono_fast_ns() - late->time : 0;
}

static __always_inline s64 tapc_boot_ns(void)
{
	return ktime_get_boot_fast_ns() - tapc_lateness();
}

static __always_inline s64 tapc_local_ns(void)
{
	return sched_clock() - tapc_lateness();
}

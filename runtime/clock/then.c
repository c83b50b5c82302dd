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

#include <linux/timekeeping.h>
#include <linux/types.h>

static __always_inline s64 tapc_real_ns(void)
{
	return ktime_get_real_fast_ns();
}

static __always_inline s64 tapc_monotonic_ns(void)
{
	return ktime_get_mono_fast_ns();
}

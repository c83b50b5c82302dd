#include <linux/timekeeping.h>

/* The processor's counter is a timer's, of some ten megahertz, in which most handlers take no time: nanoseconds are nearer to cycles. */
static __always_inline u64 tapc_cycles(void)
{
	return ktime_get_mono_fast_ns();
}

#include <linux/sched/clock.h>

/* The processor's counter is a timer's, of some ten megahertz, in which most handlers take no time: nanoseconds are nearer to cycles. */
static __always_inline u64 tapc_cycles(void)
{
	return sched_clock();
}

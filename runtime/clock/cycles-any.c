#include <linux/timex.h>

/* The processor's cycles. */
static __always_inline u64 tapc_cycles(void)
{
	return get_cycles();
}

#include <linux/atomic.h>

/* Adds to a number that any CPU may change, and gives what it is then. */
static __always_inline s64 tapc_step(s64 *place, s64 n)
{
	return atomic64_add_return(n, (atomic64_t *)place);
}

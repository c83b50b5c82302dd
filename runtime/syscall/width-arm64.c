#include <linux/compat.h>

/* Whether the current call is a 32-bit program's. */
static __always_inline bool tapc_syscall_narrow(void)
{
	return in_compat_syscall();
}

static __always_inline unsigned int tapc_syscall_number(long nr)
{
	return nr;
}

#include <asm/unistd.h>
#include <linux/thread_info.h>

/* Whether the current call is a 32-bit program's. */
static __always_inline bool tapc_syscall_narrow(void)
{
	return in_ia32_syscall();
}

/* Programs of x32 have the numbers of 64-bit ones, with a mark. */
static __always_inline unsigned int tapc_syscall_number(long nr)
{
	return nr & ~__X32_SYSCALL_BIT;
}

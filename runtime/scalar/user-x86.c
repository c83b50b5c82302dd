#include <linux/mm.h>
#include <linux/uaccess.h>

/* Whether memory belongs to programs, as their half is with four levels of page tables or five: see TAPC_KERNEL_FOUR. */
static __always_inline bool tapc_is_user(unsigned long address, unsigned int n)
{
	unsigned long end = (unsigned long)tapc_cpus >= TAPC_KERNEL_FOUR ? 1UL << 47 : 1UL << 56;

	return address < end - PAGE_SIZE && n <= end - PAGE_SIZE - address;
}

/* user_access_begin() without the look at where memory is: for who has looked, or who the kernel looks for before it calls. */
static __always_inline bool tapc_user_begin(const void __user *at, size_t size)
{
	__uaccess_begin_nospec();
	return true;
}

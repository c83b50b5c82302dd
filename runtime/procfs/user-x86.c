#include <linux/uaccess.h>

/* user_access_begin() without its look at where a program's memory ends: who writes to a file has the kernel look before it calls. */
static __always_inline bool tapc_user_begin(const char __user *from, size_t size)
{
	__uaccess_begin_nospec();
	return true;
}

#include <linux/mm.h>

/* Whether an address belongs to the kernel's half. */
static __always_inline bool tapc_is_kernel(unsigned long address)
{
	return address >= PAGE_OFFSET;
}

#include <linux/pgtable.h>

/* Whether a function is a module's: they have a region of their own. */
static __always_inline bool tapc_in_module(unsigned long ip)
{
	return ip >= MODULES_VADDR && ip < MODULES_END;
}

static __always_inline int tapc_modules_find(void)
{
	return 0;
}

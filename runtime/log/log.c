#include <linux/printk.h>
#include <linux/types.h>

static void tapc_kernel_log(s64 level, const char *text)
{
	char header[] = { KERN_SOH_ASCII, '0' + (level & 7), '\0' };

	printk("%s%s\n", header, text);
}

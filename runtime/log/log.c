#include <linux/printk.h>
#include <linux/types.h>

/* printk() itself has not the same name in all kernels. */
static __printf(1, 2) void tapc_log(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintk(format, args);
	va_end(args);
}

static void tapc_kernel_log(s64 level, const char *text)
{
	char header[] = { KERN_SOH_ASCII, '0' + (level & 7), '\0' };

	tapc_log("%s%s\n", header, text);
}

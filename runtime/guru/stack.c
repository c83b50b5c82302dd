#include <linux/kernel.h>

/* The backtrace, one line for an address. */
static void tapc_log_stack(struct tapc_hit *hit)
{
	unsigned long trace[TAPC_TRACE];
	unsigned int n = tapc_trace_stack(hit, trace, TAPC_TRACE), i;

	tapc_log(KERN_INFO KBUILD_MODNAME ": Call Trace:\n");
	for (i = 0; i < n; i++)
		tapc_log(KERN_INFO KBUILD_MODNAME ":  %pS\n", (void *)trace[i]);
}

#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/stacktrace.h>

/* Return addresses on the kernel stack from where it leaves this module, at most `most`; none where user code was interrupted. */
static unsigned int tapc_trace_stack(struct tapc_hit *hit, unsigned long *trace, unsigned int most)
{
	unsigned int n, own = 0, i;

	if (hit->regs && user_mode(hit->regs))
		return 0;
	n = stack_trace_save(trace, most, 0);
	while (own < n && within_module(trace[own], THIS_MODULE))
		own++;
	for (i = own; i < n; i++)
		trace[i - own] = trace[i];
	return n - own;
}

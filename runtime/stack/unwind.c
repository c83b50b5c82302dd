#include <asm/unwind.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

/* Return addresses on the kernel stack from the event on, at most `most`; none where user code was interrupted. */
static unsigned int tapc_trace_stack(struct tapc_hit *hit, unsigned long *trace, unsigned int most)
{
	struct unwind_state state;
	unsigned int n = 0;
	unsigned long address;

	if (hit->regs && user_mode(hit->regs))
		return 0;
	for (unwind_start(&state, current, hit->regs, NULL); !unwind_done(&state) && n < most;
	     unwind_next_frame(&state)) {
		address = unwind_get_return_address(&state);
		if (!address)
			break;
		if (n || !within_module(address, THIS_MODULE))
			trace[n++] = address;
	}
	return n;
}

#include <asm/page_types.h>
#include <asm/unwind.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

/*
 * Addresses on the kernel stack, at most `most`: where the event happened, then those that calls return to. None where user code was interrupted.
 * Unwinding from registers begins behind their frame; without them, the frames of this module are left out. All code of the kernel, its modules' and
 * what it writes itself lies in the upper two GiB: another address ends it.
 */
static unsigned int tapc_trace_stack(struct tapc_hit *hit, unsigned long *trace, unsigned int most)
{
	unsigned long *from = hit->regs ? (unsigned long *)hit->regs->sp : __builtin_frame_address(0);
	struct unwind_state state;
	unsigned int n = 0;

	if (hit->regs && user_mode(hit->regs))
		return 0;
	if (hit->regs)
		trace[n++] = instruction_pointer(hit->regs);
	for (__unwind_start(&state, tapc_self(), hit->regs, from); !unwind_done(&state) && n < most;
	     unwind_next_frame(&state)) {
		if (state.ip < __START_KERNEL_map)
			break;
		if (n || !within_module(state.ip, THIS_MODULE))
			trace[n++] = state.ip;
	}
	return n;
}

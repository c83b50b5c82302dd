#include <linux/ftrace.h>

/* Filled in for what passes arguments; all of it only where the ops ask for FTRACE_OPS_FL_SAVE_REGS. */
static __always_inline struct pt_regs *tapc_ftrace_regs(struct ftrace_regs *fregs)
{
	return &fregs->regs;
}

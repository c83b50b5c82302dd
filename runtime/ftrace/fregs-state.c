#include <linux/ftrace.h>
#include <linux/ptrace.h>

/* All registers but the state that tells the kernel's from a program's. */
static __always_inline struct pt_regs *tapc_ftrace_regs(struct ftrace_regs *fregs)
{
	fregs->regs.pstate = PSR_MODE_EL1h;
	return &fregs->regs;
}

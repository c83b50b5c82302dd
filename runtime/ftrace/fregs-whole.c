#include <linux/ftrace.h>

static __always_inline struct pt_regs *tapc_ftrace_regs(struct pt_regs *regs)
{
	return regs;
}

#include <linux/ptrace.h>

/* Where the registers of the event keep argument n from 1, or for 0 what a function returns. */
static u64 *tapc_register_place(struct pt_regs *regs, s64 n)
{
	return n >= 0 && n <= 8 ? &regs->regs[n ? n - 1 : 0] : NULL;
}

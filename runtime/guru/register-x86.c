#include <linux/ptrace.h>

/* Where the registers of the event keep argument n from 1, or for 0 what a function returns. */
static unsigned long *tapc_register_place(struct pt_regs *regs, s64 n)
{
	switch (n) {
	case 0:
		return &regs->ax;
	case 1:
		return &regs->di;
	case 2:
		return &regs->si;
	case 3:
		return &regs->dx;
	case 4:
		return &regs->cx;
	case 5:
		return &regs->r8;
	case 6:
		return &regs->r9;
	}
	return NULL;
}

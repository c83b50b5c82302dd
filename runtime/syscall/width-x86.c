#include <asm/syscall.h>
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/ptrace.h>

/* Whether the current call is a 32-bit program's. */
static __always_inline bool tapc_syscall_narrow(void)
{
	return syscall_get_arch(tapc_self()) == AUDIT_ARCH_I386;
}

/* Programs of x32 have the numbers of 64-bit ones, with a mark. */
static __always_inline unsigned int tapc_syscall_number(long nr)
{
	return nr & ~__X32_SYSCALL_BIT;
}

/* The program's registers, with the arguments of the call where those of a function would be. */
static void tapc_syscall_registers(struct pt_regs *regs, const struct tapc_syscall *call)
{
	*regs = *call->regs;
	regs->di = call->args[0];
	regs->si = call->args[1];
	regs->dx = call->args[2];
	regs->cx = call->args[3];
	regs->r8 = call->args[4];
	regs->r9 = call->args[5];
}

/* Where the program's registers keep argument n from 0. */
static unsigned long *tapc_syscall_place(struct pt_regs *regs, unsigned int n, bool narrow)
{
	unsigned long *native[] = { &regs->di, &regs->si, &regs->dx, &regs->r10, &regs->r8, &regs->r9 };
	unsigned long *ia32[] = { &regs->bx, &regs->cx, &regs->dx, &regs->si, &regs->di, &regs->bp };

	return narrow ? ia32[n] : native[n];
}

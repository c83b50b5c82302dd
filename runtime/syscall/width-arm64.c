#include <linux/compat.h>
#include <linux/ptrace.h>

/* Whether the current call is a 32-bit program's. */
static __always_inline bool tapc_syscall_narrow(void)
{
	return in_compat_syscall();
}

static __always_inline unsigned int tapc_syscall_number(long nr)
{
	return nr;
}

/* The program's registers at the entry are those that functions get their arguments in; at the return the first is the result. */
static void tapc_syscall_registers(struct pt_regs *regs, const struct tapc_syscall *call)
{
	*regs = *call->regs;
}

/* Where the program's registers keep argument n from 0. */
static u64 *tapc_syscall_place(struct pt_regs *regs, unsigned int n, bool narrow)
{
	return &regs->regs[n];
}

#include <asm/syscall.h>
#include <linux/sched.h>

/* Changes an argument (n from 0) of a call that has not begun: the kernel takes it from the program's registers. */
static void tapc_syscall_set_argument(const struct tapc_syscall *call, unsigned int n, s64 value)
{
	struct tapc_syscall *known = (struct tapc_syscall *)call;

	known->args[n] = call->narrow ? (u32)value : value;
	*tapc_syscall_place(call->regs, n, call->narrow) = known->args[n];
}

/* Changes what a call that is through gives the program. */
static void tapc_syscall_set_result(const struct tapc_syscall *call, s64 value)
{
	((struct tapc_syscall *)call)->result = value;
	syscall_set_return_value(tapc_self(), call->regs, 0, value);
}

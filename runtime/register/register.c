#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/types.h>

/* The event's registers; NULL and an error where there are none. */
static const struct pt_regs *tapc_registers(struct tapc_hit *hit, const char *where)
{
	if (unlikely(!hit->regs))
		tapc_fail(hit, where, "registers are not available here");
	return hit->regs;
}

/* Value of a register by its name: `rax`, also with a % before it. */
static s64 tapc_register(struct tapc_hit *hit, const char *where, const char *name)
{
	const struct pt_regs *regs = tapc_registers(hit, where);
	const struct tapc_register_name *row;

	if (!regs)
		return 0;
	for (row = tapc_register_names; row->name; row++) {
		if (!tapc_compare(row->name, *name == '%' ? name + 1 : name))
			return tapc_register_read(regs, row);
	}
	tapc_fail(hit, where, "no register of this name");
	return 0;
}

/* The n-th argument of the function, from 1, as the calling convention hands over integers. */
static s64 tapc_argument(struct tapc_hit *hit, const char *where, s64 n)
{
	const struct pt_regs *regs = tapc_registers(hit, where);

	if (!regs)
		return 0;
	if (n < 1 || n > 6) {
		tapc_fail(hit, where, "arguments 1 to 6 only");
		return 0;
	}
	return regs_get_kernel_argument((struct pt_regs *)regs, n - 1);
}

static s64 tapc_return_value(struct tapc_hit *hit, const char *where)
{
	const struct pt_regs *regs = tapc_registers(hit, where);

	return regs ? regs_return_value((struct pt_regs *)regs) : 0;
}

/* How far behind a function's beginning the registers of its entry may stand: what calls ftrace is some instructions. */
#define TAPC_ENTRY_BYTES 16

/* Where the probe stands: at a function's entry the registers point behind the call or the breakpoint there. */
static __always_inline s64 tapc_address(const struct tapc_hit *hit)
{
	unsigned long at = hit->regs ? instruction_pointer(hit->regs) : hit->ip;

	return hit->ip && at - hit->ip <= TAPC_ENTRY_BYTES ? hit->ip : at;
}

static __always_inline s64 tapc_in_user_mode(const struct tapc_hit *hit)
{
	return hit->regs && user_mode(hit->regs);
}

/* A register of the event, by number. */
static s64 tapc_kernel_register(struct tapc_hit *hit, const char *where, unsigned int number)
{
	const struct pt_regs *regs = tapc_registers(hit, where);

	return regs ? tapc_register_numbered(regs, number) : 0;
}

/* The same of the process that runs, as it entered the kernel. */
static s64 tapc_user_register(struct tapc_hit *hit, const char *where, unsigned int number)
{
	if (likely(tapc_self()->mm))
		return tapc_register_numbered(task_pt_regs(tapc_self()), number);
	tapc_fail(hit, where, "no process runs here that could have registers");
	return 0;
}

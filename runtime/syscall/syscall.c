#include <asm/syscall.h>
#include <linux/sched.h>
#include <linux/types.h>

/* A system call, as its handlers see it. */
struct tapc_syscall {
	struct pt_regs *regs;
	unsigned long args[6];
	long nr, result;
	bool narrow;		/* of a 32-bit program */
};

/* A handler on a call. */
struct tapc_syscall_row {
	void (*hit)(const struct tapc_syscall_row *row, const struct tapc_syscall *call);
	const char *point;	/* as pp() tells it */
	unsigned int next;	/* as in the table below */
};

/* Rows by the number of the call: the first one's place from 1, 0 where there is none. */
struct tapc_syscall_table {
	const struct tapc_syscall_row *rows;
	const bool *wanted;	/* by number: whether it has rows in either width */
	unsigned int numbers;
	const u16 *native, *narrow;
	unsigned int natives, narrows;
	unsigned int any;	/* of every call, whatever its number */
};

/* An argument that is a long to the program. */
static __always_inline s64 tapc_syscall_long(const struct tapc_syscall *call, unsigned int n)
{
	return call->narrow ? (s32)call->args[n] : (s64)call->args[n];
}

static noinline void tapc_syscall_run(const struct tapc_syscall_table *table, struct pt_regs *regs,
				      unsigned int number, long result)
{
	struct tapc_syscall call = { .regs = regs, .nr = number, .result = result, .narrow = tapc_syscall_narrow() };
	unsigned int next = 0;

	if (likely(!call.narrow)) {
		if (number < table->natives)
			next = table->native[number];
	} else if (number < table->narrows) {
		next = table->narrow[number];
	}
	if (!next && !table->any)
		return;
	syscall_get_arguments(tapc_self(), regs, call.args);
	for (; next; next = table->rows[next - 1].next)
		table->rows[next - 1].hit(&table->rows[next - 1], &call);
	for (next = table->any; next; next = table->rows[next - 1].next)
		table->rows[next - 1].hit(&table->rows[next - 1], &call);
}

/* What every call of every program passes: one test. */
static __always_inline void tapc_syscall_dispatch(const struct tapc_syscall_table *table, struct pt_regs *regs,
						  long nr, long result)
{
	unsigned int number = tapc_syscall_number(nr);

	if (unlikely(table->any || (number < table->numbers && table->wanted[number])))
		tapc_syscall_run(table, regs, number, result);
}

static __always_inline void tapc_syscall_entered(const struct tapc_syscall_table *table, struct pt_regs *regs, long nr)
{
	tapc_syscall_dispatch(table, regs, nr, 0);
}

/* Not reached by calls that never return, and of sigreturn(2) the number is gone. */
static __always_inline void tapc_syscall_left(const struct tapc_syscall_table *table, struct pt_regs *regs, long result)
{
	tapc_syscall_dispatch(table, regs, syscall_get_nr(tapc_self(), regs), result);
}

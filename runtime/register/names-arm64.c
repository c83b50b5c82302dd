#include <linux/ptrace.h>
#include <linux/stddef.h>

/* A register's name, and where it is kept. */
struct tapc_register_name {
	const char *name;
	unsigned short offset;
};

#define TAPC_REGISTER(n) { .name = "x" #n, .offset = offsetof(struct pt_regs, regs[n]) }

static const struct tapc_register_name tapc_register_names[] = {
	TAPC_REGISTER(0), TAPC_REGISTER(1), TAPC_REGISTER(2), TAPC_REGISTER(3), TAPC_REGISTER(4), TAPC_REGISTER(5),
	TAPC_REGISTER(6), TAPC_REGISTER(7), TAPC_REGISTER(8), TAPC_REGISTER(9), TAPC_REGISTER(10), TAPC_REGISTER(11),
	TAPC_REGISTER(12), TAPC_REGISTER(13), TAPC_REGISTER(14), TAPC_REGISTER(15), TAPC_REGISTER(16), TAPC_REGISTER(17),
	TAPC_REGISTER(18), TAPC_REGISTER(19), TAPC_REGISTER(20), TAPC_REGISTER(21), TAPC_REGISTER(22), TAPC_REGISTER(23),
	TAPC_REGISTER(24), TAPC_REGISTER(25), TAPC_REGISTER(26), TAPC_REGISTER(27), TAPC_REGISTER(28), TAPC_REGISTER(29),
	TAPC_REGISTER(30),
	{ .name = "sp", .offset = offsetof(struct pt_regs, sp) },
	{ .name = "pc", .offset = offsetof(struct pt_regs, pc) },
	{ .name = "pstate", .offset = offsetof(struct pt_regs, pstate) },
	{ }
};

static s64 tapc_register_read(const struct pt_regs *regs, const struct tapc_register_name *row)
{
	return *(const unsigned long *)((const char *)regs + row->offset);
}

/* By the numbers that debugging information uses: 31 is the stack pointer. */
static s64 tapc_register_numbered(const struct pt_regs *regs, unsigned int number)
{
	return number < 31 ? regs->regs[number] : regs->sp;
}

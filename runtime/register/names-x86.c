#include <linux/ptrace.h>
#include <linux/stddef.h>

/* A register's name, and where it is kept; `size` of its low bytes, with their sign where that is negative. */
struct tapc_register_name {
	const char *name;
	unsigned short offset;
	unsigned short size;
};

#define TAPC_REGISTER(text, field, bytes) { .name = text, .offset = offsetof(struct pt_regs, field), .size = bytes }

static const struct tapc_register_name tapc_register_names[] = {
	TAPC_REGISTER("rax", ax, 8), TAPC_REGISTER("eax", ax, 4), TAPC_REGISTER("orig_rax", orig_ax, 8),
	TAPC_REGISTER("rbx", bx, 8), TAPC_REGISTER("ebx", bx, 4),
	TAPC_REGISTER("rcx", cx, 8), TAPC_REGISTER("ecx", cx, 4),
	TAPC_REGISTER("rdx", dx, 8), TAPC_REGISTER("edx", dx, 4),
	TAPC_REGISTER("rsi", si, 8), TAPC_REGISTER("esi", si, 4),
	TAPC_REGISTER("rdi", di, 8), TAPC_REGISTER("edi", di, 4),
	TAPC_REGISTER("rbp", bp, 8), TAPC_REGISTER("ebp", bp, 4),
	TAPC_REGISTER("rsp", sp, 8), TAPC_REGISTER("esp", sp, 4),
	TAPC_REGISTER("r8", r8, 8), TAPC_REGISTER("r9", r9, 8), TAPC_REGISTER("r10", r10, 8),
	TAPC_REGISTER("r11", r11, 8), TAPC_REGISTER("r12", r12, 8), TAPC_REGISTER("r13", r13, 8),
	TAPC_REGISTER("r14", r14, 8), TAPC_REGISTER("r15", r15, 8),
	TAPC_REGISTER("rip", ip, 8), TAPC_REGISTER("eip", ip, 4),
	TAPC_REGISTER("flags", flags, 8), TAPC_REGISTER("eflags", flags, 4),
	{ }
};

/* Half registers have the sign of their upper bit, as SystemTap's do. */
static s64 tapc_register_read(const struct pt_regs *regs, const struct tapc_register_name *row)
{
	unsigned long value = *(const unsigned long *)((const char *)regs + row->offset);

	return row->size == 4 ? (s64)(s32)value : (s64)value;
}

#define TAPC_REGISTER_AT(field) offsetof(struct pt_regs, field)

/* By the numbers that debugging information uses. */
static s64 tapc_register_numbered(const struct pt_regs *regs, unsigned int number)
{
	static const unsigned short offsets[] = {
		TAPC_REGISTER_AT(ax), TAPC_REGISTER_AT(dx), TAPC_REGISTER_AT(cx), TAPC_REGISTER_AT(bx),
		TAPC_REGISTER_AT(si), TAPC_REGISTER_AT(di), TAPC_REGISTER_AT(bp), TAPC_REGISTER_AT(sp),
		TAPC_REGISTER_AT(r8), TAPC_REGISTER_AT(r9), TAPC_REGISTER_AT(r10), TAPC_REGISTER_AT(r11),
		TAPC_REGISTER_AT(r12), TAPC_REGISTER_AT(r13), TAPC_REGISTER_AT(r14), TAPC_REGISTER_AT(r15),
		TAPC_REGISTER_AT(ip),
	};

	return *(const unsigned long *)((const char *)regs + offsets[number]);
}

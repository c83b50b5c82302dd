#include <asm/insn.h>
#include <linux/types.h>

#define TAPC_BTI_C 0xd503245fu

/* Where ftrace hits a function: behind the instruction that keeps the return address, and behind the landing pad if there is one. */
static unsigned long tapc_ftrace_place(unsigned long function)
{
	return function + (*(const u32 *)function == TAPC_BTI_C ? 2 : 1) * AARCH64_INSN_SIZE;
}

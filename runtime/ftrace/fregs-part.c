#include <linux/ftrace.h>

/*
 * The kernel saves no more than what passes arguments, the stack pointer, the frame and where to return: a copy of these in the place of
 * all registers, for as long as the caller's block. The others are 0 there.
 */
#define tapc_ftrace_regs(fregs) ftrace_partial_regs(fregs, &(struct pt_regs){ })

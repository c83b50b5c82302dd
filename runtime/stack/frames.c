#include <asm/memory.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/stacktrace.h>

/* How far behind a function's beginning the registers of its entry may stand: what calls ftrace is some instructions. */
#define TAPC_ENTRY_BYTES 16

/* A return address may be signed in bits that no address of code uses. */
static __always_inline unsigned long tapc_unsigned_address(unsigned long address)
{
	return address | (~0UL << VA_BITS_MIN);
}

/* The stack of the handler itself, from where it leaves this module. */
static unsigned int tapc_trace_own(unsigned long *trace, unsigned int most)
{
	unsigned int n = stack_trace_save(trace, most, 0);
	unsigned int own = 0, i;

	while (own < n && within_module(trace[own], THIS_MODULE))
		own++;
	for (i = own; i < n; i++)
		trace[i - own] = trace[i];
	return n - own;
}

/*
 * Addresses on the kernel stack, at most `most`: where the event happened, then those that calls return to. None where user code was interrupted.
 * From registers: every function keeps a record of two words, where the record of its caller is and where it returns to; at its entry it has not made
 * it yet, and the address is still in its register.
 */
static unsigned int tapc_trace_stack(struct tapc_hit *hit, unsigned long *trace, unsigned int most)
{
	struct pt_regs *regs = hit->regs;
	u64 record, next, address;
	unsigned int n = 0;

	if (!regs)
		return tapc_trace_own(trace, most);
	if (user_mode(regs) || !most)
		return 0;
	trace[n++] = instruction_pointer(regs);
	if (hit->ip && trace[0] - hit->ip <= TAPC_ENTRY_BYTES && n < most)
		trace[n++] = tapc_unsigned_address(regs->regs[30]);
	for (record = regs->regs[29]; n < most; record = next) {
		if (!tapc_peek_u64(record, &next) || !tapc_peek_u64(record + 8, &address) || !address || next == record)
			break;
		trace[n++] = tapc_unsigned_address(address);
	}
	return n;
}

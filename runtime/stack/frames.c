#include <asm/memory.h>
#include <linux/module.h>
#include <linux/ptrace.h>

/* A return address may be signed in bits that no address of code uses. */
static __always_inline unsigned long tapc_unsigned_address(unsigned long address)
{
	return address | (~0UL << VA_BITS_MIN);
}

/*
 * Addresses on the kernel stack, at most `most`: where the event happened, then those that calls return to. None where user code was interrupted.
 * Every function keeps a record of two words, where the record of its caller is and where it returns to; at its entry it has not made it yet, and
 * the address is still in its register. Without registers, the frames of this module are left out.
 */
static unsigned int tapc_trace_stack(struct tapc_hit *hit, unsigned long *trace, unsigned int most)
{
	struct pt_regs *regs = hit->regs;
	u64 record = regs ? regs->regs[29] : (unsigned long)__builtin_frame_address(0);
	u64 next, address;
	unsigned int n = 0;

	if (regs && user_mode(regs))
		return 0;
	if (regs && n < most)
		trace[n++] = instruction_pointer(regs);
	if (regs && hit->ip && trace[0] - hit->ip <= TAPC_ENTRY_BYTES && n < most)
		trace[n++] = tapc_unsigned_address(regs->regs[30]);
	for (; n < most; record = next) {
		if (!tapc_peek_u64(record, &next) || !tapc_peek_u64(record + 8, &address))
			break;
		if (!address && !tapc_frame_interrupted(record, &next, &address))
			break;
		if (next == record)
			break;
		address = tapc_unsigned_address(address);
		if (n || !within_module(address, THIS_MODULE))
			trace[n++] = address;
	}
	return n;
}

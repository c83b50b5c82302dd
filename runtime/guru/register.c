#include <linux/ptrace.h>

/* Changes an argument (n from 1) or the value that is returned (0). */
static void tapc_set_register(struct tapc_hit *hit, const char *where, s64 n, s64 value)
{
	if (!hit->regs)
		tapc_fail(hit, where, "registers are not available here");
	else if (!tapc_register_place(hit->regs, n))
		tapc_fail(hit, where, "arguments 1 to 6 only");
	else
		*tapc_register_place(hit->regs, n) = value;
}

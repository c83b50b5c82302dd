#include <linux/irqflags.h>

/*
 * While a kretprobe's handler runs, at the entry and at the return, the kernel drops what hits another kprobe on this CPU. No interrupt
 * comes in between from here on until the flags are restored: by the kernel, when it leaves for what was probed.
 */
static __always_inline void tapc_kretprobe_calm(void)
{
	raw_local_irq_disable();
}

/* At the entry, where the handler keeps nothing of it. */
static int tapc_kretprobe_entry(struct kretprobe_instance *unused, struct pt_regs *regs)
{
	tapc_kretprobe_calm();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Sends NMIs to the first processor: as many as are written to /sys/module/nmi_storm/parameters/send. */
#include <linux/delay.h>
#include <linux/module.h>
#include <asm/apic.h>
#include <asm/nmi.h>

static atomic_t pending;

static unsigned int handled;
module_param(handled, uint, 0400);

static int nmi_storm(unsigned int type, struct pt_regs *regs)
{
	if (!atomic_xchg(&pending, 0))
		return NMI_DONE;
	handled++;
	return NMI_HANDLED;
}

/* Runs on another processor than the first. The next one is sent when the last one has been handled. */
static int send(const char *text, const struct kernel_param *unused)
{
	unsigned long end;
	unsigned int count, i;

	if (kstrtouint(text, 0, &count))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		atomic_set(&pending, 1);
		preempt_disable();
		apic->send_IPI(0, NMI_VECTOR);
		preempt_enable();
		end = jiffies + 20 * HZ;
		while (atomic_read(&pending) && time_before(jiffies, end))
			cond_resched();
		if (atomic_read(&pending))
			return -ETIME;
		/* The processor needs time for what it was at, an emulated one more than that. */
		udelay(50);
		cond_resched();
	}
	return 0;
}

static const struct kernel_param_ops send_ops = { .set = send };
module_param_cb(send, &send_ops, NULL, 0200);

static int __init nmi_storm_init(void)
{
	return register_nmi_handler(NMI_LOCAL, nmi_storm, 0, "nmi_storm");
}

static void __exit nmi_storm_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "nmi_storm");
}

module_init(nmi_storm_init);
module_exit(nmi_storm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("NMIs for tests");

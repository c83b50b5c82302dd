// SPDX-License-Identifier: GPL-2.0-only
/* Never comes back from its loading, with interrupts off on every processor that it can get. */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/smp.h>

static void hm_spin(void *unused)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static int __init hm_spin_init(void)
{
	smp_call_function(hm_spin, NULL, 0);
	hm_spin(NULL);
	return 0;
}

module_init(hm_spin_init);
MODULE_DESCRIPTION("Spins");
MODULE_LICENSE("GPL");

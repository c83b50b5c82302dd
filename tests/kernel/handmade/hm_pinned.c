// SPDX-License-Identifier: GPL-2.0-only
/* Cannot be unloaded: it holds itself. */
#include <linux/module.h>

static int __init hm_pinned_init(void)
{
	__module_get(THIS_MODULE);
	return 0;
}

static void __exit hm_pinned_exit(void)
{
}

module_init(hm_pinned_init);
module_exit(hm_pinned_exit);
MODULE_DESCRIPTION("Stays");
MODULE_LICENSE("GPL");

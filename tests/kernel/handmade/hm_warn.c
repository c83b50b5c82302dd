// SPDX-License-Identifier: GPL-2.0-only
/* Warns when it is loaded, and does nothing else wrong. */
#include <linux/bug.h>
#include <linux/module.h>

static int __init hm_warn_init(void)
{
	WARN(1, "as it was written to\n");
	return 0;
}

static void __exit hm_warn_exit(void)
{
}

module_init(hm_warn_init);
module_exit(hm_warn_exit);
MODULE_DESCRIPTION("Warns");
MODULE_LICENSE("GPL");

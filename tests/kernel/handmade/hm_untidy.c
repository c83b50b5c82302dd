// SPDX-License-Identifier: GPL-2.0-only
/* Builds with a warning. */
#include <linux/module.h>

static int __init hm_untidy_init(void)
{
	int unused;

	return 0;
}

module_init(hm_untidy_init);
MODULE_DESCRIPTION("Warns when built");
MODULE_LICENSE("GPL");

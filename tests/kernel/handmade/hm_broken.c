// SPDX-License-Identifier: GPL-2.0-only
/* Does not compile. */
#include <linux/module.h>

static int __init hm_broken_init(void)
{
	return no_such_name;
}

module_init(hm_broken_init);
MODULE_DESCRIPTION("Does not compile");
MODULE_LICENSE("GPL");

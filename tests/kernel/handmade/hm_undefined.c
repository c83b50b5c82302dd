// SPDX-License-Identifier: GPL-2.0-only
/* Asks for a function that no kernel exports. */
#include <linux/module.h>

int no_such_function(void);

static int __init hm_undefined_init(void)
{
	return no_such_function();
}

module_init(hm_undefined_init);
MODULE_DESCRIPTION("Is not linked");
MODULE_LICENSE("GPL");

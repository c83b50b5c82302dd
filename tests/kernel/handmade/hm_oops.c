// SPDX-License-Identifier: GPL-2.0-only
/* Takes a fault when it is loaded: a run that misses this in the log proves nothing about any other module. */
#include <linux/module.h>

static int __init hm_oops_init(void)
{
	int *nowhere = (int *)8;

	return READ_ONCE(*nowhere);
}

module_init(hm_oops_init);
MODULE_DESCRIPTION("Takes a fault");
MODULE_LICENSE("GPL");

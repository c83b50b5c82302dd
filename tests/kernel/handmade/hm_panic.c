// SPDX-License-Identifier: GPL-2.0-only
/* Takes the whole guest with it. */
#include <linux/module.h>
#include <linux/panic.h>

static int __init hm_panic_init(void)
{
	panic("as it was written to");
}

module_init(hm_panic_init);
MODULE_DESCRIPTION("Panics");
MODULE_LICENSE("GPL");

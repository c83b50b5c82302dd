// SPDX-License-Identifier: GPL-2.0-only
/* A module to be probed: each write to its parameter calls hm_target_add() once, loading and unloading it too. */
#include <linux/module.h>
#include <linux/moduleparam.h>

noinline int hm_target_add(int a, int b);

noinline int hm_target_add(int a, int b)
{
	barrier();
	return a + b;
}

static int hm_target_set(const char *text, const struct kernel_param *param)
{
	int n;

	if (kstrtoint(text, 0, &n))
		return -EINVAL;
	return hm_target_add(n, 1) == n + 1 ? 0 : -EIO;
}

static const struct kernel_param_ops hm_target_ops = { .set = hm_target_set };

module_param_cb(n, &hm_target_ops, NULL, 0200);

static int __init hm_target_init(void)
{
	return hm_target_add(1, 2) == 3 ? 0 : -EIO;
}

static void __exit hm_target_exit(void)
{
	hm_target_add(3, 4);
}

module_init(hm_target_init);
module_exit(hm_target_exit);
MODULE_DESCRIPTION("A module whose function is probed");
MODULE_LICENSE("GPL");

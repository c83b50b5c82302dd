/* SPDX-License-Identifier: GPL-2.0-only */
/* Included before the C of a part, which was made to be a module of its own: what would make it one makes a part of it. */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/stringify.h>
#include "selftest.h"

/* A part is still run when the module's init functions are gone. */
#undef __init
#define __init
#undef __exit
#define __exit

#define PART_JOIN_(a, b) a##b
#define PART_JOIN(a, b) PART_JOIN_(a, b)

/* Each has files of its own in debugfs. */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "tapc_selftest_" __stringify(PART)

#undef module_init
#define module_init(function) \
	static int part_load(void) \
	{ \
		return function(); \
	}

#undef module_exit
#define module_exit(function) \
	static void part_unload(void) \
	{ \
		function(); \
	} \
	const struct selftest_part PART_JOIN(selftest_, PART) = { \
		.name = __stringify(PART), \
		.load = part_load, \
		.unload = part_unload, \
		.failed = g_failed, \
	}

/* The parts have parameters of the same names: they are given none, and have no files in sysfs. */
#undef module_param_named
#define module_param_named(name, value, type, perm) \
	param_check_##type(name, &(value)); \
	module_param_cb(PART_JOIN(PART_JOIN(PART, _), name), &param_ops_##type, &value, 0)

#undef MODULE_PARM_DESC
#define MODULE_PARM_DESC(name, text)
#undef MODULE_LICENSE
#define MODULE_LICENSE(text)
#undef MODULE_DESCRIPTION
#define MODULE_DESCRIPTION(text)

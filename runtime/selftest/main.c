// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs each facility that tapc's modules use, once, when it is loaded, and reports in KTAP on the kernel's log.
 * What a facility is and which symbols it takes: README.md and symbols.txt beside this file.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "selftest.h"

#define SELFTEST_ADDRESS(name) &selftest_##name,
static const struct selftest_part *const selftest_parts[] = { SELFTEST_PARTS(SELFTEST_ADDRESS) };

static unsigned int selftest_number, selftest_passed, selftest_failed, selftest_skipped;

/* `failed` is empty where nothing did; `skipped` says why it could not be seen, or is NULL. */
static void selftest_report(const struct selftest_part *part, const char *failed, const char *skipped)
{
	selftest_number++;
	if (*failed) {
		selftest_failed++;
		pr_info("# %s: %s\n", part->name, failed);
		pr_info("not ok %u %s\n", selftest_number, part->name);
	} else if (skipped) {
		selftest_skipped++;
		pr_info("ok %u %s # SKIP %s\n", selftest_number, part->name, skipped);
	} else {
		selftest_passed++;
		pr_info("ok %u %s\n", selftest_number, part->name);
	}
}

/* Text of the selftest's own, since a part's is gone with the next one. */
static char selftest_text[2048];

/* One read or write of a part's file in debugfs, through memory of the process that loads us. Bytes, or a negative errno. */
static ssize_t selftest_transfer(const char *path, const char *write)
{
	unsigned long room;
	struct file *file;
	ssize_t bytes;
	loff_t at = 0;

	file = filp_open(path, write ? O_WRONLY : O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	room = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	if (IS_ERR_VALUE(room)) {
		filp_close(file, NULL);
		return (long)room;
	}
	memset(selftest_text, 0, sizeof(selftest_text));
	if (write) {
		bytes = -EFAULT;
		if (!copy_to_user((void __user *)room, write, strlen(write)))
			bytes = file->f_op->write(file, (const char __user *)room, strlen(write), &at);
	} else {
		bytes = file->f_op->read(file, (char __user *)room, sizeof(selftest_text) - 1, &at);
		if (bytes > 0 && copy_from_user(selftest_text, (const void __user *)room, bytes))
			bytes = -EFAULT;
	}
	vm_munmap(room, PAGE_SIZE);
	filp_close(file, NULL);
	return bytes;
}

#define SELFTEST_FILES "/sys/kernel/debug/tapc/tapc_selftest_output/"

/* Whether the files of the part `output` say and do what they should. */
static const char *selftest_files(const char **skipped)
{
	ssize_t bytes = selftest_transfer(SELFTEST_FILES "trace", NULL);

	if (bytes == -ENOENT) {
		*skipped = "debugfs is not mounted on /sys/kernel/debug";
		return "";
	}
	if (bytes < 0 || !strstr(selftest_text, "selftest 42    ff|ab  |\n"))
		return "what was printed did not come out of the file trace";
	if (selftest_transfer(SELFTEST_FILES "status", NULL) <= 0 || !strstr(selftest_text, "begin"))
		return "the file status does not name the probes";
	if (selftest_transfer(SELFTEST_FILES "control", "stop\n") <= 0)
		return "the file control took no command";
	return "";
}

static const char *selftest_load(const struct selftest_part *part)
{
	int error = part->load();

	if (!error)
		return "";
	snprintf(selftest_text, sizeof(selftest_text), "could not be loaded: error %d; a line above may say more", error);
	return selftest_text;
}

/* The part whose hits are system calls: it runs until after the one that loads us has returned. */
#define SELFTEST_LAST (&selftest_syscall)

static void selftest_run(const struct selftest_part *part)
{
	const char *failed = selftest_load(part), *skipped = NULL;
	int i;

	if (*failed) {
		selftest_report(part, failed, NULL);
		return;
	}
	/* What parts wait for: calls of msleep(23), changes of the running task, time. */
	for (i = 0; i < 3; i++)
		msleep(23);
	if (part == &selftest_output)
		failed = selftest_files(&skipped);
	part->unload();
	selftest_report(part, *failed ? failed : part->failed, skipped);
}

static bool selftest_last_runs;

static void selftest_finish(struct work_struct *work)
{
	if (selftest_last_runs) {
		SELFTEST_LAST->unload();
		selftest_report(SELFTEST_LAST, SELFTEST_LAST->failed, NULL);
	}
	pr_info("# tapc_selftest: passed %u, failed %u, skipped %u\n", selftest_passed, selftest_failed,
		selftest_skipped);
}

static DECLARE_DELAYED_WORK(selftest_end, selftest_finish);

static int __init selftest_init(void)
{
	const char *failed;
	size_t i;

	pr_info("KTAP version 1\n");
	pr_info("1..%zu\n", ARRAY_SIZE(selftest_parts));
	for (i = 0; i < ARRAY_SIZE(selftest_parts); i++)
		if (selftest_parts[i] != SELFTEST_LAST)
			selftest_run(selftest_parts[i]);
	failed = selftest_load(SELFTEST_LAST);
	if (*failed)
		selftest_report(SELFTEST_LAST, failed, NULL);
	else
		selftest_last_runs = true;
	schedule_delayed_work(&selftest_end, HZ / 4);
	return 0;
}

static void __exit selftest_exit(void)
{
	flush_delayed_work(&selftest_end);
}

module_init(selftest_init);
module_exit(selftest_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Self-test of what tapc's modules use of the kernel");

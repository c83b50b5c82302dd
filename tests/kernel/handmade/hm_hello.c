// SPDX-License-Identifier: GPL-2.0-only
/* The files of a generated module, written by hand: one line of trace for each write to `hit`, until stopped. */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

static DEFINE_SPINLOCK(hm_lock);
static DECLARE_WAIT_QUEUE_HEAD(hm_wait);
static char hm_text[4096];
static size_t hm_used;
static unsigned long hm_hits;
static bool hm_stopped;
static struct dentry *hm_root;

static void hm_line(const char *line)
{
	unsigned long flags;

	spin_lock_irqsave(&hm_lock, flags);
	hm_used += scnprintf(hm_text + hm_used, sizeof(hm_text) - hm_used, "%s\n", line);
	spin_unlock_irqrestore(&hm_lock, flags);
	wake_up(&hm_wait);
}

static ssize_t hm_trace_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	int error = wait_event_interruptible(hm_wait, READ_ONCE(hm_used) > *at || READ_ONCE(hm_stopped));

	if (error)
		return error;
	return simple_read_from_buffer(to, count, at, hm_text, READ_ONCE(hm_used));
}

static ssize_t hm_control_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	char word[16] = "";

	if (count >= sizeof(word) || copy_from_user(word, from, count))
		return -EINVAL;
	if (!strncmp(word, "hit", 3)) {
		hm_hits++;
		hm_line("hit");
	} else if (!strncmp(word, "stop", 4)) {
		hm_line("end");
		WRITE_ONCE(hm_stopped, true);
		wake_up(&hm_wait);
	} else {
		return -EINVAL;
	}
	return count;
}

static ssize_t hm_status_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	char text[256];
	int length = scnprintf(text, sizeof(text),
			       "module " KBUILD_MODNAME "\nstate done\noutput records %lu bytes %zu dropped 0\n"
			       "strings truncated 0\n"
			       "probe 0 hits=%lu recorded=%lu errors=0 missed=0 skipped=0 where=x:1:1 point=hit\n",
			       hm_hits + 2, hm_used, hm_hits, hm_hits);

	return simple_read_from_buffer(to, count, at, text, length);
}

static const struct file_operations hm_trace = { .owner = THIS_MODULE, .read = hm_trace_read };
static const struct file_operations hm_control = { .owner = THIS_MODULE, .write = hm_control_write };
static const struct file_operations hm_status = { .owner = THIS_MODULE, .read = hm_status_read };

static int __init hm_init(void)
{
	struct dentry *folder;

	hm_root = debugfs_create_dir("tapc", NULL);
	folder = debugfs_create_dir(KBUILD_MODNAME, hm_root);
	debugfs_create_file("trace", 0400, folder, NULL, &hm_trace);
	debugfs_create_file("control", 0200, folder, NULL, &hm_control);
	debugfs_create_file("status", 0400, folder, NULL, &hm_status);
	hm_line("begin");
	return 0;
}

static void __exit hm_exit(void)
{
	debugfs_remove_recursive(hm_root);
}

module_init(hm_init);
module_exit(hm_exit);
MODULE_DESCRIPTION("Proves the test harness");
MODULE_LICENSE("GPL");

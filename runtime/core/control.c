#include <linux/debugfs.h>

static ssize_t tapc_control_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char word[4] = "";

	if (simple_write_to_buffer(word, sizeof(word), at, from, size) < 0 || memcmp(word, "stop", sizeof(word)))
		return -EINVAL;
	tapc_exit(NULL);
	return size;
}

static const struct file_operations tapc_control_fops = {
	.owner = THIS_MODULE, .write = tapc_control_write,
};

#include <linux/debugfs.h>
#include <linux/uaccess.h>

static ssize_t tapc_control_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char word[4];

	if (size < sizeof(word) || copy_from_user_nofault(word, from, sizeof(word)) ||
	    memcmp(word, "stop", sizeof(word)))
		return -EINVAL;
	tapc_exit(NULL);
	return size;
}

static const struct file_operations tapc_control_fops = {
	.owner = THIS_MODULE, .write = tapc_control_write,
};

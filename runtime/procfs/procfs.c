#include <linux/debugfs.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

/* A file of the script; `path` is below the module's folder. */
struct tapc_procfs_file {
	const char *path;
	umode_t mode;
	const struct proc_ops *ops;
};

/* /proc/systemtap/MODULE. Who removes it waits until nobody is inside the files any more, and closes those that are open. */
static struct proc_dir_entry *tapc_procfs_folder;

static bool tapc_procfs_exists(const char *name)
{
	struct path path;

	if (kern_path(name, 0, &path))
		return false;
	path_put(&path);
	return true;
}

/*
 * The folder that all modules share, SystemTap's too: the first makes it, and it stays. The kernel warns of what is there already and
 * of what is not there, and cannot be asked; a folder of ours in debugfs keeps another module from coming between.
 */
static int tapc_procfs_root(void)
{
	struct dentry *tapc = debugfs_lookup("tapc", NULL), *turn = ERR_PTR(-EBUSY);
	unsigned int tries;

	for (tries = 0; IS_ERR(turn) && !tapc_procfs_exists("/proc/systemtap") && tries < 5 * HZ; tries++) {
		turn = debugfs_lookup("procfs", tapc);
		if (turn) {
			path_put(&(struct path){ .dentry = turn });
			turn = ERR_PTR(-EBUSY);
			tapc_sleep(1);
		} else {
			turn = debugfs_create_dir("procfs", tapc);
		}
	}
	path_put(&(struct path){ .dentry = tapc });
	if (!IS_ERR(turn)) {
		if (!tapc_procfs_exists("/proc/systemtap") && tapc_procfs_exists("/proc/stat"))
			proc_mkdir("systemtap", NULL);
		debugfs_remove(turn);
	}
	return tapc_procfs_exists("/proc/systemtap") ? 0 : -ENODEV;
}

/* Folders stand before what is in them. All or nothing; 0 or a negative errno, with the reason on the kernel's log. */
static int tapc_procfs_create(const char *const *folders, unsigned int folder_count,
			      const struct tapc_procfs_file *files, unsigned int file_count)
{
	int error = tapc_procfs_root();
	unsigned int i;

	if (error) {
		tapc_log(KERN_ERR KBUILD_MODNAME ": cannot make /proc/systemtap (error %d)\n", error);
		return error;
	}
	tapc_procfs_folder = proc_mkdir("systemtap/" KBUILD_MODNAME, NULL);
	error = tapc_procfs_folder ? 0 : -ENOMEM;
	for (i = 0; !error && i < folder_count; i++)
		error = proc_mkdir(folders[i], tapc_procfs_folder) ? 0 : -ENOMEM;
	for (i = 0; !error && i < file_count; i++)
		error = proc_create_data(files[i].path, files[i].mode, tapc_procfs_folder, files[i].ops, NULL) ? 0 : -ENOMEM;
	if (error) {
		tapc_log(KERN_ERR KBUILD_MODNAME ": cannot make the files in /proc/systemtap/" KBUILD_MODNAME "\n");
		proc_remove(tapc_procfs_folder);
	}
	return error;
}

/* All of the file's text is one record. */
static void *tapc_procfs_start(struct seq_file *file, loff_t *at)
{
	return *at ? NULL : SEQ_START_TOKEN;
}

static void *tapc_procfs_next(struct seq_file *file, void *unused, loff_t *at)
{
	++*at;
	return NULL;
}

static void tapc_procfs_stop(struct seq_file *file, void *unused)
{
}

/* The file's buffer is the text's, of `size` bytes: it never has to grow, and no reader sees another's text. */
static int tapc_procfs_open(struct file *file, const struct seq_operations *ops, size_t size)
{
	char *text = vzalloc(size);
	int error;

	if (!text)
		return -ENOMEM;
	error = seq_open(file, ops);
	if (error) {
		vfree(text);
		return error;
	}
	((struct seq_file *)file->private_data)->buf = text;
	((struct seq_file *)file->private_data)->size = size;
	return 0;
}

/* Whether the text has been made since the file was opened. It is where it was made; then that is all to show. */
static bool tapc_procfs_is_made(struct seq_file *file)
{
	if (file->private)
		file->count = (unsigned long)file->private - 1;
	return file->private;
}

/* What a handler has made is kept until the file is closed; where it could not, the next reader tries again. */
static int tapc_procfs_made(struct seq_file *file, const struct tapc_hit *hit, size_t used)
{
	if (hit->skipped)
		return -EAGAIN;
	if (hit->error)
		return -EIO;
	file->private = (void *)(used + 1);
	file->count = used;
	return 0;
}

/* From the memory of the task that runs, which may have to be fetched first. */
static bool tapc_procfs_copy(char *to, const char __user *from, size_t size)
{
	if (!tapc_user_begin(from, size))
		return false;
	for (; size; size--)
		unsafe_get_user(*to++, from++, fault);
	user_access_end();
	return true;
fault:
	user_access_end();
	return false;
}

/* What is written, as a string that the caller frees; `size` becomes what of it there was room for: the writer comes again. */
static char *tapc_procfs_take(const char __user *from, size_t *size)
{
	char *text = vzalloc(TAPC_STRLEN);

	*size = min_t(size_t, *size, TAPC_STRLEN - 1);
	if (!text || tapc_procfs_copy(text, from, *size))
		return text ? text : ERR_PTR(-ENOMEM);
	vfree(text);
	return ERR_PTR(-EFAULT);
}

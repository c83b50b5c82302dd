#include <linux/debugfs.h>
#include <linux/module.h>

/* What is written there comes key by key to the script: one writer after the other, so that no word has another in it. */
static struct dentry *tapc_input_file;
static unsigned long tapc_input_turn;
static bool tapc_input_closed;

static int tapc_input_attach_file(const struct file_operations *fops)
{
	tapc_input_file = debugfs_create_file_unsafe("input", 0200, tapc_files, NULL, fops);
	return PTR_ERR_OR_ZERO(tapc_input_file);
}

/* 0, or why the script takes no keys: not yet (-EAGAIN), or no more. */
static int tapc_input_enter(void)
{
	enum tapc_state state;

	tapc_turn_take(&tapc_input_turn);
	state = READ_ONCE(tapc_state);
	if (!tapc_input_closed && (state == TAPC_RUNNING || state == TAPC_RESTING))
		return 0;
	tapc_turn_give(&tapc_input_turn);
	return state < TAPC_RUNNING ? -EAGAIN : -EIO;
}

static void tapc_input_leave(void)
{
	tapc_turn_give(&tapc_input_turn);
}

/* On return no handler runs; who has the file open still is told so. */
static void tapc_input_detach_file(void)
{
	tapc_turn_take(&tapc_input_turn);
	tapc_input_closed = true;
	tapc_turn_give(&tapc_input_turn);
	debugfs_remove(tapc_input_file);
}

/* work() on the value that a function returns, by an fprobe. */
#include <linux/fprobe.h>

static void notrace returned(struct fprobe *fprobe, unsigned long ip, unsigned long caller, struct pt_regs *regs,
			     void *data)
{
	work(regs_return_value(regs));
}

static struct fprobe fprobe = { .exit_handler = returned, .nr_maxactive = 128 };

static int attach(void)
{
	return register_fprobe(&fprobe, "vfs_read", NULL);
}

static void detach(void)
{
	unregister_fprobe(&fprobe);
	synchronize_rcu();
}

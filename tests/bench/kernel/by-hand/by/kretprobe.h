/* work() on the value that a function returns: a kretprobe, the one way that kernels without fprobe offer. */
#include <linux/kprobes.h>

static int returned(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	work(regs_return_value(regs));
	return 0;
}

static struct kretprobe kretprobe = {
	.kp.symbol_name = "vfs_read", .handler = returned, .maxactive = 128,
};

static int attach(void)
{
	return register_kretprobe(&kretprobe);
}

static void detach(void)
{
	unregister_kretprobe(&kretprobe);
}

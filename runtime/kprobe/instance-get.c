#include <linux/kprobes.h>

/* The function that returns. */
static unsigned long tapc_kretprobe_ip(struct kretprobe_instance *instance)
{
	return (unsigned long)get_kretprobe(instance)->kp.addr;
}

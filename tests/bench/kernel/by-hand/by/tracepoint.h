/* work() on the tracepoint sys_enter, which runs its callbacks with preemption off. */
#include <linux/tracepoint.h>

static struct tracepoint *found;

static void entered(void *data, struct pt_regs *regs, long id)
{
	work(id);
}

static void look(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "sys_enter"))
		found = tracepoint;
}

static int attach(void)
{
	for_each_kernel_tracepoint(look, NULL);
	return found ? tracepoint_probe_register(found, entered, NULL) : -ENOENT;
}

static void detach(void)
{
	tracepoint_probe_unregister(found, entered, NULL);
	tracepoint_synchronize_unregister();
}

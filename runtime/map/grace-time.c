#include <linux/jiffies.h>

/* A point in time; handlers that were under way then, which run with preemption off, have ended some time later. */
struct tapc_grace {
	unsigned long state;
};

static void tapc_grace_start(struct tapc_grace *grace)
{
	grace->state = jiffies;
}

/* Whether they have all ended: the kernel takes a processor that is so long in one place for stuck. */
static bool tapc_grace_over(const struct tapc_grace *grace)
{
	return time_after(jiffies, grace->state + 60 * HZ);
}

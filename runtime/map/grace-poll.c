#include <linux/rcupdate.h>

/* A point in time; handlers that were under way then, which run with preemption off, have ended some time later. */
struct tapc_grace {
	unsigned long state;
};

static void tapc_grace_start(struct tapc_grace *grace)
{
	grace->state = get_state_synchronize_rcu();
}

/* Whether they have all ended. Asks, never waits. */
static bool tapc_grace_over(const struct tapc_grace *grace)
{
	return poll_state_synchronize_rcu(grace->state);
}

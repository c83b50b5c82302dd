#include <linux/bitops.h>
#include <linux/rcupdate.h>

/* For process context: one after the other. Hardly anybody ever waits; who does, waits in steps of a grace period. */
static void tapc_turn_take(unsigned long *turn)
{
	while (test_and_set_bit_lock(0, turn))
		synchronize_rcu();
}

static void tapc_turn_give(unsigned long *turn)
{
	clear_bit_unlock(0, turn);
}

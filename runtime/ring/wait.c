#include <linux/jiffies.h>
#include <linux/module.h>

/* Waiting was in vain with this tail: no more of it until the reader moves. */
static unsigned long tapc_stuck_tail = ULONG_MAX;

/* For process context: waits until the reader moves the tail; false where it does not within five seconds. */
static bool tapc_ring_wait(struct tapc_cpu *cpu, unsigned long tail)
{
	int round;

	complete(&tapc_begun);
	if (xchg(&tapc_sleeping, false))
		tapc_wake();
	for (round = 0; round < 250 && tail != tapc_stuck_tail && module_is_live(THIS_MODULE); round++) {
		if (READ_ONCE(cpu->tail) != tail)
			return true;
		tapc_sleep(HZ / 50);
	}
	tapc_stuck_tail = tail;
	return false;
}

/* Before a handler that prints in place: half of the ring is free, if somebody reads. */
static void tapc_ring_make_room(void)
{
	while (tapc_cpus->head - READ_ONCE(tapc_cpus->tail) > tapc_ring_size / 2)
		if (!tapc_ring_wait(tapc_cpus, READ_ONCE(tapc_cpus->tail)))
			return;
}

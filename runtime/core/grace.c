#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

/* A point in time; handlers that were under way then, which run with preemption off, have ended some time later. */
struct tapc_grace {
	unsigned long state;	/* how many had been asked for */
};

/* How many are asked for, and how many of these are over. */
static atomic_long_t tapc_graces_asked;
static unsigned long tapc_graces_over;

/* One wait is good for all that were asked for before it. */
static void tapc_graces_wait(struct work_struct *unused)
{
	unsigned long asked = atomic_long_read(&tapc_graces_asked);

	synchronize_rcu();
	smp_store_release(&tapc_graces_over, asked);
}

static DECLARE_WORK(tapc_graces_work, tapc_graces_wait);

/* Where work can be queued, which not every hit may do. */
static void tapc_graces_kick(struct irq_work *unused)
{
	queue_work(system_long_wq, &tapc_graces_work);
}

static DEFINE_IRQ_WORK(tapc_graces_kicker, tapc_graces_kick);

/* Any context. */
static void tapc_grace_start(struct tapc_grace *grace)
{
	grace->state = atomic_long_inc_return(&tapc_graces_asked);
	irq_work_queue(&tapc_graces_kicker);
}

/* Whether they have all ended. Asks, never waits. */
static bool tapc_grace_over(const struct tapc_grace *grace)
{
	return (long)(smp_load_acquire(&tapc_graces_over) - grace->state) >= 0;
}

/* When no handler runs any more: on return nothing of this does. */
static void tapc_graces_end(void)
{
	tapc_irq_work_end(&tapc_graces_kicker);
	flush_work(&tapc_graces_work);
}

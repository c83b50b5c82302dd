#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* Somebody wants the script to end; the reader sleeps, in read() on the bell or in poll(). */
static bool tapc_ending, tapc_sleeping;
static DECLARE_COMPLETION(tapc_bell);
static DECLARE_WAIT_QUEUE_HEAD(tapc_pollers);

/* insmod may return. */
static DECLARE_COMPLETION(tapc_opened);

/* The script's life: see the end of this file. */
static void tapc_live(struct work_struct *unused);
static DECLARE_WORK(tapc_work, tapc_live);

/* Out of a hit's context into one where the reader can be woken and work be queued. */
static void tapc_wake_now(struct irq_work *unused)
{
	complete(&tapc_bell);
	wake_up(&tapc_pollers);
	if (READ_ONCE(tapc_ending))
		queue_work(system_long_wq, &tapc_work);
}

static DEFINE_IRQ_WORK(tapc_wake_work, tapc_wake_now);

/* Wakes a sleeping reader: whoever sees it first does. Any context. */
static noinline void tapc_wake(void)
{
	if (xchg(&tapc_sleeping, false))
		irq_work_queue(&tapc_wake_work);
}

/* exit(): no handler starts any more; when those that run are through, the script ends. Any context. */
static void tapc_exit(struct tapc_hit *unused)
{
	if (xchg(&tapc_ending, true))
		return;
	cmpxchg(&tapc_state, TAPC_RUNNING, TAPC_STOPPING);
	irq_work_queue(&tapc_wake_work);
}

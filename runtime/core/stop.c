#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* The script's life; insmod waits until it has been opened. */
static void tapc_live(struct work_struct *unused);
static DECLARE_WORK(tapc_work, tapc_live);
static DECLARE_COMPLETION(tapc_opened);

/* The reader sleeps: in read() on the bell, in poll() with others of its kind. */
static bool tapc_sleeping;
static DECLARE_COMPLETION(tapc_bell);
static DECLARE_WAIT_QUEUE_HEAD(tapc_pollers);

/* Where a reader can be woken and work be queued, which not every hit may do. */
static void tapc_wake_now(struct irq_work *unused)
{
	complete(&tapc_bell);
	wake_up(&tapc_pollers);
	if (READ_ONCE(tapc_state) == TAPC_STOPPING)
		queue_work(system_long_wq, &tapc_work);
}

static DEFINE_IRQ_WORK(tapc_wake_work, tapc_wake_now);

/* exit(): no handler starts any more; when those that run are through, the script ends. Any context. */
static void tapc_exit(struct tapc_hit *unused)
{
	cmpxchg(&tapc_state, TAPC_STARTING, TAPC_STOPPING);
	cmpxchg(&tapc_state, TAPC_RUNNING, TAPC_STOPPING);
	irq_work_queue(&tapc_wake_work);
}

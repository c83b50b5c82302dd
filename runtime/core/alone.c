#include <linux/module.h>
#include <linux/workqueue.h>

/* Of a script that no event of the kernel hits: its handlers run one after the other, as if there were one CPU. */
#define TAPC_SUM(counter) READ_ONCE(*(unsigned long *)&tapc_cpus->counter)
#define tapc_wake() complete(&tapc_bell)

#define TAPC_CPUS 1

/* Counters, working memory, and behind them the ring: 4 MiB, unless insmod says so. */
static int __init tapc_cpus_create(void)
{
	if (tapc_buffer || !tapc_ring_size)
		tapc_ring_size = roundup_pow_of_two(clamp(tapc_buffer ?: 4, 1, 256)) << 20;
	tapc_cpus = vzalloc(sizeof(*tapc_cpus) + tapc_ring_size);
	if (!tapc_cpus)
		return -ENOMEM;
	tapc_cpus->ring = (char *)(tapc_cpus + 1);
	return 0;
}

/* exit(): when the handler that runs is through, the script ends. */
static void tapc_exit(struct tapc_hit *unused)
{
	cmpxchg(&tapc_state, TAPC_STARTING, TAPC_ENDING);
	cmpxchg(&tapc_state, TAPC_RUNNING, TAPC_ENDING);
	queue_work(system_long_wq, &tapc_work);
}

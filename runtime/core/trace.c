#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/seq_file.h>

/* Bit 0: somebody is reading; others are sent away. */
static unsigned long tapc_reading;

/* Waits for the oldest record. NULL: there will never be one again. */
static void *tapc_trace_start(struct seq_file *file, loff_t *unused)
{
	struct tapc_entry *entry;
	bool done;

	if (test_and_set_bit_lock(0, &tapc_reading))
		return ERR_PTR(-EBUSY);
	for (;;) {
		xchg(&tapc_sleeping, true);
		done = smp_load_acquire(&tapc_state) == TAPC_DONE;
		entry = tapc_ring_next();
		if (entry || done)
			return entry;
		if (file->file->f_flags & O_NONBLOCK)
			return ERR_PTR(-EAGAIN);
		/* Not for long: a hit looks whether we sleep without a barrier, and may have missed us. */
		if (wait_for_completion_interruptible_timeout(&tapc_bell, HZ / 10) < 0)
			return ERR_PTR(-ERESTARTSYS);
	}
}

static void *tapc_trace_next(struct seq_file *file, void *entry, loff_t *index)
{
	++*index;
	tapc_ring_take(tapc_from);
	return tapc_ring_next();
}

static void tapc_trace_stop(struct seq_file *file, void *entry)
{
	if (entry != ERR_PTR(-EBUSY))
		clear_bit_unlock(0, &tapc_reading);
}

static int tapc_trace_show(struct seq_file *file, void *entry)
{
	struct tapc_text text = { };

	text.size = seq_get_buf(file, &text.data);
	tapc_render_entry(&text, entry);
	seq_commit(file, text.used < text.size ? text.used : -1);
	return 0;
}

static const struct seq_operations tapc_trace_seq = {
	.start = tapc_trace_start, .next = tapc_trace_next, .stop = tapc_trace_stop, .show = tapc_trace_show,
};

static int tapc_trace_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &tapc_trace_seq);
}

static __poll_t tapc_trace_poll(struct file *file, poll_table *table)
{
	struct seq_file *text = file->private_data;
	struct tapc_cpu *cpu = tapc_cpus;

	poll_wait(file, &tapc_pollers, table);
	xchg(&tapc_sleeping, true);
	/* A tick later no hit can have missed us. */
	wait_for_completion_interruptible_timeout(&tapc_bell, 1);
	while (cpu < tapc_cpus + nr_cpu_ids && READ_ONCE(cpu->head) == READ_ONCE(cpu->tail))
		cpu++;
	if (cpu < tapc_cpus + nr_cpu_ids || text->count || READ_ONCE(tapc_state) == TAPC_DONE)
		return EPOLLIN | EPOLLRDNORM;
	return 0;
}

static const struct file_operations tapc_trace_file = {
	.owner = THIS_MODULE,
	.open = tapc_trace_open,
	.read = seq_read,
	.poll = tapc_trace_poll,
	.release = seq_release,
};

#include <linux/fs.h>
#include <linux/poll.h>

/* Text that waits to be read: the page from `taken` to `used`. */
#define TAPC_PAGE 32768
static char tapc_page[TAPC_PAGE];
static size_t tapc_page_used, tapc_page_skip;
static loff_t tapc_page_taken;

/* Bit 0: somebody reads; the others are sent away. */
static unsigned long tapc_reading;

/* Fills the page with whole records' text; one that is longer than a page comes out page by page. */
static void tapc_page_fill(void)
{
	struct tapc_text text = { .data = tapc_page, .size = TAPC_PAGE, .skip = tapc_page_skip };
	struct tapc_entry *entry;
	struct tapc_cpu *cpu;
	size_t whole = 0;

	while ((entry = tapc_ring_next(&cpu))) {
		tapc_render_entry(&text, entry);
		if (text.used > text.skip + text.size)
			break;
		whole = text.used;
		tapc_ring_release(cpu, entry);
	}
	tapc_page_skip = entry && !whole ? text.skip + text.size : 0;
	tapc_page_used = tapc_page_skip ? text.size : whole - min(whole, text.skip);
	tapc_page_taken = 0;
}

/* There is text, or there will never be any more; or else the next record will ring the bell. */
static bool tapc_readable(void)
{
	bool done;

	if (tapc_page_taken < tapc_page_used)
		return true;
	xchg(&tapc_sleeping, true);
	done = smp_load_acquire(&tapc_state) == TAPC_DONE;
	tapc_page_fill();
	return tapc_page_used || done;
}

static ssize_t tapc_trace_read(struct file *file, char __user *to, size_t size, loff_t *unused)
{
	ssize_t result = 0;

	if (test_and_set_bit_lock(0, &tapc_reading))
		return -EBUSY;
	while (!result && !tapc_readable()) {
		/* Not for long: a hit looks at tapc_sleeping without a barrier, so it may have missed us. */
		if (file->f_flags & O_NONBLOCK)
			result = -EAGAIN;
		else if (wait_for_completion_interruptible_timeout(&tapc_bell, HZ / 10) < 0)
			result = -ERESTARTSYS;
	}
	if (!result)
		result = simple_read_from_buffer(to, size, &tapc_page_taken, tapc_page, tapc_page_used);
	clear_bit_unlock(0, &tapc_reading);
	return result;
}

static __poll_t tapc_trace_poll(struct file *file, poll_table *table)
{
	__poll_t mask = 0;

	poll_wait(file, &tapc_pollers, table);
	if (test_and_set_bit_lock(0, &tapc_reading))
		return 0;
	/* The same here: a tick later nobody can have missed us. */
	if (tapc_readable() ||
	    (wait_for_completion_interruptible_timeout(&tapc_bell, 1), tapc_readable()))
		mask = EPOLLIN | EPOLLRDNORM;
	clear_bit_unlock(0, &tapc_reading);
	return mask;
}

static const struct file_operations tapc_trace_file = {
	.owner = THIS_MODULE,
	.read = tapc_trace_read,
	.poll = tapc_trace_poll,
};

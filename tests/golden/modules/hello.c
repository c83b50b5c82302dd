// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from hello.stp by tapc 0.0.0-test,
 * for Linux 6.1.0-56-amd64 (x86_64).
 *	make -C /lib/modules/6.1.0-56-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define TAPC_SCRIPT "hello.stp"
#define TAPC_PROBES 1	/* handlers */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */

/* What is counted of each probe: hits not served, by reason; all of them; those that ended in an error; time. */
enum tapc_counter {
	TAPC_SKIP_ROOM, TAPC_SKIP_SCRATCH, TAPC_SKIP_LOCK, TAPC_SKIP_REENTRY, TAPC_SKIP_RECURSION, TAPC_SKIP_OVERLOAD,
	TAPC_SKIPS, TAPC_HITS = TAPC_SKIPS, TAPC_FAILURES, TAPC_CYCLES, TAPC_LEAST, TAPC_MOST, TAPC_LATE, TAPC_COUNTERS
};

/* What one CPU has for itself, at any depth of nesting; tail and records are the reader's. */
struct tapc_cpu {
	unsigned long head;		/* ring: where the next record goes; only grows */
	char *ring;
	local_t dropped, truncated;	/* records, strings */
	local_t counts[TAPC_PROBES][TAPC_COUNTERS];
	unsigned long tail ____cacheline_aligned, records;	/* ring: what has been read */
};
static struct tapc_cpu *tapc_cpus;	/* by their numbers */

/* Bytes of each ring, a power of two; 0 until it is known. Where insmod says MiB, so many, or more. */
static unsigned int tapc_ring_size __ro_after_init = TAPC_BUFFER;
static int tapc_buffer;
module_param_named(buffer, tapc_buffer, int, 0444);
MODULE_PARM_DESC(buffer, "MiB of output that wait on each CPU");

/* A handler: what pp() says, the probe point as written, file:line:column. */
struct tapc_probe {
	const char *point, *written, *where;
};
static const struct tapc_probe tapc_probes[TAPC_PROBES];

/* Where values come from: a record's payload, or an array with pointers to strings. */
struct tapc_values {
	const char *at;
};

/* A stretch of a format: text, which may have NULs in it, or how to render a value. A table of them ends with an empty one. */
struct tapc_piece {
	const char *text;
	void (*put)(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values);
	int width, precision;
};
#define TAPC_TEXT(literal) .text = literal, .width = sizeof(literal) - 1

/* A record in the ring. */
struct tapc_entry {
	u32 length;		/* all of it, a multiple of 8; 0 until it is whole */
	const struct tapc_piece *format;
	char payload[];
};

/* One run of a handler, on the stack of its caller. */
struct tapc_hit {
	struct tapc_cpu *cpu;
	local_t *counts;
	bool skipped, waits, numbered;
};

static enum tapc_state {
	TAPC_STARTING, TAPC_RUNNING, TAPC_RESTING, TAPC_STOPPING, TAPC_ENDING, TAPC_DONE
} tapc_state;

/* A begin, end or error handler: nothing else runs, so it has the first CPU's memory wherever it is. */
static void tapc_process(const struct tapc_probe *probe, void (*handler)(struct tapc_hit *hit))
{
	struct tapc_hit hit = {
		.cpu = tapc_cpus,
		.counts = tapc_cpus->counts[probe - tapc_probes],
	};

	local_inc(&hit.counts[TAPC_HITS]);
	handler(&hit);
}

/* Counts a hit that could not be served, once: the first reason stands. */
static void tapc_skip(struct tapc_hit *hit, enum tapc_counter reason)
{
	if (!hit->skipped)
		local_inc(&hit->counts[reason]);
	hit->skipped = true;
}

/* Begins and ends the script; insmod waits until it has begun. The reader sleeps until the bell rings. */
static void tapc_live(struct work_struct *unused);
static DECLARE_WORK(tapc_work, tapc_live);
static DECLARE_COMPLETION(tapc_begun);
static DECLARE_COMPLETION(tapc_bell);
static bool tapc_sleeping;

/* Of a script that no event of the kernel hits: its handlers run one after the other, as if there were one CPU. */
#define TAPC_SUM(counter) READ_ONCE(*(unsigned long *)&tapc_cpus->counter)
#define tapc_wake() complete(&tapc_bell)

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

/* Whose the stream is, from the first read until the file is closed; others are sent away. */
static const struct file *tapc_reader;
static struct dentry *tapc_files;	/* the module's folder in debugfs */

#define TAPC_PADDING 1u	/* added to the length of what only fills a gap */
static __always_inline struct tapc_entry *tapc_ring_at(struct tapc_cpu *cpu, unsigned long place)
{
	return (struct tapc_entry *)(cpu->ring + (place & (tapc_ring_size - 1)));
}

/* Takes the oldest record away; the room goes back cleared. */
static void tapc_ring_drop(void)
{
	struct tapc_entry *entry = tapc_ring_at(tapc_cpus, tapc_cpus->tail);
	u32 length = entry->length & ~TAPC_PADDING;

	tapc_cpus->records += entry->length == length;
	memset(entry, 0, length);
	smp_store_release(&tapc_cpus->tail, tapc_cpus->tail + length);
}

/* The oldest record; NULL where there is none yet. */
static struct tapc_entry *tapc_ring_next(void)
{
	u32 length;

	while ((length = smp_load_acquire(&tapc_ring_at(tapc_cpus, tapc_cpus->tail)->length)) & TAPC_PADDING)
		tapc_ring_drop();
	return length ? tapc_ring_at(tapc_cpus, tapc_cpus->tail) : NULL;
}

/* Waits for the oldest record; NULL when there will never be one again. */
static void *tapc_trace_start(struct seq_file *file, loff_t *unused)
{
	const struct file *reader = cmpxchg(&tapc_reader, NULL, file->file);
	struct tapc_entry *entry;
	bool done;

	if (reader && reader != file->file)
		return ERR_PTR(-EBUSY);
	for (;;) {
		xchg(&tapc_sleeping, true);
		done = smp_load_acquire(&tapc_state) == TAPC_DONE;
		entry = tapc_ring_next();
		if (entry || done)
			return entry;
		if (file->file->f_flags & O_NONBLOCK)
			return ERR_PTR(-EAGAIN);
		/* Not for long: hits look whether we sleep without a barrier, and one may have missed it. */
		if (wait_for_completion_interruptible_timeout(&tapc_bell, HZ / 10) < 0)
			return ERR_PTR(-ERESTARTSYS);
	}
}

/* Nothing to give would be the end of the file, and records may be empty: then the next one is waited for. */
static void *tapc_trace_next(struct seq_file *file, void *entry, loff_t *index)
{
	++*index;
	tapc_ring_drop();
	return file->count ? tapc_ring_next() : tapc_trace_start(file, index);
}

/* Text that does not fit leaves the buffer full, which is how seq_file sees that it is too small. */
static void tapc_text_add(struct seq_file *text, const char *from, size_t n)
{
	n = min(n, text->size - text->count);
	memcpy(text->buf + text->count, from, n);
	text->count += n;
}

static void tapc_render(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	for (; piece->text || piece->put; piece++)
		if (piece->put)
			piece->put(text, piece, values);
		else
			tapc_text_add(text, piece->text, piece->width);
}

static int tapc_trace_show(struct seq_file *text, void *data)
{
	struct tapc_entry *entry = data;

	tapc_render(text, entry->format, &(struct tapc_values){ .at = entry->payload });
	return 0;
}

static void tapc_file_stop(struct seq_file *file, void *unused) { }	/* nothing is held */
static const struct seq_operations tapc_trace_sops = {
	.start = tapc_trace_start, .next = tapc_trace_next, .stop = tapc_file_stop, .show = tapc_trace_show,
};

/* The private data of the inode is what shows the file. What has been read is gone: there is no going back to it. */
static int tapc_file_open(struct inode *inode, struct file *file)
{
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD);
	return seq_open(file, inode->i_private);
}

static int tapc_file_release(struct inode *inode, struct file *file)
{
	cmpxchg(&tapc_reader, file, NULL);
	return seq_release(inode, file);
}

static ssize_t tapc_control_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char word[4];

	if (size < 4 || copy_from_user_nofault(word, from, 4) || memcmp(word, "stop", 4))
		return -EINVAL;
	tapc_exit(NULL);
	return size;
}

static const struct file_operations tapc_file_fops = {
	.owner = THIS_MODULE, .open = tapc_file_open, .release = tapc_file_release, .read = seq_read, .write = tapc_control_write,
};

/* Room for a record of at most half the ring; NULL where there is none: output dropped, the hit skipped. */
static struct tapc_entry *tapc_ring_reserve(struct tapc_hit *hit, unsigned int length,
					    const struct tapc_piece *format)
{
	struct tapc_cpu *cpu = hit->cpu;
	unsigned long gap = -cpu->head & (tapc_ring_size - 1);
	struct tapc_entry *entry;

	if (gap >= length)
		gap = 0;
	if (cpu->head + gap + length - smp_load_acquire(&cpu->tail) > tapc_ring_size) {
		local_inc(&cpu->dropped);
		tapc_skip(hit, TAPC_SKIP_ROOM);
		return NULL;
	}
	if (gap)
		smp_store_release(&tapc_ring_at(cpu, cpu->head)->length, gap | TAPC_PADDING);
	entry = tapc_ring_at(cpu, cpu->head + gap);
	entry->format = format;
	cpu->head += gap + length;
	return entry;
}

/* Lets the reader have a record, and wakes it: whoever sees it asleep first does. */
static __always_inline void tapc_ring_publish(struct tapc_entry *entry, unsigned int length)
{
	smp_store_release(&entry->length, length);
	if (unlikely(data_race(tapc_sleeping)) && xchg(&tapc_sleeping, false))
		tapc_wake();
}

/* Prints what has no values, in place: for handlers that print at most once. */
static void tapc_print_text(struct tapc_hit *hit, const struct tapc_piece *format)
{
	struct tapc_entry *entry = tapc_ring_reserve(hit, sizeof(*entry), format);

	if (entry)
		tapc_ring_publish(entry, sizeof(*entry));
}

static const struct tapc_piece fmt_1[] = { { TAPC_TEXT("hello\n") }, { } };

/* function exit() -- logging.stp:4:1 */
static void fn_exit(struct tapc_hit *hit)
{
	tapc_exit(hit);
}

/* probe begin -- hello.stp:1:7 */
static void tapc_handler_0(struct tapc_hit *hit)
{
	tapc_print_text(hit, fmt_1);
	fn_exit(hit);
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "begin", "begin", "hello.stp:1:7" },
};

static int tapc_status_show(struct seq_file *file, void *unused)
{
	static const char *const states[] = { "starting", "running", "resting", "stopping", "stopping", "done" };
	unsigned long probe, hits, room, scratch;

	seq_printf(file, "module %s\nscript %s\nstate %s\n", KBUILD_MODNAME, TAPC_SCRIPT, states[tapc_state]);
	seq_printf(file, "output records %lu bytes %lu dropped %lu\nstrings truncated %lu\n",
		   TAPC_SUM(records), TAPC_SUM(tail), TAPC_SUM(dropped), TAPC_SUM(truncated));
	for (probe = 0; probe < TAPC_PROBES; probe++) {
		hits = TAPC_SUM(counts[probe][TAPC_HITS]);
		room = TAPC_SUM(counts[probe][TAPC_SKIP_ROOM]);
		scratch = TAPC_SUM(counts[probe][TAPC_SKIP_SCRATCH]);
		seq_printf(file, "probe %lu hits=%lu recorded=%lu errors=%lu missed=0 skipped=%lu", probe, hits,
			   hits - room - scratch, TAPC_SUM(counts[probe][TAPC_FAILURES]), room + scratch);
		if (room + scratch)
			seq_printf(file, " room=%lu scratch=%lu", room, scratch);
		seq_printf(file, " where=%s point=%s\n", tapc_probes[probe].where, tapc_probes[probe].written);
	}
	return 0;
}

static void *tapc_status_start(struct seq_file *file, loff_t *at)
{
	return *at ? NULL : SEQ_START_TOKEN;
}

static void *tapc_status_next(struct seq_file *file, void *unused, loff_t *at)
{
	++*at;
	return NULL;
}

static const struct seq_operations tapc_status_sops = {
	.start = tapc_status_start, .next = tapc_status_next, .stop = tapc_file_stop, .show = tapc_status_show,
};

/* A work item: never twice at a time. */
static void tapc_live(struct work_struct *unused)
{
	static bool begun;

	if (!xchg(&begun, true)) {
		tapc_process(&tapc_probes[0], tapc_handler_0);
		cmpxchg(&tapc_state, TAPC_STARTING, TAPC_RUNNING);
		complete(&tapc_begun);
	}
	if (READ_ONCE(tapc_state) == TAPC_ENDING) {
		smp_store_release(&tapc_state, TAPC_DONE);
		complete(&tapc_bell);
	}
}

static int __init tapc_load(void)
{
	int error = tapc_cpus_create();
	struct dentry *folder;

	if (error)
		return error;
	folder = debugfs_lookup("tapc", NULL);	/* every module's: the first one makes it, and it stays */
	if (!folder) {
		debugfs_create_dir("tapc", NULL);
		folder = debugfs_lookup("tapc", NULL);
	}
	tapc_files = debugfs_create_dir(KBUILD_MODNAME, folder);
	path_put(&(struct path){ .dentry = folder });	/* as dput(), which would be one symbol more */
	if (IS_ERR(tapc_files)) {
		vfree(tapc_cpus);
		return PTR_ERR(tapc_files);
	}
	queue_work(system_long_wq, &tapc_work);
	debugfs_create_file_unsafe("status", 0400, tapc_files, (void *)&tapc_status_sops, &tapc_file_fops);
	debugfs_create_file_unsafe("control", 0200, tapc_files, (void *)&tapc_status_sops, &tapc_file_fops);
	debugfs_create_file_unsafe("trace", 0400, tapc_files, (void *)&tapc_trace_sops, &tapc_file_fops);
	wait_for_completion_interruptible_timeout(&tapc_begun, MAX_SCHEDULE_TIMEOUT);
	return 0;
}

static void __exit tapc_unload(void)
{
	tapc_exit(NULL);
	flush_work(&tapc_work);
	debugfs_remove(tapc_files);
	vfree(tapc_cpus);
}

module_init(tapc_load);
module_exit(tapc_unload);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("hello.stp");

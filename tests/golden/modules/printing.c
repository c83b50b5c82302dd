// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from printing.stp by tapc 0.0.0-test,
 * for Linux 6.1.0-56-amd64 (x86_64).
 *	make -C /lib/modules/6.1.0-56-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <asm/word-at-a-time.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define TAPC_SCRIPT "printing.stp"
#define TAPC_PROBES 1	/* handlers */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_SCRATCH (4 * 2 * TAPC_STRLEN)	/* bytes of working memory on each CPU */

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
	unsigned int used, kept;	/* scratch: frames from below, texts of errors from above */
	local_t counts[TAPC_PROBES][TAPC_COUNTERS];
	char scratch[TAPC_SCRATCH] __aligned(8);
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
	const s64 *args;
};

/* A stretch of a format: text, which may have NULs in it, or how to render a value. A table of them ends with an empty one. */
struct tapc_piece {
	const char *text;
	void (*put)(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values);
	int width, precision;
	unsigned int flags;
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
	void (*finish)(struct tapc_hit *hit);	/* when the handler is through; what is below is set with it */
	char *copy;				/* of an error's text, where there has to be one */
	struct tapc_entry *group;		/* output gathered so far */
	unsigned int group_size, group_used;
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
		.waits = true,
	};

	local_inc(&hit.counts[TAPC_HITS]);
	handler(&hit);
	if (hit.finish)
		hit.finish(&hit);
}

/* Counts a hit that could not be served, once: the first reason stands. */
static void tapc_skip(struct tapc_hit *hit, enum tapc_counter reason)
{
	if (!hit->skipped)
		local_inc(&hit->counts[reason]);
	hit->skipped = true;
}

/* Counts a string that did not fit. */
static inline void tapc_truncated(struct tapc_hit *hit)
{
	local_inc(&hit->cpu->truncated);
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

/* Never comes. */
static DECLARE_COMPLETION(tapc_never);

/* For process context: other tasks get the CPU for so many jiffies; a signal ends it. */
static void tapc_sleep(unsigned long jiffies_more)
{
	wait_for_completion_interruptible_timeout(&tapc_never, jiffies_more);
}

/*
 * Working memory, last in first out. A nested hit gives back all it took before the outer one goes on,
 * so plain loads and stores will do. NULL counts the hit as skipped.
 */
static void *tapc_frame_push(struct tapc_hit *hit, unsigned int bytes)
{
	struct tapc_cpu *cpu = hit->cpu;
	unsigned int used = cpu->used;

	bytes = ALIGN(bytes, 8);
	if (unlikely(bytes > TAPC_SCRATCH - cpu->kept - used)) {
		tapc_skip(hit, TAPC_SKIP_SCRATCH);
		return NULL;
	}
	WRITE_ONCE(cpu->used, used + bytes);
	return cpu->scratch + used;
}

static inline void tapc_frame_pop(struct tapc_hit *hit, const void *frame)
{
	WRITE_ONCE(hit->cpu->used, (const char *)frame - hit->cpu->scratch);
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

/* Room before `end`, where this CPU's last reservation ended, that was not needed: it goes back, or is padding where another record came behind it. */
static __always_inline void tapc_ring_give_back(struct tapc_cpu *cpu, char *end, unsigned int rest)
{
	unsigned long head = READ_ONCE(cpu->head);

	/* The ring is not longer than what lies between tail and head: the same place is the same lap. */
	if (tapc_ring_at(cpu, head - 1) != (void *)(end - 1) ||
	    cmpxchg_local(&cpu->head, head, head - rest) != head)
		tapc_ring_publish((struct tapc_entry *)(end - rest), rest | TAPC_PADDING);
}

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

/* What one print contributes to a group. */
struct tapc_member {
	u64 size;		/* with this head */
	const struct tapc_piece *format;
	char payload[];
};

/* Room that a group starts with, its head included. */
#define TAPC_GROUP 512u

/* The payload of a group: how long it is, and its members. */
static void tapc_put_group(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	const char *end = values->at + *(const u64 *)values->at;
	const struct tapc_member *member;
	struct tapc_values inner = { };

	for (values->at += sizeof(u64); values->at < end; values->at += member->size) {
		member = (const struct tapc_member *)values->at;
		inner.at = member->payload;
		tapc_render(text, member->format, &inner);
	}
}

static const struct tapc_piece tapc_group[] = {
	{ .put = tapc_put_group },
	{ }
};

/* Lets the reader have what was gathered. Room that was not needed goes back. */
static void tapc_stage_publish(struct tapc_hit *hit)
{
	struct tapc_cpu *cpu = hit->cpu;
	unsigned int rest = hit->group_size - hit->group_used;

	if (rest)
		tapc_ring_give_back(cpu, (char *)hit->group + hit->group_size, rest);
	*(u64 *)hit->group->payload = hit->group_used - sizeof(*hit->group);
	tapc_ring_publish(hit->group, hit->group_used);
	hit->group = NULL;
}

/* tapc_hit.finish of a handler that has only output left over. */
static void tapc_stage_finish(struct tapc_hit *hit)
{
	if (hit->group)
		tapc_stage_publish(hit);
}

/* Ends a group that cannot go on: a hit's output comes out whole or not at all. */
static void tapc_stage_abandon(struct tapc_hit *hit)
{
	if (hit->group)
		tapc_ring_publish(hit->group, hit->group_size | TAPC_PADDING);
	hit->group = NULL;
}

/* Finds room for `size` more bytes: a larger place, where there was one. */
static bool tapc_stage_grow(struct tapc_hit *hit, unsigned int size)
{
	struct tapc_entry *group, *old = hit->group;
	struct tapc_cpu *cpu = hit->cpu;
	unsigned int used, room;

	/* Nothing runs beside a handler in process context: parts of its output stay together. */
	if (old && hit->waits && hit->group_used + size > tapc_ring_size / 8) {
		tapc_stage_publish(hit);
		old = NULL;
	}
	used = old ? hit->group_used : sizeof(*group) + sizeof(u64);
	room = max(TAPC_GROUP, 2 * (used + size));
	/* With the gap at the ring's end it may take twice the room. */
	while (hit->waits && cpu->head - READ_ONCE(cpu->tail) + 2 * room > tapc_ring_size)
		if (!tapc_ring_wait(cpu, READ_ONCE(cpu->tail)))
			break;
	group = tapc_ring_reserve(hit, room, tapc_group);
	if (!group) {
		tapc_stage_abandon(hit);
		return false;
	}
	if (old) {
		memcpy(group->payload, old->payload, used - sizeof(*group));
		tapc_ring_publish(old, hit->group_size | TAPC_PADDING);
	}
	hit->group = group;
	hit->group_size = room;
	hit->group_used = used;
	return true;
}

/* Not 0 where one of the eight bytes of a word is; the lowest mark is that of the first. */
static __always_inline u64 tapc_nul_marks(u64 word)
{
	return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

/* Whether words can be read at an address: none of them crosses into a page that may not be there. */
static __always_inline bool tapc_is_aligned(const char *at)
{
	return ((unsigned long)at & 7) == 0;
}

/* Bytes before the NUL, at most TAPC_STRLEN. */
static unsigned int tapc_length(const char *text)
{
	unsigned int n = 0;
	u64 marks;

	for (; n + 8 <= TAPC_STRLEN && tapc_is_aligned(text); n += 8) {
		marks = tapc_nul_marks(read_word_at_a_time(text + n));
		if (marks)
			return n + __builtin_ctzll(marks) / 8;
	}
	while (n < TAPC_STRLEN && text[n])
		n++;
	return n;
}

/* Joins two strings; `dst` may be either of them, or both. */
static void tapc_concat(struct tapc_hit *hit, char *dst, const char *a, const char *b)
{
	unsigned int head = min_t(unsigned int, tapc_length(a), TAPC_STRLEN - 1);
	unsigned int all = tapc_length(b);
	unsigned int tail = min_t(unsigned int, all, TAPC_STRLEN - 1 - head);
	unsigned int i;

	dst[head + tail] = '\0';
	for (i = tail; i; i--)
		dst[head + i - 1] = b[i - 1];
	for (i = 0; i < head && dst != a; i++)
		dst[i] = a[i];
	if (tail < all)
		tapc_truncated(hit);
}

/* Takes the value that stands before; any number can be meant by a precision. */
#define TAPC_FROM_ARGUMENT (-1)
#define TAPC_PRECISION(n) ((n) + 1)

/* Flags of a conversion. */
#define TAPC_LEFT 1u
#define TAPC_PLUS 2u
#define TAPC_SPACE 4u
#define TAPC_ALTERNATE 8u
#define TAPC_ZERO 16u

/* What n bytes take in a record. */
#define TAPC_ROUND(n) (((n) + 7u) & ~7u)

static void tapc_text_fill(struct seq_file *text, char c, s64 n)
{
	for (; n > 0; n--)
		tapc_text_add(text, &c, 1);
}

/* Bytes before the NUL. READ_ONCE() keeps the compiler from making a call of it. */
static size_t tapc_text_length(const char *text)
{
	const char *end = text;

	while (READ_ONCE(*end))
		end++;
	return end - text;
}

static void tapc_text_string(struct seq_file *text, const char *from)
{
	tapc_text_add(text, from, tapc_text_length(from));
}

static s64 tapc_next_long(struct tapc_values *values)
{
	s64 value;

	if (values->args)
		return *values->args++;
	value = *(const s64 *)values->at;
	values->at += sizeof(value);
	return value;
}

static const char *tapc_next_string(struct tapc_values *values)
{
	const char *string = values->at;

	if (values->args)
		return (const char *)(long)*values->args++;
	values->at += TAPC_ROUND(tapc_text_length(string) + 1);
	return string;
}

/* The record that a handler is writing, and where its next value goes. */
struct tapc_record {
	struct tapc_entry *entry;
	char *at;
};

/* Bytes that a string takes, with its NUL; longer ones are cut. */
static inline unsigned int tapc_size(const char *string)
{
	return min_t(unsigned int, tapc_length(string), TAPC_STRLEN - 1) + 1;
}

static __always_inline void tapc_add_long(struct tapc_record *record, s64 value)
{
	*(s64 *)record->at = value;
	record->at += sizeof(value);
}

/* `size` is what tapc_size() said of it; should it have changed since, it ends there all the same. */
static inline void tapc_add_string(struct tapc_record *record, const char *string, unsigned int size)
{
	unsigned int n;

	if (tapc_is_aligned(string)) {
		for (n = 0; n < size; n += 8)
			*(u64 *)(record->at + n) = read_word_at_a_time(string + n);
	} else {
		memcpy(record->at, string, size - 1);
	}
	record->at[size - 1] = '\0';
	record->at += TAPC_ROUND(size);
}

/* A record among others, which come out together when the handler ends. False when there is no room; counted. */
static bool tapc_stage_begin(struct tapc_hit *hit, struct tapc_record *record,
			     const struct tapc_piece *format, unsigned int bytes)
{
	unsigned int size = sizeof(struct tapc_member) + bytes;
	struct tapc_member *member;

	if (hit->skipped && !hit->waits)
		return false;
	if (!hit->finish) {
		hit->finish = tapc_stage_finish;
		hit->copy = NULL;
		hit->group = NULL;
	}
	if ((!hit->group || size > hit->group_size - hit->group_used) && !tapc_stage_grow(hit, size))
		return false;
	member = (struct tapc_member *)((char *)hit->group + hit->group_used);
	member->size = size;
	member->format = format;
	record->at = member->payload;
	hit->group_used += size;
	return true;
}

static inline void tapc_stage_end(struct tapc_hit *hit, struct tapc_record *record)
{
}

static void tapc_stage_text(struct tapc_hit *hit, const struct tapc_piece *format)
{
	struct tapc_record record;

	if (tapc_stage_begin(hit, &record, format, 0))
		tapc_stage_end(hit, &record);
}

/* Wider than this nothing is made. */
#define TAPC_WIDTH_MOST 8192

/* How a value is laid out, once the values of `*` are known. */
struct tapc_layout {
	s64 width;
	s64 precision;		/* -1: none */
	unsigned int flags;
};

static struct tapc_layout tapc_layout_of(const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = {
		.width = piece->width, .precision = (s64)piece->precision - 1, .flags = piece->flags
	};

	if (piece->width == TAPC_FROM_ARGUMENT) {
		layout.width = (s32)tapc_next_long(values);
		if (layout.width < 0) {
			layout.width = -layout.width;
			layout.flags |= TAPC_LEFT;
		}
	}
	if (piece->precision == TAPC_FROM_ARGUMENT)
		layout.precision = max_t(s64, (s32)tapc_next_long(values), 0);
	layout.width = min_t(s64, layout.width, TAPC_WIDTH_MOST);
	layout.precision = min_t(s64, layout.precision, TAPC_WIDTH_MOST);
	return layout;
}

/* 64 bits in octal, the longest there is, and then some. */
#define TAPC_DIGITS 24

/* Digits of n at the end of digits[TAPC_DIGITS]; how many there are. */
static unsigned int tapc_digits(char *digits, u64 n, unsigned int base, char ten)
{
	unsigned int at = TAPC_DIGITS, digit;

	do {
		digit = n % base;
		n /= base;
		digits[--at] = digit < 10 ? '0' + digit : ten + digit - 10;
	} while (n);
	return TAPC_DIGITS - at;
}

static void tapc_put_number(struct seq_file *text, const struct tapc_layout *layout, u64 n,
			    unsigned int base, char ten, const char *prefix)
{
	char digits[TAPC_DIGITS];
	unsigned int count = tapc_digits(digits, n, base, ten);
	s64 zeroes = max_t(s64, layout->precision - count, 0);
	s64 room = layout->width - (s64)tapc_text_length(prefix) - zeroes - count;
	bool left = layout->flags & TAPC_LEFT;

	if (!left && (layout->flags & TAPC_ZERO))
		zeroes += max_t(s64, room, 0);
	else if (!left)
		tapc_text_fill(text, ' ', room);
	tapc_text_string(text, prefix);
	tapc_text_fill(text, '0', zeroes);
	tapc_text_add(text, digits + TAPC_DIGITS - count, count);
	if (left)
		tapc_text_fill(text, ' ', room);
}

/* %d %i */
static void tapc_put_decimal(struct seq_file *text, const struct tapc_piece *piece,
			     struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	s64 n = tapc_next_long(values);
	const char *sign = "";

	if (n < 0)
		sign = "-";
	else if (layout.flags & TAPC_PLUS)
		sign = "+";
	else if (layout.flags & TAPC_SPACE)
		sign = " ";
	tapc_put_number(text, &layout, n < 0 ? -(u64)n : n, 10, 0, sign);
}

/* %u */
static void tapc_put_unsigned(struct seq_file *text, const struct tapc_piece *piece,
			      struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);

	tapc_put_number(text, &layout, tapc_next_long(values), 10, 0, "");
}

/* %x */
static void tapc_put_hex(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0x" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'a', prefix);
}

/* %X */
static void tapc_put_hex_upper(struct seq_file *text, const struct tapc_piece *piece,
			       struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0X" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'A', prefix);
}

/* %p %P */
static void tapc_put_pointer(struct seq_file *text, const struct tapc_piece *piece,
			     struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'a', "0x");
}

/* %o */
static void tapc_put_octal(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 8, 0, prefix);
}

/* Bytes, laid out as %s, %m and %c are. */
static void tapc_put_bytes(struct seq_file *text, const struct tapc_layout *layout, const char *bytes,
			   size_t n)
{
	s64 room = layout->width - (s64)n;

	if (!(layout->flags & TAPC_LEFT))
		tapc_text_fill(text, ' ', room);
	tapc_text_add(text, bytes, n);
	if (layout->flags & TAPC_LEFT)
		tapc_text_fill(text, ' ', room);
	if (layout->flags & TAPC_ZERO)
		tapc_text_fill(text, '\0', 1);
}

/* %s */
static void tapc_put_string(struct seq_file *text, const struct tapc_piece *piece,
			    struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *string = tapc_next_string(values);
	size_t n = 0;

	while (string[n] && n != (size_t)layout.precision)
		n++;
	tapc_put_bytes(text, &layout, string, n);
}

/* What C writes behind a backslash for c; 0 where it writes octal digits. */
static char tapc_char_escape(char c)
{
	static const char escapes[] = "\aa\bb\ff\nn\rr\tt\vv''\\\\";
	const char *at;

	for (at = escapes; *at; at += 2)
		if (*at == c)
			return at[1];
	return 0;
}

/* %c; with # as it would stand in a C character. */
static void tapc_put_char(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	unsigned char c = tapc_next_long(values);
	char escaped[4] = { '\\' };

	layout.flags &= ~TAPC_ZERO;
	escaped[1] = tapc_char_escape(c);
	if (!(layout.flags & TAPC_ALTERNATE)) {
		tapc_put_bytes(text, &layout, (const char *)&c, 1);
	} else if (escaped[1]) {
		tapc_put_bytes(text, &layout, escaped, 2);
	} else if (c >= ' ' && c <= '~') {
		tapc_put_bytes(text, &layout, (const char *)&c, 1);
	} else {
		escaped[1] = '0' + (c >> 6);
		escaped[2] = '0' + (c >> 3 & 7);
		escaped[3] = '0' + (c & 7);
		tapc_put_bytes(text, &layout, escaped, 4);
	}
}

/*
 * Formats into char[TAPC_STRLEN]. `args` has longs as they are, strings by pointer, memory as length and
 * pointer; none of them may be in `dst`.
 */
static void tapc_sprint(struct tapc_hit *hit, char *dst, const struct tapc_piece *format, const s64 *args)
{
	struct seq_file text = { .buf = dst, .size = TAPC_STRLEN };
	struct tapc_values values = { .args = args };

	tapc_render(&text, format, &values);
	if (text.count == text.size) {
		tapc_truncated(hit);
		text.count--;
	}
	dst[text.count] = '\0';
}

static const struct tapc_piece fmt_1[] = {
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_decimal, .width = 5 },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_unsigned, .width = 8, .flags = TAPC_LEFT },
	{ TAPC_TEXT("| ") },
	{ .put = tapc_put_hex, .flags = TAPC_ALTERNATE },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_hex_upper, .width = 8, .flags = TAPC_ZERO },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_octal, .flags = TAPC_PLUS },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_char },
	{ TAPC_TEXT(" %\n") },
	{ }
};

static const struct tapc_piece fmt_2[] = {
	{ TAPC_TEXT("all ") },
	{ .put = tapc_put_string, .precision = TAPC_PRECISION(3) },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_string, .width = TAPC_FROM_ARGUMENT },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_pointer },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_3[] = { { TAPC_TEXT("1, two, 3\n") }, { } };

static const struct tapc_piece fmt_4[] = { { TAPC_TEXT("7-seven") }, { } };

static const struct tapc_piece fmt_5[] = { { .put = tapc_put_string }, { } };

struct tapc_frame_0 {
	char s1[TAPC_STRLEN];
};

/* probe begin -- printing.stp:2:7 */
static void tapc_handler_0(struct tapc_hit *hit)
{
	struct tapc_frame_0 *frame;
	struct tapc_record record;
	unsigned int size;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	/* printf("%d %5i %-8u| %#x %08X %+o %c %%\n", -1, 2, 3, 4, 5, 6, 65) */
	if (tapc_stage_begin(hit, &record, fmt_1, 56)) {
		tapc_add_long(&record, -1);
		tapc_add_long(&record, 2);
		tapc_add_long(&record, 3);
		tapc_add_long(&record, 4);
		tapc_add_long(&record, 5);
		tapc_add_long(&record, 6);
		tapc_add_long(&record, 65);
		tapc_stage_end(hit, &record);
	}
	/* printf("%s %.3s %*s %p\n", "all", "some of it", 10, "wide", 4096) */
	if (tapc_stage_begin(hit, &record, fmt_2, 40)) {
		tapc_add_string(&record, "some of it", 11);
		tapc_add_long(&record, 10);
		tapc_add_string(&record, "wide", 5);
		tapc_add_long(&record, 4096);
		tapc_stage_end(hit, &record);
	}
	tapc_stage_text(hit, fmt_3);
	/* print(sprintf("%d-%s", 7, "seven") . "\n") */
	tapc_sprint(hit, frame->s1, fmt_4, NULL);
	tapc_concat(hit, frame->s1, frame->s1, "\n");
	size = tapc_size(frame->s1);
	if (tapc_stage_begin(hit, &record, fmt_5, TAPC_ROUND(size))) {
		tapc_add_string(&record, frame->s1, size);
		tapc_stage_end(hit, &record);
	}
	tapc_frame_pop(hit, frame);
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "begin", "begin", "printing.stp:2:7" },
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
MODULE_DESCRIPTION("printing.stp");

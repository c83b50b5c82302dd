// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from language.stp by tapc 0.0.0-test,
 * for Linux 6.1.0-56-amd64 (x86_64).
 *	make -C /lib/modules/6.1.0-56-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <asm/word-at-a-time.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define TAPC_SCRIPT "language.stp"
#define TAPC_PROBES 1	/* handlers */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_ACTIONS 1000	/* statements of loops that one hit may run */
#define TAPC_ACTIONS_INTERRUPTIBLE (10 * TAPC_ACTIONS)	/* the same for begin, end and error */
#define TAPC_NESTING 10	/* depth of recursive calls */
#define TAPC_ENTRIES 2048	/* entries of an array */
#define TAPC_ERRORS 0	/* run-time errors before the script stops */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_SCRATCH (4 * 4 * TAPC_STRLEN)	/* bytes of working memory on each CPU */

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
	const char *error, *place;		/* run-time error nobody has caught, and where */
	s64 number;				/* goes with the text, if `numbered` */
	unsigned int budget, reserve;		/* actions left; those that come in turns, where `waits` */
	unsigned short nesting;			/* recursive calls under way */
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
		.reserve = TAPC_ACTIONS_INTERRUPTIBLE,
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

/* The script ends by an error: `error` handlers run, `end` handlers do not. */
static bool tapc_failed;

/* Errors that nobody caught. */
static atomic_t tapc_errors;

/* How a value is laid out, once the values of `*` are known. */
struct tapc_layout {
	s64 width;
	s64 precision;		/* -1: none */
	unsigned int flags;
};

/* Takes the value that stands before; any number can be meant by a precision. */
#define TAPC_FROM_ARGUMENT (-1)
#define TAPC_PRECISION(n) ((n) + 1)

static s64 tapc_next_long(struct tapc_values *values)
{
	s64 value;

	if (values->args)
		return *values->args++;
	value = *(const s64 *)values->at;
	values->at += sizeof(value);
	return value;
}

/* Flags of a conversion. */
#define TAPC_LEFT 1u
#define TAPC_PLUS 2u
#define TAPC_SPACE 4u
#define TAPC_ALTERNATE 8u
#define TAPC_ZERO 16u

/* Wider than this nothing is made. */
#define TAPC_WIDTH_MOST 8192

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

/* What n bytes take in a record. */
#define TAPC_ROUND(n) (((n) + 7u) & ~7u)

/* Bytes before the NUL. READ_ONCE() keeps the compiler from making a call of it. */
static size_t tapc_text_length(const char *text)
{
	const char *end = text;

	while (READ_ONCE(*end))
		end++;
	return end - text;
}

static const char *tapc_next_string(struct tapc_values *values)
{
	const char *string = values->at;

	if (values->args)
		return (const char *)(long)*values->args++;
	values->at += TAPC_ROUND(tapc_text_length(string) + 1);
	return string;
}

/* Text that does not fit leaves the buffer full, which is how seq_file sees that it is too small. */
static void tapc_text_add(struct seq_file *text, const char *from, size_t n)
{
	n = min(n, text->size - text->count);
	memcpy(text->buf + text->count, from, n);
	text->count += n;
}

static void tapc_text_fill(struct seq_file *text, char c, s64 n)
{
	for (; n > 0; n--)
		tapc_text_add(text, &c, 1);
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

static const struct tapc_piece tapc_error_text[] = {
	{ .put = tapc_put_string },
	{ }
};

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

static void tapc_text_string(struct seq_file *text, const char *from)
{
	tapc_text_add(text, from, tapc_text_length(from));
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

/* %x */
static void tapc_put_hex(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0x" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'a', prefix);
}

static const struct tapc_piece tapc_error_number[] = {
	{ .put = tapc_put_string },
	{ .put = tapc_put_hex, .flags = TAPC_ALTERNATE },
	{ }
};

static void tapc_render(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	for (; piece->text || piece->put; piece++)
		if (piece->put)
			piece->put(text, piece, values);
		else
			tapc_text_add(text, piece->text, piece->width);
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

/* The error's text, its number behind it, into char[TAPC_STRLEN]. */
static void tapc_error_render(struct tapc_hit *hit, char *text)
{
	const s64 args[] = { (long)hit->error, hit->number };

	tapc_sprint(hit, text, hit->numbered ? tapc_error_number : tapc_error_text, args);
}

static const struct tapc_piece tapc_error_line[] = {
	{ TAPC_TEXT("ERROR: ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" at ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece tapc_error_number_line[] = {
	{ TAPC_TEXT("ERROR: ") },
	{ .put = tapc_put_string },
	{ .put = tapc_put_hex, .flags = TAPC_ALTERNATE },
	{ TAPC_TEXT(" at ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

/* Whether words can be read at an address: none of them crosses into a page that may not be there. */
static __always_inline bool tapc_is_aligned(const char *at)
{
	return ((unsigned long)at & 7) == 0;
}

/* Not 0 where one of the eight bytes of a word is; the lowest mark is that of the first. */
static __always_inline u64 tapc_nul_marks(u64 word)
{
	return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
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

/* Bytes that a string takes, with its NUL; longer ones are cut. */
static inline unsigned int tapc_size(const char *string)
{
	return min_t(unsigned int, tapc_length(string), TAPC_STRLEN - 1) + 1;
}

/* The same without a newline at the end, for what is a line of its own or stands within one. */
static inline unsigned int tapc_line_size(const char *string)
{
	unsigned int size = tapc_size(string);

	return size - (size > 1 && string[size - 2] == '\n');
}

/* The record that a handler is writing, and where its next value goes. */
struct tapc_record {
	struct tapc_entry *entry;
	char *at;
};

/* What one print contributes to a group. */
struct tapc_member {
	u64 size;		/* with this head */
	const struct tapc_piece *format;
	char payload[];
};

#define TAPC_PADDING 1u	/* added to the length of what only fills a gap */
static __always_inline struct tapc_entry *tapc_ring_at(struct tapc_cpu *cpu, unsigned long place)
{
	return (struct tapc_entry *)(cpu->ring + (place & (tapc_ring_size - 1)));
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

/* Room that a group starts with, its head included. */
#define TAPC_GROUP 512u

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

static __always_inline void tapc_add_long(struct tapc_record *record, s64 value)
{
	*(s64 *)record->at = value;
	record->at += sizeof(value);
}

static inline void tapc_stage_end(struct tapc_hit *hit, struct tapc_record *record)
{
}

/* An error nobody caught: counted, told, and one too many of them ends the script. */
static void tapc_report(struct tapc_hit *hit)
{
	const struct tapc_piece *format = hit->numbered ? tapc_error_number_line : tapc_error_line;
	unsigned int size = tapc_line_size(hit->error);
	unsigned int where_size = tapc_size(hit->place);
	struct tapc_record record;

	local_inc(&hit->counts[TAPC_FAILURES]);
	if (tapc_stage_begin(hit, &record, format, TAPC_ROUND(size) + TAPC_ROUND(where_size) +
						   (hit->numbered ? sizeof(s64) : 0))) {
		tapc_add_string(&record, hit->error, size);
		if (hit->numbered)
			tapc_add_long(&record, hit->number);
		tapc_add_string(&record, hit->place, where_size);
		tapc_stage_end(hit, &record);
	}
	if (atomic_inc_return(&tapc_errors) > TAPC_ERRORS) {
		WRITE_ONCE(tapc_failed, true);
		tapc_exit(hit);
	}
}

static void tapc_fail_finish(struct tapc_hit *hit)
{
	if (hit->error)
		tapc_report(hit);
	if (hit->group)
		tapc_stage_publish(hit);
	if (hit->copy)
		hit->cpu->kept -= ALIGN(TAPC_STRLEN, 8);
}

static void tapc_fail_prepare(struct tapc_hit *hit)
{
	if (!hit->finish) {
		hit->copy = NULL;
		hit->group = NULL;
	}
	hit->finish = tapc_fail_finish;
}

/* A run-time error at `where`, with a text that lives on. The first of a hit stands until it is caught. */
static void tapc_fail(struct tapc_hit *hit, const char *where, const char *error)
{
	if (hit->error)
		return;
	hit->error = error;
	hit->place = where;
	hit->numbered = false;
	tapc_fail_prepare(hit);
}

/* Ends the error; its text goes into char[TAPC_STRLEN], or nowhere. */
static void tapc_catch(struct tapc_hit *hit, char *text)
{
	if (text)
		tapc_error_render(hit, text);
	hit->error = NULL;
}

/* `current`, without the alias of it that newer compilers are given: one symbol more. */
#define tapc_self() this_cpu_read_stable(current_task)

/* Begin, end and error handlers have their actions in turns: other tasks get the CPU between them. */
static noinline bool tapc_budget_renew(struct tapc_hit *hit, const char *where, unsigned int actions)
{
	while (hit->waits && hit->reserve && hit->budget < actions) {
		unsigned int turn = min(hit->reserve, 10000U);

		hit->budget += turn;
		hit->reserve -= turn;
		if (test_tsk_need_resched(tapc_self()))
			tapc_sleep(1);
	}
	if (hit->budget >= actions) {
		hit->budget -= actions;
		return true;
	}
	hit->budget = 0;
	tapc_fail(hit, where, "MAXACTION exceeded");
	return false;
}

/* Spends actions; an error when there are none left. */
static inline bool tapc_budget(struct tapc_hit *hit, const char *where, unsigned int actions)
{
	if (likely(hit->budget >= actions)) {
		hit->budget -= actions;
		return true;
	}
	return tapc_budget_renew(hit, where, actions);
}

/* Enters a function that may call itself; an error when that went too deep. */
static inline bool tapc_nest(struct tapc_hit *hit, const char *where)
{
	if (likely(hit->nesting < TAPC_NESTING)) {
		hit->nesting++;
		return true;
	}
	tapc_fail(hit, where, "MAXNESTING exceeded");
	return false;
}

static inline void tapc_unnest(struct tapc_hit *hit)
{
	hit->nesting--;
}

/* Whose the stream is, from the first read until the file is closed; others are sent away. */
static const struct file *tapc_reader;
static struct dentry *tapc_files;	/* the module's folder in debugfs */

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

/* Where an entry of an array stands. Entries have numbers from 1; 0 is none. */
struct tapc_link {
	u32 hash;
	u32 chain;		/* next in the bucket, or next free one */
	u32 older;
	u32 newer;
	u32 rank;		/* place in order of insertion, while a sort runs */
};

/* What an array has besides keys and values. */
struct tapc_map {
	const char *name;
	u32 size;		/* most entries */
	u32 shift;		/* of a hash, to get its bucket */
	u32 used;
	u32 touched;		/* entries above this number were never used */
	u32 free;
	u32 oldest;
	u32 newest;
	u64 full;		/* entries that found no room */
	u64 wrapped;		/* entries that made room for newer ones */
	u32 *bucket;
	struct tapc_link *link;
	void *entries;
};

#define TAPC_HASH_FACTOR 0x9e3779b97f4a7c15ULL

/* Goes on with a hash; the upper half of the result is the good one. */
static __always_inline u64 tapc_hash_long(u64 hash, s64 key)
{
	return (rol64(hash, 31) ^ key) * TAPC_HASH_FACTOR;
}

/* Reserves everything; the array is empty then. */
static int tapc_map_create(struct tapc_map *map, u32 entry_bytes)
{
	u32 bits = max(1, order_base_2(map->size));
	size_t entries = (size_t)entry_bytes * (map->size + 1);
	size_t links = sizeof(*map->link) * (map->size + 1);

	map->entries = vzalloc(ALIGN(entries, 8) + links + (sizeof(u32) << bits));
	if (!map->entries)
		return -ENOMEM;
	map->link = map->entries + ALIGN(entries, 8);
	map->bucket = (void *)map->link + links;
	map->shift = 32 - bits;
	return 0;
}

static void tapc_map_destroy(struct tapc_map *map)
{
	vfree(map->entries);
	map->entries = NULL;
}

static __always_inline u32 *tapc_map_bucket(const struct tapc_map *map, u32 hash)
{
	return &map->bucket[hash >> map->shift];
}

/* Makes an entry, whose keys and value the caller fills in. 0 where all are in use. */
static u32 tapc_map_insert(struct tapc_map *map, u32 hash)
{
	u32 *bucket = tapc_map_bucket(map, hash);
	u32 e = map->free;
	struct tapc_link *link;

	if (e)
		map->free = map->link[e].chain;
	else if (map->touched < map->size)
		e = ++map->touched;
	else
		return 0;
	link = &map->link[e];
	link->hash = hash;
	link->chain = *bucket;
	*bucket = e;
	link->older = map->newest;
	link->newer = 0;
	if (link->older)
		map->link[link->older].newer = e;
	else
		map->oldest = e;
	map->newest = e;
	map->used++;
	return e;
}

static __always_inline bool tapc_has_nul(u64 word)
{
	return tapc_nul_marks(word);
}

/* Copies a string, cut to TAPC_STRLEN - 1 bytes. `dst` may be `src`. What lies behind the NUL of `dst` may change too. */
static void tapc_copy(struct tapc_hit *hit, char *dst, const char *src)
{
	unsigned int n = 0;

	while (n + 8 <= TAPC_STRLEN && tapc_is_aligned(src)) {
		u64 word = read_word_at_a_time(src + n);

		memcpy(dst + n, &word, 8);
		if (tapc_has_nul(word))
			return;
		n += 8;
	}
	for (; n < TAPC_STRLEN; n++) {
		dst[n] = src[n];
		if (!src[n])
			return;
	}
	dst[TAPC_STRLEN - 1] = '\0';
	tapc_truncated(hit);
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

static void tapc_append(struct tapc_hit *hit, char *dst, const char *src)
{
	tapc_concat(hit, dst, dst, src);
}

static s64 tapc_divide(struct tapc_hit *hit, const char *where, s64 a, s64 b)
{
	if (unlikely(!b)) {
		tapc_fail(hit, where, "division by 0");
		return 0;
	}
	/* The processor traps on the one quotient that does not fit. */
	return b == -1 ? (s64)-(u64)a : a / b;
}

/* `length` bytes of `text` from `start` on, or those there are. `dst` may be `text`. */
static void tapc_substring(char *dst, const char *text, s64 start, s64 length)
{
	unsigned int all = tapc_length(text), n = 0;

	if (start >= 0 && start < all && length > 0) {
		for (; n < length && start + n < all && n < TAPC_STRLEN - 1; n++)
			dst[n] = text[start + n];
	}
	dst[n] = '\0';
}

/* A record of `bytes` values, in place. False where there is no room for it: counted. */
static inline bool tapc_print_begin(struct tapc_hit *hit, struct tapc_record *record,
				    const struct tapc_piece *format, unsigned int bytes)
{
	record->entry = tapc_ring_reserve(hit, sizeof(*record->entry) + bytes, format);
	if (unlikely(!record->entry))
		return false;
	record->at = record->entry->payload;
	return true;
}

static inline void tapc_print_end(struct tapc_hit *hit, struct tapc_record *record)
{
	tapc_ring_publish(record->entry, record->at - (char *)record->entry);
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

static char g_log_line[TAPC_STRLEN];

/* Entries of memo. */
struct map_memo_entry {
	s64 value;
	s64 k1;
};

#define map_memo_size TAPC_ENTRIES

static struct tapc_map map_memo = { .name = "memo", .size = map_memo_size };

static __always_inline struct map_memo_entry *map_memo_entry(u32 e)
{
	return (struct map_memo_entry *)map_memo.entries + e;
}

static int map_memo_create(void)
{
	return tapc_map_create(&map_memo, sizeof(struct map_memo_entry));
}

static void map_memo_destroy(void)
{
	tapc_map_destroy(&map_memo);
}

static __always_inline u64 map_memo_hash(s64 k1)
{
	u64 hash = 0;

	hash = tapc_hash_long(hash, k1);
	return hash;
}

static u32 map_memo_find(u32 hash, s64 k1)
{
	u32 i;

	for (i = *tapc_map_bucket(&map_memo, hash); i; i = map_memo.link[i].chain) {
		const struct map_memo_entry *e = map_memo_entry(i);

		if (map_memo.link[i].hash == hash && e->k1 == k1)
			break;
	}
	return i;
}

/* The entry of these keys, made where there is none; 0 and an error where there is no room. */
static u32 map_memo_place(struct tapc_hit *hit, const char *where, s64 k1)
{
	u32 hash = map_memo_hash(k1) >> 32;
	u32 i = map_memo_find(hash, k1);
	struct map_memo_entry *e;

	if (i)
		return i;
	i = tapc_map_insert(&map_memo, hash);
	if (unlikely(!i)) {
		map_memo.full++;
		tapc_fail(hit, where, "Array overflow, check MAXMAPENTRIES");
		return 0;
	}
	e = map_memo_entry(i);
	e->k1 = k1;
	e->value = 0;
	return i;
}

static bool map_memo_has(s64 k1)
{
	return map_memo_find(map_memo_hash(k1) >> 32, k1);
}

static s64 map_memo_value(u32 e)
{
	return map_memo_entry(e)->value;
}

static s64 map_memo_get(s64 k1)
{
	u32 e = map_memo_find(map_memo_hash(k1) >> 32, k1);

	return e ? map_memo_value(e) : 0;
}

static void map_memo_set(struct tapc_hit *hit, const char *where, s64 k1, s64 value)
{
	u32 e = map_memo_place(hit, where, k1);

	if (e)
		map_memo_entry(e)->value = value;
}

static const struct tapc_piece fmt_1[] = {
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT(":") },
	{ .put = tapc_put_decimal },
	{ }
};

static const struct tapc_piece fmt_2[] = {
	{ .put = tapc_put_string },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

struct tapc_frame_note {
	char s1[TAPC_STRLEN];
};

/* function note(text) -- language.stp:10:1 */
static void fn_note(struct tapc_hit *hit, const char *l_text)
{
	struct tapc_frame_note *frame;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame)) {
		tapc_fail(hit, "language.stp:10:1", "out of working memory");
		return;
	}
	/* log_line .= text . ";" */
	tapc_concat(hit, frame->s1, l_text, ";");
	tapc_append(hit, g_log_line, frame->s1);
	tapc_frame_pop(hit, frame);
}

/* function fib(n) -- language.stp:4:1 */
static s64 fn_fib(struct tapc_hit *hit, s64 l_n)
{
	s64 t1, t2, result = 0;

	if (unlikely(!tapc_nest(hit, "language.stp:4:1")))
		return 0;
	if (l_n < 2) {
		result = l_n;
		goto out;
	}
	if (map_memo_has(l_n)) {
		result = map_memo_get(l_n);
		goto out;
	}
	/* return memo[n] = fib(n - 1) + fib(n - 2) */
	t1 = fn_fib(hit, l_n - 1);
	if (unlikely(hit->error))
		goto out;
	t2 = fn_fib(hit, l_n - 2);
	if (unlikely(hit->error))
		goto out;
	map_memo_set(hit, "language.stp:7:10", l_n, t1 + t2);
	if (unlikely(hit->error))
		goto out;
	result = t1 + t2;
out:
	tapc_unnest(hit);
	return result;
}

/* function strlen(s) -- string.stp:4:1 */
static s64 fn_strlen(const char *l_s)
{
	return tapc_length(l_s);
}

/* function substr(str, start, length) -- string.stp:9:1 */
static void fn_substr(char *result, const char *l_str, s64 l_start, s64 l_length)
{
	result[0] = '\0';
	tapc_substring(result, l_str, l_start, l_length);
}

/* function exit() -- logging.stp:4:1 */
static void fn_exit(struct tapc_hit *hit)
{
	tapc_exit(hit);
}

struct tapc_frame_0 {
	char s1[TAPC_STRLEN];
	char l_message[TAPC_STRLEN];
};

/* probe begin -- language.stp:12:7 */
static void tapc_handler_0(struct tapc_hit *hit)
{
	struct tapc_frame_0 *frame;
	s64 l_i = 0, t1, l_x = 0, t2;
	unsigned int size;
	struct tapc_record record;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	frame->l_message[0] = '\0';
	for (l_i = 0; l_i < 20; l_i += 5) {
		if (unlikely(!tapc_budget(hit, "language.stp:13:3", 1)))
			goto out;
		/* note(sprintf("%d:%d", i, fib(i))) */
		t1 = fn_fib(hit, l_i);
		tapc_sprint(hit, frame->s1, fmt_1, (const s64[]){ l_i, t1 });
		if (unlikely(hit->error))
			goto out;
		fn_note(hit, frame->s1);
	}
	/* x = 10 / (fib(0) * 2) */
	t1 = fn_fib(hit, 0);
	t2 = tapc_divide(hit, "language.stp:14:13", 10, t1 * 2);
	if (unlikely(hit->error))
		goto catch;
	l_x = t2;
	goto caught;
catch:
	tapc_catch(hit, frame->l_message);
	fn_note(hit, frame->l_message);
caught:
	while (fn_strlen(g_log_line) > 40) {
		if (unlikely(!tapc_budget(hit, "language.stp:15:3", 1)))
			goto out;
		/* log_line = substr(log_line, 2, 100) */
		fn_substr(frame->s1, g_log_line, 2, 100);
		tapc_copy(hit, g_log_line, frame->s1);
	}
	/* println(log_line, x) */
	size = tapc_size(g_log_line);
	if (tapc_print_begin(hit, &record, fmt_2, 8 + TAPC_ROUND(size))) {
		tapc_add_string(&record, g_log_line, size);
		tapc_add_long(&record, l_x);
		tapc_print_end(hit, &record);
	}
	fn_exit(hit);
out:
	tapc_frame_pop(hit, frame);
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "begin", "begin", "language.stp:12:7" },
};

static int tapc_status_show(struct seq_file *file, void *unused)
{
	static const char *const states[] = { "starting", "running", "resting", "stopping", "stopping", "done" };
	unsigned long probe, hits, room, scratch;

	seq_printf(file, "module %s\nscript %s\nstate %s\n", KBUILD_MODNAME, TAPC_SCRIPT, states[tapc_state]);
	seq_printf(file, "output records %lu bytes %lu dropped %lu\nstrings truncated %lu\n",
		   TAPC_SUM(records), TAPC_SUM(tail), TAPC_SUM(dropped), TAPC_SUM(truncated));
	seq_printf(file, "map memo full %llu\n", (u64)map_memo.full);
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
	error = map_memo_create();
	if (error)
		goto undo;
	folder = debugfs_lookup("tapc", NULL);	/* every module's: the first one makes it, and it stays */
	if (!folder) {
		debugfs_create_dir("tapc", NULL);
		folder = debugfs_lookup("tapc", NULL);
	}
	tapc_files = debugfs_create_dir(KBUILD_MODNAME, folder);
	path_put(&(struct path){ .dentry = folder });	/* as dput(), which would be one symbol more */
	error = PTR_ERR_OR_ZERO(tapc_files);
	if (error)
		goto undo;
	queue_work(system_long_wq, &tapc_work);
	debugfs_create_file_unsafe("status", 0400, tapc_files, (void *)&tapc_status_sops, &tapc_file_fops);
	debugfs_create_file_unsafe("control", 0200, tapc_files, (void *)&tapc_status_sops, &tapc_file_fops);
	debugfs_create_file_unsafe("trace", 0400, tapc_files, (void *)&tapc_trace_sops, &tapc_file_fops);
	wait_for_completion_interruptible_timeout(&tapc_begun, MAX_SCHEDULE_TIMEOUT);
	return 0;
undo:
	debugfs_remove(tapc_files);
	map_memo_destroy();
	vfree(tapc_cpus);
	return error;
}

static void __exit tapc_unload(void)
{
	tapc_exit(NULL);
	flush_work(&tapc_work);
	debugfs_remove(tapc_files);
	map_memo_destroy();
	vfree(tapc_cpus);
}

module_init(tapc_load);
module_exit(tapc_unload);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("language.stp");

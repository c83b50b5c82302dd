// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from strings.stp by tapc 0.0.0-test,
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
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define TAPC_SCRIPT "strings.stp"
#define TAPC_PROBES 1	/* handlers */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_ACTIONS 1000	/* statements of loops that one hit may run */
#define TAPC_ACTIONS_INTERRUPTIBLE (10 * TAPC_ACTIONS)	/* the same for begin, end and error */
#define TAPC_ERRORS 0	/* run-time errors before the script stops */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_SCRATCH (4 * 11 * TAPC_STRLEN)	/* bytes of working memory on each CPU */

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
	bool skipped, waits, numbered;
	void (*finish)(struct tapc_hit *hit);	/* when the handler is through; what is below is set with it */
	char *copy;				/* of an error's text, where there has to be one */
	void *match;				/* of the last =~, where the handler has one */
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

static const struct tapc_piece tapc_error_line[] = {
	{ TAPC_TEXT("ERROR: ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" at ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
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

static void tapc_render(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	for (; piece->text || piece->put; piece++)
		if (piece->put)
			piece->put(text, piece, values);
		else
			tapc_text_add(text, piece->text, piece->width);
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

#define TAPC_NOWHERE 0xffff		/* place of a group that took no part */
#define TAPC_FRESH 0xff			/* a thread that begins here */

/* Where a thread of the new state comes from, and which of its tags are here. */
struct tapc_regex_move {
	u8 from;
	u64 tags;
};

struct tapc_regex_step {
	u16 next;
	u16 moves;			/* of the threads of `next`: where they stand in `move` */
};

/*
 * A regular expression that also tells where its groups are. A state is a list of threads, each with its own tags: the
 * places where the groups begin (even) and end (odd), group 0 being the whole. No text leads on from state 0.
 */
struct tapc_regex_groups {
	const u8 *class;		/* of each byte */
	const struct tapc_regex_step *step;	/* [state * classes + class] */
	const struct tapc_regex_move *move;
	const u8 *threads;		/* of each state: how many */
	const u8 *matched;		/* of each state: 1 + the thread that has matched, or 0 */
	struct tapc_regex_step first;
	u8 classes, tags;
};

/* The last match of a handler's run; text and places are in its frame. */
struct tapc_match {
	char *text;			/* copy of the string */
	u16 *places;			/* tags of the match, then two banks of those of the threads */
	u8 groups;			/* 0: it did not match, or nothing was matched yet */
};

static void tapc_match_begin(struct tapc_hit *hit, struct tapc_match *match, char *text, u16 *places)
{
	match->text = text;
	match->places = places;
	match->groups = 0;
	hit->match = match;
}

/* The tags of the threads of a new state, from those of the old one. */
static void tapc_regex_advance(const struct tapc_regex_groups *regex,
			       const struct tapc_regex_step *step, u16 *to, const u16 *old,
			       unsigned int here)
{
	const struct tapc_regex_move *move = regex->move + step->moves;
	unsigned int thread, tag;

	for (thread = 0; thread < regex->threads[step->next]; thread++, move++) {
		for (tag = 0; tag < regex->tags; tag++) {
			if (move->tags >> tag & 1)
				*to++ = here;
			else if (move->from == TAPC_FRESH)
				*to++ = TAPC_NOWHERE;
			else
				*to++ = old[move->from * regex->tags + tag];
		}
	}
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

/* Whether it matches; `hit->match` is then about this match. `most` threads are in any of its states. */
static bool tapc_regex_find(struct tapc_hit *hit, const struct tapc_regex_groups *regex, unsigned int most,
			    const char *text)
{
	struct tapc_match *match = hit->match;
	const struct tapc_regex_step *step = &regex->first;
	u16 *now = match->places + regex->tags, *other = now + most * regex->tags, *bank;
	const u16 *found;
	unsigned int at = 0, here = 0, tag;
	bool ended = false;

	tapc_copy(hit, match->text, text);
	match->groups = 0;
	for (;;) {
		tapc_regex_advance(regex, step, other, now, here);
		bank = now;
		now = other;
		other = bank;
		if (regex->matched[step->next]) {
			found = now + (regex->matched[step->next] - 1) * regex->tags;
			for (tag = 0; tag < regex->tags; tag++)
				match->places[tag] = found[tag];
			match->groups = regex->tags / 2;
		}
		if (!step->next || ended)
			break;
		ended = !match->text[at];
		here = ended ? at : at + 1;
		step = &regex->step[step->next * regex->classes + regex->class[(u8)match->text[at++]]];
	}
	return match->groups;
}

/* What a group of the last match holds; empty where it took no part. False where there is no such group. */
static bool tapc_match_group(struct tapc_hit *hit, char *dst, s64 group)
{
	const struct tapc_match *match = hit->match;
	unsigned int from, to, n = 0;

	dst[0] = '\0';
	if (group < 0 || group >= match->groups)
		return false;
	from = match->places[2 * group];
	to = match->places[2 * group + 1];
	if (from == TAPC_NOWHERE || to == TAPC_NOWHERE)
		return true;
	for (; from < to; from++)
		dst[n++] = match->text[from];
	dst[n] = '\0';
	return true;
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

/* Less than, equal to or greater than 0, as the bytes of `a` are to those of `b`. */
static int tapc_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (int)(u8)*a - (int)(u8)*b;
}

/* Where `needle` first begins in `text`, from `start` on; -1 where it does not. */
static int tapc_find(const char *text, const char *needle, unsigned int start)
{
	unsigned int at, n;

	for (at = start; at < TAPC_STRLEN; at++) {
		for (n = 0; needle[n] && text[at + n] == needle[n]; n++)
			;
		if (!needle[n])
			return at;
		if (!text[at])
			break;
	}
	return -1;
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

/* Every `search` in `text` becomes `replacement`. `dst` is none of them. */
static void tapc_replace(struct tapc_hit *hit, char *dst, const char *text, const char *search,
			 const char *replacement)
{
	unsigned int width = tapc_length(search), used = 0, at = 0, i;

	while (text[at] && used < TAPC_STRLEN - 1) {
		for (i = 0; i < width && text[at + i] == search[i]; i++)
			;
		if (width && i == width) {
			for (i = 0; replacement[i] && used < TAPC_STRLEN - 1; i++)
				dst[used++] = replacement[i];
			if (replacement[i])
				break;
			at += width;
		} else {
			dst[used++] = text[at++];
		}
	}
	dst[used] = '\0';
	if (text[at] && used == TAPC_STRLEN - 1)
		tapc_truncated(hit);
}

static bool tapc_is_among(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set != '\0';
}

/* From `start` on, the first place whose byte is among `set`, or is not, as asked; the string's end where there is none. */
static s64 tapc_scan(const char *text, s64 start, const char *set, bool among)
{
	s64 at = start;

	while (at < TAPC_STRLEN && text[at] && tapc_is_among(text[at], set) != among)
		at++;
	return at;
}

static int tapc_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 36;
}

/*
 * The number that `text` begins with, in a base of 2 to 36; base 0 takes 0x and 0 at the front as C does, and 0x is passed over in base 16. It
 * wraps where it does not fit; 0 where there is none.
 */
static s64 tapc_parse_number(const char *text, s64 base)
{
	bool negative;
	u64 value = 0;

	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		text++;
	negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	if ((base == 0 || base == 16) && text[0] == '0' && (text[1] | 32) == 'x' && tapc_digit(text[2]) < 16) {
		text += 2;
		base = 16;
	} else if (base == 0) {
		base = text[0] == '0' ? 8 : 10;
	}
	if (base < 2 || base > 36)
		return 0;
	while (tapc_digit(*text) < base)
		value = value * base + tapc_digit(*text++);
	return negative ? -value : value;
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

static char g_line[TAPC_STRLEN];

static char g_rest[TAPC_STRLEN];

static const struct tapc_piece fmt_1[] = {
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" is ") },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_2[] = {
	{ .put = tapc_put_string },
	{ .put = tapc_put_decimal },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

/* =~ "^([a-z])=([0-9]+)$" */
static const u8 regex_1_class[256] = {
	[1 ... '/'] = 1, ['0' ... '9'] = 2, [':' ... '<'] = 1, ['='] = 3, ['>' ... '`'] = 1,
	['a' ... 'z'] = 4, ['{' ... 255] = 1,
};

static const struct tapc_regex_step regex_1_step[][5] = {
	{ { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 } },
	{ { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 2, 1 } },
	{ { 0, 0 }, { 0, 0 }, { 0, 0 }, { 3, 2 }, { 0, 0 } },
	{ { 0, 0 }, { 0, 0 }, { 4, 3 }, { 0, 0 }, { 0, 0 } },
	{ { 5, 5 }, { 0, 0 }, { 4, 3 }, { 0, 0 }, { 0, 0 } },
	{ { 5, 6 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 } },
};

static const struct tapc_regex_move regex_1_move[] = {
	{ TAPC_FRESH, 0x5 }, { 0, 0x8 }, { 0, 0x10 }, { 0, 0x0 }, { 0, 0x20 }, { 1, 0x2 },
	{ 0, 0x0 },
};

static const u8 regex_1_threads[] = {
	0, 1, 1, 1, 2, 1,
};

static const u8 regex_1_matched[] = {
	0, 0, 0, 0, 0, 1,
};

static const struct tapc_regex_groups regex_1 = {
	.class = regex_1_class,
	.step = regex_1_step[0],
	.move = regex_1_move,
	.threads = regex_1_threads,
	.matched = regex_1_matched,
	.first = { 1, 0 },
	.classes = 5,
	.tags = 6,
};

/* function scan(text, start, set, among) -- tokenize.stp:22:1 */
static s64 fn_scan(const char *l_text, s64 l_start, const char *l_set, s64 l_among)
{
	return tapc_scan(l_text, l_start, l_set, l_among);
}

/* function substr(str, start, length) -- string.stp:9:1 */
static void fn_substr(char *result, const char *l_str, s64 l_start, s64 l_length)
{
	result[0] = '\0';
	tapc_substring(result, l_str, l_start, l_length);
}

/* function strlen(s) -- string.stp:4:1 */
static s64 fn_strlen(const char *l_s)
{
	return tapc_length(l_s);
}

struct tapc_frame_tokenize_2 {
	char l_word[TAPC_STRLEN];
	char s1[TAPC_STRLEN];
};

/* function tokenize(delim) -- tokenize.stp:13:1 */
static void fn_tokenize_2(struct tapc_hit *hit, const char *where, char *result,
			  const char *l_delim)
{
	struct tapc_frame_tokenize_2 *frame;
	s64 l_from = 0, l_to = 0;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame)) {
		tapc_fail(hit, where, "out of working memory");
		return;
	}
	frame->l_word[0] = '\0';
	l_from = fn_scan(g_rest, 0, l_delim, 0);
	l_to = fn_scan(g_rest, l_from, l_delim, 1);
	fn_substr(frame->l_word, g_rest, l_from, l_to - l_from);
	/* rest = substr(rest, to + 1, strlen(rest)) */
	fn_substr(frame->s1, g_rest, l_to + 1, fn_strlen(g_rest));
	tapc_copy(hit, g_rest, frame->s1);
	/* return word */
	tapc_copy(hit, result, frame->l_word);
	tapc_frame_pop(hit, frame);
}

/* function tokenize(input, delim) -- tokenize.stp:6:1 */
static void fn_tokenize(struct tapc_hit *hit, const char *where, char *result, const char *l_input,
			const char *l_delim)
{
	if (tapc_compare(l_input, "") != 0)
		tapc_copy(hit, g_rest, l_input);
	/* return tokenize(delim) */
	fn_tokenize_2(hit, where, result, l_delim);
	return;
}

/* function matched(n) -- regex.stp:4:1 */
static void fn_matched(struct tapc_hit *hit, const char *where, char *result, s64 l_n)
{
	result[0] = '\0';
	if (!tapc_match_group(hit, result, l_n))
		tapc_fail(hit, where, "the last match has no such group");
}

/* function strtol(str, base) -- string.stp:38:1 */
static s64 fn_strtol(const char *l_str, s64 l_base)
{
	return tapc_parse_number(l_str, l_base);
}

/* function str_replace(prnt_str, srch_str, rplc_str) -- string.stp:33:1 */
static void fn_str_replace(struct tapc_hit *hit, char *result, const char *l_prnt_str,
			   const char *l_srch_str, const char *l_rplc_str)
{
	result[0] = '\0';
	tapc_replace(hit, result, l_prnt_str, l_srch_str, l_rplc_str);
}

/* function isinstr(s1, s2) -- string.stp:23:1 */
static s64 fn_isinstr(const char *l_s1, const char *l_s2)
{
	return tapc_find(l_s1, l_s2, 0) >= 0;
}

struct tapc_frame_0 {
	struct tapc_match match;
	char match_text[TAPC_STRLEN];
	u16 match_places[30];
	char l_part[TAPC_STRLEN];
	char s1[TAPC_STRLEN];
	char s2[TAPC_STRLEN];
	char s3[TAPC_STRLEN];
};

/* probe begin -- strings.stp:4:7 */
static void tapc_handler_0(struct tapc_hit *hit)
{
	struct tapc_frame_0 *frame;
	s64 t1;
	unsigned int size;
	struct tapc_record record;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	frame->l_part[0] = '\0';
	tapc_match_begin(hit, &frame->match, frame->match_text, frame->match_places);
	tapc_copy(hit, g_line, "a=1;b=22;c=333");
	for (;;) {
		tapc_copy(hit, frame->s1, g_line);
		fn_tokenize(hit, "strings.stp:6:18", frame->l_part, frame->s1, ";");
		if (tapc_compare(frame->l_part, "") == 0)
			break;
		if (unlikely(!tapc_budget(hit, "strings.stp:6:3", 3)))
			goto out;
		tapc_copy(hit, g_line, "");
		/* if (part =~ "^([a-z])=([0-9]+)$") */
		t1 = tapc_regex_find(hit, &regex_1, 2, frame->l_part);
		if (t1) {
			/* println(matched(1), " is ", strtol(matched(2), 10)) */
			fn_matched(hit, "strings.stp:8:47", frame->s2, 1);
			if (unlikely(hit->error))
				goto out;
			fn_matched(hit, "strings.stp:8:74", frame->s3, 2);
			size = tapc_size(frame->s2);
			if (unlikely(hit->error))
				goto out;
			if (tapc_stage_begin(hit, &record, fmt_1, 8 + TAPC_ROUND(size))) {
				tapc_add_string(&record, frame->s2, size);
				tapc_add_long(&record, fn_strtol(frame->s3, 10));
				tapc_stage_end(hit, &record);
			}
		}
	}
	/* println(substr("tapc", 1, 2) . str_replace("a.b", ".", "-"), strlen(line), isinstr ... */
	fn_substr(frame->s1, "tapc", 1, 2);
	fn_str_replace(hit, frame->s2, "a.b", ".", "-");
	tapc_concat(hit, frame->s1, frame->s1, frame->s2);
	size = tapc_size(frame->s1);
	if (unlikely(hit->error))
		goto out;
	if (tapc_stage_begin(hit, &record, fmt_2, 16 + TAPC_ROUND(size))) {
		tapc_add_string(&record, frame->s1, size);
		tapc_add_long(&record, fn_strlen(g_line));
		tapc_add_long(&record, fn_isinstr("xyz", "y"));
		tapc_stage_end(hit, &record);
	}
out:
	tapc_frame_pop(hit, frame);
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "begin", "begin", "strings.stp:4:7" },
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
MODULE_DESCRIPTION("strings.stp");

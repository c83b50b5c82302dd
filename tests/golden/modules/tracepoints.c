// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from tracepoints.stp by tapc 0.0.0-test,
 * for Linux 6.1.0-56-amd64 (x86_64).
 *	make -C /lib/modules/6.1.0-56-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <asm/vsyscall.h>
#include <asm/word-at-a-time.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <linux/tracepoint.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define TAPC_SCRIPT "tracepoints.stp"
#define TAPC_PROBES 2	/* handlers */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_ERRORS 0	/* run-time errors before the script stops */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_OVERLOAD_INTERVAL 1000000000	/* cycles over which the cost of handlers is summed */
#define TAPC_OVERLOAD_THRESHOLD 500000000	/* cycles of these that handlers may take */
#define TAPC_THROTTLE 0	/* 1: too much cost lets the script rest, 0: ends it */
#define TAPC_SCRATCH (4 * 2 * TAPC_STRLEN)	/* bytes of working memory on each CPU */

/* The processor's cycles; every x86-64 counts them, so that nothing is asked of what the kernel knows about it. */
static __always_inline u64 tapc_cycles(void)
{
	return rdtsc();
}

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
	u64 since;			/* what handlers have spent since when; cycles */
	local_t spent;
	unsigned int over;		/* intervals in a row that were too busy */
	char scratch[TAPC_SCRATCH] __aligned(8);
	unsigned long tail ____cacheline_aligned, records;	/* ring: what has been read */
};
static struct tapc_cpu *tapc_cpus;	/* by their numbers */

/* Bytes of each ring, a power of two; 0 until it is known. Where insmod says MiB, so many, or more. */
static unsigned int tapc_ring_size __ro_after_init = TAPC_BUFFER;
static int tapc_buffer;
module_param_named(buffer, tapc_buffer, int, 0444);
MODULE_PARM_DESC(buffer, "MiB of output that wait on each CPU");

/* Numbers of CPUs are less. */
static unsigned int tapc_cpu_limit __ro_after_init;

/* CPUs that may ever come up. */
#define tapc_for_each_cpu(cpu) \
	for ((cpu) = 0; (cpu) < tapc_cpu_limit; (cpu)++) \
		if (cpu_possible(cpu))

/* Each CPU's own. */
static DEFINE_PER_CPU(struct tapc_cpu *, tapc_here);

#define TAPC_CPUS tapc_cpu_limit

/* A counter's sum over all CPUs. */
#define TAPC_SUM(counter) tapc_sum(offsetof(struct tapc_cpu, counter))
static unsigned long tapc_sum(size_t offset)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < TAPC_CPUS; i++)
		sum += READ_ONCE(*(unsigned long *)((char *)&tapc_cpus[i] + offset));
	return sum;
}

/*
 * What each CPU has, and behind it the rings: 16 MiB for all, but one for each at least, and no more than a sixteenth of the memory that
 * there is, unless insmod says so.
 */
static int __init tapc_cpus_create(void)
{
	unsigned int i;

	for (i = 0; i < NR_CPUS; i++)
		if (test_bit(i, cpumask_bits(cpu_possible_mask)))
			tapc_cpu_limit = i + 1;
	if (tapc_buffer) {
		tapc_ring_size = roundup_pow_of_two(clamp(tapc_buffer, 1, 256)) << 20;
	} else if (!tapc_ring_size) {
		tapc_ring_size = max(rounddown_pow_of_two(16 / min(tapc_cpu_limit, 16U)), 1UL) << 20;
		while (tapc_ring_size > SZ_128K && tapc_ring_size > totalram_pages() * (PAGE_SIZE / 16) / tapc_cpu_limit)
			tapc_ring_size /= 2;
	}
	tapc_cpus = vzalloc(array_size(TAPC_CPUS, sizeof(*tapc_cpus) + tapc_ring_size));
	if (!tapc_cpus)
		return -ENOMEM;
	for (i = 0; i < TAPC_CPUS; i++)
		tapc_cpus[i].ring = (char *)&tapc_cpus[TAPC_CPUS] + (size_t)i * tapc_ring_size;
	tapc_for_each_cpu(i)
		per_cpu(tapc_here, i) = &tapc_cpus[i];
	return 0;
}

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

/* A record in a ring. */
struct tapc_entry {
	u32 length;		/* all of it, a multiple of 8; 0 until it is whole */
	u64 time;		/* ns, monotonic */
	const struct tapc_piece *format;
	char payload[];
};

/* One run of a handler, on the stack of its caller. */
struct tapc_hit {
	const struct tapc_probe *probe;
	struct tapc_cpu *cpu;
	local_t *counts;
	unsigned long ip;
	const char *point;
	const char *error, *place;		/* run-time error nobody has caught, and where */
	s64 number;				/* goes with the text, if `numbered` */
	bool skipped, waits, numbered;
	void (*finish)(struct tapc_hit *hit);	/* when the handler is through; what is below is set with it */
	char *copy;				/* of an error's text, where there has to be one */
	struct tapc_entry *group;		/* output gathered so far */
	unsigned int group_size, group_used;
};

static enum tapc_state {
	TAPC_STARTING, TAPC_RUNNING, TAPC_RESTING, TAPC_STOPPING, TAPC_ENDING, TAPC_DONE
} tapc_state;

/* Counts a hit that could not be served, once: the first reason stands. */
static void tapc_skip(struct tapc_hit *hit, enum tapc_counter reason)
{
	if (!hit->skipped)
		local_inc(&hit->counts[reason]);
	hit->skipped = true;
}

/* The innermost handler of each CPU: where its stack was, 0 for none, and its context. */
struct tapc_guard {
	unsigned long stack;
	unsigned int context;	/* preempt_count() */
};

/* A hit that comes from the kernel, at any moment. */
struct tapc_event {
	struct tapc_hit hit;
	struct tapc_guard guard;
	u64 began;		/* cycles; 0 where it is not timed */
};

/* While the state is TAPC_RESTING: until when. */
static u64 tapc_rest_end;

/* A hit while the script does not run: where it only rests, it counts. */
static noinline void tapc_cost_refuse(enum tapc_state state, local_t *counts)
{
	if (state != TAPC_RESTING)
		return;
	local_inc(&counts[TAPC_HITS]);
	local_inc(&counts[TAPC_SKIP_OVERLOAD]);
	if ((s64)(tapc_cycles() - READ_ONCE(tapc_rest_end)) >= 0)
		cmpxchg(&tapc_state, TAPC_RESTING, TAPC_RUNNING);
}

/* One hit of a probe in so many is timed, and stands for all of them. */
#define TAPC_SAMPLE 64

static __always_inline void tapc_cost_begin(struct tapc_event *event)
{
	event->began = 0;
	if (unlikely(!(local_read(&event->hit.counts[TAPC_HITS]) % TAPC_SAMPLE)))
		event->began = tapc_cycles();
}

/*
 * First thing on an event: false, with nothing to undo, unless the script is running. Any context. The members are set
 * one by one: of a compound literal the compiler makes a slow string instruction.
 */
static __always_inline bool tapc_event_enter(struct tapc_event *event, const struct tapc_probe *probe,
					     struct pt_regs *regs, unsigned long ip)
{
	struct tapc_hit *hit = &event->hit;
	enum tapc_state state;

	preempt_disable_notrace();
	state = READ_ONCE(tapc_state);
	hit->probe = probe;
	hit->cpu = __this_cpu_read(tapc_here);
	hit->counts = hit->cpu->counts[probe - tapc_probes];
	if (unlikely(state != TAPC_RUNNING)) {
		tapc_cost_refuse(state, hit->counts);
		preempt_enable_notrace();
		return false;
	}
	hit->ip = ip;
	hit->point = probe->point;
	hit->error = NULL;
	hit->skipped = false;
	hit->waits = false;
	hit->finish = NULL;
	local_inc(&hit->counts[TAPC_HITS]);
	tapc_cost_begin(event);
	return true;
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

/* Where a reader can be woken and work be queued, which not every hit may do. */
static void tapc_wake_now(struct irq_work *unused)
{
	complete(&tapc_bell);
	if (cmpxchg(&tapc_state, TAPC_STOPPING, TAPC_ENDING) == TAPC_STOPPING)
		queue_work(system_long_wq, &tapc_work);
}

static DEFINE_IRQ_WORK(tapc_wake_work, tapc_wake_now);

/* Wakes the reader, from any context. */
static __always_inline void tapc_wake(void)
{
	irq_work_queue(&tapc_wake_work);
}

/* Never comes. */
static DECLARE_COMPLETION(tapc_never);

/* For process context: other tasks get the CPU for so many jiffies; a signal ends it. */
static void tapc_sleep(unsigned long jiffies_more)
{
	wait_for_completion_interruptible_timeout(&tapc_never, jiffies_more);
}

/* For process context: on return nothing of it runs. As irq_work_sync(), which would be one symbol more. */
static void tapc_irq_work_end(struct irq_work *work)
{
	while (atomic_read_acquire(&work->node.a_flags) & IRQ_WORK_BUSY)
		tapc_sleep(1);
}

/* exit(): no handler starts any more; when those that run are through, the script ends. Any context. */
static void tapc_exit(struct tapc_hit *unused)
{
	enum tapc_state state = TAPC_STARTING;

	while (!try_cmpxchg(&tapc_state, &state, TAPC_STOPPING) && state < TAPC_STOPPING)
		;
	tapc_wake();
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

/*
 * Room for a record of at most half the ring; NULL where there is none: output dropped. A hit that nests between clock and
 * exchange makes us try again: records lie in the order of their times.
 */
static noinline struct tapc_entry *tapc_ring_find(struct tapc_cpu *cpu, unsigned int length,
						  const struct tapc_piece *format)
{
	unsigned long head = READ_ONCE(cpu->head), mask = tapc_ring_size - 1, old, start, gap;
	struct tapc_entry *entry;
	u64 time;

	do {
		old = head;
		gap = -old & mask;
		start = gap < length ? old + gap : old;
		/* Less than nothing where hits that nest here came, and were read: we are late, and try again. */
		if (unlikely((long)(start + length - smp_load_acquire(&cpu->tail)) > (long)mask + 1)) {
			local_inc(&cpu->dropped);
			return NULL;
		}
		time = ktime_get_mono_fast_ns();
		head = cmpxchg_local(&cpu->head, old, start + length);
	} while (unlikely(head != old));
	if (unlikely(start != old))
		smp_store_release(&tapc_ring_at(cpu, old)->length, (start - old) | TAPC_PADDING);
	entry = (struct tapc_entry *)(cpu->ring + (start & mask));
	entry->time = time;
	entry->format = format;
	return entry;
}

/* The same, where it is short: the record fits before the end of the ring, nothing is in its place, and nobody nests here. */
static __always_inline struct tapc_entry *tapc_ring_room(struct tapc_cpu *cpu, unsigned int length,
							 const struct tapc_piece *format)
{
	unsigned long head = READ_ONCE(cpu->head), size = tapc_ring_size, place = head & (size - 1);
	struct tapc_entry *entry;
	u64 time;

	if (unlikely(place + length > size || head + length - smp_load_acquire(&cpu->tail) > size))
		return tapc_ring_find(cpu, length, format);
	time = ktime_get_mono_fast_ns();
	if (unlikely(cmpxchg_local(&cpu->head, head, head + length) != head))
		return tapc_ring_find(cpu, length, format);
	entry = (struct tapc_entry *)(cpu->ring + place);
	entry->time = time;
	entry->format = format;
	return entry;
}

/* The same for a hit, which is skipped where there is no room. */
static struct tapc_entry *tapc_ring_reserve(struct tapc_hit *hit, unsigned int length,
					    const struct tapc_piece *format)
{
	struct tapc_entry *entry = tapc_ring_room(hit->cpu, length, format);

	if (unlikely(!entry))
		tapc_skip(hit, TAPC_SKIP_ROOM);
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

/* As tapc_fail(), the number in hex behind the text. */
static void tapc_fail_number(struct tapc_hit *hit, const char *where, const char *error, s64 number)
{
	if (hit->error)
		return;
	tapc_fail(hit, where, error);
	hit->number = number;
	hit->numbered = true;
}

/* Whose the stream is, from the first read until the file is closed; others are sent away. */
static const struct file *tapc_reader;
static struct dentry *tapc_files;	/* the module's folder in debugfs */

/* Takes a CPU's oldest record away; the room goes back cleared. */
static void tapc_ring_take(struct tapc_cpu *cpu)
{
	struct tapc_entry *entry = tapc_ring_at(cpu, cpu->tail);
	u32 length = entry->length & ~TAPC_PADDING;

	cpu->records += entry->length == length;
	memset(entry, 0, length);
	smp_store_release(&cpu->tail, cpu->tail + length);
}

/* All records older than this can be seen; where the oldest one is. */
static u64 tapc_horizon;
static struct tapc_cpu *tapc_from;

/*
 * The oldest record; NULL where none can be given out now. One that is younger than the last look at the clock
 * waits for another round: whatever happened before it is in the rings by then.
 */
static struct tapc_entry *tapc_ring_next(void)
{
	struct tapc_entry *entry, *oldest;
	struct tapc_cpu *cpu;
	u32 length;

	for (;;) {
		oldest = NULL;
		for (cpu = tapc_cpus; cpu < tapc_cpus + TAPC_CPUS; cpu++) {
			if (cpu->tail == READ_ONCE(cpu->head))
				continue;
			entry = tapc_ring_at(cpu, cpu->tail);
			length = smp_load_acquire(&entry->length);
			if (!length)
				return NULL;
			if (length & TAPC_PADDING) {
				tapc_ring_take(cpu--);
			} else if (!oldest || entry->time < oldest->time) {
				oldest = entry;
				tapc_from = cpu;
			}
		}
		if (!oldest || oldest->time <= tapc_horizon)
			return oldest;
		tapc_horizon = max(ktime_get_mono_fast_ns(), oldest->time);
	}
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

/* Takes the record away that tapc_ring_next() found. */
static void tapc_ring_drop(void)
{
	tapc_ring_take(tapc_from);
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

/* One kind of event that handlers are attached to. */
struct tapc_family {
	int (*attach)(void);
	void (*detach)(void);
};

static const struct tapc_family tapc_families[];

/* How many of them are attached. */
static unsigned int tapc_attached;

static void tapc_detach(void)
{
	while (tapc_attached)
		tapc_families[--tapc_attached].detach();
}

/* All or none; 0 or a negative errno. What hits already is not served before the script runs. */
static int tapc_attach(void)
{
	int error = 0;

	while (!error && tapc_families[tapc_attached].attach) {
		error = tapc_families[tapc_attached].attach();
		if (!error)
			tapc_attached++;
	}
	if (error)
		tapc_detach();
	return error;
}

/* A place that the kernel lets no probe on, and that the script does without. */
struct tapc_refusal {
	const char *place;
	unsigned int probe;
	int error;
};

/* All by number, the first ones by name. */
static atomic_t tapc_refused[TAPC_PROBES];
static struct tapc_refusal tapc_refusals[16];

/* `place` lives on. A module that comes again is refused no more often for that. */
static void tapc_refuse(unsigned int probe, const char *place, int error)
{
	static atomic_t used;
	unsigned int i;

	/* A function of a module that is not there yet is waited for. */
	for (i = 0; error == -ENOENT && place[i]; i++)
		if (place[i] == ':')
			return;
	for (i = 0; i < ARRAY_SIZE(tapc_refusals); i++)
		if (smp_load_acquire(&tapc_refusals[i].place) == place && tapc_refusals[i].probe == probe)
			return;
	atomic_inc(&tapc_refused[probe]);
	i = atomic_fetch_add(1, &used);
	if (i >= ARRAY_SIZE(tapc_refusals))
		return;
	tapc_refusals[i].probe = probe;
	tapc_refusals[i].error = error;
	smp_store_release(&tapc_refusals[i].place, place);
}

/* Lines of the status. */
static void tapc_refusals_show(struct seq_file *file)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tapc_refusals); i++) {
		const char *place = smp_load_acquire(&tapc_refusals[i].place);

		if (place)
			seq_printf(file, "refused probe=%u error=%d place=%s\n", tapc_refusals[i].probe,
				   tapc_refusals[i].error, place);
	}
}

/* Thousandths of an interval that handlers may take. */
#define TAPC_SHARE (1000ULL * (TAPC_OVERLOAD_THRESHOLD) / (TAPC_OVERLOAD_INTERVAL))

/* So many intervals in a row are an overload: a processor that was taken away for a while is none. */
#define TAPC_OVERLOAD_ROUNDS 3

/* What is done about it: the script rests, or ends. */
static bool tapc_throttles = TAPC_THROTTLE;

/* How often it came to that; whether the script has ended by it. */
static unsigned long tapc_rests;
static bool tapc_overloaded;

/* Prints what has no values, in place: for handlers that print at most once. */
static void tapc_print_text(struct tapc_hit *hit, const struct tapc_piece *format)
{
	struct tapc_entry *entry = tapc_ring_reserve(hit, sizeof(*entry), format);

	if (entry)
		tapc_ring_publish(entry, sizeof(*entry));
}

static const struct tapc_piece tapc_overload_line[] = {
	{ TAPC_TEXT("ERROR: probe overhead exceeded threshold\n") },
	{ }
};

static noinline void tapc_overload(const struct tapc_probe *probe, u64 rest)
{
	struct tapc_cpu *cpu = __this_cpu_read(tapc_here);
	struct tapc_hit hit = { .probe = probe, .cpu = cpu, .skipped = true };

	if (READ_ONCE(tapc_throttles)) {
		WRITE_ONCE(tapc_rest_end, tapc_cycles() + rest);
		if (cmpxchg(&tapc_state, TAPC_RUNNING, TAPC_RESTING) == TAPC_RUNNING)
			tapc_rests++;
	} else if (cmpxchg(&tapc_state, TAPC_RUNNING, TAPC_STOPPING) == TAPC_RUNNING) {
		tapc_overloaded = true;
		WRITE_ONCE(tapc_failed, true);
		tapc_print_text(&hit, tapc_overload_line);
		tapc_wake();
	}
}

/* A hit of `probe` took so many cycles. Preemption is off. */
static noinline void tapc_spend(const struct tapc_probe *probe, u64 took)
{
	struct tapc_cpu *mine = __this_cpu_read(tapc_here);
	u64 now = tapc_cycles(), elapsed = now - mine->since, spent;

	local_add(took, &mine->spent);
	if (likely(elapsed < TAPC_OVERLOAD_INTERVAL))
		return;
	mine->since = now;
	spent = local_xchg(&mine->spent, 0);
	if (1000 * spent <= TAPC_SHARE * elapsed) {
		mine->over = 0;
	} else if (++mine->over >= TAPC_OVERLOAD_ROUNDS) {
		/* Rests until the share is what it may be; another such interval then is one too many. */
		mine->over = TAPC_OVERLOAD_ROUNDS - 1;
		tapc_overload(probe, 1000 * spent / TAPC_SHARE - elapsed);
	}
}

static noinline void tapc_cost_sample(const struct tapc_probe *probe, local_t *counts, u64 began)
{
	u64 took = TAPC_SAMPLE * (tapc_cycles() - began);

	local_add(took, &counts[TAPC_CYCLES]);
	tapc_spend(probe, took);
}

static __always_inline void tapc_cost_end(struct tapc_event *event)
{
	if (unlikely(event->began))
		tapc_cost_sample(event->hit.probe, event->hit.counts, event->began);
}

/* Once it has come to an overload: what each probe's part in it is. */
static void tapc_spendings_show(struct seq_file *file)
{
	u64 sum = 0, cycles;
	int probe;

	if (!tapc_overloaded && !tapc_rests)
		return;
	seq_printf(file, "overload stopped %d rests %lu\n", tapc_overloaded, tapc_rests);
	for (probe = 0; probe < TAPC_PROBES; probe++)
		sum += TAPC_SUM(counts[probe][TAPC_CYCLES]);
	for (probe = 0; probe < TAPC_PROBES; probe++) {
		cycles = TAPC_SUM(counts[probe][TAPC_CYCLES]);
		if (cycles)
			seq_printf(file, "cost %d cycles=%llu percent=%llu\n", probe, cycles, 100 * cycles / sum);
	}
}

static DEFINE_PER_CPU(struct tapc_guard, tapc_guarded);

/*
 * Whether a hit is the outer handler's own doing: in the same context (task, softirq, hard interrupt, NMI) and on the
 * same stack. An interrupt that has not told the kernel yet runs on a stack of its own.
 */
static __always_inline bool tapc_guard_recurs(unsigned long outer, unsigned long stack)
{
	unsigned int mask = NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET;
	unsigned int context = preempt_count(), theirs = __this_cpu_read(tapc_guarded.context);

	if (outer - stack >= THREAD_SIZE)
		return false;
	/* A breakpoint counts as an NMI, but stays on the stack that it hit on. */
	return !((context ^ theirs) & mask) ||
	       ((context & NMI_MASK) && !(((context - NMI_OFFSET - HARDIRQ_OFFSET) ^ theirs) & mask));
}

/*
 * False for a hit that a handler causes by itself: the handler must not run. Preemption is off. `outer` keeps what is to be put
 * back. The context is there before the stack is, and goes after it: an interrupt between them finds another one's or none.
 */
static __always_inline bool tapc_guard_take(struct tapc_guard *outer)
{
	unsigned long stack = current_stack_pointer;

	outer->stack = __this_cpu_read(tapc_guarded.stack);
	if (unlikely(outer->stack)) {
		if (tapc_guard_recurs(outer->stack, stack))
			return false;
		outer->context = __this_cpu_read(tapc_guarded.context);
	}
	__this_cpu_write(tapc_guarded.context, preempt_count());
	barrier();
	__this_cpu_write(tapc_guarded.stack, stack);
	barrier();
	return true;
}

static __always_inline void tapc_guard_leave(const struct tapc_guard *outer)
{
	barrier();
	__this_cpu_write(tapc_guarded.stack, outer->stack);
	barrier();
	/* Without a stack it says nothing. */
	if (unlikely(outer->stack))
		__this_cpu_write(tapc_guarded.context, outer->context);
}

/* As tapc_event_enter(); also false, and counted, for a hit that a handler causes by itself. */
static __always_inline bool tapc_guarded_enter(struct tapc_event *event, const struct tapc_probe *probe,
					       struct pt_regs *regs, unsigned long ip)
{
	if (!tapc_event_enter(event, probe, regs, ip))
		return false;
	if (likely(tapc_guard_take(&event->guard)))
		return true;
	tapc_skip(&event->hit, TAPC_SKIP_RECURSION);
	preempt_enable_notrace();
	return false;
}

/* Last thing: what the handler printed comes out, an error that nobody caught is told; the handler's doing too. */
static __always_inline void tapc_guarded_leave(struct tapc_event *event)
{
	if (unlikely(event->hit.finish))
		event->hit.finish(&event->hit);
	tapc_cost_end(event);
	tapc_guard_leave(&event->guard);
	preempt_enable_notrace();
}

/* printk() itself has not the same name in all kernels. */
static __printf(1, 2) void tapc_log(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintk(format, args);
	va_end(args);
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

/* Less than, equal to or greater than 0, as the bytes of `a` are to those of `b`. */
static int tapc_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (int)(u8)*a - (int)(u8)*b;
}

/* Where the kernel's half begins with four levels of page tables, and with five. */
#define TAPC_KERNEL_FOUR (~0UL << 47)
#define TAPC_KERNEL_FIVE (~0UL << 56)

/*
 * Whether an address belongs to the kernel: what lies in the hole between the halves raises a fault that the kernel warns of. What vmalloc
 * gives lies below the shorter half where there are five levels.
 */
static __always_inline bool tapc_is_kernel(unsigned long address)
{
	if (unlikely(address < TAPC_KERNEL_FOUR) &&
	    ((unsigned long)tapc_cpus >= TAPC_KERNEL_FOUR || address < TAPC_KERNEL_FIVE))
		return false;
	return (address & PAGE_MASK) != VSYSCALL_ADDR;
}

static __always_inline bool tapc_peek_u64(unsigned long address, u64 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u64, fault);
	return true;
fault:
	return false;
}

static void tapc_read_fault(struct tapc_hit *hit, const char *where, s64 address)
{
	tapc_fail_number(hit, where, "read fault at ", address);
}

static s64 tapc_load_u64(struct tapc_hit *hit, const char *where, s64 address)
{
	u64 value;

	if (likely(tapc_peek_u64(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
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

static bool tapc_is_among(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set != '\0';
}

/*
 * `name+0x12/0x34 [module]`, or the address in hex, into KSYM_SYMBOL_LEN bytes; returns how many it took. As sprint_symbol(), which would be
 * one symbol more: a file of nobody's has neither a lock to take nor a buffer to grow.
 */
static unsigned int tapc_symbol_print(char *text, unsigned long address)
{
	struct seq_file file = { .buf = text, .size = KSYM_SYMBOL_LEN };

	seq_printf(&file, "%pS", (void *)address);
	return file.count;
}

/* What stands in quotes behind `part` in a probe point, up to an @; false where there is no such part. */
static bool tapc_point_part(struct tapc_hit *hit, char *dst, const char *part)
{
	const char *point = hit->point;
	int at = tapc_find(point, part, 0);
	unsigned int n = 0;

	dst[0] = '\0';
	if (at < 0)
		return false;
	point += at + tapc_length(part);
	while (point[n] && point[n] != '"' && point[n] != '@' && n < TAPC_STRLEN - 1) {
		dst[n] = point[n];
		n++;
	}
	dst[n] = '\0';
	return true;
}

/* Name of the function that a probe point names; empty for other points. */
static void tapc_point_function(struct tapc_hit *hit, char *dst)
{
	if (!tapc_point_part(hit, dst, "function(\""))
		tapc_point_part(hit, dst, "statement(\"");
}

static bool tapc_is_wild(const char *name)
{
	for (; *name; name++)
		if (tapc_is_among(*name, "*?[{"))
			return true;
	return false;
}

/* The probe point that was hit. In a handler of many functions, the one that was hit stands for the wildcard. */
static void tapc_point_text(struct tapc_hit *hit, char *dst)
{
	static const char before[] = "function(\"";
	const char *point = hit->point;
	int at = tapc_find(point, before, 0);
	char text[KSYM_SYMBOL_LEN];
	unsigned int n = 0;

	tapc_point_function(hit, dst);
	if (at < 0 || !hit->ip || !tapc_is_wild(dst)) {
		tapc_copy(hit, dst, point);
		return;
	}
	at += sizeof(before) - 1;
	tapc_copy(hit, dst, point);
	dst[at] = '\0';
	tapc_symbol_print(text, hit->ip);
	while (text[n] && text[n] != '+')
		n++;
	text[n] = '\0';
	tapc_append(hit, dst, text);
	while (point[at] && point[at] != '"')
		at++;
	tapc_append(hit, dst, point + at);
}

/* `current`, without the alias of it that newer compilers are given: one symbol more. */
#define tapc_self() this_cpu_read_stable(current_task)

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

/*
 * Ends a record in place for which `bytes` were asked: what its strings did not need goes back. After an error it is no record.
 */
static void tapc_print_end_made(struct tapc_hit *hit, struct tapc_record *record, unsigned int bytes)
{
	struct tapc_entry *entry = record->entry;
	char *end = (char *)entry + sizeof(*entry) + bytes;
	unsigned int rest = end - record->at;

	if (unlikely(hit->error)) {
		tapc_ring_publish(entry, (sizeof(*entry) + bytes) | TAPC_PADDING);
		return;
	}
	if (rest)
		tapc_ring_give_back(hit->cpu, end, rest);
	tapc_ring_publish(entry, record->at - (char *)entry);
}

/* The name of the current task: two words, or one. */
static __always_inline void tapc_record_execname(struct tapc_record *record)
{
	u64 word;

	BUILD_BUG_ON(TASK_COMM_LEN != 16);
	memcpy(&word, tapc_self()->comm, sizeof(word));
	*(u64 *)record->at = word;
	record->at += sizeof(word);
	if (tapc_has_nul(word))
		return;
	memcpy(&word, tapc_self()->comm + sizeof(word), sizeof(word));
	*(u64 *)record->at = word;
	record->at += sizeof(word);
	/* Whoever renames it may be half through. */
	record->at[-1] = '\0';
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

/* A tracepoint that a probe is attached to. `data` of the callback is the row itself. */
struct tapc_tracepoint {
	const char *name;
	const char *point;		/* as pp() tells it */
	void *callback;			/* void (*)(void *row, the tracepoint's own parameters) */
	struct tracepoint *tracepoint;	/* set while attached */
	unsigned int probe;
	bool optional;			/* the script goes on without it */
};

struct tapc_tracepoint_table {
	struct tapc_tracepoint *rows;
	unsigned int count;
};

static void tapc_tracepoint_match(struct tracepoint *tracepoint, void *data)
{
	struct tapc_tracepoint_table *table = data;
	unsigned int i;

	for (i = 0; i < table->count; i++)
		if (!tapc_compare(table->rows[i].name, tracepoint->name))
			table->rows[i].tracepoint = tracepoint;
}

static const char *tapc_tracepoint_reason(int err)
{
	return err == -ENOENT ? "this kernel has no such tracepoint" : "refused by the kernel";
}

/* On return no callback of the table runs. */
static void tapc_tracepoints_detach(struct tapc_tracepoint *rows, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (rows[i].tracepoint)
			tracepoint_probe_unregister(rows[i].tracepoint, rows[i].callback, &rows[i]);
		rows[i].tracepoint = NULL;
	}
	tracepoint_synchronize_unregister();
}

static void tapc_tracepoint_leave_out(struct tapc_tracepoint *row, int err)
{
	tapc_log(KERN_INFO KBUILD_MODNAME ": %s is left out: %s (error %d)\n", row->point, tapc_tracepoint_reason(err), err);
	tapc_refuse(row->probe, row->point, err);
	row->tracepoint = NULL;
}

static int tapc_tracepoints_attach(struct tapc_tracepoint *rows, unsigned int count)
{
	struct tapc_tracepoint_table table = { rows, count };
	unsigned int i;
	int err = 0;

	for_each_kernel_tracepoint(tapc_tracepoint_match, &table);
	for (i = 0; i < count; i++) {
		err = -ENOENT;
		if (rows[i].tracepoint)
			err = tracepoint_probe_register(rows[i].tracepoint, rows[i].callback, &rows[i]);
		if (err && rows[i].optional) {
			tapc_tracepoint_leave_out(&rows[i], err);
			err = 0;
		}
		if (err)
			break;
	}
	if (!err)
		return 0;
	tapc_log(KERN_ERR KBUILD_MODNAME ": cannot attach %s: %s (error %d)\n", rows[i].point,
	       tapc_tracepoint_reason(err), err);
	/* What was found but not registered must not be unregistered. */
	while (i < count)
		rows[i++].tracepoint = NULL;
	tapc_tracepoints_detach(rows, count);
	/* insmod takes -ENOENT for a symbol that it cannot link. */
	return err == -ENOENT ? -ENXIO : err;
}

static const struct tapc_piece fmt_1[] = {
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_2[] = {
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" writes ") },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT(" bytes\n") },
	{ }
};

struct linux_binprm;
struct pid;
struct pt_regs;
struct task_struct;

/* function pp() -- context.stp:69:1 */
static void fn_pp(struct tapc_hit *hit, char *result)
{
	result[0] = '\0';
	tapc_point_text(hit, result);
}

struct tapc_frame_0 {
	char s1[TAPC_STRLEN];
};

/* probe kernel.trace("sched_process_*") -- tracepoints.stp:2:7 */
static void tapc_handler_0(struct tapc_hit *hit)
{
	struct tapc_frame_0 *frame;
	unsigned int size;
	struct tapc_record record;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	/* println(pp()) */
	fn_pp(hit, frame->s1);
	size = tapc_size(frame->s1);
	if (unlikely(hit->error))
		goto out;
	if (tapc_print_begin(hit, &record, fmt_1, TAPC_ROUND(size))) {
		tapc_add_string(&record, frame->s1, size);
		tapc_print_end(hit, &record);
	}
out:
	tapc_frame_pop(hit, frame);
}

/* probe kernel.trace("sys_enter") -- tracepoints.stp:3:7 */
static void tapc_handler_1(struct tapc_hit *hit, struct pt_regs *a_regs, long int a_id)
{
	s64 t1;
	struct tapc_record record;

	if ((s64)a_id == 1) {
		/* printf("%s writes %d bytes\n", execname(), $regs->dx) */
		t1 = tapc_load_u64(hit, "tracepoints.stp:3:92", ((long)a_regs) + 96);
		if (unlikely(hit->error))
			return;
		if (tapc_print_begin(hit, &record, fmt_2, 8 + TAPC_ROUND(TASK_COMM_LEN))) {
			tapc_record_execname(&record);
			tapc_add_long(&record, t1);
			tapc_print_end_made(hit, &record, 8 + TAPC_ROUND(TASK_COMM_LEN));
		}
	}
}

static void tapc_trace_0(void *data, struct task_struct *unused1, int unused2,
			 struct linux_binprm *unused3)
{
	struct tapc_tracepoint *row = data;
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], NULL, 0)) {
		event.hit.point = row->point;
		tapc_handler_0(&event.hit);
		tapc_guarded_leave(&event);
	}
}

static void tapc_trace_0_2(void *data, struct task_struct *unused1)
{
	struct tapc_tracepoint *row = data;
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], NULL, 0)) {
		event.hit.point = row->point;
		tapc_handler_0(&event.hit);
		tapc_guarded_leave(&event);
	}
}

static void tapc_trace_0_3(void *data, struct task_struct *unused1, struct task_struct *unused2)
{
	struct tapc_tracepoint *row = data;
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], NULL, 0)) {
		event.hit.point = row->point;
		tapc_handler_0(&event.hit);
		tapc_guarded_leave(&event);
	}
}

static void tapc_trace_0_4(void *data, struct pid *unused1)
{
	struct tapc_tracepoint *row = data;
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], NULL, 0)) {
		event.hit.point = row->point;
		tapc_handler_0(&event.hit);
		tapc_guarded_leave(&event);
	}
}

static void tapc_trace_1(void *data, struct pt_regs *a_regs, long int a_id)
{
	struct tapc_tracepoint *row = data;
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[1], NULL, 0)) {
		event.hit.point = row->point;
		tapc_handler_1(&event.hit, a_regs, a_id);
		tapc_guarded_leave(&event);
	}
}

static struct tapc_tracepoint tapc_tracepoints[] = {
	{
		.probe = 0,
		.name = "sched_process_exec",
		.point = "kernel.trace(\"sched:sched_process_exec\")",
		.callback = tapc_trace_0,
	},
	{
		.probe = 0,
		.name = "sched_process_exit",
		.point = "kernel.trace(\"sched:sched_process_exit\")",
		.callback = tapc_trace_0_2,
	},
	{
		.probe = 0,
		.name = "sched_process_fork",
		.point = "kernel.trace(\"sched:sched_process_fork\")",
		.callback = tapc_trace_0_3,
	},
	{
		.probe = 0,
		.name = "sched_process_free",
		.point = "kernel.trace(\"sched:sched_process_free\")",
		.callback = tapc_trace_0_2,
	},
	{
		.probe = 0,
		.name = "sched_process_hang",
		.point = "kernel.trace(\"sched:sched_process_hang\")",
		.callback = tapc_trace_0_2,
	},
	{
		.probe = 0,
		.name = "sched_process_wait",
		.point = "kernel.trace(\"sched:sched_process_wait\")",
		.callback = tapc_trace_0_4,
	},
	{
		.probe = 1,
		.name = "sys_enter",
		.point = "kernel.trace(\"raw_syscalls:sys_enter\")",
		.callback = tapc_trace_1,
	},
};

static int tapc_tracepoint_attach(void)
{
	return tapc_tracepoints_attach(tapc_tracepoints, ARRAY_SIZE(tapc_tracepoints));
}

static void tapc_tracepoint_detach(void)
{
	tapc_tracepoints_detach(tapc_tracepoints, ARRAY_SIZE(tapc_tracepoints));
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "kernel.trace(\"sched_process_*\")", "kernel.trace(\"sched_process_*\")", "tracepoints.stp:2:7" },
	{ "kernel.trace(\"raw_syscalls:sys_enter\")", "kernel.trace(\"sys_enter\")", "tracepoints.stp:3:7" },
};

/* In the order of attaching. */
static const struct tapc_family tapc_families[] = {
	{ tapc_tracepoint_attach, tapc_tracepoint_detach },
	{ }
};

static int tapc_status_show(struct seq_file *file, void *unused)
{
	static const char *const states[] = { "starting", "running", "resting", "stopping", "stopping", "done" };
	static const char *const reasons[] = { "room", "scratch", "lock", "reentry", "recursion", "overload" };
	unsigned long hits, skips, skipped[TAPC_SKIPS], missed;
	int probe, i;

	seq_printf(file, "module %s\nscript %s\nstate %s\n", KBUILD_MODNAME, TAPC_SCRIPT, states[tapc_state]);
	seq_printf(file, "output records %lu bytes %lu dropped %lu\nstrings truncated %lu\n",
		   TAPC_SUM(records), TAPC_SUM(tail), TAPC_SUM(dropped), TAPC_SUM(truncated));
	for (probe = 0; probe < TAPC_PROBES; probe++) {
		for (i = 0, skips = 0; i < TAPC_SKIPS; skips += skipped[i++])
			skipped[i] = TAPC_SUM(counts[probe][i]);
		hits = TAPC_SUM(counts[probe][TAPC_HITS]);
		missed = 0;
		seq_printf(file, "probe %d hits=%lu recorded=%lu errors=%lu missed=%lu skipped=%lu", probe,
			   hits, hits - skips, TAPC_SUM(counts[probe][TAPC_FAILURES]), missed, skips);
		for (i = 0; i < TAPC_SKIPS; i++)
			if (skipped[i])
				seq_printf(file, " %s=%lu", reasons[i], skipped[i]);
		if (atomic_read(&tapc_refused[probe]))
			seq_printf(file, " refused=%d", atomic_read(&tapc_refused[probe]));
		seq_printf(file, " where=%s point=%s\n", tapc_probes[probe].where, tapc_probes[probe].written);
	}
	tapc_refusals_show(file);
	tapc_spendings_show(file);
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
		cmpxchg(&tapc_state, TAPC_STARTING, TAPC_RUNNING);
		complete(&tapc_begun);
	}
	if (READ_ONCE(tapc_state) == TAPC_ENDING) {
		tapc_detach();
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
	error = PTR_ERR_OR_ZERO(tapc_files);
	if (error)
		goto undo;
	error = tapc_attach();
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
	vfree(tapc_cpus);
	return error;
}

static void __exit tapc_unload(void)
{
	tapc_exit(NULL);
	tapc_irq_work_end(&tapc_wake_work);
	flush_work(&tapc_work);
	tapc_irq_work_end(&tapc_wake_work);
	debugfs_remove(tapc_files);
	vfree(tapc_cpus);
}

module_init(tapc_load);
module_exit(tapc_unload);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("tracepoints.stp");

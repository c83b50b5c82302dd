// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from wildcard.stp by tapc 0.0.0-test,
 * for Linux 6.1.0-56-amd64 (x86_64).
 *	make -C /lib/modules/6.1.0-56-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <asm/word-at-a-time.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/ftrace.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/path.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/processor.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define TAPC_SCRIPT "wildcard.stp"
#define TAPC_PROBES 2	/* handlers */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_ACTIONS 1000	/* statements of loops that one hit may run */
#define TAPC_ENTRIES 2048	/* entries of an array */
#define TAPC_ERRORS 0	/* run-time errors before the script stops */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_TRIES 1000	/* how often a lock of another processor is tried */
#define TAPC_TRY_DELAY 10	/* microseconds at least between two tries */
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
	struct pt_regs *regs;
	unsigned long ip;
	const char *point;
	const char *error, *place;		/* run-time error nobody has caught, and where */
	s64 number;				/* goes with the text, if `numbered` */
	unsigned int budget, reserve;		/* actions left; those that come in turns, where `waits` */
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
	hit->regs = regs;
	hit->ip = ip;
	hit->point = probe->point;
	hit->error = NULL;
	hit->budget = TAPC_ACTIONS;
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

/* A point in time; handlers that were under way then, which run with preemption off, have ended some time later. */
struct tapc_grace {
	unsigned long state;	/* how many had been asked for */
};

/* How many are asked for, and how many of these are over. */
static atomic_long_t tapc_graces_asked;
static unsigned long tapc_graces_over;

/* One wait is good for all that were asked for before it. */
static void tapc_graces_wait(struct work_struct *unused)
{
	unsigned long asked = atomic_long_read(&tapc_graces_asked);

	synchronize_rcu();
	smp_store_release(&tapc_graces_over, asked);
}

static DECLARE_WORK(tapc_graces_work, tapc_graces_wait);

/* Where work can be queued, which not every hit may do. */
static void tapc_graces_kick(struct irq_work *unused)
{
	queue_work(system_long_wq, &tapc_graces_work);
}

static DEFINE_IRQ_WORK(tapc_graces_kicker, tapc_graces_kick);

/* Any context. */
static void tapc_grace_start(struct tapc_grace *grace)
{
	grace->state = atomic_long_inc_return(&tapc_graces_asked);
	irq_work_queue(&tapc_graces_kicker);
}

/* Whether they have all ended. Asks, never waits. */
static bool tapc_grace_over(const struct tapc_grace *grace)
{
	return (long)(smp_load_acquire(&tapc_graces_over) - grace->state) >= 0;
}

/* When no handler runs any more: on return nothing of this does. */
static void tapc_graces_end(void)
{
	tapc_irq_work_end(&tapc_graces_kicker);
	flush_work(&tapc_graces_work);
}

/* For process context: one after the other. Hardly anybody ever waits; who does, waits in steps of a grace period. */
static void tapc_turn_take(unsigned long *turn)
{
	while (test_and_set_bit_lock(0, turn))
		synchronize_rcu();
}

static void tapc_turn_give(unsigned long *turn)
{
	clear_bit_unlock(0, turn);
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

/* Filled in for what passes arguments; all of it only where the ops ask for FTRACE_OPS_FL_SAVE_REGS. */
static __always_inline struct pt_regs *tapc_ftrace_regs(struct ftrace_regs *fregs)
{
	return &fregs->regs;
}

/* Whether a function is a module's: they have a region of their own. */
static __always_inline bool tapc_in_module(unsigned long ip)
{
	return ip >= MODULES_VADDR && ip < MODULES_END;
}

static __always_inline int tapc_modules_find(void)
{
	return 0;
}

/*
 * Functions by name, each with a kprobe. Registered disabled, a kprobe patches nothing; it tells the function's
 * address, and whether the kernel lets it be probed.
 */
struct tapc_kprobes {
	struct kprobe *list;
	struct kprobe **marked;
	int *refusals;		/* why each is refused, or 0 */
	unsigned int count;
	unsigned int marks;
	unsigned int refused;
	unsigned long missed;		/* by those that are no longer registered */
};

/*
 * A handler on the entry of functions: one ftrace_ops for all that ftrace can patch, a kprobe for each other one.
 * `pattern` stands for what ftrace finds by itself; without one, `symbols` are looked up one by one.
 */
struct tapc_function {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	char *pattern;
	kprobe_pre_handler_t kprobe;
	struct ftrace_ops ops;
	struct tapc_kprobes kprobes;
	const char *module;	/* whose functions they are, NULL for the kernel's */
	bool optional;		/* one of a wildcard */
	bool traced;
};

/* Gives back what the choice of functions took. The ops can be used anew. */
static void tapc_ftrace_forget(struct ftrace_ops *ops)
{
	ftrace_set_filter(ops, NULL, 0, 1);
}

/* Leaves out the functions that match what follows the "!"; that there are none is fine. */
static int tapc_ftrace_leave_out(struct ftrace_ops *ops, char *pattern)
{
	int err = ftrace_set_filter(ops, pattern, tapc_text_length(pattern), 0);

	return err == -EINVAL ? 0 : err;
}

static int tapc_function_trace_pattern(struct tapc_function *function)
{
	/* What the compiler split off a function is not the function: it would be hit twice. */
	char parts[] = "!*.part.*";
	/* What runs before the guard would call itself without end, if this module was built with calls to ftrace. */
	char own[] = "!tapc_*";
	int err;

	err = tapc_modules_find();
	if (!err)
		err = ftrace_set_filter(&function->ops, function->pattern, tapc_text_length(function->pattern), 1);
	if (!err)
		err = tapc_ftrace_leave_out(&function->ops, parts);
	if (!err)
		err = tapc_ftrace_leave_out(&function->ops, own);
	return err;
}

/* Registers a disabled kprobe on each symbol. An address of NULL afterwards: refused. Fails when all are. */
static int tapc_kprobes_find(struct tapc_kprobes *kprobes, const char *const *symbols, unsigned int count,
			     kprobe_pre_handler_t handler)
{
	unsigned int i;
	int err = 0;

	kprobes->list = vzalloc(array_size(count, sizeof(*kprobes->list)));
	kprobes->marked = vzalloc(array_size(count, sizeof(*kprobes->marked)));
	kprobes->refusals = vzalloc(array_size(count, sizeof(*kprobes->refusals)));
	if (!kprobes->list || !kprobes->marked || !kprobes->refusals)
		return -ENOMEM;
	kprobes->count = count;
	kprobes->refused = 0;
	for (i = 0; i < count; i++) {
		struct kprobe *kprobe = &kprobes->list[i];

		kprobe->symbol_name = symbols[i];
		kprobe->pre_handler = handler;
		kprobe->flags = KPROBE_FLAG_DISABLED;
		kprobes->refusals[i] = register_kprobe(kprobe);
		if (kprobes->refusals[i]) {
			kprobe->addr = NULL;
			kprobes->refused++;
			err = kprobes->refusals[i];
		}
	}
	return kprobes->refused == count ? err : 0;
}

/* printk() itself has not the same name in all kernels. */
static __printf(1, 2) void tapc_log(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintk(format, args);
	va_end(args);
}

/* Tells of functions that the kernel lets no probe on; one by itself is told of where that is judged. */
static void tapc_kprobes_tell(unsigned int refused, unsigned int count, unsigned int probe)
{
	if (refused && count > 1)
		tapc_log(KERN_INFO KBUILD_MODNAME ": %s: %u of %u functions cannot be probed\n", tapc_probes[probe].point,
			refused, count);
}

/* As tapc_kprobes_find(), for one handler: the status has what is refused. */
static int tapc_kprobes_find_for(struct tapc_kprobes *kprobes, const char *const *symbols, unsigned int count,
				 kprobe_pre_handler_t handler, unsigned int probe)
{
	int err = tapc_kprobes_find(kprobes, symbols, count, handler);
	unsigned int i;

	for (i = 0; i < kprobes->count; i++)
		if (kprobes->refusals[i])
			tapc_refuse(probe, symbols[i], kprobes->refusals[i]);
	tapc_kprobes_tell(kprobes->refused, count, probe);
	return err;
}

/* To be unregistered by tapc_kprobes_drop_marked(): together, because each time costs a grace period. */
static void tapc_kprobes_mark(struct tapc_kprobes *kprobes, struct kprobe *kprobe)
{
	kprobes->marked[kprobes->marks++] = kprobe;
}

static void tapc_kprobes_drop_marked(struct tapc_kprobes *kprobes)
{
	unsigned int i;

	if (!kprobes->marks)
		return;
	unregister_kprobes(kprobes->marked, kprobes->marks);
	for (i = 0; i < kprobes->marks; i++)
		kprobes->marked[i]->addr = NULL;
	kprobes->marks = 0;
}

static int tapc_function_trace_symbols(struct tapc_function *function)
{
	int err = tapc_kprobes_find_for(&function->kprobes, function->symbols, function->count,
					function->kprobe, function->probe);
	unsigned int i;

	if (err)
		return err;
	for (i = 0; i < function->count; i++) {
		struct kprobe *kprobe = &function->kprobes.list[i];

		/* Without a callback for ftrace the handler is a kprobe's alone. */
		if (kprobe->addr && function->ops.func &&
		    !ftrace_set_filter_ip(&function->ops, (unsigned long)kprobe->addr, 0, !function->traced)) {
			function->traced = true;
			tapc_kprobes_mark(&function->kprobes, kprobe);
		}
	}
	tapc_kprobes_drop_marked(&function->kprobes);
	return 0;
}

/* The status may be read while probes go: their lists stay until it has counted. */
static unsigned long tapc_missed_turn;

/* Hits that the kernel dropped because they came inside another kprobe's handler. */
static unsigned long tapc_kprobes_missed(struct tapc_kprobes *kprobes)
{
	unsigned long missed;
	unsigned int i;

	tapc_turn_take(&tapc_missed_turn);
	missed = kprobes->missed;
	for (i = 0; i < kprobes->count; i++)
		if (kprobes->list[i].addr)
			missed += READ_ONCE(kprobes->list[i].nmissed);
	tapc_turn_give(&tapc_missed_turn);
	return missed;
}

/* On return none of their handlers runs. */
static void tapc_kprobes_unregister(struct tapc_kprobes *kprobes)
{
	unsigned long missed = tapc_kprobes_missed(kprobes);
	unsigned int i;

	for (i = 0; i < kprobes->count; i++)
		if (kprobes->list[i].addr)
			tapc_kprobes_mark(kprobes, &kprobes->list[i]);
	tapc_kprobes_drop_marked(kprobes);
	tapc_turn_take(&tapc_missed_turn);
	kprobes->missed = missed;
	kprobes->count = 0;
	tapc_turn_give(&tapc_missed_turn);
	vfree(kprobes->list);
	vfree(kprobes->marked);
	vfree(kprobes->refusals);
	kprobes->list = NULL;
	kprobes->marked = NULL;
	kprobes->refusals = NULL;
}

static void tapc_function_detach_one(struct tapc_function *function)
{
	if (function->traced)
		unregister_ftrace_function(&function->ops);
	tapc_ftrace_forget(&function->ops);
	function->traced = false;
	tapc_kprobes_unregister(&function->kprobes);
}

/* Registers those that are left anew, to work. */
static int tapc_kprobes_enable(struct tapc_kprobes *kprobes)
{
	unsigned int count, i;
	int err = 0;

	for (i = 0; i < kprobes->count; i++)
		if (kprobes->list[i].addr)
			tapc_kprobes_mark(kprobes, &kprobes->list[i]);
	count = kprobes->marks;
	tapc_kprobes_drop_marked(kprobes);
	for (i = 0; i < count && !err; i++) {
		struct kprobe *kprobe = kprobes->marked[i];

		kprobe->flags = 0;
		err = register_kprobe(kprobe);
		if (err)
			kprobe->addr = NULL;
	}
	return err;
}

static const char *tapc_kprobe_reason(int err)
{
	switch (err) {
	case -ENOENT:
		return "this kernel has no such function, or only inlined copies of it";
	case -EINVAL:
		return "the kernel allows no probe there";
	case -ENOMEM:
		return "out of memory";
	case -EILSEQ:
		return "there is no whole instruction at its entry";
	default:
		return "refused by the kernel";
	}
}

/*
 * Tells why a probe cannot be attached. 0 where the script goes on without it: it is optional, or its module
 * is not there yet. The kernel says the same of functions that a module does not have.
 */
static int tapc_kprobe_refused(int err, const char *point, const char *module, bool optional)
{
	if (err == -ENOENT && module) {
		tapc_log(KERN_INFO KBUILD_MODNAME ": %s waits until %s is loaded, or has no such function\n", point, module);
		return 0;
	}
	if (optional && err != -ENOMEM) {
		tapc_log(KERN_INFO KBUILD_MODNAME ": %s is left out: %s (error %d)\n", point, tapc_kprobe_reason(err), err);
		return 0;
	}
	tapc_log(KERN_ERR KBUILD_MODNAME ": cannot probe %s: %s (error %d)\n", point, tapc_kprobe_reason(err), err);
	/* insmod takes -ENOENT for a symbol that it cannot link. */
	return err == -ENOENT ? -ENXIO : err;
}

static int tapc_function_attach_one(struct tapc_function *function)
{
	int err;

	if (function->pattern) {
		err = tapc_function_trace_pattern(function);
		function->traced = !err;
	} else {
		err = tapc_function_trace_symbols(function);
	}
	if (!err && function->traced)
		err = register_ftrace_function(&function->ops);
	if (err)
		function->traced = false;
	if (!err)
		err = tapc_kprobes_enable(&function->kprobes);
	if (!err)
		return 0;
	tapc_function_detach_one(function);
	return tapc_kprobe_refused(err, tapc_probes[function->probe].point, function->module, function->optional);
}

/* On return none of their callbacks runs. */
static void tapc_functions_detach(struct tapc_function *functions, unsigned int count)
{
	while (count--)
		tapc_function_detach_one(&functions[count]);
}

static int tapc_functions_attach(struct tapc_function *functions, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		int err = tapc_function_attach_one(&functions[i]);

		if (err) {
			tapc_functions_detach(functions, i);
			return err;
		}
	}
	return 0;
}

static unsigned long tapc_functions_missed(struct tapc_function *functions, unsigned int count,
					   unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (functions[i].probe == probe)
			missed += tapc_kprobes_missed(&functions[i].kprobes);
	return missed;
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

/* Reader-writer spin lock; state: readers in steps of TAPC_LOCK_READER, and these bits. */
struct tapc_lock {
	atomic_t state;
};

#define TAPC_LOCK_WRITER 1
#define TAPC_LOCK_PENDING 2	/* a writer waits: no new readers */
#define TAPC_LOCK_READER 4

/* Rounds to wait for another CPU, a thousand for a microsecond: far more than a handler within MAXACTION needs. */
#define TAPC_LOCK_SPINS (1000u * (TAPC_TRIES) * (TAPC_TRY_DELAY))

/* Whether a hit of this CPU is inside tapc_exclusive_enter(). */
static DEFINE_PER_CPU(bool, tapc_excluding);

/*
 * Interrupts off, and this CPU is ours: what nests here is refused, so no CPU ever waits for itself.
 * False: counted.
 */
static inline bool tapc_exclusive_enter(struct tapc_hit *hit, unsigned long *flags)
{
	raw_local_irq_save(*flags);
	if (unlikely(__this_cpu_read(tapc_excluding))) {
		raw_local_irq_restore(*flags);
		tapc_skip(hit, TAPC_SKIP_REENTRY);
		return false;
	}
	__this_cpu_write(tapc_excluding, true);
	barrier();
	return true;
}

static inline void tapc_exclusive_leave(struct tapc_hit *hit, unsigned long flags)
{
	barrier();
	__this_cpu_write(tapc_excluding, false);
	raw_local_irq_restore(flags);
}

static noinline bool tapc_lock_write_slow(struct tapc_hit *hit, struct tapc_lock *lock)
{
	unsigned int spins = TAPC_LOCK_SPINS;
	int state;

	do {
		state = atomic_read(&lock->state);
		if (!(state & ~TAPC_LOCK_PENDING)) {
			/* Others that wait will say so again. */
			if (atomic_cmpxchg_acquire(&lock->state, state, TAPC_LOCK_WRITER) == state)
				return true;
		} else if (!(state & TAPC_LOCK_PENDING)) {
			atomic_cmpxchg_relaxed(&lock->state, state, state | TAPC_LOCK_PENDING);
		}
		cpu_relax();
	} while (spins--);
	/* Readers must not wait for one that has given up. */
	atomic_andnot(TAPC_LOCK_PENDING, &lock->state);
	tapc_skip(hit, TAPC_SKIP_LOCK);
	return false;
}

static inline bool tapc_lock_write(struct tapc_hit *hit, struct tapc_lock *lock)
{
	if (likely(atomic_cmpxchg_acquire(&lock->state, 0, TAPC_LOCK_WRITER) == 0))
		return true;
	return tapc_lock_write_slow(hit, lock);
}

static inline void tapc_unlock_write(struct tapc_lock *lock)
{
	smp_mb__before_atomic();
	atomic_andnot(TAPC_LOCK_WRITER, &lock->state);
}

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

/* The bytes of a key, as keys are kept: cut as strings are, and 0 up to a whole number of words. */
#define TAPC_KEY ((TAPC_STRLEN + 7) / 8 * 8)

/*
 * Up to eight bytes of a string, those from its NUL on as 0; little endian. At an aligned address all eight are read, which
 * lie in one page whatever the string's length.
 */
static __always_inline u64 tapc_word(const char *at)
{
	u64 word = 0, marks;
	int i;

	if (tapc_is_aligned(at)) {
		word = read_word_at_a_time(at);
		marks = tapc_nul_marks(word);
		return marks ? word & (((marks & -marks) >> 7) - 1) : word;
	}
	for (i = 0; i < 8 && at[i]; i++)
		word |= (u64)(u8)at[i] << (8 * i);
	return word;
}

/* What a key keeps of the word at offset `n` of a string. */
static __always_inline u64 tapc_key_word(const char *key, unsigned int n)
{
	u64 word = tapc_word(key + n);

	return n + 8 < TAPC_STRLEN ? word : word & ~(~0ULL << (8 * (TAPC_STRLEN - 1 - n)));
}

/* The same with a string, cut as strings are. */
static __always_inline u64 tapc_hash_string(u64 hash, const char *key)
{
	unsigned int n;

	for (n = 0; n < TAPC_KEY; n += 8) {
		u64 word = tapc_key_word(key, n);

		hash = tapc_hash_long(hash, word);
		if (!(word >> 56))
			break;
	}
	return hash;
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

static void tapc_map_clear(struct tapc_map *map)
{
	u32 e;

	for (e = map->oldest; e; e = map->link[e].newer)
		*tapc_map_bucket(map, map->link[e].hash) = 0;
	map->used = 0;
	map->touched = 0;
	map->free = 0;
	map->oldest = 0;
	map->newest = 0;
}

/* Where a sorted foreach keeps the numbers of the entries it goes through. */
struct tapc_order {
	u32 size;
	u32 *entry;
};

static int tapc_order_create(struct tapc_order *order, u32 size)
{
	order->entry = vzalloc(sizeof(u32) * (size_t)size);
	if (!order->entry)
		return -ENOMEM;
	order->size = size;
	return 0;
}

static void tapc_order_destroy(struct tapc_order *order)
{
	vfree(order->entry);
	order->entry = NULL;
}

/* Whether entry a comes before entry b; never both, never neither. */
typedef bool tapc_before(u32 a, u32 b);

/* Puts `e` into the heap where `at` is free; the one that comes last of all is at 0. */
static __always_inline void tapc_sift_down(u32 *heap, unsigned int n, u32 e, tapc_before *before)
{
	unsigned int at = 0, child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && before(heap[child], heap[child + 1]))
			child++;
		if (before(heap[child], e))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = e;
}

/* Takes `e` among the first `limit` so far, `n` of which are there; gives how many there are now. */
static unsigned int tapc_order_offer(struct tapc_order *order, unsigned int n, unsigned int limit, u32 e,
				     tapc_before *before)
{
	u32 *heap = order->entry;
	unsigned int at = n;

	if (n == limit) {
		if (before(e, heap[0]))
			tapc_sift_down(heap, n, e, before);
		return n;
	}
	while (at && before(heap[(at - 1) / 2], e)) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = e;
	return n + 1;
}

/* Makes an ordered list of the heap. */
static void tapc_order_finish(struct tapc_order *order, unsigned int n, tapc_before *before)
{
	u32 *heap = order->entry;

	while (n > 1) {
		u32 last = heap[--n];

		heap[n] = heap[0];
		tapc_sift_down(heap, n, last, before);
	}
}

/* As many as the script asks for and the array can hold. */
static unsigned int tapc_order_limit(const struct tapc_order *order, s64 limit)
{
	return clamp_t(s64, limit, 0, order->size);
}

/* States of a slot; any other tag is the hash of its keys, with bit 0 clear and bit 1 set. */
#define TAPC_SLOT_FREE 0
#define TAPC_SLOT_FILLING 1
#define TAPC_SLOT_AGAIN 3	/* was in use, may be taken */
#define TAPC_SLOT_RETIRING 5	/* hits find it no more; one that found it before may still add */

/* What one CPU's part of an array counts. */
struct tapc_part_counts {
	local_t claims;		/* slots taken from the free ones */
	local_t reused;		/* slots taken again */
	local_t full;		/* hits that found no room */
	local_t passed;		/* slots being filled, passed over: their keys may have two */
	/* What readers change: */
	unsigned long freed;	/* slots given back */
	unsigned long retiring;	/* slots that will be, */
	struct tapc_grace grace;	/* and since when */
};

/* Where a hash begins to look, among `slots`. */
static __always_inline u32 tapc_slot_first(u64 hash, u32 slots)
{
	return (hash >> 32) * slots >> 32;
}

static __always_inline u32 tapc_slot_next(u32 slot, u32 slots)
{
	return slot + 1 == slots ? 0 : slot + 1;
}

static __always_inline u64 tapc_slot_tag(u64 hash)
{
	return (hash & ~1ULL) | 2;
}

static __always_inline bool tapc_slot_is_open(u64 tag)
{
	return tag == TAPC_SLOT_FREE || tag == TAPC_SLOT_AGAIN;
}

/* Takes an open slot for a hit of this CPU. False where a nested hit was faster. */
static bool tapc_slot_take(struct tapc_part_counts *counts, u64 *tag, u64 seen)
{
	if (local_cmpxchg((local_t *)tag, seen, TAPC_SLOT_FILLING) != seen)
		return false;
	if (seen == TAPC_SLOT_AGAIN)
		local_inc(&counts->reused);
	return true;
}

/* Nested hits that may be taking slots at once, and slots that may be keys' second ones. */
#define TAPC_SLOTS_SPARE 16

/* Slots that may be retiring: as many as are in use, but for large ones (histograms), which cost too much memory. */
#define TAPC_SLOTS_RETIRING(size, bytes) ((bytes) > 512 ? (size) / 8 + TAPC_SLOTS_SPARE : (size))

#define TAPC_SLOTS(size, bytes) ((size) + TAPC_SLOTS_RETIRING(size, bytes) + 2 * TAPC_SLOTS_SPARE)

/* Whether a CPU's part may get one more entry. Some slots always stay open, which ends every search. */
static bool tapc_slots_left(const struct tapc_part_counts *counts, u32 size)
{
	unsigned long used = local_read(&counts->claims) + local_read(&counts->reused) -
			     READ_ONCE(counts->freed) - READ_ONCE(counts->retiring);

	return used < size + min_t(unsigned long, local_read(&counts->passed), TAPC_SLOTS_SPARE);
}

/* Retires a slot that nothing was added to since it was last looked at; not more than there is room for. */
static bool tapc_slot_retire(struct tapc_part_counts *counts, u64 *tag, u32 most)
{
	if (counts->retiring >= most)
		return false;
	WRITE_ONCE(*tag, TAPC_SLOT_RETIRING);
	WRITE_ONCE(counts->retiring, counts->retiring + 1);
	return true;
}

/* Whether more than half of a part is in use, so that slots without adds should be retired. */
static bool tapc_part_is_pressed(const struct tapc_part_counts *counts, u32 size)
{
	return !counts->retiring &&
	       2 * (local_read(&counts->claims) + local_read(&counts->reused) - counts->freed) > size;
}

static __always_inline bool tapc_has_nul(u64 word)
{
	return tapc_nul_marks(word);
}

static void tapc_key_set(struct tapc_hit *hit, char *kept, const char *key)
{
	unsigned int n;
	u64 word;

	for (n = 0; n < TAPC_KEY; n += 8) {
		word = tapc_key_word(key, n);
		*(u64 *)(kept + n) = word;
		if (!(word >> 56))
			break;
	}
	if (n + 8 >= TAPC_KEY && tapc_length(key) > TAPC_STRLEN - 1)
		tapc_truncated(hit);
}

/* Whether `key`, cut as strings are, is the one that is kept. */
static __always_inline bool tapc_same(const char *kept, const char *key)
{
	unsigned int n;

	for (n = 0; n < TAPC_KEY; n += 8) {
		u64 word = *(const u64 *)(kept + n);

		if (word != tapc_key_word(key, n))
			return false;
		if (!(word >> 56))
			break;
	}
	return true;
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

/* Adds to a number that only this CPU changes, in one step as far as this CPU can see: a nested hit loses nothing. */
static __always_inline void tapc_add_here(s64 *place, s64 n)
{
	local_add(n, (local_t *)place);
}

/* What a number of another CPU, which only grows, has gained since `taken` was kept. */
static s64 tapc_gain(const s64 *place, s64 *taken)
{
	s64 now = READ_ONCE(*place);
	s64 gain = (u64)now - *taken;

	*taken = now;
	return gain;
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

/* `name`, or the address in hex where it has none. */
static void tapc_symbol_name(struct tapc_hit *hit, char *dst, s64 address)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned int n = 0;

	tapc_symbol_print(text, address);
	while (text[n] && text[n] != '+')
		n++;
	text[n] = '\0';
	tapc_copy(hit, dst, text);
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

/* The function that was probed or interrupted; empty where there is none. */
static void tapc_probed_function(struct tapc_hit *hit, char *dst)
{
	tapc_point_function(hit, dst);
	if (dst[0] && !tapc_is_wild(dst))
		return;
	dst[0] = '\0';
	if (hit->ip)
		tapc_symbol_name(hit, dst, hit->ip);
	else if (hit->regs && !user_mode(hit->regs))
		tapc_symbol_name(hit, dst, instruction_pointer(hit->regs));
}

/* The function that the probe point names, or that its wildcard stands for now. */
static void tapc_named_function(struct tapc_hit *hit, char *dst)
{
	tapc_point_function(hit, dst);
	if (tapc_is_wild(dst))
		tapc_probed_function(hit, dst);
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

static void tapc_hrtimer_prepare(struct hrtimer *hrtimer, enum hrtimer_restart (*fire)(struct hrtimer *))
{
	hrtimer_init(hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	hrtimer->function = fire;
}

/* A periodic probe point; `period` and `spread` in nanoseconds. */
struct tapc_timer {
	struct hrtimer hrtimer;
	enum hrtimer_restart (*fire)(struct hrtimer *hrtimer);
	u64 period;
	u64 spread;		/* the period varies by up to this, both ways */
	u64 random;
	unsigned long missed;	/* periods that ended while the handler still ran */
	unsigned int behind;	/* times in a row that this was so */
	unsigned int probe;
};

/* xorshift64: spreads well enough, and needs nothing from the kernel. */
static u64 tapc_timer_random(struct tapc_timer *timer)
{
	timer->random ^= timer->random << 13;
	timer->random ^= timer->random >> 7;
	timer->random ^= timer->random << 17;
	return timer->random;
}

/* The period that follows, in nanoseconds. */
static u64 tapc_timer_period(struct tapc_timer *timer)
{
	u64 period = timer->period;

	if (timer->spread)
		period += tapc_timer_random(timer) % (2 * timer->spread + 1) - timer->spread;
	return period ?: 1;
}

/*
 * Sets the next expiry, counted from the last one so that a late callback does not shift the rest. A handler that
 * takes longer than its period leaves at least half a period to what it interrupted; again and again, up to 64 of them: a
 * processor that cannot keep up must get out of the interrupt.
 */
static enum hrtimer_restart tapc_timer_again(struct hrtimer *hrtimer)
{
	struct tapc_timer *timer = container_of(hrtimer, struct tapc_timer, hrtimer);
	u64 period = tapc_timer_period(timer);
	ktime_t now = ktime_get_mono_fast_ns();
	s64 late = ktime_sub(now, hrtimer_get_expires(hrtimer));
	u64 periods = late > 0 ? late / period + 1 : 1;

	hrtimer_add_expires_ns(hrtimer, periods * period);

	timer->behind = periods > 1 ? min(timer->behind + 1, 8u) : 0;
	if (timer->behind > 1 || (timer->behind && ktime_sub(hrtimer_get_expires(hrtimer), now) < period / 2)) {
		unsigned int more = 1U << max(timer->behind, 2u) >> 2;

		hrtimer_add_expires_ns(hrtimer, more * period);
		periods += more;
	}
	if (periods > 1)
		WRITE_ONCE(timer->missed, timer->missed + periods - 1);
	return HRTIMER_RESTART;
}

static void tapc_timer_prepare(struct tapc_timer *timer)
{
	timer->random = ktime_get_mono_fast_ns() ^ (unsigned long)timer;
	timer->random |= 1;
	tapc_hrtimer_prepare(&timer->hrtimer, timer->fire);
}

static void tapc_timers_start(struct tapc_timer *timers, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		tapc_timer_prepare(&timers[i]);
		hrtimer_start(&timers[i].hrtimer, ns_to_ktime(tapc_timer_period(&timers[i])),
			      HRTIMER_MODE_REL_HARD);
	}
}

/* On return no timer's callback runs, on any CPU. */
static void tapc_timers_cancel(struct tapc_timer *timers, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		hrtimer_cancel(&timers[i].hrtimer);
}

static unsigned long tapc_timers_missed(struct tapc_timer *timers, unsigned int count, unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (timers[i].probe == probe)
			missed += READ_ONCE(timers[i].missed);
	return missed;
}

static struct tapc_lock lock_calls;

/* Entries of calls. */
struct map_calls_entry {
	s64 value;
	char k1[TAPC_KEY] __aligned(8);
};

#define map_calls_size TAPC_ENTRIES

static struct tapc_map map_calls = { .name = "calls", .size = map_calls_size };

/* What one CPU has added to one entry: only this CPU adds, only readers change what they have taken. */
struct map_calls_slot {
	u64 tag;
	s64 here;
	s64 taken;
	s64 adds;
	s64 adds_taken;
	char k1[TAPC_KEY] __aligned(8);
};

#define map_calls_slots TAPC_SLOTS(map_calls_size, sizeof(struct map_calls_slot))

#define map_calls_retiring TAPC_SLOTS_RETIRING(map_calls_size, sizeof(struct map_calls_slot))

/* One CPU's part of calls: open addressing, with room to spare. */
struct map_calls_table {
	struct tapc_part_counts counts;
	u32 order[map_calls_slots];	/* slots in order of their claims, from 1 */
	struct map_calls_slot slot[map_calls_slots];
};

static DEFINE_PER_CPU(struct map_calls_table *, map_calls_tables);

static void map_calls_destroy(void)
{
	unsigned int cpu;

	tapc_graces_end();
	tapc_for_each_cpu(cpu)
		vfree(per_cpu(map_calls_tables, cpu));
	tapc_map_destroy(&map_calls);
}

static __always_inline struct map_calls_entry *map_calls_entry(u32 e)
{
	return (struct map_calls_entry *)map_calls.entries + e;
}

static int map_calls_create(void)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		struct map_calls_table *table = vzalloc(sizeof(*table));

		per_cpu(map_calls_tables, cpu) = table;
		if (!table)
			goto failed;
	}
	if (!tapc_map_create(&map_calls, sizeof(struct map_calls_entry)))
		return 0;
failed:
	map_calls_destroy();
	return -ENOMEM;
}

static __always_inline u64 map_calls_hash(const char *k1)
{
	u64 hash = 0;

	hash = tapc_hash_string(hash, k1);
	return hash;
}

static u32 map_calls_find(u32 hash, const char *k1)
{
	u32 i;

	for (i = *tapc_map_bucket(&map_calls, hash); i; i = map_calls.link[i].chain) {
		const struct map_calls_entry *e = map_calls_entry(i);

		if (map_calls.link[i].hash == hash && tapc_same(e->k1, k1))
			break;
	}
	return i;
}

/* The entry of these keys, made where there is none; 0 and an error where there is no room. */
static u32 map_calls_place(struct tapc_hit *hit, const char *where, const char *k1)
{
	u32 hash = map_calls_hash(k1) >> 32;
	u32 i = map_calls_find(hash, k1);
	struct map_calls_entry *e;

	if (i)
		return i;
	i = tapc_map_insert(&map_calls, hash);
	if (unlikely(!i)) {
		map_calls.full++;
		tapc_fail(hit, where, "Array overflow, check MAXMAPENTRIES");
		return 0;
	}
	e = map_calls_entry(i);
	tapc_key_set(hit, e->k1, k1);
	e->value = 0;
	return i;
}

static const char *map_calls_key1(u32 e)
{
	return map_calls_entry(e)->k1;
}

static s64 map_calls_value(u32 e)
{
	return map_calls_entry(e)->value;
}

static __always_inline bool map_calls_is(const struct map_calls_slot *e, u64 tag, const char *k1)
{
	return READ_ONCE(e->tag) == tag && tapc_same(e->k1, k1);
}

/*
 * The slot of keys that a hit did not find at once: behind one that is open again, or a new one. NULL and an error where there is no room. A slot
 * that an outer hit is filling is passed over.
 */
static noinline struct map_calls_slot *map_calls_claim(struct tapc_hit *hit, const char *where,
	struct map_calls_table *table, u64 hash, const char *k1)
{
	struct tapc_part_counts *counts = &table->counts;
	struct map_calls_slot *e, *open;
	u32 i, tries;
	u64 tag, seen;

again:
	i = tapc_slot_first(hash, map_calls_slots);
	open = NULL;
	seen = TAPC_SLOT_FREE;
	for (tries = 0; tries < map_calls_slots; tries++) {
		e = &table->slot[i];
		if (map_calls_is(e, tapc_slot_tag(hash), k1))
			return e;
		tag = smp_load_acquire(&e->tag);
		if (tag == TAPC_SLOT_FILLING)
			local_inc(&counts->passed);
		if (!open && tapc_slot_is_open(tag)) {
			open = e;
			seen = tag;
		}
		if (tag == TAPC_SLOT_FREE)
			break;
		i = tapc_slot_next(i, map_calls_slots);
	}
	if (unlikely(!open || !tapc_slots_left(counts, map_calls_size))) {
		local_inc(&counts->full);
		tapc_fail(hit, where, "Array overflow, check MAXMAPENTRIES");
		return NULL;
	}
	if (!tapc_slot_take(counts, &open->tag, seen))
		goto again;
	tapc_key_set(hit, open->k1, k1);
	smp_store_release(&open->tag, tapc_slot_tag(hash));
	/* A slot that is used again has its place in the order. */
	if (seen == TAPC_SLOT_FREE)
		smp_store_release(&table->order[local_inc_return(&counts->claims) - 1], open - table->slot + 1);
	return open;
}

static __always_inline void map_calls_add_here(struct tapc_hit *hit, const char *where, const char *k1, s64 n)
{
	struct map_calls_table *table = __this_cpu_read(map_calls_tables);
	u64 hash = map_calls_hash(k1);
	u32 i = tapc_slot_first(hash, map_calls_slots);
	struct map_calls_slot *e = &table->slot[i];

	while (unlikely(!map_calls_is(e, tapc_slot_tag(hash), k1))) {
		if (tapc_slot_is_open(READ_ONCE(e->tag))) {
			e = map_calls_claim(hit, where, table, hash, k1);
			if (unlikely(!e))
				return;
			break;
		}
		i = tapc_slot_next(i, map_calls_slots);
		e = &table->slot[i];
	}
	tapc_add_here(&e->here, n);
	tapc_add_here(&e->adds, 1);
}

/* Brings what one slot has got since the last time into the array. False and an error where that has no room. */
static bool map_calls_take(struct tapc_hit *hit, const char *where, struct map_calls_slot *from)
{
	u32 e = map_calls_place(hit, where, from->k1);

	if (!e)
		return false;
	tapc_gain(&from->adds, &from->adds_taken);
	map_calls_entry(e)->value += tapc_gain(&from->here, &from->taken);
	return true;
}

/* Makes a slot that no hit can be adding to as good as new. */
static void map_calls_give_back(struct map_calls_table *table, struct map_calls_slot *slot)
{
	slot->here = 0;
	slot->taken = 0;
	slot->adds = 0;
	slot->adds_taken = 0;
	smp_store_release(&slot->tag, TAPC_SLOT_AGAIN);
	WRITE_ONCE(table->counts.freed, table->counts.freed + 1);
	WRITE_ONCE(table->counts.retiring, table->counts.retiring - 1);
}

/* Whether a slot is in use, be it retiring. */
static bool map_calls_used(const struct map_calls_table *table, unsigned long claim, u64 *tag)
{
	u32 i = smp_load_acquire(&table->order[claim]);

	*tag = i ? smp_load_acquire(&table->slot[i - 1].tag) : TAPC_SLOT_FREE;
	return !tapc_slot_is_open(*tag) && *tag != TAPC_SLOT_FILLING;
}

/*
 * Brings what one CPU has added since the last time into the array. Slots that were retired a grace period ago are given back: nobody can be adding to
 * them any more. Where the part is more than half full, those that got nothing since the last time are retired.
 */
static bool map_calls_collect_part(struct tapc_hit *hit, const char *where, struct map_calls_table *table)
{
	struct tapc_part_counts *counts = &table->counts;
	unsigned long claim, claims = min_t(unsigned long, local_read(&counts->claims), map_calls_slots);
	bool over = counts->retiring && tapc_grace_over(&counts->grace);
	bool pressed = tapc_part_is_pressed(counts, map_calls_size);
	bool retired = false;
	u64 tag;

	for (claim = 0; claim < claims; claim++) {
		struct map_calls_slot *from;

		if (!map_calls_used(table, claim, &tag))
			continue;
		from = &table->slot[table->order[claim] - 1];
		if (!(READ_ONCE(from->adds) == from->adds_taken)) {
			if (!map_calls_take(hit, where, from))
				break;
		} else if (pressed && tag != TAPC_SLOT_RETIRING) {
			retired |= tapc_slot_retire(counts, &from->tag, map_calls_retiring);
		}
		if (tag == TAPC_SLOT_RETIRING && over)
			map_calls_give_back(table, from);
	}
	if (retired)
		tapc_grace_start(&counts->grace);
	return claim == claims;
}

/* Brings what the CPUs have added since the last time into one array. False and an error where that has no room. */
static bool map_calls_collect(struct tapc_hit *hit, const char *where)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		if (!map_calls_collect_part(hit, where, per_cpu(map_calls_tables, cpu)))
			return false;
	}
	return true;
}

/* Empties the array, of what was collected; the slots that this came from are retired, so that as many other keys find room. */
static void map_calls_clear(void)
{
	unsigned int cpu;
	u64 tag;

	tapc_map_clear(&map_calls);
	tapc_for_each_cpu(cpu) {
		struct map_calls_table *table = per_cpu(map_calls_tables, cpu);
		struct tapc_part_counts *counts = &table->counts;
		unsigned long claim, claims = min_t(unsigned long, local_read(&counts->claims), map_calls_slots);
		bool retired = false;

		for (claim = 0; claim < claims; claim++) {
			struct map_calls_slot *from;

			if (!map_calls_used(table, claim, &tag) || tag == TAPC_SLOT_RETIRING)
				continue;
			from = &table->slot[table->order[claim] - 1];
			if (READ_ONCE(from->adds) == from->adds_taken)
				retired |= tapc_slot_retire(counts, &from->tag, map_calls_retiring);
		}
		if (retired)
			tapc_grace_start(&counts->grace);
	}
}

static bool map_calls_before_value_down(u32 a, u32 b)
{
	s64 x = map_calls_entry(a)->value, y = map_calls_entry(b)->value;

	if (x != y)
		return x > y;
	return map_calls.link[a].rank < map_calls.link[b].rank;
}

static unsigned int map_calls_sort_value_down(struct tapc_order *order, s64 limit)
{
	unsigned int most = tapc_order_limit(order, limit), n = 0;
	u32 e, rank = 0;

	for (e = map_calls.oldest; e && most; e = map_calls.link[e].newer) {
		map_calls.link[e].rank = rank++;
		n = tapc_order_offer(order, n, most, e, map_calls_before_value_down);
	}
	tapc_order_finish(order, n, map_calls_before_value_down);
	return n;
}

static struct tapc_order order_1;

static int order_1_create(void)
{
	return tapc_order_create(&order_1, map_calls_size);
}

static void order_1_destroy(void)
{
	tapc_order_destroy(&order_1);
}

static const struct tapc_piece fmt_1[] = {
	{ .put = tapc_put_decimal, .width = 6 },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

/* function ppfunc() -- context.stp:79:1 */
static void fn_ppfunc(struct tapc_hit *hit, char *result)
{
	result[0] = '\0';
	tapc_named_function(hit, result);
}

struct tapc_frame_0 {
	char s1[TAPC_STRLEN];
};

/* probe kernel.function("vfs_*") -- wildcard.stp:4:7 */
static void tapc_handler_0(struct tapc_hit *hit)
{
	struct tapc_frame_0 *frame;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	/* calls[ppfunc()]++ */
	fn_ppfunc(hit, frame->s1);
	if (unlikely(hit->error))
		goto out;
	map_calls_add_here(hit, "wildcard.stp:4:34", frame->s1, 1);
out:
	tapc_frame_pop(hit, frame);
}

struct tapc_frame_1 {
	char l_name[TAPC_STRLEN];
};

/* probe timer.s(1) -- wildcard.stp:5:7 */
static void tapc_handler_1(struct tapc_hit *hit)
{
	struct tapc_frame_1 *frame;
	u32 e;
	unsigned int n, i, size;
	struct tapc_record record;
	unsigned long flags;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	frame->l_name[0] = '\0';
	if (unlikely(!tapc_exclusive_enter(hit, &flags)))
		goto pop;
	if (unlikely(!tapc_lock_write(hit, &lock_calls)))
		goto leave;
	if (unlikely(!map_calls_collect(hit, "wildcard.stp:5:7")))
		goto out;
	/* foreach (name in calls- limit 5) */
	n = map_calls_sort_value_down(&order_1, 5);
	for (i = 0; i < n; i++) {
		if (unlikely(!tapc_budget(hit, "wildcard.stp:6:3", 1)))
			goto out;
		e = order_1.entry[i];
		tapc_copy(hit, frame->l_name, map_calls_key1(e));
		/* printf("%6d %s\n", calls[name], name) */
		size = tapc_size(frame->l_name);
		if (tapc_stage_begin(hit, &record, fmt_1, 8 + TAPC_ROUND(size))) {
			tapc_add_long(&record, map_calls_value(e));
			tapc_add_string(&record, frame->l_name, size);
			tapc_stage_end(hit, &record);
		}
	}
	map_calls_clear();
out:
	tapc_unlock_write(&lock_calls);
leave:
	tapc_exclusive_leave(hit, flags);
pop:
	tapc_frame_pop(hit, frame);
}

static enum hrtimer_restart tapc_timer_fire_1(struct hrtimer *hrtimer)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[1], NULL, 0)) {
		tapc_handler_1(&event.hit);
		tapc_guarded_leave(&event);
	}
	return tapc_timer_again(hrtimer);
}

static struct tapc_timer tapc_timers[] = {
	{
		.probe = 1,
		.fire = tapc_timer_fire_1,
		.period = 1 * NSEC_PER_SEC,
	},
};

static int tapc_timer_attach(void)
{
	tapc_timers_start(tapc_timers, ARRAY_SIZE(tapc_timers));
	return 0;
}

static void tapc_timer_detach(void)
{
	tapc_timers_cancel(tapc_timers, ARRAY_SIZE(tapc_timers));
}

static unsigned long tapc_timer_missed(unsigned int probe)
{
	return tapc_timers_missed(tapc_timers, ARRAY_SIZE(tapc_timers), probe);
}

static void tapc_function_hit_0(unsigned long ip, struct pt_regs *regs)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], regs, ip)) {
		tapc_handler_0(&event.hit);
		tapc_guarded_leave(&event);
	}
}

static void tapc_function_ftrace_0(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
					   struct ftrace_regs *fregs)
{
	if (tapc_in_module(ip))
		return;
	tapc_function_hit_0(ip, tapc_ftrace_regs(fregs));
}

static int tapc_function_kprobe_0(struct kprobe *kprobe, struct pt_regs *regs)
{
	tapc_function_hit_0((unsigned long)kprobe->addr, regs);
	return 0;
}

static char tapc_function_pattern_0[] = "vfs_*";

static struct tapc_function tapc_functions[] = {
	{
		.probe = 0,
		.optional = true,
		.pattern = tapc_function_pattern_0,
		.kprobe = tapc_function_kprobe_0,
		.ops.func = tapc_function_ftrace_0,
		.ops.flags = FTRACE_OPS_FL_SAVE_REGS,
	},
};

static int tapc_function_attach(void)
{
	return tapc_functions_attach(tapc_functions, ARRAY_SIZE(tapc_functions));
}

static void tapc_function_detach(void)
{
	tapc_functions_detach(tapc_functions, ARRAY_SIZE(tapc_functions));
}

static unsigned long tapc_function_missed(unsigned int probe)
{
	return tapc_functions_missed(tapc_functions, ARRAY_SIZE(tapc_functions), probe);
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "kernel.function(\"vfs_*\")", "kernel.function(\"vfs_*\")", "wildcard.stp:4:7" },
	{ "timer.s(1)", "timer.s(1)", "wildcard.stp:5:7" },
};

/* In the order of attaching. */
static const struct tapc_family tapc_families[] = {
	{ tapc_timer_attach, tapc_timer_detach },
	{ tapc_function_attach, tapc_function_detach },
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
	seq_printf(file, "map calls full %llu\n", (u64)map_calls.full);
	for (probe = 0; probe < TAPC_PROBES; probe++) {
		for (i = 0, skips = 0; i < TAPC_SKIPS; skips += skipped[i++])
			skipped[i] = TAPC_SUM(counts[probe][i]);
		hits = TAPC_SUM(counts[probe][TAPC_HITS]);
		missed = 0;
		missed += tapc_timer_missed(probe);
		missed += tapc_function_missed(probe);
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
	error = map_calls_create();
	if (error)
		goto undo;
	error = order_1_create();
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
	map_calls_destroy();
	order_1_destroy();
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
	map_calls_destroy();
	order_1_destroy();
	vfree(tapc_cpus);
}

module_init(tapc_load);
module_exit(tapc_unload);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("wildcard.stp");

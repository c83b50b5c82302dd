// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from files.stp by tapc 0.0.0-test,
 * for Linux 6.1.0-56-amd64 (x86_64).
 *	make -C /lib/modules/6.1.0-56-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <asm/vsyscall.h>
#include <asm/word-at-a-time.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
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
#include <linux/rethook.h>
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

#define TAPC_SCRIPT "files.stp"
#define TAPC_PROBES 3	/* handlers */
#define TAPC_LATE_ARGS 1	/* words that a waiting hit keeps */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_ACTIONS 1000	/* statements of loops that one hit may run */
#define TAPC_ENTRIES 2048	/* entries of an array */
#define TAPC_ERRORS 0	/* run-time errors before the script stops */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_KRETACTIVE 0	/* calls of a function whose returns are hooked at once; 0: by the machine's size */
#define TAPC_TRIES 1000	/* how often a lock of another processor is tried */
#define TAPC_TRY_DELAY 10	/* microseconds at least between two tries */
#define TAPC_OVERLOAD_INTERVAL 1000000000	/* cycles over which the cost of handlers is summed */
#define TAPC_OVERLOAD_THRESHOLD 500000000	/* cycles of these that handlers may take */
#define TAPC_THROTTLE 0	/* 1: too much cost lets the script rest, 0: ends it */
#define TAPC_SCRATCH (4 * 3 * TAPC_STRLEN)	/* bytes of working memory on each CPU */

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

/* The function that returns. */
static unsigned long tapc_kretprobe_ip(struct kretprobe_instance *instance)
{
	return (unsigned long)get_kretprobe(instance)->kp.addr;
}

/* What comes in between would stay off: nobody restores the flags. */
static __always_inline void tapc_kretprobe_calm(void)
{
}

/* At the entry, where the handler keeps nothing of it. */
static int tapc_kretprobe_entry(struct kretprobe_instance *unused, struct pt_regs *regs)
{
	return 0;
}

/* Functions by name, each with a kretprobe. */
struct tapc_kretprobes {
	struct kretprobe *list;
	struct kretprobe **registered;
	unsigned int count;	/* of `registered` */
	unsigned int refused;
	unsigned long missed;		/* by those that are no longer registered */
};

/*
 * How many calls of one function may be under way at once, each with its return hooked. Every sleeper counts, not
 * only what runs, and each costs some hundred bytes for each function.
 */
static int tapc_maxactive(unsigned int functions)
{
	if (TAPC_KRETACTIVE)
		return TAPC_KRETACTIVE;
	return functions > 64 ? max(16, 4 * (int)tapc_cpu_limit) : max(128, 32 * (int)tapc_cpu_limit);
}

static int tapc_kretprobes_register(struct tapc_kretprobes *kretprobes, const char *const *symbols, unsigned int count,
				    const struct kretprobe *like, unsigned int probe)
{
	unsigned int i;
	int err = 0;

	kretprobes->list = vzalloc(array_size(count, sizeof(*kretprobes->list)));
	kretprobes->registered = vzalloc(array_size(count, sizeof(*kretprobes->registered)));
	if (!kretprobes->list || !kretprobes->registered)
		return -ENOMEM;
	kretprobes->refused = 0;
	for (i = 0; i < count; i++) {
		struct kretprobe *kretprobe = &kretprobes->list[i];
		int refusal;

		*kretprobe = *like;
		kretprobe->kp.symbol_name = symbols[i];
		if (!kretprobe->maxactive)
			kretprobe->maxactive = tapc_maxactive(count);
		refusal = register_kretprobe(kretprobe);
		if (refusal) {
			err = refusal;
			kretprobes->refused++;
			tapc_refuse(probe, symbols[i], err);
		} else {
			kretprobes->registered[kretprobes->count++] = kretprobe;
		}
	}
	tapc_kprobes_tell(kretprobes->refused, count, probe);
	return kretprobes->refused == count ? err : 0;
}

/* Returns that were not seen: too many calls under way, or a call from inside another kprobe's handler. */
static unsigned long tapc_kretprobes_missed(struct tapc_kretprobes *kretprobes)
{
	unsigned long missed;
	unsigned int i;

	tapc_turn_take(&tapc_missed_turn);
	missed = kretprobes->missed;
	for (i = 0; i < kretprobes->count; i++)
		missed += READ_ONCE(kretprobes->registered[i]->nmissed) +
			  READ_ONCE(kretprobes->registered[i]->kp.nmissed);
	tapc_turn_give(&tapc_missed_turn);
	return missed;
}

/* On return none of their handlers runs. */
static void tapc_kretprobes_unregister(struct tapc_kretprobes *kretprobes)
{
	unsigned long missed = tapc_kretprobes_missed(kretprobes);

	if (kretprobes->count)
		unregister_kretprobes(kretprobes->registered, kretprobes->count);
	tapc_turn_take(&tapc_missed_turn);
	kretprobes->missed = missed;
	kretprobes->count = 0;
	tapc_turn_give(&tapc_missed_turn);
	vfree(kretprobes->list);
	vfree(kretprobes->registered);
	kretprobes->list = NULL;
	kretprobes->registered = NULL;
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

static noinline bool tapc_lock_read_slow(struct tapc_hit *hit, struct tapc_lock *lock)
{
	unsigned int spins = TAPC_LOCK_SPINS;
	int state;

	do {
		state = atomic_read(&lock->state);
		if (!(state & (TAPC_LOCK_WRITER | TAPC_LOCK_PENDING)) &&
		    atomic_cmpxchg_acquire(&lock->state, state, state + TAPC_LOCK_READER) == state)
			return true;
		cpu_relax();
	} while (spins--);
	tapc_skip(hit, TAPC_SKIP_LOCK);
	return false;
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

static inline bool tapc_lock_read(struct tapc_hit *hit, struct tapc_lock *lock)
{
	int state = atomic_read(&lock->state);

	if (likely(!(state & (TAPC_LOCK_WRITER | TAPC_LOCK_PENDING)) &&
		   atomic_cmpxchg_acquire(&lock->state, state, state + TAPC_LOCK_READER) == state))
		return true;
	return tapc_lock_read_slow(hit, lock);
}

static inline bool tapc_lock_write(struct tapc_hit *hit, struct tapc_lock *lock)
{
	if (likely(atomic_cmpxchg_acquire(&lock->state, 0, TAPC_LOCK_WRITER) == 0))
		return true;
	return tapc_lock_write_slow(hit, lock);
}

static inline void tapc_unlock_read(struct tapc_lock *lock)
{
	smp_mb__before_atomic();
	atomic_sub(TAPC_LOCK_READER, &lock->state);
}

static inline void tapc_unlock_write(struct tapc_lock *lock)
{
	smp_mb__before_atomic();
	atomic_andnot(TAPC_LOCK_WRITER, &lock->state);
}

/* A hit that waits until its CPU's outer handler is through: what it needs to run then. */
struct tapc_late {
	void (*run)(struct tapc_hit *hit, const struct tapc_late *late);
	const struct tapc_probe *probe;
	const char *point;
	unsigned long ip;
	u64 time, real;		/* monotonic, and of the day */
	bool has_regs;
	struct pt_regs regs;
	u64 args[TAPC_LATE_ARGS];
};

/* As many may wait on a CPU. */
#define TAPC_LATE_MOST 64

/* Those that wait, from tail to head; only this CPU looks at them. */
struct tapc_late_queue {
	local_t head;
	unsigned long tail;
	struct tapc_hit *running;	/* one that has waited */
	bool keeping;			/* one is being kept; what that causes is not */
	struct tapc_late of[TAPC_LATE_MOST];
};

static struct tapc_late_queue *tapc_late_queues;	/* tapc_cpu_limit of them */

static int tapc_late_create(void)
{
	tapc_late_queues = vzalloc(array_size(tapc_cpu_limit, sizeof(*tapc_late_queues)));
	return tapc_late_queues ? 0 : -ENOMEM;
}

static void tapc_late_destroy(void)
{
	vfree(tapc_late_queues);
}

/* How deep this CPU is in tapc_exclusive_try(), and in steps of TAPC_LATE_ONE, how many hits wait. 0: free for all. */
static DEFINE_PER_CPU(unsigned int, tapc_exclusion);

#define TAPC_LATE_ONE 256

/* A hit that has waited, while it runs. */
static DEFINE_PER_CPU(const struct tapc_late *, tapc_late_now);

static __always_inline s64 tapc_cpu_number(void)
{
	return task_cpu(tapc_self());
}

/*
 * Interrupts off, and this CPU is ours. What nests here is turned away, so no CPU ever waits for itself; neither may it come before
 * what waits already.
 */
static inline bool tapc_exclusive_try(struct tapc_hit *hit, unsigned long *flags)
{
	raw_local_irq_save(*flags);
	if (unlikely(__this_cpu_read(tapc_exclusion)) && hit != tapc_late_queues[tapc_cpu_number()].running) {
		raw_local_irq_restore(*flags);
		return false;
	}
	this_cpu_inc(tapc_exclusion);
	barrier();
	return true;
}

/* Keeps a hit that was turned away, its registers and `args`. Where there is no room, it is counted. */
static void tapc_defer(struct tapc_hit *from, void (*run)(struct tapc_hit *hit, const struct tapc_late *late),
		       const u64 *args, unsigned int count)
{
	struct tapc_late_queue *queue = &tapc_late_queues[tapc_cpu_number()];
	struct tapc_late *late;
	unsigned long place;

	do {
		place = local_read(&queue->head);
		if (queue->keeping || place - READ_ONCE(queue->tail) >= TAPC_LATE_MOST) {
			tapc_skip(from, TAPC_SKIP_REENTRY);
			return;
		}
	} while (local_cmpxchg(&queue->head, place, place + 1) != place);
	WRITE_ONCE(queue->keeping, true);
	barrier();
	late = &queue->of[place % TAPC_LATE_MOST];
	late->run = run;
	late->probe = from->probe;
	late->point = from->point;
	late->ip = from->ip;
	late->time = ktime_get_mono_fast_ns();
	late->real = ktime_get_real_fast_ns();
	late->has_regs = from->regs;
	if (from->regs)
		late->regs = *from->regs;
	memcpy(late->args, args, count * sizeof(*args));
	local_inc(&from->counts[TAPC_LATE]);
	barrier();
	WRITE_ONCE(queue->keeping, false);
	this_cpu_add(tapc_exclusion, TAPC_LATE_ONE);
}

static void tapc_late_run(struct tapc_late_queue *queue, const struct tapc_late *late)
{
	struct tapc_cpu *cpu = __this_cpu_read(tapc_here);
	struct tapc_hit hit = {
		.probe = late->probe, .cpu = cpu, .counts = cpu->counts[late->probe - tapc_probes],
		.regs = late->has_regs ? (struct pt_regs *)&late->regs : NULL, .ip = late->ip, .point = late->point,
		.budget = TAPC_ACTIONS,
	};

	queue->running = &hit;
	__this_cpu_write(tapc_late_now, late);
	late->run(&hit, late);
	__this_cpu_write(tapc_late_now, NULL);
	if (hit.finish)
		hit.finish(&hit);
	queue->running = NULL;
}

/*
 * Runs what came while this CPU was ours, and what comes meanwhile; as often as would fill the queue four times, then it is counted.
 * What it causes itself must not hit: the guard is held.
 */
static noinline void tapc_late_drain(void)
{
	struct tapc_late_queue *queue = &tapc_late_queues[tapc_cpu_number()];
	struct tapc_guard guard __uninitialized;
	unsigned int rounds = 0;
	bool guarded;

	/* That was one of those that have waited. */
	if (__this_cpu_read(tapc_exclusion) % TAPC_LATE_ONE)
		return;
	guarded = tapc_guard_take(&guard);
	do {
		const struct tapc_late *late = &queue->of[queue->tail % TAPC_LATE_MOST];

		this_cpu_inc(tapc_exclusion);
		if (rounds++ < 4 * TAPC_LATE_MOST)
			tapc_late_run(queue, late);
		else
			local_inc(&__this_cpu_read(tapc_here)->counts[late->probe - tapc_probes][TAPC_SKIP_REENTRY]);
		WRITE_ONCE(queue->tail, queue->tail + 1);
		barrier();
		this_cpu_sub(tapc_exclusion, TAPC_LATE_ONE + 1);
	} while (__this_cpu_read(tapc_exclusion));
	if (guarded)
		tapc_guard_leave(&guard);
}

/* Where hits may wait, they come now. */
static inline void tapc_exclusive_end(struct tapc_hit *unused, unsigned long flags)
{
	barrier();
	this_cpu_dec(tapc_exclusion);
	if (unlikely(__this_cpu_read(tapc_exclusion)))
		tapc_late_drain();
	raw_local_irq_restore(flags);
}

/* How many hits of each probe have waited. */
static void tapc_late_show(struct seq_file *file)
{
	int probe;

	for (probe = 0; probe < TAPC_PROBES; probe++)
		if (TAPC_SUM(counts[probe][TAPC_LATE]))
			seq_printf(file, "late %d hits=%lu\n", probe, TAPC_SUM(counts[probe][TAPC_LATE]));
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

static void tapc_map_remove(struct tapc_map *map, u32 e)
{
	struct tapc_link *link = &map->link[e];
	u32 *at = tapc_map_bucket(map, link->hash);

	while (*at != e)
		at = &map->link[*at].chain;
	*at = link->chain;
	if (link->older)
		map->link[link->older].newer = link->newer;
	else
		map->oldest = link->newer;
	if (link->newer)
		map->link[link->newer].older = link->older;
	else
		map->newest = link->older;
	link->chain = map->free;
	map->free = e;
	map->used--;
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

static u32 tapc_map_insert_wrapping(struct tapc_map *map, u32 hash)
{
	if (map->used == map->size) {
		tapc_map_remove(map, map->oldest);
		map->wrapped++;
	}
	return tapc_map_insert(map, hash);
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

/*
 * A handler on the return of functions: kretprobes that are never armed, whose hooking of a return one ftrace_ops calls. No kprobe
 * has a part in it, so nothing is dropped inside another one's handler. What ftrace cannot patch has a kretprobe that is armed. `like`
 * has the callbacks, the room for entry values, and maxactive or 0.
 */
struct tapc_return {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	struct kretprobe like;
	/* Runs at the return. The kernel's own would make its kretprobe the kprobe that runs on this CPU, and leave none behind. */
	rethook_handler_t leave;
	struct tapc_kretprobes hooks, kretprobes;
	struct ftrace_ops ops;
	struct kretprobe **slots;	/* of `hooks`, by address; at most half full */
	unsigned int bits;
	atomic_long_t missed;		/* calls that found no room */
	const char *module;		/* whose functions they are, NULL for the kernel's */
	bool optional;			/* one of a wildcard */
	bool hooked;
};

/* The function that returns; what a node of rethook has for data is its kretprobe. */
static __always_inline unsigned long tapc_rethook_ip(const struct kretprobe *kretprobe)
{
	return (unsigned long)kretprobe->kp.addr;
}

static __always_inline struct kretprobe *tapc_return_at(struct tapc_return *ret, unsigned long ip)
{
	unsigned int mask = (1U << ret->bits) - 1;
	unsigned int i;

	if (likely(ret->count == 1))
		return *ret->slots;
	for (i = hash_long(ip, ret->bits); ret->slots[i]; i = (i + 1) & mask)
		if ((unsigned long)ret->slots[i]->kp.addr == ip)
			return ret->slots[i];
	return NULL;
}

/* Whether the return of the call under way with that stack is hooked by it: then it is the last one of the task that is. */
static bool tapc_return_is_hooked(const struct kretprobe *kretprobe, unsigned long stack)
{
	const struct llist_node *last = tapc_self()->rethooks.first;
	const struct rethook_node *node = container_of(last, struct rethook_node, llist);

	return last && node->rethook == kretprobe->rh && node->frame == stack;
}

/*
 * Hooks the return of a call. The kernel's count of those that found no room is not exact where processors meet in it: this one is. What
 * the handler of the entry refuses is not among them.
 */
static void tapc_return_enter(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct tapc_return *ret = container_of(ops, struct tapc_return, ops);
	struct pt_regs *regs = tapc_ftrace_regs(fregs);
	struct kretprobe *kretprobe = tapc_return_at(ret, ip);
	int missed;

	if (unlikely(!kretprobe))
		return;
	preempt_disable_notrace();
	missed = READ_ONCE(kretprobe->nmissed);
	kretprobe->kp.pre_handler(&kretprobe->kp, regs);
	if (unlikely(READ_ONCE(kretprobe->nmissed) != missed) && !tapc_return_is_hooked(kretprobe, regs->sp))
		atomic_long_inc(&ret->missed);
	preempt_enable_notrace();
}

static void tapc_return_insert(struct tapc_return *ret, struct kretprobe *kretprobe)
{
	unsigned int mask = (1U << ret->bits) - 1;
	unsigned int i = hash_long((unsigned long)kretprobe->kp.addr, ret->bits);

	if (ret->count == 1)
		i = 0;
	while (ret->slots[i])
		i = (i + 1) & mask;
	ret->slots[i] = kretprobe;
}

/* On return none of their callbacks runs. */
static void tapc_return_detach(struct tapc_return *ret)
{
	if (ret->hooked)
		unregister_ftrace_function(&ret->ops);
	tapc_ftrace_forget(&ret->ops);
	ret->hooked = false;
	tapc_kretprobes_unregister(&ret->hooks);
	tapc_kretprobes_unregister(&ret->kretprobes);
	vfree(ret->slots);
	ret->slots = NULL;
}

static void tapc_return_take(const struct tapc_return *ret, struct tapc_kretprobes *kretprobes)
{
	unsigned int i;

	for (i = 0; i < kretprobes->count; i++)
		WRITE_ONCE(kretprobes->registered[i]->rh->handler, ret->leave);
}

/* Those that ftrace can patch are its matter; names of the others go to `others`. Returns how many these are. */
static unsigned int tapc_return_part(struct tapc_return *ret, const char **others)
{
	unsigned int i, n = 0;

	for (i = 0; i < ret->hooks.count; i++) {
		struct kretprobe *kretprobe = ret->hooks.registered[i];

		if (ftrace_set_filter_ip(&ret->ops, (unsigned long)kretprobe->kp.addr, 0, !ret->hooked)) {
			others[n++] = kretprobe->kp.symbol_name;
		} else {
			ret->hooked = true;
			tapc_return_insert(ret, kretprobe);
		}
	}
	return n;
}

static int tapc_return_attach(struct tapc_return *ret)
{
	const char **others = vzalloc(array_size(ret->count, sizeof(*others)));
	struct kretprobe disabled = ret->like;
	unsigned int n;
	int err;

	ret->bits = ilog2(roundup_pow_of_two(2 * ret->count));
	ret->slots = vzalloc(array_size(1U << ret->bits, sizeof(*ret->slots)));
	disabled.kp.flags = KPROBE_FLAG_DISABLED;
	if (!disabled.data_size)
		disabled.entry_handler = NULL;
	err = others && ret->slots ?
	      tapc_kretprobes_register(&ret->hooks, ret->symbols, ret->count, &disabled, ret->probe) : -ENOMEM;
	if (!err) {
		tapc_return_take(ret, &ret->hooks);
		n = tapc_return_part(ret, others);
		if (n)
			err = tapc_kretprobes_register(&ret->kretprobes, others, n, &ret->like, ret->probe);
		tapc_return_take(ret, &ret->kretprobes);
	}
	vfree(others);
	if (ret->hooked) {
		ret->ops.func = tapc_return_enter;
		ret->ops.flags = ret->like.data_size ? FTRACE_OPS_FL_SAVE_REGS : 0;
		if (!err)
			err = register_ftrace_function(&ret->ops);
		if (err)
			ret->hooked = false;
	}
	return err;
}

static unsigned long tapc_return_missed(struct tapc_return *ret)
{
	return atomic_long_read(&ret->missed) + tapc_kretprobes_missed(&ret->kretprobes);
}

/* On return none of their callbacks runs. */
static void tapc_returns_detach(struct tapc_return *returns, unsigned int count)
{
	while (count--)
		tapc_return_detach(&returns[count]);
}

static int tapc_return_attach_one(struct tapc_return *ret)
{
	int err = tapc_return_attach(ret);

	if (!err)
		return 0;
	tapc_return_detach(ret);
	return tapc_kprobe_refused(err, tapc_probes[ret->probe].point, ret->module, ret->optional);
}

static int tapc_returns_attach(struct tapc_return *returns, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		int err = tapc_return_attach_one(&returns[i]);

		if (err) {
			tapc_returns_detach(returns, i);
			return err;
		}
	}
	return 0;
}

static unsigned long tapc_returns_missed(struct tapc_return *returns, unsigned int count, unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (returns[i].probe == probe)
			missed += tapc_return_missed(&returns[i]);
	return missed;
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

/* Each reads one number; false where there is no such memory. Nothing sleeps, in any context. */
static __always_inline bool tapc_peek_u8(unsigned long address, u8 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u8, fault);
	return true;
fault:
	return false;
}

static __always_inline bool tapc_peek_u32(unsigned long address, u32 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u32, fault);
	return true;
fault:
	return false;
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

static s64 tapc_load_u32(struct tapc_hit *hit, const char *where, s64 address)
{
	u32 value;

	if (likely(tapc_peek_u32(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_u64(struct tapc_hit *hit, const char *where, s64 address)
{
	u64 value;

	if (likely(tapc_peek_u64(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
}

/*
 * Copies a string out of kernel memory, eight bytes at a time where they lie in one page, at most `limit` bytes of it. How many bytes of `dst` it
 * took, the NUL included, perhaps rounded up to a word; 0, with an empty `dst`, where there is no such memory.
 */
static unsigned int tapc_fetch_string(struct tapc_hit *hit, char *dst, unsigned long address, u64 limit)
{
	unsigned int most = min_t(u64, limit, TAPC_STRLEN - 1);
	unsigned int n = 0;

	while (n < most) {
		unsigned long at = address + n;
		unsigned int end = n + min_t(unsigned int, most - n, PAGE_SIZE - offset_in_page(at));
		u64 word;

		if (unlikely(!tapc_is_kernel(at)))
			goto fault;
		for (; n + 8 <= end; n += 8) {
			__get_kernel_nofault(&word, (void *)(address + n), u64, fault);
			memcpy(dst + n, &word, 8);
			if (tapc_has_nul(word))
				return n + 8;
		}
		for (; n < end; n++) {
			__get_kernel_nofault(dst + n, (void *)(address + n), u8, fault);
			if (!dst[n])
				return n + 1;
		}
	}
	dst[n] = '\0';
	if (limit > most) {
		u8 next = 1;

		if (!tapc_peek_u8(address + n, &next) || next)
			tapc_truncated(hit);
	}
	return n + 1;
fault:
	dst[0] = '\0';
	return 0;
}

/* The same; false where there is no such memory. */
static bool tapc_peek_string(struct tapc_hit *hit, char *dst, unsigned long address, u64 limit)
{
	return tapc_fetch_string(hit, dst, address, limit);
}

static void tapc_load_string(struct tapc_hit *hit, const char *where, char *dst, s64 address)
{
	if (unlikely(!tapc_peek_string(hit, dst, address, TAPC_STRLEN)))
		tapc_read_fault(hit, where, address);
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

/* How often a reader looks again at a statistic that another CPU is adding to. */
#define TAPC_STAT_TRIES 1000

/* Bucket of a logarithmic histogram: 64 for 0, 64 + n for numbers of n bits, 64 - n for negative ones of n bits. */
static int tapc_bucket_log(s64 sample)
{
	return sample < 0 ? 64 - fls64(-(u64)sample) : 64 + fls64(sample);
}

static __always_inline s64 tapc_pid(void)
{
	return tapc_self()->tgid;
}

#define TAPC_COMM min_t(unsigned int, TASK_COMM_LEN, TAPC_STRLEN)

static __always_inline void tapc_execname(char *dst)
{
	memcpy(dst, tapc_self()->comm, TAPC_COMM);
	dst[TAPC_COMM - 1] = '\0';
}

static const void *tapc_next_memory(struct tapc_values *values, size_t *size)
{
	const char *memory;

	*size = tapc_next_long(values);
	if (values->args)
		return (const void *)(long)*values->args++;
	memory = values->at;
	values->at += TAPC_ROUND(*size);
	return memory;
}

/* Room for n bytes of memory, which the caller fills. */
static inline void *tapc_add_room(struct tapc_record *record, unsigned int n)
{
	char *room;

	tapc_add_long(record, n);
	room = record->at;
	record->at += TAPC_ROUND(n);
	return room;
}

static inline void tapc_add_memory(struct tapc_record *record, const void *memory, unsigned int n)
{
	memcpy(tapc_add_room(record, n), memory, n);
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

/* Distribution of a statistic's values: README.md says what is in which bucket. */
struct tapc_histogram {
	s64 low;
	s64 step;
	u32 buckets;
	u32 reserved;
	u64 count[];
};

/* Width of the bars; empty rows that stand at either side of a gap. */
#define TAPC_HIST_WIDTH 50
#ifndef TAPC_HIST_ELISION
#define TAPC_HIST_ELISION 2
#endif

#define TAPC_HIST_LOG_ZERO 64

/* Rows to print, of either kind of histogram. */
struct tapc_hist_rows {
	const struct tapc_histogram *histogram;
	bool logarithmic;
	int first;
	int last;
	u64 most;	/* highest count */
};

/* Lower end of a bucket's values; of the one above them all, their upper end. */
static s64 tapc_hist_value(const struct tapc_hist_rows *rows, int bucket)
{
	const struct tapc_histogram *histogram = rows->histogram;

	if (!rows->logarithmic) {
		bucket = clamp_t(int, bucket, 1, histogram->buckets - 1);
		if (bucket == (int)histogram->buckets - 1)
			bucket--;
		return histogram->low + (s64)(bucket - 1) * histogram->step;
	}
	if (bucket == TAPC_HIST_LOG_ZERO)
		return 0;
	if (bucket > TAPC_HIST_LOG_ZERO)
		return 1LL << (bucket - TAPC_HIST_LOG_ZERO - 1);
	return (s64)(~0ULL << (TAPC_HIST_LOG_ZERO - 1 - bucket));
}

static bool tapc_hist_is_outside(const struct tapc_hist_rows *rows, int bucket)
{
	return !rows->logarithmic && (bucket == 0 || bucket == (int)rows->histogram->buckets - 1);
}

/* Finds what is there, with two rows around it, but none that cannot be. */
static void tapc_hist_range(struct tapc_hist_rows *rows)
{
	const struct tapc_histogram *histogram = rows->histogram;
	int bucket, buckets = histogram->buckets;
	bool negative;

	rows->first = buckets;
	rows->last = -1;
	rows->most = 0;
	for (bucket = 0; bucket < buckets; bucket++) {
		if (!histogram->count[bucket])
			continue;
		rows->first = min(rows->first, bucket);
		rows->last = bucket;
		rows->most = max(rows->most, histogram->count[bucket]);
	}
	if (rows->last < 0)
		return;
	negative = !rows->logarithmic || rows->first < TAPC_HIST_LOG_ZERO;
	rows->first = max(rows->first - 2, negative ? 0 : TAPC_HIST_LOG_ZERO);
	rows->last = min(rows->last + 2, buckets - 1);
	if (tapc_hist_is_outside(rows, rows->first) && !histogram->count[rows->first])
		rows->first++;
	if (tapc_hist_is_outside(rows, rows->last) && !histogram->count[rows->last])
		rows->last--;
}

/* Whether the row and all near it are empty, so that it is left out. */
static bool tapc_hist_is_gap(const struct tapc_hist_rows *rows, int bucket)
{
	int near = max(bucket - TAPC_HIST_ELISION, rows->first);
	int end = min(bucket + TAPC_HIST_ELISION, rows->last);

	if (TAPC_HIST_ELISION < 0)
		return false;
	while (near <= end)
		if (rows->histogram->count[near++])
			return false;
	return true;
}

/* Characters that a value takes, its sign included. */
static int tapc_hist_width(s64 value)
{
	char digits[TAPC_DIGITS];

	return (value < 0) + tapc_digits(digits, value < 0 ? -(u64)value : value, 10, 0);
}

static void tapc_hist_row(struct seq_file *text, const struct tapc_hist_rows *rows, int bucket,
			  int value_width, int count_width)
{
	struct tapc_layout value_layout = { .precision = -1 };
	u64 scale = DIV_ROUND_UP_ULL(rows->most, TAPC_HIST_WIDTH);
	u64 count = rows->histogram->count[bucket];
	s64 value = tapc_hist_value(rows, bucket);
	u64 bar = count / max_t(u64, scale, 1);
	struct tapc_layout count_layout = {
		.width = TAPC_HIST_WIDTH - (s64)bar + 1 + count_width, .precision = -1
	};
	const char *outside = bucket ? ">" : "<";

	if (!tapc_hist_is_outside(rows, bucket))
		outside = "";
	tapc_text_fill(text, ' ', value_width - tapc_hist_width(value) - (int)tapc_text_length(outside));
	tapc_text_string(text, outside);
	tapc_put_number(text, &value_layout, value < 0 ? -(u64)value : value, 10, 0, value < 0 ? "-" : "");
	tapc_text_string(text, " |");
	tapc_text_fill(text, '@', bar);
	tapc_put_number(text, &count_layout, count, 10, 0, "");
	tapc_text_string(text, "\n");
}

static void tapc_hist_render(struct seq_file *text, const struct tapc_histogram *histogram,
			     bool logarithmic)
{
	struct tapc_hist_rows rows = { .histogram = histogram, .logarithmic = logarithmic };
	int bucket, value_width, count_width;
	bool gap = false;
	s64 high;

	tapc_hist_range(&rows);
	value_width = 5;
	if (rows.last >= 0 && logarithmic) {
		value_width = max3(value_width, tapc_hist_width(tapc_hist_value(&rows, rows.first)),
				   tapc_hist_width(tapc_hist_value(&rows, rows.last)));
	} else if (rows.last >= 0) {
		high = histogram->low + histogram->step * rows.last;
		value_width = max3(value_width,
				   tapc_hist_width(histogram->low) + tapc_hist_is_outside(&rows, rows.first),
				   tapc_hist_width(high) + tapc_hist_is_outside(&rows, rows.last));
	}
	count_width = tapc_hist_width(rows.most);
	tapc_text_fill(text, ' ', value_width - 5);
	tapc_text_string(text, "value |");
	tapc_text_fill(text, '-', TAPC_HIST_WIDTH);
	tapc_text_string(text, " count\n");
	for (bucket = rows.first; bucket <= rows.last; bucket++) {
		if (tapc_hist_is_gap(&rows, bucket)) {
			gap = true;
			continue;
		}
		if (gap) {
			tapc_text_fill(text, ' ', value_width);
			tapc_text_string(text, " ~\n");
		}
		gap = false;
		tapc_hist_row(text, &rows, bucket, value_width, count_width);
	}
	tapc_text_string(text, "\n");
}

/* print(@hist_log(x)) */
static void tapc_put_hist_log(struct seq_file *text, const struct tapc_piece *piece,
			      struct tapc_values *values)
{
	size_t n;

	tapc_hist_render(text, tapc_next_memory(values, &n), true);
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

static_assert(offsetof(struct path, dentry) == 8);
static_assert(offsetof(struct dentry, d_name.name) == 40);
static_assert(offsetof(struct file, f_flags) == 64);

static struct tapc_lock lock_reads;

/* Entries of reads. */
struct map_reads_entry {
	s64 value;
	char k1[TAPC_KEY] __aligned(8);
};

#define map_reads_size TAPC_ENTRIES

static struct tapc_map map_reads = { .name = "reads", .size = map_reads_size };

/* What one CPU has added to one entry: only this CPU adds, only readers change what they have taken. */
struct map_reads_slot {
	u64 tag;
	s64 here;
	s64 taken;
	s64 adds;
	s64 adds_taken;
	char k1[TAPC_KEY] __aligned(8);
};

#define map_reads_slots TAPC_SLOTS(map_reads_size, sizeof(struct map_reads_slot))

#define map_reads_retiring TAPC_SLOTS_RETIRING(map_reads_size, sizeof(struct map_reads_slot))

/* One CPU's part of reads: open addressing, with room to spare. */
struct map_reads_table {
	struct tapc_part_counts counts;
	u32 order[map_reads_slots];	/* slots in order of their claims, from 1 */
	struct map_reads_slot slot[map_reads_slots];
};

static DEFINE_PER_CPU(struct map_reads_table *, map_reads_tables);

static void map_reads_destroy(void)
{
	unsigned int cpu;

	tapc_graces_end();
	tapc_for_each_cpu(cpu)
		vfree(per_cpu(map_reads_tables, cpu));
	tapc_map_destroy(&map_reads);
}

static __always_inline struct map_reads_entry *map_reads_entry(u32 e)
{
	return (struct map_reads_entry *)map_reads.entries + e;
}

static int map_reads_create(void)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		struct map_reads_table *table = vzalloc(sizeof(*table));

		per_cpu(map_reads_tables, cpu) = table;
		if (!table)
			goto failed;
	}
	if (!tapc_map_create(&map_reads, sizeof(struct map_reads_entry)))
		return 0;
failed:
	map_reads_destroy();
	return -ENOMEM;
}

static __always_inline u64 map_reads_hash(const char *k1)
{
	u64 hash = 0;

	hash = tapc_hash_string(hash, k1);
	return hash;
}

static u32 map_reads_find(u32 hash, const char *k1)
{
	u32 i;

	for (i = *tapc_map_bucket(&map_reads, hash); i; i = map_reads.link[i].chain) {
		const struct map_reads_entry *e = map_reads_entry(i);

		if (map_reads.link[i].hash == hash && tapc_same(e->k1, k1))
			break;
	}
	return i;
}

/* The entry of these keys, made where there is none; 0 and an error where there is no room. */
static u32 map_reads_place(struct tapc_hit *hit, const char *where, const char *k1)
{
	u32 hash = map_reads_hash(k1) >> 32;
	u32 i = map_reads_find(hash, k1);
	struct map_reads_entry *e;

	if (i)
		return i;
	i = tapc_map_insert(&map_reads, hash);
	if (unlikely(!i)) {
		map_reads.full++;
		tapc_fail(hit, where, "Array overflow, check MAXMAPENTRIES");
		return 0;
	}
	e = map_reads_entry(i);
	tapc_key_set(hit, e->k1, k1);
	e->value = 0;
	return i;
}

static const char *map_reads_key1(u32 e)
{
	return map_reads_entry(e)->k1;
}

static s64 map_reads_value(u32 e)
{
	return map_reads_entry(e)->value;
}

static __always_inline bool map_reads_is(const struct map_reads_slot *e, u64 tag, const char *k1)
{
	return READ_ONCE(e->tag) == tag && tapc_same(e->k1, k1);
}

/*
 * The slot of keys that a hit did not find at once: behind one that is open again, or a new one. NULL and an error where there is no room. A slot
 * that an outer hit is filling is passed over.
 */
static noinline struct map_reads_slot *map_reads_claim(struct tapc_hit *hit, const char *where,
	struct map_reads_table *table, u64 hash, const char *k1)
{
	struct tapc_part_counts *counts = &table->counts;
	struct map_reads_slot *e, *open;
	u32 i, tries;
	u64 tag, seen;

again:
	i = tapc_slot_first(hash, map_reads_slots);
	open = NULL;
	seen = TAPC_SLOT_FREE;
	for (tries = 0; tries < map_reads_slots; tries++) {
		e = &table->slot[i];
		if (map_reads_is(e, tapc_slot_tag(hash), k1))
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
		i = tapc_slot_next(i, map_reads_slots);
	}
	if (unlikely(!open || !tapc_slots_left(counts, map_reads_size))) {
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

static __always_inline void map_reads_add_here(struct tapc_hit *hit, const char *where, const char *k1, s64 n)
{
	struct map_reads_table *table = __this_cpu_read(map_reads_tables);
	u64 hash = map_reads_hash(k1);
	u32 i = tapc_slot_first(hash, map_reads_slots);
	struct map_reads_slot *e = &table->slot[i];

	while (unlikely(!map_reads_is(e, tapc_slot_tag(hash), k1))) {
		if (tapc_slot_is_open(READ_ONCE(e->tag))) {
			e = map_reads_claim(hit, where, table, hash, k1);
			if (unlikely(!e))
				return;
			break;
		}
		i = tapc_slot_next(i, map_reads_slots);
		e = &table->slot[i];
	}
	tapc_add_here(&e->here, n);
	tapc_add_here(&e->adds, 1);
}

/* Brings what one slot has got since the last time into the array. False and an error where that has no room. */
static bool map_reads_take(struct tapc_hit *hit, const char *where, struct map_reads_slot *from)
{
	u32 e = map_reads_place(hit, where, from->k1);

	if (!e)
		return false;
	tapc_gain(&from->adds, &from->adds_taken);
	map_reads_entry(e)->value += tapc_gain(&from->here, &from->taken);
	return true;
}

/* Makes a slot that no hit can be adding to as good as new. */
static void map_reads_give_back(struct map_reads_table *table, struct map_reads_slot *slot)
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
static bool map_reads_used(const struct map_reads_table *table, unsigned long claim, u64 *tag)
{
	u32 i = smp_load_acquire(&table->order[claim]);

	*tag = i ? smp_load_acquire(&table->slot[i - 1].tag) : TAPC_SLOT_FREE;
	return !tapc_slot_is_open(*tag) && *tag != TAPC_SLOT_FILLING;
}

/*
 * Brings what one CPU has added since the last time into the array. Slots that were retired a grace period ago are given back: nobody can be adding to
 * them any more. Where the part is more than half full, those that got nothing since the last time are retired.
 */
static bool map_reads_collect_part(struct tapc_hit *hit, const char *where, struct map_reads_table *table)
{
	struct tapc_part_counts *counts = &table->counts;
	unsigned long claim, claims = min_t(unsigned long, local_read(&counts->claims), map_reads_slots);
	bool over = counts->retiring && tapc_grace_over(&counts->grace);
	bool pressed = tapc_part_is_pressed(counts, map_reads_size);
	bool retired = false;
	u64 tag;

	for (claim = 0; claim < claims; claim++) {
		struct map_reads_slot *from;

		if (!map_reads_used(table, claim, &tag))
			continue;
		from = &table->slot[table->order[claim] - 1];
		if (!(READ_ONCE(from->adds) == from->adds_taken)) {
			if (!map_reads_take(hit, where, from))
				break;
		} else if (pressed && tag != TAPC_SLOT_RETIRING) {
			retired |= tapc_slot_retire(counts, &from->tag, map_reads_retiring);
		}
		if (tag == TAPC_SLOT_RETIRING && over)
			map_reads_give_back(table, from);
	}
	if (retired)
		tapc_grace_start(&counts->grace);
	return claim == claims;
}

/* Brings what the CPUs have added since the last time into one array. False and an error where that has no room. */
static bool map_reads_collect(struct tapc_hit *hit, const char *where)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		if (!map_reads_collect_part(hit, where, per_cpu(map_reads_tables, cpu)))
			return false;
	}
	return true;
}

/* Empties the array, of what was collected; the slots that this came from are retired, so that as many other keys find room. */
static void map_reads_clear(void)
{
	unsigned int cpu;
	u64 tag;

	tapc_map_clear(&map_reads);
	tapc_for_each_cpu(cpu) {
		struct map_reads_table *table = per_cpu(map_reads_tables, cpu);
		struct tapc_part_counts *counts = &table->counts;
		unsigned long claim, claims = min_t(unsigned long, local_read(&counts->claims), map_reads_slots);
		bool retired = false;

		for (claim = 0; claim < claims; claim++) {
			struct map_reads_slot *from;

			if (!map_reads_used(table, claim, &tag) || tag == TAPC_SLOT_RETIRING)
				continue;
			from = &table->slot[table->order[claim] - 1];
			if (READ_ONCE(from->adds) == from->adds_taken)
				retired |= tapc_slot_retire(counts, &from->tag, map_reads_retiring);
		}
		if (retired)
			tapc_grace_start(&counts->grace);
	}
}

static bool map_reads_before_value_down(u32 a, u32 b)
{
	s64 x = map_reads_entry(a)->value, y = map_reads_entry(b)->value;

	if (x != y)
		return x > y;
	return map_reads.link[a].rank < map_reads.link[b].rank;
}

static unsigned int map_reads_sort_value_down(struct tapc_order *order, s64 limit)
{
	unsigned int most = tapc_order_limit(order, limit), n = 0;
	u32 e, rank = 0;

	for (e = map_reads.oldest; e && most; e = map_reads.link[e].newer) {
		map_reads.link[e].rank = rank++;
		n = tapc_order_offer(order, n, most, e, map_reads_before_value_down);
	}
	tapc_order_finish(order, n, map_reads_before_value_down);
	return n;
}

static struct tapc_lock lock_sizes;

/* What is kept of the numbers added to sizes. */
struct stat_sizes {
	s64 begun;	/* additions; as many as are counted where none is under way */
	s64 count;
	struct {
		s64 low;
		s64 step;
		u32 buckets;
		u32 reserved;
		s64 count[128];
	} histogram;
};

#define stat_sizes_histogram_bytes sizeof_field(struct stat_sizes, histogram)

static void stat_sizes_reset(struct stat_sizes *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->histogram.buckets = 128;
}

/* The same for one that only this CPU adds to, whatever interrupts it. */
static __always_inline void stat_sizes_add_to(struct stat_sizes *stat, s64 sample)
{
	tapc_add_here(&stat->begun, 1);
	smp_wmb();
	tapc_add_here(&stat->histogram.count[tapc_bucket_log(sample)], 1);
	/* Last: what counts it is all there. */
	smp_wmb();
	tapc_add_here(&stat->count, 1);
}

/*
 * Adds to `into` what a CPU's own part has got since `taken` was kept.
 * Again while an addition is under way, so that no part of it shows without the rest. False where that does not end: it is the one that this
 * hit interrupts. What was taken is then whole no more, which `begun` of `taken` tells: it lags behind the count.
 */
static bool stat_sizes_take(struct stat_sizes *into, struct stat_sizes *here,
	struct stat_sizes *taken)
{
	unsigned int i;
	int tries = TAPC_STAT_TRIES;
	s64 count;

again:
	count = smp_load_acquire(&here->count);
	into->count += (u64)count - taken->count;
	taken->count = count;
	for (i = 0; i < 128; i++)
		into->histogram.count[i] += tapc_gain(&here->histogram.count[i], &taken->histogram.count[i]);
	smp_rmb();
	if (READ_ONCE(here->begun) == count) {
		taken->begun = count;
		return true;
	}
	cpu_relax();
	if (--tries)
		goto again;
	return false;
}

static struct stat_sizes g_sizes = {
	.histogram.buckets = 128,
};

/* Each CPU's part of sizes, and what readers have taken of it. */
struct stat_sizes_part {
	struct stat_sizes here;
	struct stat_sizes taken;
};

static DEFINE_PER_CPU(struct stat_sizes_part *, stat_sizes_parts);

static void stat_sizes_destroy(void)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		vfree(per_cpu(stat_sizes_parts, cpu));
		per_cpu(stat_sizes_parts, cpu) = NULL;
	}
}

static int stat_sizes_create(void)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		struct stat_sizes_part *part = vzalloc(sizeof(*part));

		per_cpu(stat_sizes_parts, cpu) = part;
		if (!part) {
			stat_sizes_destroy();
			return -ENOMEM;
		}
		stat_sizes_reset(&part->here);
	}
	return 0;
}

static __always_inline void stat_sizes_add_here(s64 sample)
{
	stat_sizes_add_to(&raw_cpu_read(stat_sizes_parts)->here, sample);
}

/* False, counted, where this hit interrupts an addition. */
static bool stat_sizes_collect(struct tapc_hit *hit)
{
	unsigned int cpu;

	tapc_for_each_cpu(cpu) {
		struct stat_sizes_part *part = per_cpu(stat_sizes_parts, cpu);

		if (unlikely(!stat_sizes_take(&g_sizes, &part->here, &part->taken))) {
			tapc_skip(hit, TAPC_SKIP_LOCK);
			return false;
		}
	}
	return true;
}

static s64 stat_sizes_count(const struct stat_sizes *stat)
{
	return stat ? stat->count : 0;
}

static bool stat_sizes_filled(struct tapc_hit *hit, const char *where, const struct stat_sizes *stat)
{
	if (likely(stat && stat->count))
		return true;
	tapc_fail(hit, where, "empty aggregate");
	return false;
}

static const struct tapc_histogram *stat_sizes_histogram(struct tapc_hit *hit, const char *where,
							    const struct stat_sizes *stat)
{
	if (!stat_sizes_filled(hit, where, stat))
		return NULL;
	return (const struct tapc_histogram *)&stat->histogram;
}

static struct tapc_lock lock_opens;

/* Entries of opens. */
struct map_opens_entry {
	s64 value;
	s64 k1;
	char k2[TAPC_KEY] __aligned(8);
};

#define map_opens_size 100

static struct tapc_map map_opens = { .name = "opens", .size = map_opens_size };

static __always_inline struct map_opens_entry *map_opens_entry(u32 e)
{
	return (struct map_opens_entry *)map_opens.entries + e;
}

static int map_opens_create(void)
{
	return tapc_map_create(&map_opens, sizeof(struct map_opens_entry));
}

static void map_opens_destroy(void)
{
	tapc_map_destroy(&map_opens);
}

static __always_inline u64 map_opens_hash(s64 k1, const char *k2)
{
	u64 hash = 0;

	hash = tapc_hash_long(hash, k1);
	hash = tapc_hash_string(hash, k2);
	return hash;
}

static u32 map_opens_find(u32 hash, s64 k1, const char *k2)
{
	u32 i;

	for (i = *tapc_map_bucket(&map_opens, hash); i; i = map_opens.link[i].chain) {
		const struct map_opens_entry *e = map_opens_entry(i);

		if (map_opens.link[i].hash == hash && e->k1 == k1 && tapc_same(e->k2, k2))
			break;
	}
	return i;
}

/* The entry of these keys, made where there is none; 0 and an error where there is no room. */
static u32 map_opens_place(struct tapc_hit *hit, const char *where, s64 k1, const char *k2)
{
	u32 hash = map_opens_hash(k1, k2) >> 32;
	u32 i = map_opens_find(hash, k1, k2);
	struct map_opens_entry *e;

	if (i)
		return i;
	i = tapc_map_insert_wrapping(&map_opens, hash);
	e = map_opens_entry(i);
	e->k1 = k1;
	tapc_key_set(hit, e->k2, k2);
	e->value = 0;
	return i;
}

static u32 map_opens_first(void)
{
	return map_opens.oldest;
}

static u32 map_opens_next(u32 e)
{
	return map_opens.link[e].newer;
}

static s64 map_opens_key1(u32 e)
{
	return map_opens_entry(e)->k1;
}

static const char *map_opens_key2(u32 e)
{
	return map_opens_entry(e)->k2;
}

static s64 map_opens_value(u32 e)
{
	return map_opens_entry(e)->value;
}

static s64 map_opens_add(struct tapc_hit *hit, const char *where, s64 k1, const char *k2, s64 n)
{
	u32 e = map_opens_place(hit, where, k1, k2);

	return e ? (map_opens_entry(e)->value += n) : 0;
}

static char g_last[TAPC_STRLEN];
static struct tapc_lock lock_last;

static struct tapc_order order_1;

static int order_1_create(void)
{
	return tapc_order_create(&order_1, map_reads_size);
}

static void order_1_destroy(void)
{
	tapc_order_destroy(&order_1);
}

static const struct tapc_piece fmt_1[] = {
	{ .put = tapc_put_string },
	{ TAPC_TEXT("(") },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT(") opens ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" flags 0x") },
	{ .put = tapc_put_hex },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_2[] = {
	{ .put = tapc_put_string, .width = 16, .flags = TAPC_LEFT },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_3[] = {
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_4[] = { { .put = tapc_put_hist_log }, { } };

/* function execname() -- context.stp:49:1 */
static void fn_execname(char *result)
{
	result[0] = '\0';
	tapc_execname(result);
}

/* function kernel_string(addr) -- kernel.stp:29:1 */
static void fn_kernel_string_2(struct tapc_hit *hit, const char *where, char *result, s64 l_addr)
{
	result[0] = '\0';
	tapc_load_string(hit, where, result, l_addr);
}

struct tapc_frame_kernel_string {
	char s1[TAPC_STRLEN];
};

/* function kernel_string(addr, err_msg) -- kernel.stp:34:1 */
static void fn_kernel_string(struct tapc_hit *hit, const char *where, char *result, s64 l_addr,
			     const char *l_err_msg)
{
	struct tapc_frame_kernel_string *frame;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame)) {
		tapc_fail(hit, where, "out of working memory");
		return;
	}
	/* return kernel_string(addr) */
	fn_kernel_string_2(hit, where, frame->s1, l_addr);
	if (unlikely(hit->error))
		goto catch;
	tapc_copy(hit, result, frame->s1);
	goto out;
catch:
	tapc_catch(hit, NULL);
	/* return err_msg */
	tapc_copy(hit, result, l_err_msg);
out:
	tapc_frame_pop(hit, frame);
}

/* function pid() -- context.stp:4:1 */
static s64 fn_pid(void)
{
	return tapc_pid();
}

static void tapc_defer_0(struct tapc_hit *hit, struct pt_regs *regs);

struct tapc_frame_0 {
	char s1[TAPC_STRLEN];
};

/* probe kernel.function("vfs_read").return -- files.stp:2:7 */
static void tapc_handler_0(struct tapc_hit *hit, struct pt_regs *regs)
{
	struct tapc_frame_0 *frame;
	unsigned long flags;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	if (unlikely(!tapc_exclusive_try(hit, &flags))) {
		tapc_defer_0(hit, regs);
		goto pop;
	}
	if (unlikely(!tapc_lock_read(hit, &lock_reads)))
		goto leave;
	if (unlikely(!tapc_lock_read(hit, &lock_sizes)))
		goto unlock_reads;
	if ((s64)regs->ax > 0) {
		/* reads[execname()] += $return */
		fn_execname(frame->s1);
		map_reads_add_here(hit, "files.stp:3:22", frame->s1, regs->ax);
		if (unlikely(hit->error))
			goto out;
		stat_sizes_add_here(regs->ax);
	}
out:
	tapc_unlock_read(&lock_sizes);
unlock_reads:
	tapc_unlock_read(&lock_reads);
leave:
	tapc_exclusive_end(hit, flags);
pop:
	tapc_frame_pop(hit, frame);
}

/* The same, for a hit that has waited. */
static void tapc_again_0(struct tapc_hit *hit, const struct tapc_late *late)
{
	tapc_handler_0(hit, hit->regs);
}

/* For a hit that has to wait. */
static void tapc_defer_0(struct tapc_hit *hit, struct pt_regs *regs)
{
	tapc_defer(hit, tapc_again_0, NULL, 0);
}

struct tapc_frame_1 {
	char l_name[TAPC_STRLEN];
};

/* probe kernel.function("vfs_open") -- files.stp:5:7 */
static void tapc_handler_1(struct tapc_hit *hit, struct pt_regs *regs)
{
	struct tapc_frame_1 *frame;
	s64 t1;
	unsigned int size;
	struct tapc_record record;
	unsigned long flags;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	frame->l_name[0] = '\0';
	if (unlikely(!tapc_exclusive_try(hit, &flags))) {
		tapc_skip(hit, TAPC_SKIP_REENTRY);
		goto pop;
	}
	if (unlikely(!tapc_lock_write(hit, &lock_opens)))
		goto leave;
	if (unlikely(!tapc_lock_write(hit, &lock_last)))
		goto unlock_opens;
	/* name = kernel_string($path->dentry->d_name->name, "?") */
	t1 = tapc_load_u64(hit, "files.stp:6:24",
			   tapc_load_u64(hit, "files.stp:6:24", (s64)regs->di + 8) + 40);
	if (unlikely(hit->error))
		goto out;
	fn_kernel_string(hit, "files.stp:6:10", frame->l_name, t1, "?");
	map_opens_add(hit, "files.stp:7:3", fn_pid(), frame->l_name, 1);
	if (unlikely(hit->error))
		goto out;
	if (tapc_compare(frame->l_name, g_last) == 0)
		goto out;
	tapc_copy(hit, g_last, frame->l_name);
	/* printf("%s(%d) opens %s flags 0x%x\n", execname(), pid(), name, $file->f_flags) */
	t1 = tapc_load_u32(hit, "files.stp:10:67", (s64)regs->si + 64);
	size = tapc_size(frame->l_name);
	if (unlikely(hit->error))
		goto out;
	if (tapc_print_begin(hit, &record, fmt_1,
			     16 + TAPC_ROUND(TASK_COMM_LEN) + TAPC_ROUND(size))) {
		tapc_record_execname(&record);
		tapc_add_long(&record, fn_pid());
		tapc_add_string(&record, frame->l_name, size);
		tapc_add_long(&record, t1);
		tapc_print_end_made(hit, &record,
				    16 + TAPC_ROUND(TASK_COMM_LEN) + TAPC_ROUND(size));
	}
out:
	tapc_unlock_write(&lock_last);
unlock_opens:
	tapc_unlock_write(&lock_opens);
leave:
	tapc_exclusive_end(hit, flags);
pop:
	tapc_frame_pop(hit, frame);
}

struct tapc_frame_2 {
	char l_who[TAPC_STRLEN];
	char l_f[TAPC_STRLEN];
};

/* probe timer.ms(500) -- files.stp:12:7 */
static void tapc_handler_2(struct tapc_hit *hit)
{
	struct tapc_frame_2 *frame;
	u32 e;
	unsigned int n, i, size;
	struct tapc_record record;
	s64 t1, l_p = 0;
	const struct tapc_histogram *histogram;
	unsigned long flags;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	frame->l_who[0] = '\0';
	frame->l_f[0] = '\0';
	if (unlikely(!tapc_exclusive_try(hit, &flags))) {
		tapc_skip(hit, TAPC_SKIP_REENTRY);
		goto pop;
	}
	if (unlikely(!tapc_lock_write(hit, &lock_reads)))
		goto leave;
	if (unlikely(!tapc_lock_write(hit, &lock_sizes)))
		goto unlock_reads;
	if (unlikely(!tapc_lock_read(hit, &lock_opens)))
		goto unlock_sizes;
	if (unlikely(!map_reads_collect(hit, "files.stp:12:7")))
		goto out;
	if (unlikely(!stat_sizes_collect(hit)))
		goto out;
	/* foreach (who in reads- limit 3) */
	n = map_reads_sort_value_down(&order_1, 3);
	for (i = 0; i < n; i++) {
		if (unlikely(!tapc_budget(hit, "files.stp:13:3", 1)))
			goto out;
		e = order_1.entry[i];
		tapc_copy(hit, frame->l_who, map_reads_key1(e));
		/* printf("%-16s %d\n", who, reads[who]) */
		size = tapc_size(frame->l_who);
		if (tapc_stage_begin(hit, &record, fmt_2, 8 + TAPC_ROUND(size))) {
			tapc_add_string(&record, frame->l_who, size);
			tapc_add_long(&record, map_reads_value(e));
			tapc_stage_end(hit, &record);
		}
	}
	/* foreach ([p, f] in opens limit 2) */
	t1 = 2;
	for (e = map_opens_first(); e; e = map_opens_next(e)) {
		if (unlikely(!tapc_budget(hit, "files.stp:14:3", 1)))
			goto out;
		if (t1 <= 0)
			break;
		t1--;
		l_p = map_opens_key1(e);
		tapc_copy(hit, frame->l_f, map_opens_key2(e));
		/* printf("%d %s %d\n", p, f, opens[p, f]) */
		size = tapc_size(frame->l_f);
		if (tapc_stage_begin(hit, &record, fmt_3, 16 + TAPC_ROUND(size))) {
			tapc_add_long(&record, l_p);
			tapc_add_string(&record, frame->l_f, size);
			tapc_add_long(&record, map_opens_value(e));
			tapc_stage_end(hit, &record);
		}
	}
	if (stat_sizes_count(&g_sizes)) {
		/* print(@hist_log(sizes)) */
		histogram = stat_sizes_histogram(hit, "files.stp:15:28", &g_sizes);
		if (unlikely(hit->error))
			goto out;
		if (tapc_stage_begin(hit, &record, fmt_4,
				     8 + TAPC_ROUND(stat_sizes_histogram_bytes))) {
			tapc_add_memory(&record, histogram, stat_sizes_histogram_bytes);
			tapc_stage_end(hit, &record);
		}
	}
	map_reads_clear();
out:
	tapc_unlock_read(&lock_opens);
unlock_sizes:
	tapc_unlock_write(&lock_sizes);
unlock_reads:
	tapc_unlock_write(&lock_reads);
leave:
	tapc_exclusive_end(hit, flags);
pop:
	tapc_frame_pop(hit, frame);
}

static enum hrtimer_restart tapc_timer_fire_2(struct hrtimer *hrtimer)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[2], NULL, 0)) {
		tapc_handler_2(&event.hit);
		tapc_guarded_leave(&event);
	}
	return tapc_timer_again(hrtimer);
}

static struct tapc_timer tapc_timers[] = {
	{
		.probe = 2,
		.fire = tapc_timer_fire_2,
		.period = 500 * NSEC_PER_MSEC,
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

static void tapc_function_hit_1(unsigned long ip, struct pt_regs *regs)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[1], regs, ip)) {
		tapc_handler_1(&event.hit, regs);
		tapc_guarded_leave(&event);
	}
}

static void tapc_function_ftrace_1(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
					   struct ftrace_regs *fregs)
{
	tapc_function_hit_1(ip, tapc_ftrace_regs(fregs));
}

static int tapc_function_kprobe_1(struct kprobe *kprobe, struct pt_regs *regs)
{
	tapc_function_hit_1((unsigned long)kprobe->addr, regs);
	return 0;
}

static const char *const tapc_function_symbols_1[] = {
	"vfs_open",
};

static struct tapc_function tapc_functions[] = {
	{
		.probe = 1,
		.symbols = tapc_function_symbols_1,
		.count = ARRAY_SIZE(tapc_function_symbols_1),
		.kprobe = tapc_function_kprobe_1,
		.ops.func = tapc_function_ftrace_1,
	},
};

static void tapc_return_hit_0(unsigned long ip, struct pt_regs *regs)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], regs, ip)) {
		tapc_handler_0(&event.hit, regs);
		tapc_guarded_leave(&event);
	}
}

static int tapc_return_kretprobe_0(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	tapc_kretprobe_calm();
	tapc_return_hit_0(tapc_kretprobe_ip(instance), regs);
	return 0;
}

static void tapc_return_rethook_0(struct rethook_node *node, void *kretprobe, struct pt_regs *regs)
{
	tapc_return_hit_0(tapc_rethook_ip(kretprobe), regs);
}

static const char *const tapc_return_symbols_0[] = {
	"vfs_read",
};

static struct tapc_return tapc_returns[] = {
	{
		.probe = 0,
		.symbols = tapc_return_symbols_0,
		.count = ARRAY_SIZE(tapc_return_symbols_0),
		.like.handler = tapc_return_kretprobe_0,
		.leave = tapc_return_rethook_0,
		.like.entry_handler = tapc_kretprobe_entry,
	},
};

/* Also what was attached only in part. */
static void tapc_function_detach_all(void)
{
	tapc_returns_detach(tapc_returns, ARRAY_SIZE(tapc_returns));
	tapc_functions_detach(tapc_functions, ARRAY_SIZE(tapc_functions));
}

static int tapc_function_attach(void)
{
	int err = 0;

	if (!err)
		err = tapc_functions_attach(tapc_functions, ARRAY_SIZE(tapc_functions));
	if (!err)
		err = tapc_returns_attach(tapc_returns, ARRAY_SIZE(tapc_returns));
	if (err)
		tapc_function_detach_all();
	return err;
}

static void tapc_function_detach(void)
{
	tapc_function_detach_all();
}

static unsigned long tapc_function_missed(unsigned int probe)
{
	unsigned long missed = 0;

	missed += tapc_functions_missed(tapc_functions, ARRAY_SIZE(tapc_functions), probe);
	missed += tapc_returns_missed(tapc_returns, ARRAY_SIZE(tapc_returns), probe);
	return missed;
}

static const struct tapc_probe tapc_probes[TAPC_PROBES] = {
	{ "kernel.function(\"vfs_read\").return", "kernel.function(\"vfs_read\").return", "files.stp:2:7" },
	{ "kernel.function(\"vfs_open\")", "kernel.function(\"vfs_open\")", "files.stp:5:7" },
	{ "timer.ms(500)", "timer.ms(500)", "files.stp:12:7" },
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
	seq_printf(file, "map reads full %llu\n", (u64)map_reads.full);
	seq_printf(file, "map opens wrapped %llu\n", (u64)map_opens.wrapped);
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
	tapc_late_show(file);
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
	error = map_reads_create();
	if (error)
		goto undo;
	error = stat_sizes_create();
	if (error)
		goto undo;
	error = map_opens_create();
	if (error)
		goto undo;
	error = order_1_create();
	if (error)
		goto undo;
	error = tapc_late_create();
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
	map_reads_destroy();
	stat_sizes_destroy();
	map_opens_destroy();
	order_1_destroy();
	tapc_late_destroy();
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
	map_reads_destroy();
	stat_sizes_destroy();
	map_opens_destroy();
	order_1_destroy();
	tapc_late_destroy();
	vfree(tapc_cpus);
}

module_init(tapc_load);
module_exit(tapc_unload);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("files.stp");

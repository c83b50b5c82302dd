// SPDX-License-Identifier: GPL-2.0-only
/*
 * tapc_test: made from parameters.stp by tapc 0.0.0-test,
 * for Linux 6.12.117+deb12-amd64 (x86_64).
 *	make -C /lib/modules/6.12.117+deb12-amd64/build M=$PWD modules	# beside a Kbuild that says obj-m := tapc_test.o
 *	insmod tapc_test.ko; cat /sys/kernel/debug/tapc/tapc_test/trace; rmmod tapc_test
 */

#include <asm/local.h>
#include <asm/word-at-a-time.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fprobe.h>
#include <linux/ftrace.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/path.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
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

#define TAPC_SCRIPT "parameters.stp"
#define TAPC_PROBES 3	/* handlers */
#define TAPC_LIGHTS 2	/* the first of them, which have counters of their own */
#define TAPC_STRLEN 512	/* bytes of a string, with its NUL */
#define TAPC_ERRORS 0	/* run-time errors before the script stops */
#define TAPC_BUFFER 0	/* bytes of output that wait on each CPU; 0: by the size of the machine */
#define TAPC_KRETACTIVE 0	/* calls of a function whose returns are hooked at once; 0: by the machine's size */
#define TAPC_OVERLOAD_INTERVAL 1000000000	/* cycles over which the cost of handlers is summed */
#define TAPC_OVERLOAD_THRESHOLD 500000000	/* cycles of these that handlers may take */
#define TAPC_THROTTLE 0	/* 1: too much cost lets the script rest, 0: ends it */
#define TAPC_SCRATCH (4 * 4 * TAPC_STRLEN)	/* bytes of working memory on each CPU */

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
	hit->regs = regs;
	hit->point = probe->point;
	hit->error = NULL;
	hit->skipped = false;
	hit->waits = false;
	hit->finish = NULL;
	local_inc(&hit->counts[TAPC_HITS]);
	tapc_cost_begin(event);
	return true;
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

/* As tapc_guarded_enter(), for what prepares a hit that may come: it counts as one only where it fails. */
static __always_inline bool tapc_aside_enter(struct tapc_event *event, const struct tapc_probe *probe,
					     struct pt_regs *regs, unsigned long ip)
{
	if (!tapc_guarded_enter(event, probe, regs, ip))
		return false;
	event->began = 0;
	return true;
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

/* The script ends by an error: `error` handlers run, `end` handlers do not. */
static bool tapc_failed;

#define TAPC_PADDING 1u	/* added to the length of what only fills a gap */
static __always_inline struct tapc_entry *tapc_ring_at(struct tapc_cpu *cpu, unsigned long place)
{
	return (struct tapc_entry *)(cpu->ring + (place & (tapc_ring_size - 1)));
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

static __always_inline void tapc_guard_leave(const struct tapc_guard *outer)
{
	barrier();
	__this_cpu_write(tapc_guarded.stack, outer->stack);
	barrier();
	/* Without a stack it says nothing. */
	if (unlikely(outer->stack))
		__this_cpu_write(tapc_guarded.context, outer->context);
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

/* Whether nothing failed. */
static __always_inline bool tapc_aside_leave(struct tapc_event *event)
{
	bool good = !event->hit.error && !event->hit.skipped;

	if (likely(good))
		local_dec(&event->hit.counts[TAPC_HITS]);
	tapc_guarded_leave(event);
	return good;
}

/* Counts a string that did not fit. */
static inline void tapc_truncated(struct tapc_hit *hit)
{
	local_inc(&hit->cpu->truncated);
}

/* Hits of light handlers, whose counters need no way through the CPU's memory. */
struct tapc_light_hits {
	unsigned long of[TAPC_LIGHTS];
};

static DEFINE_PER_CPU(struct tapc_light_hits, tapc_light_hits);

/* A hit while the script does not run. */
static noinline void tapc_light_refuse(unsigned int probe, enum tapc_state state)
{
	preempt_disable_notrace();
	tapc_cost_refuse(state, __this_cpu_read(tapc_here)->counts[probe]);
	preempt_enable_notrace();
}

static __always_inline bool tapc_is_running(unsigned int probe)
{
	enum tapc_state state = READ_ONCE(tapc_state);

	if (likely(state == TAPC_RUNNING))
		return true;
	tapc_light_refuse(probe, state);
	return false;
}

/* The same for hits of light handlers that stay on their CPU. */
static __always_inline bool tapc_cost_is_due(unsigned int probe)
{
	return unlikely(!(raw_cpu_read(tapc_light_hits.of[probe]) % TAPC_SAMPLE));
}

/* Whether a hit is neither timed nor comes while the script does not run. Preemption is off. */
static __always_inline bool tapc_light_is_usual(unsigned int probe)
{
	return likely(data_race(tapc_state) == TAPC_RUNNING) && !tapc_cost_is_due(probe);
}

/* First thing on an event whose handler is light and cannot fail: counts it. Any context. */
static __always_inline bool tapc_light_enter(unsigned int probe)
{
	if (!tapc_is_running(probe))
		return false;
	this_cpu_inc(tapc_light_hits.of[probe]);
	return true;
}

/* Counts a hit that a light handler could not serve. */
static noinline void tapc_light_skip(unsigned int probe, enum tapc_counter reason)
{
	local_inc(&__this_cpu_read(tapc_here)->counts[probe][reason]);
}

/* All of a handler's light hits. */
static unsigned long tapc_light_sum(unsigned int probe)
{
	unsigned long sum = 0;
	unsigned int cpu;

	if (probe >= TAPC_LIGHTS)
		return 0;
	tapc_for_each_cpu(cpu)
		sum += READ_ONCE(per_cpu(tapc_light_hits.of[probe], cpu));
	return sum;
}

/* The record that a handler is writing, and where its next value goes. */
struct tapc_record {
	struct tapc_entry *entry;
	char *at;
};

/* A record in place, as tapc_print_begin(). False where there is no room for it: counted. */
static __always_inline bool tapc_light_begin(unsigned int probe, struct tapc_record *record,
					     const struct tapc_piece *format, unsigned int bytes)
{
	struct tapc_cpu *cpu = __this_cpu_read(tapc_here);

	record->entry = tapc_ring_room(cpu, sizeof(*record->entry) + bytes, format);
	if (unlikely(!record->entry)) {
		tapc_light_skip(probe, TAPC_SKIP_ROOM);
		return false;
	}
	record->at = record->entry->payload;
	return true;
}

static __always_inline void tapc_light_end(unsigned int probe, struct tapc_record *record)
{
	tapc_ring_publish(record->entry, record->at - (char *)record->entry);
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

/* What one print contributes to a group. */
struct tapc_member {
	u64 size;		/* with this head */
	const struct tapc_piece *format;
	char payload[];
};

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

static __always_inline u64 tapc_cost_light(unsigned int probe)
{
	return tapc_cost_is_due(probe) ? tapc_cycles() : 0;
}

static __always_inline void tapc_cost_lit(unsigned int probe, u64 began)
{
	if (unlikely(began))
		tapc_cost_sample(&tapc_probes[probe], __this_cpu_read(tapc_here)->counts[probe], began);
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
	return &arch_ftrace_regs(fregs)->regs;
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

/* The function that returns. */
static unsigned long tapc_kretprobe_ip(struct kretprobe_instance *instance)
{
	return (unsigned long)get_kretprobe(instance)->kp.addr;
}

/*
 * While a kretprobe's handler runs, at the entry and at the return, the kernel drops what hits another kprobe on this CPU. No interrupt
 * comes in between from here on until the flags are restored: by the kernel, when it leaves for what was probed.
 */
static __always_inline void tapc_kretprobe_calm(void)
{
	raw_local_irq_disable();
}

/* At the entry, where the handler keeps nothing of it. */
static int tapc_kretprobe_entry(struct kretprobe_instance *unused, struct pt_regs *regs)
{
	tapc_kretprobe_calm();
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

static const char *const tapc_errno_names[] = {
	[EPERM] = "EPERM", [ENOENT] = "ENOENT", [ESRCH] = "ESRCH", [EINTR] = "EINTR", [EIO] = "EIO",
	[ENXIO] = "ENXIO", [E2BIG] = "E2BIG", [ENOEXEC] = "ENOEXEC", [EBADF] = "EBADF",
	[ECHILD] = "ECHILD", [EAGAIN] = "EAGAIN", [ENOMEM] = "ENOMEM", [EACCES] = "EACCES",
	[EFAULT] = "EFAULT", [ENOTBLK] = "ENOTBLK", [EBUSY] = "EBUSY", [EEXIST] = "EEXIST",
	[EXDEV] = "EXDEV", [ENODEV] = "ENODEV", [ENOTDIR] = "ENOTDIR", [EISDIR] = "EISDIR",
	[EINVAL] = "EINVAL", [ENFILE] = "ENFILE", [EMFILE] = "EMFILE", [ENOTTY] = "ENOTTY",
	[ETXTBSY] = "ETXTBSY", [EFBIG] = "EFBIG", [ENOSPC] = "ENOSPC", [ESPIPE] = "ESPIPE",
	[EROFS] = "EROFS", [EMLINK] = "EMLINK", [EPIPE] = "EPIPE", [EDOM] = "EDOM", [ERANGE] = "ERANGE",
	[EDEADLK] = "EDEADLK", [ENAMETOOLONG] = "ENAMETOOLONG", [ENOLCK] = "ENOLCK", [ENOSYS] = "ENOSYS",
	[ENOTEMPTY] = "ENOTEMPTY", [ELOOP] = "ELOOP", [ENOMSG] = "ENOMSG", [EIDRM] = "EIDRM",
	[ECHRNG] = "ECHRNG", [EL2NSYNC] = "EL2NSYNC", [EL3HLT] = "EL3HLT", [EL3RST] = "EL3RST",
	[ELNRNG] = "ELNRNG", [EUNATCH] = "EUNATCH", [ENOCSI] = "ENOCSI", [EL2HLT] = "EL2HLT",
	[EBADE] = "EBADE", [EBADR] = "EBADR", [EXFULL] = "EXFULL", [ENOANO] = "ENOANO",
	[EBADRQC] = "EBADRQC", [EBADSLT] = "EBADSLT", [EBFONT] = "EBFONT", [ENOSTR] = "ENOSTR",
	[ENODATA] = "ENODATA", [ETIME] = "ETIME", [ENOSR] = "ENOSR", [ENONET] = "ENONET",
	[ENOPKG] = "ENOPKG", [EREMOTE] = "EREMOTE", [ENOLINK] = "ENOLINK", [EADV] = "EADV",
	[ESRMNT] = "ESRMNT", [ECOMM] = "ECOMM", [EPROTO] = "EPROTO", [EMULTIHOP] = "EMULTIHOP",
	[EDOTDOT] = "EDOTDOT", [EBADMSG] = "EBADMSG", [EOVERFLOW] = "EOVERFLOW", [ENOTUNIQ] = "ENOTUNIQ",
	[EBADFD] = "EBADFD", [EREMCHG] = "EREMCHG", [ELIBACC] = "ELIBACC", [ELIBBAD] = "ELIBBAD",
	[ELIBSCN] = "ELIBSCN", [ELIBMAX] = "ELIBMAX", [ELIBEXEC] = "ELIBEXEC", [EILSEQ] = "EILSEQ",
	[ERESTART] = "ERESTART", [ESTRPIPE] = "ESTRPIPE", [EUSERS] = "EUSERS", [ENOTSOCK] = "ENOTSOCK",
	[EDESTADDRREQ] = "EDESTADDRREQ", [EMSGSIZE] = "EMSGSIZE", [EPROTOTYPE] = "EPROTOTYPE",
	[ENOPROTOOPT] = "ENOPROTOOPT", [EPROTONOSUPPORT] = "EPROTONOSUPPORT",
	[ESOCKTNOSUPPORT] = "ESOCKTNOSUPPORT", [EOPNOTSUPP] = "EOPNOTSUPP",
	[EPFNOSUPPORT] = "EPFNOSUPPORT", [EAFNOSUPPORT] = "EAFNOSUPPORT", [EADDRINUSE] = "EADDRINUSE",
	[EADDRNOTAVAIL] = "EADDRNOTAVAIL", [ENETDOWN] = "ENETDOWN", [ENETUNREACH] = "ENETUNREACH",
	[ENETRESET] = "ENETRESET", [ECONNABORTED] = "ECONNABORTED", [ECONNRESET] = "ECONNRESET",
	[ENOBUFS] = "ENOBUFS", [EISCONN] = "EISCONN", [ENOTCONN] = "ENOTCONN", [ESHUTDOWN] = "ESHUTDOWN",
	[ETOOMANYREFS] = "ETOOMANYREFS", [ETIMEDOUT] = "ETIMEDOUT", [ECONNREFUSED] = "ECONNREFUSED",
	[EHOSTDOWN] = "EHOSTDOWN", [EHOSTUNREACH] = "EHOSTUNREACH", [EALREADY] = "EALREADY",
	[EINPROGRESS] = "EINPROGRESS", [ESTALE] = "ESTALE", [EUCLEAN] = "EUCLEAN", [ENOTNAM] = "ENOTNAM",
	[ENAVAIL] = "ENAVAIL", [EISNAM] = "EISNAM", [EREMOTEIO] = "EREMOTEIO", [EDQUOT] = "EDQUOT",
	[ENOMEDIUM] = "ENOMEDIUM", [EMEDIUMTYPE] = "EMEDIUMTYPE", [ECANCELED] = "ECANCELED",
	[ENOKEY] = "ENOKEY", [EKEYEXPIRED] = "EKEYEXPIRED", [EKEYREVOKED] = "EKEYREVOKED",
	[EKEYREJECTED] = "EKEYREJECTED", [EOWNERDEAD] = "EOWNERDEAD",
	[ENOTRECOVERABLE] = "ENOTRECOVERABLE", [ERFKILL] = "ERFKILL", [EHWPOISON] = "EHWPOISON",
};

/* Name of an error's number, with or without its minus; NULL where there is none. */
static const char *tapc_errno_name(s64 error)
{
	u64 n = error < 0 ? -(u64)error : error;

	return n < ARRAY_SIZE(tapc_errno_names) ? tapc_errno_names[n] : NULL;
}

/* How many calls may be under way at once, each with its return hooked. */
static void tapc_fprobe_room(struct fprobe *fprobe, int calls)
{
	fprobe->nr_maxactive = calls;
}

/*
 * A handler on the return of functions: one fprobe for all that ftrace can patch, a kretprobe for each other one.
 * `pattern` stands for what ftrace finds by itself. `like` has the callbacks of a kretprobe, the room for entry
 * values, and maxactive or 0.
 */
struct tapc_return {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	const char *pattern;
	struct kretprobe like;
	struct fprobe fprobe;
	struct tapc_kretprobes kretprobes;
	const char *module;	/* whose functions they are, NULL for the kernel's */
	bool optional;		/* one of a wildcard */
	unsigned long missed;	/* by fprobes that are no longer registered */
	bool hooked;
};

/* Whether ftrace can patch the function: asked of ops that are never registered. */
static bool tapc_return_traceable(struct ftrace_ops *scratch, unsigned long address)
{
	return !ftrace_set_filter_ip(scratch, address, 0, 1);
}

/* Parts `symbols` into addresses for the fprobe and names for kretprobes; returns how many addresses. */
static unsigned int tapc_return_part(struct tapc_return *ret, struct tapc_kprobes *found, unsigned long *addresses,
				     const char **others, unsigned int *other_count)
{
	struct ftrace_ops *scratch = vzalloc(sizeof(*scratch));
	unsigned int i, n = 0;

	for (i = 0; i < ret->count; i++) {
		struct kprobe *kprobe = &found->list[i];

		if (!kprobe->addr)
			continue;
		if (scratch && tapc_return_traceable(scratch, (unsigned long)kprobe->addr))
			addresses[n++] = (unsigned long)kprobe->addr;
		else
			others[(*other_count)++] = ret->symbols[i];
	}
	if (scratch)
		tapc_ftrace_forget(scratch);
	vfree(scratch);
	return n;
}

static int tapc_return_attach_symbols(struct tapc_return *ret)
{
	unsigned long *addresses = vzalloc(array_size(ret->count, sizeof(*addresses)));
	const char **others = vzalloc(array_size(ret->count, sizeof(*others)));
	struct tapc_kprobes found = { };
	unsigned int n = 0, other_count = 0;
	int err = -ENOMEM;

	if (addresses && others)
		err = tapc_kprobes_find_for(&found, ret->symbols, ret->count, NULL, ret->probe);
	if (!err)
		n = tapc_return_part(ret, &found, addresses, others, &other_count);
	tapc_kprobes_unregister(&found);
	if (n) {
		tapc_fprobe_room(&ret->fprobe, ret->like.maxactive ?: tapc_maxactive(1) * min(n, 8U));
		err = register_fprobe_ips(&ret->fprobe, addresses, n);
		ret->hooked = !err;
	}
	if (!err && other_count)
		err = tapc_kretprobes_register(&ret->kretprobes, others, other_count, &ret->like, ret->probe);
	vfree(addresses);
	vfree(others);
	return err;
}

/* As it was before it was registered: what the kernel leaves in it is not good for a second time. */
static void tapc_return_renew(struct tapc_return *ret)
{
	struct fprobe fprobe = {
		.entry_handler = ret->fprobe.entry_handler,
		.exit_handler = ret->fprobe.exit_handler,
		.entry_data_size = ret->fprobe.entry_data_size,
	};

	ret->fprobe = fprobe;
}

static void tapc_return_detach(struct tapc_return *ret)
{
	if (ret->hooked) {
		/* Before: calls while it is unregistered are counted, but nobody waits for them any more. */
		ret->missed += READ_ONCE(ret->fprobe.nmissed);
		unregister_fprobe(&ret->fprobe);
		/* An exit handler that has begun runs with preemption off. */
		synchronize_rcu();
		tapc_return_renew(ret);
	}
	ret->hooked = false;
	tapc_kretprobes_unregister(&ret->kretprobes);
}

static int tapc_return_attach(struct tapc_return *ret)
{
	int err;

	/* More entry values than an fprobe carries. */
	if (!ret->fprobe.exit_handler)
		return tapc_kretprobes_register(&ret->kretprobes, ret->symbols, ret->count, &ret->like, ret->probe);
	if (!ret->pattern)
		return tapc_return_attach_symbols(ret);
	tapc_fprobe_room(&ret->fprobe, ret->like.maxactive ?: tapc_maxactive(1) * 16);
	/* What the compiler split off a function is not the function. */
	err = tapc_modules_find();
	if (!err)
		err = register_fprobe(&ret->fprobe, ret->pattern, "*.part.*");
	ret->hooked = !err;
	return err;
}

static unsigned long tapc_return_missed(struct tapc_return *ret)
{
	return ret->missed + READ_ONCE(ret->fprobe.nmissed) + tapc_kretprobes_missed(&ret->kretprobes);
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
	{ TAPC_TEXT("E#") },
	{ .put = tapc_put_decimal },
	{ }
};

static const struct tapc_piece fmt_2[] = {
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" ") },
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_3[] = {
	{ .put = tapc_put_decimal },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece fmt_4[] = { { TAPC_TEXT("copied\n") }, { } };

/* function errno_name(err) -- errno.stp:30:1 */
static void fn_errno_name(struct tapc_hit *hit, char *result, s64 l_err)
{
	result[0] = '\0';
	tapc_copy(hit, result, tapc_errno_name(l_err) ?: "");
}

struct tapc_frame_errno_str {
	char l_name[TAPC_STRLEN];
	char s1[TAPC_STRLEN];
};

/* function errno_str(err) -- errno.stp:4:1 */
static void fn_errno_str(struct tapc_hit *hit, const char *where, char *result, s64 l_err)
{
	struct tapc_frame_errno_str *frame;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame)) {
		tapc_fail(hit, where, "out of working memory");
		return;
	}
	frame->l_name[0] = '\0';
	fn_errno_name(hit, frame->l_name, l_err);
	if (unlikely(hit->error))
		goto out;
	/* return name != "" ? name : sprintf("E#%d", err < 0 ? -err : err) */
	if (tapc_compare(frame->l_name, "") != 0) {
		tapc_copy(hit, result, frame->l_name);
	} else {
		tapc_sprint(hit, frame->s1, fmt_1, (const s64[]){ l_err < 0 ? -l_err : l_err });
		tapc_copy(hit, result, frame->s1);
	}
out:
	tapc_frame_pop(hit, frame);
}

struct tapc_saved_0 {
	s64 v0;
};

/* entry of probe kernel.function("vfs_{read,write}").return -- parameters.stp:3:7 */
static void tapc_entry_0(struct tapc_hit *hit, struct pt_regs *regs, struct tapc_saved_0 *saved)
{
	saved->v0 = regs->dx;
}

struct tapc_frame_0 {
	char s1[TAPC_STRLEN];
};

/* probe kernel.function("vfs_{read,write}").return -- parameters.stp:3:7 */
static void tapc_handler_0(struct tapc_hit *hit, struct pt_regs *regs,
			   const struct tapc_saved_0 *saved)
{
	struct tapc_frame_0 *frame;
	unsigned int size;
	struct tapc_record record;

	frame = tapc_frame_push(hit, sizeof(*frame));
	if (unlikely(!frame))
		return;
	if ((s64)regs->ax < 0) {
		/* println(errno_str($return), " ", $count) */
		fn_errno_str(hit, "parameters.stp:3:77", frame->s1, regs->ax);
		size = tapc_size(frame->s1);
		if (unlikely(hit->error))
			goto out;
		if (tapc_print_begin(hit, &record, fmt_2, 8 + TAPC_ROUND(size))) {
			tapc_add_string(&record, frame->s1, size);
			tapc_add_long(&record, saved->v0);
			tapc_print_end(hit, &record);
		}
	}
out:
	tapc_frame_pop(hit, frame);
}

/* probe kernel.function("vfs_fsync").return.maxactive(8) -- parameters.stp:4:7 */
static __always_inline bool tapc_light_1(unsigned int probe, struct pt_regs *regs)
{
	struct tapc_record record;

	/* println($return) */
	if (tapc_light_begin(probe, &record, fmt_3, 8)) {
		tapc_add_long(&record, ((s32)regs->ax));
		tapc_light_end(probe, &record);
	}
	return true;
}

/* probe kprobe.function("copy_page") -- parameters.stp:5:7 */
static void tapc_handler_2(struct tapc_hit *hit)
{
	tapc_print_text(hit, fmt_4);
}

static void tapc_function_hit_2(unsigned long ip, struct pt_regs *regs)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[2], regs, ip)) {
		tapc_handler_2(&event.hit);
		tapc_guarded_leave(&event);
	}
}

static void tapc_function_ftrace_2(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
					   struct ftrace_regs *fregs)
{
	tapc_function_hit_2(ip, tapc_ftrace_regs(fregs));
}

static int tapc_function_kprobe_2(struct kprobe *kprobe, struct pt_regs *regs)
{
	tapc_function_hit_2((unsigned long)kprobe->addr, regs);
	return 0;
}

static const char *const tapc_function_symbols_2[] = {
	"copy_page",
};

static struct tapc_function tapc_functions[] = {
	{
		.probe = 2,
		.optional = true,
		.symbols = tapc_function_symbols_2,
		.count = ARRAY_SIZE(tapc_function_symbols_2),
		.kprobe = tapc_function_kprobe_2,
		.ops.func = tapc_function_ftrace_2,
	},
};

static void tapc_return_hit_0(unsigned long ip, struct pt_regs *regs, const struct tapc_saved_0 *saved)
{
	struct tapc_event event __uninitialized;

	if (tapc_guarded_enter(&event, &tapc_probes[0], regs, ip)) {
		tapc_handler_0(&event.hit, regs, saved);
		tapc_guarded_leave(&event);
	}
}

/* Whether the return is to be seen. */
static bool tapc_return_call_0(unsigned long ip, struct pt_regs *regs, struct tapc_saved_0 *saved)
{
	struct tapc_event event __uninitialized;

	if (!tapc_aside_enter(&event, &tapc_probes[0], regs, ip))
		return false;
	tapc_entry_0(&event.hit, regs, saved);
	return tapc_aside_leave(&event);
}

static int tapc_return_kretprobe_call_0(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	tapc_kretprobe_calm();
	return !tapc_return_call_0(tapc_kretprobe_ip(instance), regs, (void *)instance->data);
}

static int tapc_return_kretprobe_0(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	tapc_kretprobe_calm();
	tapc_return_hit_0(tapc_kretprobe_ip(instance), regs, (const void *)instance->data);
	return 0;
}

static int tapc_return_fprobe_call_0(struct fprobe *fprobe, unsigned long ip, unsigned long parent,
					     struct pt_regs *fregs, void *saved)
{
	return !tapc_return_call_0(ip, fregs, saved);
}

static void tapc_return_fprobe_0(struct fprobe *fprobe, unsigned long ip, unsigned long parent,
					 struct pt_regs *fregs, void *saved)
{
	tapc_return_hit_0(ip, fregs, saved);
}

static const char *const tapc_return_symbols_0[] = {
	"vfs_read",
	"vfs_write",
};

static __always_inline void tapc_return_hit_1_serve(unsigned long ip, struct pt_regs *regs)
{
	struct tapc_guard guard __uninitialized;

	this_cpu_inc(tapc_light_hits.of[1]);
	if (unlikely(!tapc_guard_take(&guard))) {
		tapc_light_skip(1, TAPC_SKIP_RECURSION);
		return;
	}
	tapc_light_1(1, regs);
	tapc_guard_leave(&guard);
}

/* A hit that is timed, or comes while the script does not run. */
static noinline void tapc_return_hit_1_seldom(unsigned long ip, struct pt_regs *regs)
{
	u64 began = tapc_cost_light(1);

	if (!tapc_is_running(1))
		return;
	tapc_return_hit_1_serve(ip, regs);
	tapc_cost_lit(1, began);
}

static __always_inline void tapc_return_hit_1(unsigned long ip, struct pt_regs *regs)
{
	preempt_disable_notrace();
	if (likely(tapc_light_is_usual(1)))
		tapc_return_hit_1_serve(ip, regs);
	else
		tapc_return_hit_1_seldom(ip, regs);
	preempt_enable_notrace();
}

static int tapc_return_kretprobe_1(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	tapc_kretprobe_calm();
	tapc_return_hit_1(tapc_kretprobe_ip(instance), regs);
	return 0;
}

static void tapc_return_fprobe_1(struct fprobe *fprobe, unsigned long ip, unsigned long parent,
					 struct pt_regs *fregs, void *saved)
{
	tapc_return_hit_1(ip, fregs);
}

static const char *const tapc_return_symbols_1[] = {
	"vfs_fsync",
};

static struct tapc_return tapc_returns[] = {
	{
		.probe = 0,
		.optional = true,
		.symbols = tapc_return_symbols_0,
		.count = ARRAY_SIZE(tapc_return_symbols_0),
		.like.handler = tapc_return_kretprobe_0,
		.like.entry_handler = tapc_return_kretprobe_call_0,
		.like.data_size = sizeof(struct tapc_saved_0),
		.fprobe.exit_handler = tapc_return_fprobe_0,
		.fprobe.entry_handler = tapc_return_fprobe_call_0,
		.fprobe.entry_data_size = sizeof(struct tapc_saved_0),
	},
	{
		.probe = 1,
		.symbols = tapc_return_symbols_1,
		.count = ARRAY_SIZE(tapc_return_symbols_1),
		.like.handler = tapc_return_kretprobe_1,
		.like.entry_handler = tapc_kretprobe_entry,
		.like.maxactive = 8,
		.fprobe.exit_handler = tapc_return_fprobe_1,
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
	{ "kernel.function(\"vfs_{read,write}\").return", "kernel.function(\"vfs_{read,write}\").return", "parameters.stp:3:7" },
	{ "kernel.function(\"vfs_fsync\").return", "kernel.function(\"vfs_fsync\").return.maxactive(8)", "parameters.stp:4:7" },
	{ "kprobe.function(\"copy_page\")", "kprobe.function(\"copy_page\")", "parameters.stp:5:7" },
};

/* In the order of attaching. */
static const struct tapc_family tapc_families[] = {
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
	for (probe = 0; probe < TAPC_PROBES; probe++) {
		for (i = 0, skips = 0; i < TAPC_SKIPS; skips += skipped[i++])
			skipped[i] = TAPC_SUM(counts[probe][i]);
		hits = TAPC_SUM(counts[probe][TAPC_HITS]) + tapc_light_sum(probe);
		missed = 0;
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
MODULE_DESCRIPTION("parameters.stp");

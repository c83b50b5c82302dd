#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

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

/* The one whose handler asks; a nested hit, an NMI's, has not waited. */
static __always_inline const struct tapc_late *tapc_late_self(void)
{
	const struct tapc_late *late = raw_cpu_read(tapc_late_now);

	return unlikely(late) && !in_nmi() ? late : NULL;
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

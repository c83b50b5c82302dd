#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/thread_info.h>

/* A handler that runs, on its own stack, and the one that it interrupted. */
struct tapc_guard {
	struct tapc_guard *outer;
	unsigned int context;	/* preempt_count() */
};

/* The innermost handler of each CPU. */
static DEFINE_PER_CPU(struct tapc_guard *, tapc_guarded);

/*
 * Whether a hit is the outer handler's own doing: in the same context (task, softirq, hard interrupt, NMI) and on the
 * same stack. An interrupt that has not told the kernel yet runs on a stack of its own.
 */
static bool tapc_guard_recurs(const struct tapc_guard *guard)
{
	unsigned int differ = guard->context ^ guard->outer->context;

	return !(differ & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)) &&
	       (unsigned long)guard->outer - (unsigned long)guard < THREAD_SIZE;
}

/* False for a hit that a handler causes by itself: the handler must not run. Preemption is off. */
static __always_inline bool tapc_guard_take(struct tapc_guard *guard)
{
	guard->outer = __this_cpu_read(tapc_guarded);
	guard->context = preempt_count();
	if (unlikely(guard->outer) && tapc_guard_recurs(guard))
		return false;
	__this_cpu_write(tapc_guarded, guard);
	return true;
}

/* The same, with such a hit counted. */
static __always_inline bool tapc_guard_enter(struct tapc_guard *guard, struct tapc_hit *hit)
{
	if (likely(tapc_guard_take(guard)))
		return true;
	tapc_skip(hit, TAPC_SKIP_RECURSION);
	return false;
}

static __always_inline void tapc_guard_leave(struct tapc_guard *guard)
{
	__this_cpu_write(tapc_guarded, guard->outer);
}

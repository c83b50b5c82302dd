#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/thread_info.h>

/*
 * Where the innermost handler of each context (task, softirq, hard interrupt, NMI) of a CPU runs: an address on its
 * stack, 0 for none. A hit in the same context on the same stack is the handler's own doing: a function that it
 * calls, a fault that it takes. An interrupt that has not told the kernel yet runs on a stack of its own.
 */
static DEFINE_PER_CPU(unsigned long [4], tapc_guarded);

struct tapc_guard {
	unsigned long *place;
	unsigned long outer;
};

static __always_inline unsigned int tapc_context_level(void)
{
	unsigned int count = preempt_count();

	return !!(count & NMI_MASK) + !!(count & (NMI_MASK | HARDIRQ_MASK)) +
	       !!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET));
}

/* False for a hit that a handler causes by itself: counted, and the handler must not run. Preemption is off. */
static __always_inline bool tapc_guard_enter(struct tapc_guard *guard, struct tapc_hit *hit)
{
	guard->place = this_cpu_ptr(&tapc_guarded[0]) + tapc_context_level();
	guard->outer = *guard->place;
	if (unlikely(guard->outer) && guard->outer - (unsigned long)guard < THREAD_SIZE) {
		tapc_skip(hit, TAPC_SKIP_RECURSION);
		return false;
	}
	WRITE_ONCE(*guard->place, (unsigned long)guard);
	return true;
}

static __always_inline void tapc_guard_leave(struct tapc_guard *guard)
{
	WRITE_ONCE(*guard->place, guard->outer);
}

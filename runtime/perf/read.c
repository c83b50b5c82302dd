#include <linux/irqflags.h>
#include <linux/perf_event.h>
#include <linux/percpu.h>

/*
 * What a counter has counted on this CPU since the module came. It is put on the CPU and taken off by interrupts, and released after a
 * grace period of RCU; both have to wait. The processor's own count is brought up to date where the counter is on it.
 */
static s64 tapc_perf_read(struct tapc_hit *hit, const char *where, struct perf_event * __percpu *counters)
{
	struct perf_event *counter;
	unsigned long flags;
	s64 count = 0;

	raw_local_irq_save(flags);
	counter = raw_cpu_read(*counters);
	if (likely(counter)) {
		if (counter->oncpu == tapc_cpu_number())
			counter->pmu->read(counter);
		count = local64_read(&counter->count);
	}
	raw_local_irq_restore(flags);
	if (unlikely(!counter))
		tapc_fail(hit, where, "this CPU does not count for @perf");
	return count;
}

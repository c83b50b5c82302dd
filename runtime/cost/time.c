#include <linux/jiffies.h>
#include <linux/timekeeping.h>

/* Keeps the sum, the least and the greatest of what the hits of a probe on this CPU took. Preemption is off. */
static noinline void tapc_time_add(local_t *counts, long took)
{
	long before;

	local_add(took, &counts[TAPC_CYCLES]);
	do {
		before = local_read(&counts[TAPC_MOST]);
	} while (took > before && local_cmpxchg(&counts[TAPC_MOST], before, took) != before);
	/* As a negative number, so that 0 is none yet. */
	do {
		before = local_read(&counts[TAPC_LEAST]);
	} while ((!before || ~took > before) && local_cmpxchg(&counts[TAPC_LEAST], before, ~took) != before);
}

/* As tapc_process(), timed. */
static void tapc_timed_process(const struct tapc_probe *probe, void (*handler)(struct tapc_hit *hit))
{
	u64 began = tapc_cycles();

	tapc_process(probe, handler);
	tapc_time_add(tapc_cpus->counts[probe - tapc_probes], tapc_cycles() - began);
}

/* Cycles in a millisecond. */
static u64 tapc_time_rate(void)
{
	u64 start = ktime_get_mono_fast_ns(), cycles = tapc_cycles();

	tapc_sleep(HZ / 50);
	cycles = tapc_cycles() - cycles;
	return cycles * NSEC_PER_MSEC / max(ktime_get_mono_fast_ns() - start, 1ULL) ?: 1;
}

/* How many hits of each probe were served, and the nanoseconds that they took. */
static void tapc_time_show(struct seq_file *file)
{
	u64 rate = tapc_time_rate(), served;
	long least, most;
	int probe, cpu, i;

	for (probe = 0; probe < TAPC_PROBES; probe++) {
		served = TAPC_SUM(counts[probe][TAPC_HITS]);
		for (i = 0; i < TAPC_SKIPS; i++)
			served -= TAPC_SUM(counts[probe][i]);
		least = LONG_MIN;
		most = 0;
		for (cpu = 0; cpu < TAPC_CPUS; cpu++) {
			local_t *counts = tapc_cpus[cpu].counts[probe];

			most = max(most, local_read(&counts[TAPC_MOST]));
			if (local_read(&counts[TAPC_LEAST]))
				least = max(least, local_read(&counts[TAPC_LEAST]));
		}
		if (served)
			seq_printf(file, "time %d hits=%llu min=%llu avg=%llu max=%llu\n", probe, served,
				   ~least * NSEC_PER_MSEC / rate,
				   TAPC_SUM(counts[probe][TAPC_CYCLES]) / served * NSEC_PER_MSEC / rate,
				   most * NSEC_PER_MSEC / rate);
	}
}

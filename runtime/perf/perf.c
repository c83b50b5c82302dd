#include <linux/cpuhotplug.h>
#include <linux/perf_event.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>

/* A probe point that fires on each CPU whenever its counter there overflows. */
struct tapc_perf {
	struct perf_event * __percpu *counters;
	perf_overflow_handler_t fire;
	const char *place;
	struct perf_event_attr attr;
	unsigned int probe;
	bool optional;
};

/* In process context. A negative errno where the CPU has no such counter, or no room for one more. */
static int tapc_perf_start(struct tapc_perf *perf, unsigned int cpu)
{
	struct perf_event *counter;

	counter = perf_event_create_kernel_counter(&perf->attr, cpu, NULL, perf->fire, NULL);
	if (IS_ERR(counter))
		return PTR_ERR(counter);
	smp_store_release(per_cpu_ptr(perf->counters, cpu), counter);
	return 0;
}

/* Nobody finds the counter any more when it goes: the kernel frees it after a grace period of RCU. */
static void tapc_perf_stop(struct tapc_perf *perf, unsigned int cpu)
{
	struct perf_event **place = per_cpu_ptr(perf->counters, cpu);
	struct perf_event *counter = *place;

	WRITE_ONCE(*place, NULL);
	if (counter)
		perf_event_release_kernel(counter);
}

/* All points on a CPU, or none of them. */
static int tapc_perf_up(struct tapc_perf *points, unsigned int count, unsigned int cpu)
{
	unsigned int i;
	int error;

	for (i = 0; i < count; i++) {
		error = tapc_perf_start(&points[i], cpu);
		if (!error)
			continue;
		if (points[i].optional) {
			tapc_refuse(points[i].probe, points[i].place, error);
			continue;
		}
		tapc_log(KERN_ERR KBUILD_MODNAME ": cannot probe %s on CPU %u (error %d)\n", points[i].place, cpu, error);
		while (i--)
			tapc_perf_stop(&points[i], cpu);
		return error;
	}
	return 0;
}

static void tapc_perf_down(struct tapc_perf *points, unsigned int count, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		tapc_perf_stop(&points[i], cpu);
}

#include <linux/percpu.h>

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

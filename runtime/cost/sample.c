/* One hit of a probe in so many is timed, and stands for all of them. */
#define TAPC_SAMPLE 64

static __always_inline void tapc_cost_begin(struct tapc_event *event)
{
	event->began = 0;
	if (unlikely(!(local_read(&event->hit.counts[TAPC_HITS]) % TAPC_SAMPLE)))
		event->began = tapc_cycles();
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

/* The same for hits of light handlers that stay on their CPU. */
static __always_inline bool tapc_cost_is_due(unsigned int probe)
{
	return unlikely(!(raw_cpu_read(tapc_light_hits.of[probe]) % TAPC_SAMPLE));
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

static __always_inline void tapc_cost_begin(struct tapc_event *event)
{
	event->began = tapc_cycles();
}

static __always_inline void tapc_cost_end(struct tapc_event *event)
{
	u64 took = tapc_cycles() - event->began;

	if (event->began && !event->hit.skipped)
		tapc_time_add(event->hit.counts, took);
	if (event->began)
		tapc_spend(event->hit.probe, took);
}

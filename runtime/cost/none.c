static __always_inline void tapc_cost_begin(struct tapc_event *event)
{
}

static __always_inline void tapc_cost_end(struct tapc_event *event)
{
}

static __always_inline bool tapc_cost_is_due(unsigned int probe)
{
	return false;
}

static __always_inline u64 tapc_cost_light(unsigned int probe)
{
	return 0;
}

static __always_inline void tapc_cost_lit(unsigned int probe, u64 began)
{
}

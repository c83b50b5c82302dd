/* As tapc_hit_enter(), for what prepares a hit that may come: it counts as one only where it fails. */
static __always_inline bool tapc_aside_enter(struct tapc_hit *hit, const struct tapc_probe *probe,
					     struct pt_regs *regs, unsigned long ip)
{
	return tapc_hit_enter(hit, probe, regs, ip);
}

static __always_inline void tapc_aside_leave(struct tapc_hit *hit)
{
	if (likely(!hit->error && !hit->skipped))
		local_dec(&hit->counts[TAPC_HITS]);
	tapc_hit_leave(hit);
}

/* Counts a string that did not fit. */
static inline void tapc_truncated(struct tapc_hit *hit)
{
	local_inc(&hit->cpu->truncated);
}

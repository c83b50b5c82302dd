/* As tapc_guarded_enter(), for what prepares a hit that may come: it counts as one only where it fails. */
static __always_inline bool tapc_aside_enter(struct tapc_event *event, const struct tapc_probe *probe,
					     struct pt_regs *regs, unsigned long ip)
{
	if (!tapc_guarded_enter(event, probe, regs, ip))
		return false;
	event->began = 0;
	return true;
}

/* Whether nothing failed. */
static __always_inline bool tapc_aside_leave(struct tapc_event *event)
{
	bool good = !event->hit.error && !event->hit.skipped;

	if (likely(good))
		local_dec(&event->hit.counts[TAPC_HITS]);
	tapc_guarded_leave(event);
	return good;
}

/* Counts a string that did not fit. */
static inline void tapc_truncated(struct tapc_hit *hit)
{
	local_inc(&hit->cpu->truncated);
}

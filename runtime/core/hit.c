/* A handler: what pp() says, the probe point as written, file:line:column. */
struct tapc_probe {
	const char *point, *written, *where;
};

static const struct tapc_probe tapc_probes[TAPC_PROBES];

/* One run of a handler, on the stack of its caller. */
struct tapc_hit {
	const struct tapc_probe *probe;
	struct tapc_cpu *cpu;
	local_t *counts;
	struct pt_regs *regs;
	unsigned long ip;
	const char *point;
	const char *error, *where;		/* run-time error nobody has caught, and its place */
	char *text;				/* copy of its text, where there has to be one */
	s64 number;				/* goes with the text, if `numbered` */
	void (*finish)(struct tapc_hit *hit);	/* what is to be done when the handler is through */
	struct tapc_entry *group;		/* output gathered so far */
	void *match;				/* of the last =~, where the handler has one */
	unsigned int group_size, group_used;
	unsigned int budget;			/* actions left */
	unsigned short nesting;			/* recursive calls under way */
	bool numbered, skipped, waits;
};

static enum tapc_state {
	TAPC_STARTING, TAPC_RUNNING, TAPC_STOPPING, TAPC_ENDING, TAPC_DONE
} tapc_state;

/* Counts a hit that could not be served, once: the first reason stands. */
static void tapc_skip(struct tapc_hit *hit, enum tapc_counter reason)
{
	if (!hit->skipped)
		local_inc(&hit->counts[reason]);
	hit->skipped = true;
}

/*
 * First thing on an event: false, with nothing to undo, unless the script is running. Any context. The members are set
 * one by one: of a compound literal the compiler makes a slow string instruction.
 */
static __always_inline bool tapc_hit_enter(struct tapc_hit *hit, const struct tapc_probe *probe,
					   struct pt_regs *regs, unsigned long ip)
{
	struct tapc_cpu *cpu;

	preempt_disable_notrace();
	if (unlikely(READ_ONCE(tapc_state) != TAPC_RUNNING)) {
		preempt_enable_notrace();
		return false;
	}
	cpu = &tapc_cpus[raw_smp_processor_id()];
	hit->probe = probe;
	hit->cpu = cpu;
	hit->counts = cpu->counts[probe - tapc_probes];
	hit->regs = regs;
	hit->ip = ip;
	hit->point = probe->point;
	hit->error = NULL;
	hit->where = NULL;
	hit->text = NULL;
	hit->number = 0;
	hit->finish = NULL;
	hit->group = NULL;
	hit->group_size = 0;
	hit->group_used = 0;
	hit->budget = TAPC_ACTIONS;
	hit->nesting = 0;
	hit->numbered = false;
	hit->skipped = false;
	hit->waits = false;
	local_inc(&hit->counts[TAPC_HITS]);
	return true;
}

/* Last thing: what the handler printed comes out, an error that nobody caught is told. */
static __always_inline void tapc_hit_leave(struct tapc_hit *hit)
{
	if (unlikely(hit->finish))
		hit->finish(hit);
	preempt_enable_notrace();
}

/* A begin, end or error handler: nothing else runs, so it has the first CPU's memory wherever it is. */
static void tapc_process(const struct tapc_probe *probe, void (*handler)(struct tapc_hit *hit))
{
	struct tapc_hit hit = {
		.probe = probe, .cpu = tapc_cpus, .counts = tapc_cpus->counts[probe - tapc_probes],
		.point = probe->point, .budget = TAPC_ACTIONS_INTERRUPTIBLE, .waits = true,
	};

	local_inc(&hit.counts[TAPC_HITS]);
	handler(&hit);
	if (hit.finish)
		hit.finish(&hit);
}

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
	const char *error, *place;		/* run-time error nobody has caught, and where */
	s64 number;				/* goes with the text, if `numbered` */
	unsigned int budget, reserve;		/* actions left; those that come in turns, where `waits` */
	unsigned short nesting;			/* recursive calls under way */
	bool skipped, waits, numbered;
	void (*finish)(struct tapc_hit *hit);	/* when the handler is through; what is below is set with it */
	char *copy;				/* of an error's text, where there has to be one */
	void *match;				/* of the last =~, where the handler has one */
	struct tapc_entry *group;		/* output gathered so far */
	unsigned int group_size, group_used;
};

static enum tapc_state {
	TAPC_STARTING, TAPC_RUNNING, TAPC_RESTING, TAPC_STOPPING, TAPC_ENDING, TAPC_DONE
} tapc_state;

/* A begin, end or error handler: nothing else runs, so it has the first CPU's memory wherever it is. */
static void tapc_process(const struct tapc_probe *probe, void (*handler)(struct tapc_hit *hit))
{
	struct tapc_hit hit = {
		.probe = probe,
		.cpu = tapc_cpus,
		.counts = tapc_cpus->counts[probe - tapc_probes],
		.point = probe->point,
		.reserve = TAPC_ACTIONS_INTERRUPTIBLE,
		.waits = true,
	};

	local_inc(&hit.counts[TAPC_HITS]);
	handler(&hit);
	if (hit.finish)
		hit.finish(&hit);
}

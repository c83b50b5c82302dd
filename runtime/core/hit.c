#include <linux/preempt.h>
#include <linux/smp.h>

/* A handler as the script has it: what pp() says, the probe point as written, file:line:column. */
struct tapc_probe {
	const char *point, *written, *where;
};

/* One run of a handler, on the stack of whoever called it. */
struct tapc_hit {
	const struct tapc_probe *probe;
	struct tapc_cpu *cpu;
	struct pt_regs *regs;
	unsigned long ip;
	const char *point;
	const char *error, *where;	/* run-time error that nobody has caught, and its place */
	void (*finish)(struct tapc_hit *hit);	/* what is left to do when the handler is through */
	struct tapc_entry *group;	/* output gathered so far */
	unsigned int group_size, group_used;
	char *text;			/* copy of the error's text, where it needed one */
	s64 number;			/* goes with the error's text, if `numbered` */
	unsigned int budget;		/* actions left */
	unsigned short nesting;		/* recursive calls under way */
	bool numbered : 1, skipped : 1, waits : 1;
};

static enum tapc_state { TAPC_STARTING, TAPC_RUNNING, TAPC_STOPPING, TAPC_DONE } tapc_state;

static const struct tapc_probe tapc_probes[TAPC_PROBES];

static __always_inline struct tapc_count *tapc_hit_count(const struct tapc_hit *hit)
{
	return &hit->cpu->counts[hit->probe - tapc_probes];
}

/* Counts a hit that could not be served, once: the first reason stands. */
static void tapc_skip(struct tapc_hit *hit, enum tapc_skip_reason reason)
{
	if (!hit->skipped)
		local_inc(&tapc_hit_count(hit)->skipped[reason]);
	hit->skipped = true;
}

/* First thing on an event: false, with nothing to undo, unless the script is running. Any context. */
static __always_inline bool tapc_hit_enter(struct tapc_hit *hit, const struct tapc_probe *probe,
					   struct pt_regs *regs, unsigned long ip)
{
	preempt_disable_notrace();
	if (unlikely(READ_ONCE(tapc_state) != TAPC_RUNNING)) {
		preempt_enable_notrace();
		return false;
	}
	*hit = (struct tapc_hit){
		.probe = probe, .cpu = &tapc_cpus[raw_smp_processor_id()], .regs = regs, .ip = ip,
		.point = probe->point, .budget = TAPC_ACTIONS,
	};
	local_inc(&tapc_hit_count(hit)->hits);
	return true;
}

/* Last thing: what the handler printed comes out, an error that nobody caught is told. */
static __always_inline void tapc_hit_leave(struct tapc_hit *hit)
{
	if (hit->finish)
		hit->finish(hit);
	preempt_enable_notrace();
}

/*
 * A begin, end or error handler: in process context, preemption on, and nothing else running, so that they all
 * can use the first CPU's memory, wherever they are.
 */
static void tapc_process(const struct tapc_probe *probe, void (*handler)(struct tapc_hit *hit))
{
	struct tapc_hit hit = {
		.probe = probe, .cpu = tapc_cpus, .point = probe->point,
		.budget = TAPC_ACTIONS_INTERRUPTIBLE, .waits = true,
	};

	local_inc(&tapc_hit_count(&hit)->hits);
	handler(&hit);
	if (hit.finish)
		hit.finish(&hit);
}

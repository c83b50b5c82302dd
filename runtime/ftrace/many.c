#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/vmalloc.h>

/* A handler on one function, of many that there are. */
struct tapc_target {
	void (*hit)(unsigned long ip, struct pt_regs *regs);
	kprobe_pre_handler_t kprobe;
	unsigned int probe;		/* row of tapc_probes */
	bool optional;			/* one of a wildcard */
	unsigned long missed;		/* by a kprobe that is no longer registered */
};

struct tapc_slot {
	unsigned long ip;
	void (*hit)(unsigned long ip, struct pt_regs *regs);
};

/* They share one ftrace_ops and a table by address: each ops more would cost grace periods to be rid of. */
struct tapc_many {
	const char *const *symbols;
	struct tapc_target *targets;
	unsigned int count;
	unsigned int bits;		/* of the table, which is at most half full */
	struct tapc_slot *slots;
	struct ftrace_ops ops;
	struct tapc_kprobes kprobes;
	bool traced;
};

/* Runs the handlers of a function, in the order of the script. */
static __always_inline void tapc_many_hit(struct tapc_many *many, unsigned long ip, struct pt_regs *regs)
{
	unsigned int mask = (1U << many->bits) - 1;
	unsigned int i;

	for (i = hash_long(ip, many->bits); many->slots[i].ip; i = (i + 1) & mask)
		if (many->slots[i].ip == ip)
			many->slots[i].hit(ip, regs);
}

static void tapc_many_insert(struct tapc_many *many, unsigned long ip, const struct tapc_target *target)
{
	unsigned int mask = (1U << many->bits) - 1;
	unsigned int i = hash_long(ip, many->bits);

	while (many->slots[i].ip)
		i = (i + 1) & mask;
	many->slots[i].ip = ip;
	many->slots[i].hit = target->hit;
}

static int tapc_many_place(struct tapc_many *many, unsigned int i)
{
	const struct tapc_target *target = &many->targets[i];
	struct kprobe *kprobe = &many->kprobes.list[i];

	if (!kprobe->addr) {
		tapc_refuse(target->probe, many->symbols[i], many->kprobes.refusals[i]);
		return tapc_kprobe_refused(many->kprobes.refusals[i], many->symbols[i], NULL, target->optional);
	}
	kprobe->pre_handler = target->kprobe;
	if (ftrace_set_filter_ip(&many->ops, (unsigned long)kprobe->addr, 0, !many->traced))
		return 0;
	many->traced = true;
	tapc_many_insert(many, tapc_ftrace_place((unsigned long)kprobe->addr), target);
	tapc_kprobes_mark(&many->kprobes, kprobe);
	return 0;
}

/* On return none of their callbacks runs. */
static void tapc_many_detach(struct tapc_many *many)
{
	unsigned int i;

	if (many->traced)
		unregister_ftrace_function(&many->ops);
	tapc_ftrace_forget(&many->ops);
	many->traced = false;
	for (i = 0; i < many->kprobes.count; i++)
		if (many->kprobes.list[i].addr)
			many->targets[i].missed += many->kprobes.list[i].nmissed;
	tapc_kprobes_unregister(&many->kprobes);
	vfree(many->slots);
	many->slots = NULL;
}

static int tapc_many_attach(struct tapc_many *many)
{
	unsigned int i;
	int err;

	many->bits = ilog2(roundup_pow_of_two(2 * many->count));
	many->slots = vzalloc(sizeof(*many->slots) << many->bits);
	if (!many->slots)
		return -ENOMEM;
	err = tapc_kprobes_find(&many->kprobes, many->symbols, many->count, NULL);
	/* That none can be probed is told of each. */
	if (err && err != -ENOMEM)
		err = 0;
	for (i = 0; i < many->count && !err; i++)
		err = tapc_many_place(many, i);
	tapc_kprobes_drop_marked(&many->kprobes);
	if (!err && many->traced)
		err = register_ftrace_function(&many->ops);
	if (err)
		many->traced = false;
	if (!err)
		err = tapc_kprobes_enable(&many->kprobes);
	if (err)
		tapc_many_detach(many);
	return err;
}

static unsigned long tapc_many_missed(struct tapc_many *many, unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < many->count; i++) {
		if (many->targets[i].probe != probe)
			continue;
		missed += many->targets[i].missed;
		if (i < many->kprobes.count && many->kprobes.list[i].addr)
			missed += READ_ONCE(many->kprobes.list[i].nmissed);
	}
	return missed;
}

#include <linux/cpumask.h>
#include <linux/kprobes.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

/* Functions by name, each with a kretprobe. */
struct tapc_kretprobes {
	struct kretprobe *list;
	struct kretprobe **registered;
	unsigned int count;	/* of `registered` */
	unsigned int refused;
	unsigned long missed;		/* by those that are no longer registered */
};

/*
 * How many calls of one function may be under way at once, each with its return hooked. Every sleeper counts, not
 * only what runs, and each costs some hundred bytes for each function.
 */
static int tapc_maxactive(unsigned int functions)
{
	if (TAPC_KRETACTIVE)
		return TAPC_KRETACTIVE;
	return functions > 64 ? max(16, 4 * (int)tapc_cpu_limit) : max(128, 32 * (int)tapc_cpu_limit);
}

static int tapc_kretprobes_register(struct tapc_kretprobes *kretprobes, const char *const *symbols, unsigned int count,
				    const struct kretprobe *like, unsigned int probe)
{
	unsigned int i;
	int err = 0;

	kretprobes->list = vzalloc(array_size(count, sizeof(*kretprobes->list)));
	kretprobes->registered = vzalloc(array_size(count, sizeof(*kretprobes->registered)));
	if (!kretprobes->list || !kretprobes->registered)
		return -ENOMEM;
	kretprobes->refused = 0;
	for (i = 0; i < count; i++) {
		struct kretprobe *kretprobe = &kretprobes->list[i];
		int refusal;

		*kretprobe = *like;
		kretprobe->kp.symbol_name = symbols[i];
		if (!kretprobe->maxactive)
			kretprobe->maxactive = tapc_maxactive(count);
		refusal = register_kretprobe(kretprobe);
		if (refusal) {
			err = refusal;
			kretprobes->refused++;
			tapc_refuse(probe, symbols[i], err);
		} else {
			kretprobes->registered[kretprobes->count++] = kretprobe;
		}
	}
	tapc_kprobes_tell(kretprobes->refused, count, probe);
	return kretprobes->refused == count ? err : 0;
}

/* Returns that were not seen: too many calls under way, or a call from inside another kprobe's handler. */
static unsigned long tapc_kretprobes_missed(struct tapc_kretprobes *kretprobes)
{
	unsigned long missed;
	unsigned int i;

	tapc_turn_take(&tapc_missed_turn);
	missed = kretprobes->missed;
	for (i = 0; i < kretprobes->count; i++)
		missed += READ_ONCE(kretprobes->registered[i]->nmissed) +
			  READ_ONCE(kretprobes->registered[i]->kp.nmissed);
	tapc_turn_give(&tapc_missed_turn);
	return missed;
}

/* On return none of their handlers runs. */
static void tapc_kretprobes_unregister(struct tapc_kretprobes *kretprobes)
{
	unsigned long missed = tapc_kretprobes_missed(kretprobes);

	if (kretprobes->count)
		unregister_kretprobes(kretprobes->registered, kretprobes->count);
	tapc_turn_take(&tapc_missed_turn);
	kretprobes->missed = missed;
	kretprobes->count = 0;
	tapc_turn_give(&tapc_missed_turn);
	vfree(kretprobes->list);
	vfree(kretprobes->registered);
	kretprobes->list = NULL;
	kretprobes->registered = NULL;
}

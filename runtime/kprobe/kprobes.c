#include <linux/kprobes.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

/*
 * Functions by name, each with a kprobe. Registered disabled, a kprobe patches nothing; it tells the function's
 * address, and whether the kernel lets it be probed.
 */
struct tapc_kprobes {
	struct kprobe *list;
	struct kprobe **marked;
	int *refusals;		/* why each is refused, or 0 */
	unsigned int count;
	unsigned int marks;
	unsigned int refused;
	unsigned long missed;		/* by those that are no longer registered */
};

/* The status may be read while probes go: their lists stay until it has counted. */
static unsigned long tapc_missed_turn;

static const char *tapc_kprobe_reason(int err)
{
	switch (err) {
	case -ENOENT:
		return "this kernel has no such function, or only inlined copies of it";
	case -EINVAL:
		return "the kernel allows no probe there";
	case -ENOMEM:
		return "out of memory";
	case -EILSEQ:
		return "there is no whole instruction at its entry";
	default:
		return "refused by the kernel";
	}
}

/*
 * Tells why a probe cannot be attached. 0 where the script goes on without it: it is optional, or its module
 * is not there yet. The kernel says the same of functions that a module does not have.
 */
static int tapc_kprobe_refused(int err, const char *point, const char *module, bool optional)
{
	if (err == -ENOENT && module) {
		tapc_log(KERN_INFO KBUILD_MODNAME ": %s waits until %s is loaded, or has no such function\n", point, module);
		return 0;
	}
	if (optional && err != -ENOMEM) {
		tapc_log(KERN_INFO KBUILD_MODNAME ": %s is left out: %s (error %d)\n", point, tapc_kprobe_reason(err), err);
		return 0;
	}
	tapc_log(KERN_ERR KBUILD_MODNAME ": cannot probe %s: %s (error %d)\n", point, tapc_kprobe_reason(err), err);
	/* insmod takes -ENOENT for a symbol that it cannot link. */
	return err == -ENOENT ? -ENXIO : err;
}

/* Tells of functions that the kernel lets no probe on; one by itself is told of where that is judged. */
static void tapc_kprobes_tell(unsigned int refused, unsigned int count, unsigned int probe)
{
	if (refused && count > 1)
		tapc_log(KERN_INFO KBUILD_MODNAME ": %s: %u of %u functions cannot be probed\n", tapc_probes[probe].point,
			refused, count);
}

/* Registers a disabled kprobe on each symbol. An address of NULL afterwards: refused. Fails when all are. */
static int tapc_kprobes_find(struct tapc_kprobes *kprobes, const char *const *symbols, unsigned int count,
			     kprobe_pre_handler_t handler)
{
	unsigned int i;
	int err = 0;

	kprobes->list = vzalloc(array_size(count, sizeof(*kprobes->list)));
	kprobes->marked = vzalloc(array_size(count, sizeof(*kprobes->marked)));
	kprobes->refusals = vzalloc(array_size(count, sizeof(*kprobes->refusals)));
	if (!kprobes->list || !kprobes->marked || !kprobes->refusals)
		return -ENOMEM;
	kprobes->count = count;
	kprobes->refused = 0;
	for (i = 0; i < count; i++) {
		struct kprobe *kprobe = &kprobes->list[i];

		kprobe->symbol_name = symbols[i];
		kprobe->pre_handler = handler;
		kprobe->flags = KPROBE_FLAG_DISABLED;
		kprobes->refusals[i] = register_kprobe(kprobe);
		if (kprobes->refusals[i]) {
			kprobe->addr = NULL;
			kprobes->refused++;
			err = kprobes->refusals[i];
		}
	}
	return kprobes->refused == count ? err : 0;
}

/* As tapc_kprobes_find(), for one handler: the status has what is refused. */
static int tapc_kprobes_find_for(struct tapc_kprobes *kprobes, const char *const *symbols, unsigned int count,
				 kprobe_pre_handler_t handler, unsigned int probe)
{
	int err = tapc_kprobes_find(kprobes, symbols, count, handler);
	unsigned int i;

	for (i = 0; i < kprobes->count; i++)
		if (kprobes->refusals[i])
			tapc_refuse(probe, symbols[i], kprobes->refusals[i]);
	tapc_kprobes_tell(kprobes->refused, count, probe);
	return err;
}

/* To be unregistered by tapc_kprobes_drop_marked(): together, because each time costs a grace period. */
static void tapc_kprobes_mark(struct tapc_kprobes *kprobes, struct kprobe *kprobe)
{
	kprobes->marked[kprobes->marks++] = kprobe;
}

static void tapc_kprobes_drop_marked(struct tapc_kprobes *kprobes)
{
	unsigned int i;

	if (!kprobes->marks)
		return;
	unregister_kprobes(kprobes->marked, kprobes->marks);
	for (i = 0; i < kprobes->marks; i++)
		kprobes->marked[i]->addr = NULL;
	kprobes->marks = 0;
}

/* Registers those that are left anew, to work. */
static int tapc_kprobes_enable(struct tapc_kprobes *kprobes)
{
	unsigned int count, i;
	int err = 0;

	for (i = 0; i < kprobes->count; i++)
		if (kprobes->list[i].addr)
			tapc_kprobes_mark(kprobes, &kprobes->list[i]);
	count = kprobes->marks;
	tapc_kprobes_drop_marked(kprobes);
	for (i = 0; i < count && !err; i++) {
		struct kprobe *kprobe = kprobes->marked[i];

		kprobe->flags = 0;
		err = register_kprobe(kprobe);
		if (err)
			kprobe->addr = NULL;
	}
	return err;
}

/* Hits that the kernel dropped because they came inside another kprobe's handler. */
static unsigned long tapc_kprobes_missed(struct tapc_kprobes *kprobes)
{
	unsigned long missed;
	unsigned int i;

	tapc_turn_take(&tapc_missed_turn);
	missed = kprobes->missed;
	for (i = 0; i < kprobes->count; i++)
		if (kprobes->list[i].addr)
			missed += READ_ONCE(kprobes->list[i].nmissed);
	tapc_turn_give(&tapc_missed_turn);
	return missed;
}

/* On return none of their handlers runs. */
static void tapc_kprobes_unregister(struct tapc_kprobes *kprobes)
{
	unsigned long missed = tapc_kprobes_missed(kprobes);
	unsigned int i;

	for (i = 0; i < kprobes->count; i++)
		if (kprobes->list[i].addr)
			tapc_kprobes_mark(kprobes, &kprobes->list[i]);
	tapc_kprobes_drop_marked(kprobes);
	tapc_turn_take(&tapc_missed_turn);
	kprobes->missed = missed;
	kprobes->count = 0;
	tapc_turn_give(&tapc_missed_turn);
	vfree(kprobes->list);
	vfree(kprobes->marked);
	vfree(kprobes->refusals);
	kprobes->list = NULL;
	kprobes->marked = NULL;
	kprobes->refusals = NULL;
}

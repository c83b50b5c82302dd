#include <linux/atomic.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/rethook.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

/*
 * A handler on the return of functions: kretprobes that are never armed, whose hooking of a return one ftrace_ops calls. No kprobe
 * has a part in it, so nothing is dropped inside another one's handler. What ftrace cannot patch has a kretprobe that is armed. `like`
 * has the callbacks, the room for entry values, and maxactive or 0.
 */
struct tapc_return {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	struct kretprobe like;
	/* Runs at the return. The kernel's own would make its kretprobe the kprobe that runs on this CPU, and leave none behind. */
	rethook_handler_t leave;
	struct tapc_kretprobes hooks, kretprobes;
	struct ftrace_ops ops;
	struct kretprobe **slots;	/* of `hooks`, by address; at most half full */
	unsigned int bits;
	atomic_long_t missed;		/* calls that found no room */
	const char *module;		/* whose functions they are, NULL for the kernel's */
	bool optional;			/* one of a wildcard */
	bool hooked;
};

/* The function that returns; what a node of rethook has for data is its kretprobe. */
static __always_inline unsigned long tapc_rethook_ip(const struct kretprobe *kretprobe)
{
	return (unsigned long)kretprobe->kp.addr;
}

static __always_inline struct kretprobe *tapc_return_at(struct tapc_return *ret, unsigned long ip)
{
	unsigned int mask = (1U << ret->bits) - 1;
	unsigned int i;

	if (likely(ret->count == 1))
		return *ret->slots;
	for (i = hash_long(ip, ret->bits); ret->slots[i]; i = (i + 1) & mask)
		if ((unsigned long)ret->slots[i]->kp.addr == ip)
			return ret->slots[i];
	return NULL;
}

/* Whether the return of the call under way with that stack is hooked by it: then it is the last one of the task that is. */
static bool tapc_return_is_hooked(const struct kretprobe *kretprobe, unsigned long stack)
{
	const struct llist_node *last = tapc_self()->rethooks.first;
	const struct rethook_node *node = container_of(last, struct rethook_node, llist);

	return last && node->rethook == kretprobe->rh && node->frame == stack;
}

/*
 * Hooks the return of a call. The kernel's count of those that found no room is not exact where processors meet in it: this one is. What
 * the handler of the entry refuses is not among them.
 */
static void tapc_return_enter(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct tapc_return *ret = container_of(ops, struct tapc_return, ops);
	struct pt_regs *regs = tapc_ftrace_regs(fregs);
	struct kretprobe *kretprobe = tapc_return_at(ret, ip);
	int missed;

	if (unlikely(!kretprobe))
		return;
	preempt_disable_notrace();
	missed = READ_ONCE(kretprobe->nmissed);
	kretprobe->kp.pre_handler(&kretprobe->kp, regs);
	if (unlikely(READ_ONCE(kretprobe->nmissed) != missed) && !tapc_return_is_hooked(kretprobe, regs->sp))
		atomic_long_inc(&ret->missed);
	preempt_enable_notrace();
}

static void tapc_return_insert(struct tapc_return *ret, struct kretprobe *kretprobe)
{
	unsigned int mask = (1U << ret->bits) - 1;
	unsigned int i = hash_long((unsigned long)kretprobe->kp.addr, ret->bits);

	if (ret->count == 1)
		i = 0;
	while (ret->slots[i])
		i = (i + 1) & mask;
	ret->slots[i] = kretprobe;
}

/* On return none of their callbacks runs. */
static void tapc_return_detach(struct tapc_return *ret)
{
	if (ret->hooked)
		unregister_ftrace_function(&ret->ops);
	tapc_ftrace_forget(&ret->ops);
	ret->hooked = false;
	tapc_kretprobes_unregister(&ret->hooks);
	tapc_kretprobes_unregister(&ret->kretprobes);
	vfree(ret->slots);
	ret->slots = NULL;
}

static void tapc_return_take(const struct tapc_return *ret, struct tapc_kretprobes *kretprobes)
{
	unsigned int i;

	for (i = 0; i < kretprobes->count; i++)
		WRITE_ONCE(kretprobes->registered[i]->rh->handler, ret->leave);
}

/* Those that ftrace can patch are its matter; names of the others go to `others`. Returns how many these are. */
static unsigned int tapc_return_part(struct tapc_return *ret, const char **others)
{
	unsigned int i, n = 0;

	for (i = 0; i < ret->hooks.count; i++) {
		struct kretprobe *kretprobe = ret->hooks.registered[i];

		if (ftrace_set_filter_ip(&ret->ops, (unsigned long)kretprobe->kp.addr, 0, !ret->hooked)) {
			others[n++] = kretprobe->kp.symbol_name;
		} else {
			ret->hooked = true;
			tapc_return_insert(ret, kretprobe);
		}
	}
	return n;
}

static int tapc_return_attach(struct tapc_return *ret)
{
	const char **others = vzalloc(array_size(ret->count, sizeof(*others)));
	struct kretprobe disabled = ret->like;
	unsigned int n;
	int err;

	ret->bits = ilog2(roundup_pow_of_two(2 * ret->count));
	ret->slots = vzalloc(array_size(1U << ret->bits, sizeof(*ret->slots)));
	disabled.kp.flags = KPROBE_FLAG_DISABLED;
	if (!disabled.data_size)
		disabled.entry_handler = NULL;
	err = others && ret->slots ?
	      tapc_kretprobes_register(&ret->hooks, ret->symbols, ret->count, &disabled, ret->probe) : -ENOMEM;
	if (!err) {
		tapc_return_take(ret, &ret->hooks);
		n = tapc_return_part(ret, others);
		if (n)
			err = tapc_kretprobes_register(&ret->kretprobes, others, n, &ret->like, ret->probe);
		tapc_return_take(ret, &ret->kretprobes);
	}
	vfree(others);
	if (ret->hooked) {
		ret->ops.func = tapc_return_enter;
		ret->ops.flags = ret->like.data_size ? FTRACE_OPS_FL_SAVE_REGS : 0;
		if (!err)
			err = register_ftrace_function(&ret->ops);
		if (err)
			ret->hooked = false;
	}
	return err;
}

static unsigned long tapc_return_missed(struct tapc_return *ret)
{
	return atomic_long_read(&ret->missed) + tapc_kretprobes_missed(&ret->kretprobes);
}

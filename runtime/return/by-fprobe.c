#include <linux/fprobe.h>
#include <linux/kprobes.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/vmalloc.h>

/*
 * A handler on the return of functions: one fprobe for all that ftrace can patch, a kretprobe for each other one.
 * `pattern` stands for what ftrace finds by itself. `like` has the callbacks of a kretprobe, the room for entry
 * values, and maxactive or 0.
 */
struct tapc_return {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	const char *pattern;
	struct kretprobe like;
	struct fprobe fprobe;
	struct tapc_kretprobes kretprobes;
	const char *module;	/* whose functions they are, NULL for the kernel's */
	bool optional;		/* one of a wildcard */
	unsigned long missed;	/* by fprobes that are no longer registered */
	bool hooked;
};

/* Whether ftrace can patch the function: asked of ops that are never registered. */
static bool tapc_return_traceable(struct ftrace_ops *scratch, unsigned long address)
{
	return !ftrace_set_filter_ip(scratch, address, 0, 1);
}

/* Parts `symbols` into addresses for the fprobe and names for kretprobes; returns how many addresses. */
static unsigned int tapc_return_part(struct tapc_return *ret, struct tapc_kprobes *found, unsigned long *addresses,
				     const char **others, unsigned int *other_count)
{
	struct ftrace_ops *scratch = vzalloc(sizeof(*scratch));
	unsigned int i, n = 0;

	for (i = 0; i < ret->count; i++) {
		struct kprobe *kprobe = &found->list[i];

		if (!kprobe->addr)
			continue;
		if (scratch && tapc_return_traceable(scratch, (unsigned long)kprobe->addr))
			addresses[n++] = (unsigned long)kprobe->addr;
		else
			others[(*other_count)++] = ret->symbols[i];
	}
	if (scratch)
		tapc_ftrace_forget(scratch);
	vfree(scratch);
	return n;
}

static int tapc_return_attach_symbols(struct tapc_return *ret)
{
	unsigned long *addresses = vzalloc(array_size(ret->count, sizeof(*addresses)));
	const char **others = vzalloc(array_size(ret->count, sizeof(*others)));
	struct tapc_kprobes found = { };
	unsigned int n = 0, other_count = 0;
	int err = -ENOMEM;

	if (addresses && others)
		err = tapc_kprobes_find_for(&found, ret->symbols, ret->count, NULL, ret->probe);
	if (!err)
		n = tapc_return_part(ret, &found, addresses, others, &other_count);
	tapc_kprobes_unregister(&found);
	if (n) {
		tapc_fprobe_room(&ret->fprobe, ret->like.maxactive ?: tapc_maxactive(1) * min(n, 8U));
		err = register_fprobe_ips(&ret->fprobe, addresses, n);
		ret->hooked = !err;
	}
	if (!err && other_count)
		err = tapc_kretprobes_register(&ret->kretprobes, others, other_count, &ret->like, ret->probe);
	vfree(addresses);
	vfree(others);
	return err;
}

/* As it was before it was registered: what the kernel leaves in it is not good for a second time. */
static void tapc_return_renew(struct tapc_return *ret)
{
	struct fprobe fprobe = {
		.entry_handler = ret->fprobe.entry_handler,
		.exit_handler = ret->fprobe.exit_handler,
		.entry_data_size = ret->fprobe.entry_data_size,
	};

	ret->fprobe = fprobe;
}

static void tapc_return_detach(struct tapc_return *ret)
{
	if (ret->hooked) {
		/* Before: calls while it is unregistered are counted, but nobody waits for them any more. */
		ret->missed += READ_ONCE(ret->fprobe.nmissed);
		unregister_fprobe(&ret->fprobe);
		/* An exit handler that has begun runs with preemption off. */
		synchronize_rcu();
		tapc_return_renew(ret);
	}
	ret->hooked = false;
	tapc_kretprobes_unregister(&ret->kretprobes);
}

static int tapc_return_attach(struct tapc_return *ret)
{
	int err;

	/* More entry values than an fprobe carries. */
	if (!ret->fprobe.exit_handler)
		return tapc_kretprobes_register(&ret->kretprobes, ret->symbols, ret->count, &ret->like, ret->probe);
	if (!ret->pattern)
		return tapc_return_attach_symbols(ret);
	tapc_fprobe_room(&ret->fprobe, ret->like.maxactive ?: tapc_maxactive(1) * 16);
	/* What the compiler split off a function is not the function. */
	err = tapc_modules_find();
	if (!err)
		err = register_fprobe(&ret->fprobe, ret->pattern, "*.part.*");
	ret->hooked = !err;
	return err;
}

static unsigned long tapc_return_missed(struct tapc_return *ret)
{
	return ret->missed + READ_ONCE(ret->fprobe.nmissed) + tapc_kretprobes_missed(&ret->kretprobes);
}

#include <linux/kprobes.h>

/* A handler on the return of functions. `like` has the callbacks, the room for entry values, and maxactive or 0. */
struct tapc_return {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	struct kretprobe like;
	struct tapc_kretprobes kretprobes;
	const char *module;	/* whose functions they are, NULL for the kernel's */
	bool optional;		/* one of a wildcard */
};

static void tapc_return_detach(struct tapc_return *ret)
{
	tapc_kretprobes_unregister(&ret->kretprobes);
}

static int tapc_return_attach(struct tapc_return *ret)
{
	return tapc_kretprobes_register(&ret->kretprobes, ret->symbols, ret->count, &ret->like, ret->probe);
}

static unsigned long tapc_return_missed(struct tapc_return *ret)
{
	return tapc_kretprobes_missed(&ret->kretprobes);
}

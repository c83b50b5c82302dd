#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

#define TAPC_KEPT_BITS 11
#define TAPC_KEPT_TRIES 32

/* What a handler of the return wants to know from the entry, of one call that is under way. */
struct tapc_kept_slot {
	struct task_struct *task;	/* NULL where free; only that task touches the rest */
	unsigned int probe;
	u64 data[];
};

/* A fixed number of slots. A task has at most one for each handler: a call that never returned gives its own back. */
struct tapc_kept {
	unsigned int size;		/* bytes of data */
	void *slots;
};

static struct tapc_kept_slot *tapc_kept_slot(const struct tapc_kept *kept, unsigned int n)
{
	size_t bytes = sizeof(struct tapc_kept_slot) + ALIGN(kept->size, sizeof(u64));

	return kept->slots + (n & ((1u << TAPC_KEPT_BITS) - 1)) * bytes;
}

static unsigned int tapc_kept_start(unsigned int probe)
{
	return hash_long((unsigned long)tapc_self() + probe, TAPC_KEPT_BITS);
}

/* The data that the current task's call left; NULL where there is none. */
static void *tapc_kept_find(const struct tapc_kept *kept, unsigned int probe)
{
	unsigned int start = tapc_kept_start(probe), i;

	for (i = 0; i < TAPC_KEPT_TRIES; i++) {
		struct tapc_kept_slot *slot = tapc_kept_slot(kept, start + i);

		if (READ_ONCE(slot->task) == tapc_self() && slot->probe == probe)
			return slot->data;
	}
	return NULL;
}

/* Room for the current task's call; NULL where too many are under way. */
static void *tapc_kept_claim(const struct tapc_kept *kept, unsigned int probe)
{
	unsigned int start = tapc_kept_start(probe), i;
	void *known = tapc_kept_find(kept, probe);

	if (known)
		return known;
	for (i = 0; i < TAPC_KEPT_TRIES; i++) {
		struct tapc_kept_slot *slot = tapc_kept_slot(kept, start + i);

		if (READ_ONCE(slot->task) || cmpxchg(&slot->task, NULL, tapc_self()))
			continue;
		slot->probe = probe;
		return slot->data;
	}
	return NULL;
}

static void tapc_kept_release(void *data)
{
	struct tapc_kept_slot *slot = container_of(data, struct tapc_kept_slot, data);

	smp_store_release(&slot->task, NULL);
}

static int tapc_kept_attach(struct tapc_kept *kept)
{
	size_t bytes = sizeof(struct tapc_kept_slot) + ALIGN(kept->size, sizeof(u64));

	kept->slots = vzalloc(bytes << TAPC_KEPT_BITS);
	return kept->slots ? 0 : -ENOMEM;
}

/* When no handler runs any more. */
static void tapc_kept_detach(struct tapc_kept *kept)
{
	vfree(kept->slots);
	kept->slots = NULL;
}

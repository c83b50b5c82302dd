/* a[pid()]++: a table on each CPU. Who nests sees an entry that is free, or whole: a key is one word. */
#include <asm/local.h>

#define BITS 12

struct slot {
	local_t key;	/* process + 1; 0: free */
	local_t count;
};

static DEFINE_PER_CPU(struct slot *, tables);
static DEFINE_PER_CPU(unsigned long, full);

static __always_inline void work(long value)
{
	long key = current->tgid + 1L, seen;
	unsigned int at = hash_32(key, BITS), tries;
	struct slot *table;

	preempt_disable_notrace();
	table = __this_cpu_read(tables);
	for (tries = 0; tries < 1 << BITS; tries++) {
		seen = local_read(&table[at].key);
		if (unlikely(!seen)) {
			seen = local_cmpxchg(&table[at].key, 0, key);
			if (!seen)
				seen = key;
		}
		if (likely(seen == key)) {
			local_inc(&table[at].count);
			goto out;
		}
		at = (at + 1) & ((1 << BITS) - 1);
	}
	this_cpu_inc(full);
out:
	preempt_enable_notrace();
}

static unsigned long worked(void)
{
	unsigned long sum = 0;
	int cpu, i;

	for_each_possible_cpu(cpu)
		for (i = 0; i < 1 << BITS; i++)
			sum += local_read(&per_cpu(tables, cpu)[i].count);
	return sum;
}

#define WORK_CREATE tables_create
static int tables_create(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(tables, cpu) = vzalloc(sizeof(struct slot) << BITS);
		if (!per_cpu(tables, cpu))
			return -ENOMEM;
	}
	return 0;
}

#define WORK_DESTROY tables_destroy
static void tables_destroy(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu(tables, cpu));
}

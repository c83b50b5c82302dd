/* a[execname()]++: a table on each CPU. A name is two words, which the kernel pads with zeroes. */
#include <asm/local.h>

#define BITS 12

enum { FREE, FILLING, WHOLE };

struct slot {
	local_t state;
	local_t count;
	u64 name[2];
};

static DEFINE_PER_CPU(struct slot *, tables);
static DEFINE_PER_CPU(unsigned long, full);

static __always_inline void work(long value)
{
	u64 a = ((u64 *)current->comm)[0], b = ((u64 *)current->comm)[1];
	unsigned int at = hash_64(a ^ rol64(b, 32), BITS), tries;
	struct slot *table, *slot;

	preempt_disable_notrace();
	table = __this_cpu_read(tables);
	for (tries = 0; tries < 1 << BITS; tries++) {
		slot = &table[at];
		if (unlikely(local_read(&slot->state) == FREE) && local_cmpxchg(&slot->state, FREE, FILLING) == FREE) {
			slot->name[0] = a;
			slot->name[1] = b;
			barrier();
			local_set(&slot->state, WHOLE);
		}
		/* One that an outer hit is filling is passed over: its name may get a second one. */
		if (likely(local_read(&slot->state) == WHOLE && slot->name[0] == a && slot->name[1] == b)) {
			local_inc(&slot->count);
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

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

/* All records that are older than this can be seen. */
static u64 tapc_horizon;

/* Stands for a record that is still being written. */
static struct tapc_entry tapc_unfinished;

/* Takes the CPU's oldest record, or padding, away: its room goes back cleared. */
static void tapc_ring_release(struct tapc_cpu *cpu, struct tapc_entry *entry)
{
	u32 length = entry->length & ~TAPC_PADDING;

	cpu->records += entry->length == length;
	memset(entry, 0, length);
	smp_store_release(&cpu->tail, cpu->tail + length);
}

/* A CPU's oldest record; NULL where there is none. */
static struct tapc_entry *tapc_ring_peek(struct tapc_cpu *cpu)
{
	struct tapc_entry *entry;
	u32 length;

	while (cpu->tail != READ_ONCE(cpu->head)) {
		entry = tapc_ring_at(cpu, cpu->tail);
		length = smp_load_acquire(&entry->length);
		if (!length)
			return &tapc_unfinished;
		if (!(length & TAPC_PADDING))
			return entry;
		tapc_ring_release(cpu, entry);
	}
	return NULL;
}

/*
 * The oldest record of all; NULL where there is none to be given out now. One that is younger than the last
 * look at the clock waits for another round: whatever happened before it is in the rings by then.
 */
static struct tapc_entry *tapc_ring_next(struct tapc_cpu **from)
{
	struct tapc_cpu *cpu, *end = tapc_cpus + nr_cpu_ids;
	struct tapc_entry *entry, *oldest;

	for (;;) {
		oldest = NULL;
		for (cpu = tapc_cpus; cpu < end; cpu++) {
			entry = tapc_ring_peek(cpu);
			if (entry == &tapc_unfinished)
				return NULL;
			if (entry && (!oldest || entry->time < oldest->time)) {
				oldest = entry;
				*from = cpu;
			}
		}
		if (!oldest || oldest->time <= tapc_horizon)
			return oldest;
		tapc_horizon = max(ktime_get_mono_fast_ns(), oldest->time);
	}
}

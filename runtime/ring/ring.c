#include <linux/timekeeping.h>

/* A record in the ring; 0 for a length until it is whole. */
struct tapc_entry {
	u32 length;		/* with this head, a multiple of 8 */
	u32 unused;
	u64 time;		/* ns, monotonic */
	const struct tapc_piece *format;
	char payload[];
};

/* Set in the length of what only fills a gap; there may be no more of it than the length. */
#define TAPC_PADDING 1u

static __always_inline struct tapc_entry *tapc_ring_at(struct tapc_cpu *cpu, unsigned long position)
{
	return (struct tapc_entry *)(cpu->ring + (position & (TAPC_BUFFER - 1)));
}

/* Counts what there is no room for. */
static void tapc_ring_drop(struct tapc_hit *hit)
{
	local_inc(&hit->cpu->dropped);
	tapc_skip(hit, TAPC_SKIP_ROOM);
}

/*
 * Takes `length` bytes (a multiple of 8, at most half the ring) for a record of this CPU; NULL when there is no room. A
 * hit that nests between the clock and the exchange makes us try again: time and place have one order.
 */
static struct tapc_entry *tapc_ring_reserve(struct tapc_cpu *cpu, unsigned int length)
{
	unsigned long head = READ_ONCE(cpu->head);
	unsigned long old, start, gap;
	struct tapc_entry *entry;
	u64 time;

	do {
		old = head;
		gap = -old & (TAPC_BUFFER - 1);
		start = gap < length ? old + gap : old;
		if (unlikely(start + length - smp_load_acquire(&cpu->tail) > TAPC_BUFFER))
			return NULL;
		time = ktime_get_mono_fast_ns();
		head = cmpxchg_local(&cpu->head, old, start + length);
	} while (unlikely(head != old));
	if (unlikely(start != old))
		smp_store_release(&tapc_ring_at(cpu, old)->length, gap | TAPC_PADDING);
	entry = tapc_ring_at(cpu, start);
	entry->time = time;
	return entry;
}

/* Lets the reader have a record. */
static __always_inline void tapc_ring_publish(struct tapc_entry *entry, unsigned int length)
{
	smp_store_release(&entry->length, length);
	if (unlikely(READ_ONCE(tapc_sleeping)))
		tapc_wake();
}

#define TAPC_PADDING 1u	/* added to the length of what only fills a gap */
static __always_inline struct tapc_entry *tapc_ring_at(struct tapc_cpu *cpu, unsigned long place)
{
	return (struct tapc_entry *)(cpu->ring + (place & (tapc_ring_size - 1)));
}

/* Lets the reader have a record, and wakes it: whoever sees it asleep first does. */
static __always_inline void tapc_ring_publish(struct tapc_entry *entry, unsigned int length)
{
	smp_store_release(&entry->length, length);
	if (unlikely(data_race(tapc_sleeping)) && xchg(&tapc_sleeping, false))
		tapc_wake();
}

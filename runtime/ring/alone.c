/* A record in the ring. */
struct tapc_entry {
	u32 length;		/* all of it, a multiple of 8; 0 until it is whole */
	const struct tapc_piece *format;
	char payload[];
};

/* Room for a record of at most half the ring; NULL where there is none: output dropped, the hit skipped. */
static struct tapc_entry *tapc_ring_reserve(struct tapc_hit *hit, unsigned int length,
					    const struct tapc_piece *format)
{
	struct tapc_cpu *cpu = hit->cpu;
	unsigned long gap = -cpu->head & (tapc_ring_size - 1);
	struct tapc_entry *entry;

	if (gap >= length)
		gap = 0;
	if (cpu->head + gap + length - smp_load_acquire(&cpu->tail) > tapc_ring_size) {
		local_inc(&cpu->dropped);
		tapc_skip(hit, TAPC_SKIP_ROOM);
		return NULL;
	}
	if (gap)
		smp_store_release(&tapc_ring_at(cpu, cpu->head)->length, gap | TAPC_PADDING);
	entry = tapc_ring_at(cpu, cpu->head + gap);
	entry->format = format;
	cpu->head += gap + length;
	return entry;
}

/* Takes the oldest record away; the room goes back cleared. */
static void tapc_ring_drop(void)
{
	struct tapc_entry *entry = tapc_ring_at(tapc_cpus, tapc_cpus->tail);
	u32 length = entry->length & ~TAPC_PADDING;

	tapc_cpus->records += entry->length == length;
	memset(entry, 0, length);
	smp_store_release(&tapc_cpus->tail, tapc_cpus->tail + length);
}

/* The oldest record; NULL where there is none yet. */
static struct tapc_entry *tapc_ring_next(void)
{
	u32 length;

	while ((length = smp_load_acquire(&tapc_ring_at(tapc_cpus, tapc_cpus->tail)->length)) & TAPC_PADDING)
		tapc_ring_drop();
	return length ? tapc_ring_at(tapc_cpus, tapc_cpus->tail) : NULL;
}

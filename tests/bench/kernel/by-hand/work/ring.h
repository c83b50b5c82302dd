/*
 * Records on each CPU, in the order of their times, from any context: room is reserved by compare and exchange, and the
 * clock is read inside that loop, so whoever nests comes first in both. A record is there once its length is.
 */
#include <asm/local.h>
#include <linux/timekeeping.h>

#define RING (1UL << 20)

struct record {
	u32 length;	/* a multiple of 8; 0 until it is whole */
	u32 padding;	/* fills the lap's end */
	u64 time;
	u64 payload[];
};

struct ring {
	unsigned long head, tail, dropped;
	char data[RING] __aligned(64);
};

static DEFINE_PER_CPU(struct ring *, rings);

static __always_inline struct record *ring_at(struct ring *ring, unsigned long place)
{
	return (struct record *)(ring->data + (place & (RING - 1)));
}

/* Preemption is off. */
static __always_inline struct record *ring_reserve(unsigned int bytes)
{
	struct ring *ring = __this_cpu_read(rings);
	unsigned long head = READ_ONCE(ring->head), old, start, gap;
	unsigned int length = sizeof(struct record) + bytes;
	struct record *record;
	u64 time;

	do {
		old = head;
		gap = -old & (RING - 1);
		start = gap < length ? old + gap : old;
		if (unlikely(start + length - smp_load_acquire(&ring->tail) > RING)) {
			ring->dropped++;
			return NULL;
		}
		time = ktime_get_mono_fast_ns();
		head = cmpxchg_local(&ring->head, old, start + length);
	} while (unlikely(head != old));
	if (unlikely(start != old)) {
		record = ring_at(ring, old);
		record->padding = 1;
		smp_store_release(&record->length, gap);
	}
	record = ring_at(ring, start);
	record->padding = 0;
	record->time = time;
	return record;
}

static __always_inline void ring_publish(struct record *record, unsigned int bytes)
{
	smp_store_release(&record->length, sizeof(struct record) + bytes);
}

#define WORK_CREATE ring_create
static int ring_create(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(rings, cpu) = vzalloc(sizeof(struct ring));
		if (!per_cpu(rings, cpu))
			return -ENOMEM;
	}
	return 0;
}

#define WORK_DESTROY ring_destroy
static void ring_destroy(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu(rings, cpu));
}

/* Reads all there is. */
static unsigned long worked(void)
{
	unsigned long records = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct ring *ring = per_cpu(rings, cpu);

		while (ring->tail != READ_ONCE(ring->head)) {
			struct record *record = ring_at(ring, ring->tail);
			u32 length = smp_load_acquire(&record->length);

			if (!length)
				break;
			records += !record->padding;
			memset(record, 0, length);
			smp_store_release(&ring->tail, ring->tail + length);
		}
	}
	return records;
}

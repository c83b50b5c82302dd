#include <asm/local.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/* States of a slot; any other tag is the hash of its keys, with bit 0 clear and bit 1 set. */
#define TAPC_SLOT_FREE 0
#define TAPC_SLOT_FILLING 1
#define TAPC_SLOT_AGAIN 3	/* was in use, may be taken */
#define TAPC_SLOT_RETIRING 5	/* hits find it no more; one that found it before may still add */

/* What one CPU's part of an array counts. */
struct tapc_part_counts {
	local_t claims;		/* slots taken from the free ones */
	local_t reused;		/* slots taken again */
	local_t full;		/* hits that found no room */
	local_t passed;		/* slots being filled, passed over: their keys may have two */
	/* What readers change: */
	unsigned long freed;	/* slots given back */
	unsigned long retiring;	/* slots that will be, */
	struct tapc_grace grace;	/* and since when */
};

/* Where a hash begins to look, among `slots`. */
static __always_inline u32 tapc_slot_first(u64 hash, u32 slots)
{
	return (hash >> 32) * slots >> 32;
}

static __always_inline u32 tapc_slot_next(u32 slot, u32 slots)
{
	return slot + 1 == slots ? 0 : slot + 1;
}

static __always_inline u64 tapc_slot_tag(u64 hash)
{
	return (hash & ~1ULL) | 2;
}

static __always_inline bool tapc_slot_is_open(u64 tag)
{
	return tag == TAPC_SLOT_FREE || tag == TAPC_SLOT_AGAIN;
}

/* Takes an open slot for a hit of this CPU. False where a nested hit was faster. */
static bool tapc_slot_take(struct tapc_part_counts *counts, u64 *tag, u64 seen)
{
	if (local_cmpxchg((local_t *)tag, seen, TAPC_SLOT_FILLING) != seen)
		return false;
	if (seen == TAPC_SLOT_AGAIN)
		local_inc(&counts->reused);
	return true;
}

/* Nested hits that may be taking slots at once, and slots that may be keys' second ones. */
#define TAPC_SLOTS_SPARE 16

/* Slots that may be retiring: as many as are in use, but for large ones (histograms), which cost too much memory. */
#define TAPC_SLOTS_RETIRING(size, bytes) ((bytes) > 512 ? (size) / 8 + TAPC_SLOTS_SPARE : (size))

#define TAPC_SLOTS(size, bytes) ((size) + TAPC_SLOTS_RETIRING(size, bytes) + 2 * TAPC_SLOTS_SPARE)

/* Whether a CPU's part may get one more entry. Some slots always stay open, which ends every search. */
static bool tapc_slots_left(const struct tapc_part_counts *counts, u32 size)
{
	unsigned long used = local_read(&counts->claims) + local_read(&counts->reused) -
			     READ_ONCE(counts->freed) - READ_ONCE(counts->retiring);

	return used < size + min_t(unsigned long, local_read(&counts->passed), TAPC_SLOTS_SPARE);
}

/* Retires a slot that nothing was added to since it was last looked at; not more than there is room for. */
static bool tapc_slot_retire(struct tapc_part_counts *counts, u64 *tag, u32 most)
{
	if (counts->retiring >= most)
		return false;
	WRITE_ONCE(*tag, TAPC_SLOT_RETIRING);
	WRITE_ONCE(counts->retiring, counts->retiring + 1);
	return true;
}

/* Whether more than half of a part is in use, so that slots without adds should be retired. */
static bool tapc_part_is_pressed(const struct tapc_part_counts *counts, u32 size)
{
	return !counts->retiring &&
	       2 * (local_read(&counts->claims) + local_read(&counts->reused) - counts->freed) > size;
}

#include <asm/local.h>
#include <linux/percpu.h>
#include <linux/topology.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/* Where a hash begins to look, among `slots`. */
static __always_inline u32 tapc_slot_first(u64 hash, u32 slots)
{
	return (hash >> 32) * slots >> 32;
}

static __always_inline u32 tapc_slot_next(u32 slot, u32 slots)
{
	return slot + 1 == slots ? 0 : slot + 1;
}

#include <linux/percpu.h>
#include <linux/types.h>

static DEFINE_PER_CPU(u64, tapc_random_state);

/* A number from 0 to n - 1. A nested hit between the two accesses only changes which. */
static s64 tapc_random(s64 n)
{
	u64 x = raw_cpu_read(tapc_random_state) + tapc_cycles() + 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	x ^= x >> 31;
	raw_cpu_write(tapc_random_state, x);
	return n > 0 ? (s64)(x % (u64)n) : 0;
}

/* Kernel names that the runtime's data structures use, for a program of user space. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;
#define S64_MAX LLONG_MAX
#define S64_MIN LLONG_MIN
#define U64_MAX ULLONG_MAX

#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define __aligned(n) __attribute__((aligned(n)))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define READ_ONCE(x) (*(volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define ALIGN(x, a) (((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define min(x, y) ({ __typeof__(x) a_ = (x); __typeof__(y) b_ = (y); a_ < b_ ? a_ : b_; })
#define max(x, y) ({ __typeof__(x) a_ = (x); __typeof__(y) b_ = (y); a_ > b_ ? a_ : b_; })
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define clamp_t(type, v, lo, hi) ((type)(v) < (type)(lo) ? (type)(lo) : (type)(v) > (type)(hi) ? (type)(hi) : (type)(v))

static inline u64 rol64(u64 word, unsigned int shift)
{
	return word << shift | word >> (64 - shift);
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static inline int order_base_2(u64 n)
{
	return n > 1 ? fls64(n - 1) : 0;
}

/* Numbers of this CPU: signals stand for nested hits, so the operations are single instructions here too. */
typedef struct { long a; } local_t;
#define local_read(l) __atomic_load_n(&(l)->a, __ATOMIC_RELAXED)
#define local_add(n, l) ((void)__atomic_fetch_add(&(l)->a, (long)(n), __ATOMIC_RELAXED))
#define local_add_return(n, l) __atomic_add_fetch(&(l)->a, (long)(n), __ATOMIC_RELAXED)
#define local_inc(l) local_add(1, l)
#define local_dec(l) local_add(-1, l)
#define local_inc_return(l) local_add_return(1, l)

static inline long local_cmpxchg(local_t *l, long old, long new)
{
	__atomic_compare_exchange_n(&l->a, &old, new, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return old;
}

/* Four CPUs; the program says which one it is. */
#define CPUS 4
static unsigned int __attribute__((unused)) this_cpu;
#define DEFINE_PER_CPU(type, name) struct { __typeof__(type) of; } name[CPUS]
#define per_cpu(name, cpu) ((name)[cpu].of)
#define __this_cpu_read(name) per_cpu(name, this_cpu)
#define raw_cpu_read(name) per_cpu(name, this_cpu)
#define tapc_for_each_cpu(cpu) for ((cpu) = 0; (cpu) < CPUS; (cpu)++)
#define vzalloc(size) calloc(1, size)
#define vfree free

/* A grace period is over when the program says so. */
static unsigned long __attribute__((unused)) grace_periods;
struct tapc_grace {
	unsigned long state;
};

static void __attribute__((unused)) tapc_grace_start(struct tapc_grace *grace)
{
	grace->state = grace_periods + 1;
}

static bool __attribute__((unused)) tapc_grace_over(const struct tapc_grace *grace)
{
	return grace_periods >= grace->state;
}

static void __attribute__((unused)) tapc_graces_end(void)
{
}

__attribute__((no_sanitize("address"))) static noinline u64 read_word_at_a_time(const void *at)
{
	return *(const u64 *)at;
}

/* What the core does with errors, in short. */
struct tapc_hit {
	const char *error;
	unsigned int truncated;
};

static void __attribute__((unused)) tapc_fail(struct tapc_hit *hit, const char *where, const char *error)
{
	(void)where;
	if (!hit->error)
		hit->error = error;
}

static void __attribute__((unused)) tapc_truncated(struct tapc_hit *hit)
{
	hit->truncated++;
}

struct tapc_histogram {
	s64 low;
	s64 step;
	u32 buckets;
	u32 reserved;
	u64 count[];
};

/* A check that says what it found. */
#define expect(condition, ...) do { \
	if (!(condition)) { \
		fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
		fprintf(stderr, __VA_ARGS__); \
		fprintf(stderr, "\n"); \
		exit(1); \
	} \
} while (0)

static u64 seed = 88172645463325252ULL;

static inline u64 __attribute__((unused)) chance(u64 below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

#include <linux/types.h>

static s64 tapc_divide(struct tapc_hit *hit, const char *where, s64 a, s64 b)
{
	if (unlikely(!b)) {
		tapc_fail(hit, where, "division by 0");
		return 0;
	}
	/* The processor traps on the one quotient that does not fit. */
	return b == -1 ? (s64)-(u64)a : a / b;
}

static s64 tapc_modulo(struct tapc_hit *hit, const char *where, s64 a, s64 b)
{
	if (unlikely(!b)) {
		tapc_fail(hit, where, "division by 0");
		return 0;
	}
	return b == -1 ? 0 : a % b;
}

static __always_inline s64 tapc_shift_left(s64 a, s64 n)
{
	return (u64)a << (n & 63);
}

static __always_inline s64 tapc_shift_right(s64 a, s64 n)
{
	return a >> (n & 63);
}

static __always_inline s64 tapc_shift_right_logical(s64 a, s64 n)
{
	return (u64)a >> (n & 63);
}

/* The bit field of `size` bits that begins `offset` bits above the lowest. */
static __always_inline s64 tapc_bits(s64 value, unsigned int offset, unsigned int size)
{
	return (u64)value << (64 - offset - size) >> (64 - size);
}

static __always_inline s64 tapc_bits_signed(s64 value, unsigned int offset, unsigned int size)
{
	return (s64)((u64)value << (64 - offset - size)) >> (64 - size);
}

/* The word with bits replaced by the low ones of a value. */
static __always_inline u64 tapc_bits_replace(u64 word, unsigned int offset, unsigned int size, u64 value)
{
	u64 mask = (size < 64 ? (1ULL << size) - 1 : ~0ULL) << offset;

	return (word & ~mask) | (value << offset & mask);
}

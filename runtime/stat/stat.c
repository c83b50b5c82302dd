#include <linux/bitops.h>
#include <linux/types.h>
#include <asm/local.h>

/* Adds to a number that only this CPU changes, in one step as far as this CPU can see: a nested hit loses nothing. */
static __always_inline void tapc_add_here(s64 *place, s64 n)
{
	local_add(n, (local_t *)place);
}

/* Lowers a number that only this CPU changes. Each turn means that a nested hit has lowered it meanwhile. */
static __always_inline void tapc_lower_here(s64 *place, s64 n)
{
	s64 old = READ_ONCE(*place);

	while (n < old) {
		s64 seen = local_cmpxchg((local_t *)place, old, n);

		if (seen == old)
			break;
		old = seen;
	}
}

static __always_inline void tapc_raise_here(s64 *place, s64 n)
{
	s64 old = READ_ONCE(*place);

	while (n > old) {
		s64 seen = local_cmpxchg((local_t *)place, old, n);

		if (seen == old)
			break;
		old = seen;
	}
}

/* What a number of another CPU, which only grows, has gained since `taken` was kept. */
static s64 tapc_gain(const s64 *place, s64 *taken)
{
	s64 now = READ_ONCE(*place);
	s64 gain = (u64)now - *taken;

	*taken = now;
	return gain;
}

/* How often a reader looks again at a statistic that another CPU is adding to. */
#define TAPC_STAT_TRIES 1000

/* A 128-bit sum of squares. */
struct tapc_squares {
	u64 low;
	u64 high;
};

static void tapc_squares_add(struct tapc_squares *sum, s64 sample)
{
	unsigned __int128 total = (unsigned __int128)sum->high << 64 | sum->low;

	total += (__int128)sample * sample;
	sum->low = total;
	sum->high = total >> 64;
}

/* The same for a sum that only this CPU adds to: the carry belongs to whose addition made it. */
static void tapc_squares_add_here(struct tapc_squares *sum, s64 sample)
{
	unsigned __int128 square = (__int128)sample * sample;
	u64 low = square;
	u64 after = local_add_return(low, (local_t *)&sum->low);

	local_add((u64)(square >> 64) + (after < low), (local_t *)&sum->high);
}

static void tapc_squares_merge(struct tapc_squares *into, const struct tapc_squares *from)
{
	into->low += from->low;
	into->high += from->high + (into->low < from->low);
}

/* What another CPU's sum has gained since `taken`. Read again while it changes; a few times, then as it is. */
static void tapc_squares_take(struct tapc_squares *into, const struct tapc_squares *here, struct tapc_squares *taken)
{
	struct tapc_squares now, gain;
	int tries = 8;

	do {
		now.high = READ_ONCE(here->high);
		now.low = READ_ONCE(here->low);
	} while (--tries && now.high != READ_ONCE(here->high));
	gain.low = now.low - taken->low;
	gain.high = now.high - taken->high - (now.low < taken->low);
	tapc_squares_merge(into, &gain);
	*taken = now;
}

/* Quotient of 128 by 64 bits, cut to 64: bit by bit, since the kernel has no such division for modules. */
static u64 tapc_divide_wide(unsigned __int128 dividend, u64 divisor)
{
	unsigned __int128 rest = 0;
	u64 quotient = 0;
	int bit;

	for (bit = 127; bit >= 0; bit--) {
		rest = rest << 1 | (dividend >> bit & 1);
		quotient <<= 1;
		if (rest >= divisor) {
			rest -= divisor;
			quotient |= 1;
		}
	}
	return quotient;
}

/*
 * Sample variance of `count` numbers: (squares - sum * sum / count) / (count - 1), cut to an integer, at most S64_MAX. With sum = q * count + r,
 * sum * sum / count is q * q * count + 2 * q * r + r * r / count, where nothing exceeds the sum of squares.
 */
static s64 tapc_variance(s64 count, s64 sum, const struct tapc_squares *squares)
{
	unsigned __int128 total = (unsigned __int128)squares->high << 64 | squares->low;
	u64 n = count;
	u64 size = sum < 0 ? -(u64)sum : sum;
	u64 q, r;
	unsigned __int128 less;

	if (n < 2)
		return 0;
	q = size / n;
	r = size % n;
	less = (unsigned __int128)q * q * n + (unsigned __int128)q * r * 2;
	less += tapc_divide_wide((unsigned __int128)r * r, n);
	total -= less;
	if (total >> 63 >= n - 1)
		return S64_MAX;
	return tapc_divide_wide(total, n - 1);
}

/* Bucket of a logarithmic histogram: 64 for 0, 64 + n for numbers of n bits, 64 - n for negative ones of n bits. */
static int tapc_bucket_log(s64 sample)
{
	return sample < 0 ? 64 - fls64(-(u64)sample) : 64 + fls64(sample);
}

/* Bucket of a linear histogram with `buckets` of them: the first is for what is below `low`, the last for what is above all. */
static u64 tapc_bucket_linear(s64 sample, s64 low, s64 width, u64 buckets)
{
	u64 bucket;

	if (sample < low)
		return 0;
	bucket = ((u64)sample - low) / (u64)width + 1;
	return bucket < buckets ? bucket : buckets - 1;
}

/*
 * The bucket that comes behind `before` when they are in the order of their counts, equal ones in their own order; -1 behind the
 * last. Before the first is -1.
 */
static s64 tapc_bucket_after(const s64 *count, s64 buckets, s64 before, bool falling)
{
	s64 best = -1, i;

	for (i = 0; i < buckets; i++) {
		if (before >= 0 && count[i] == count[before] && i <= before)
			continue;
		if (before >= 0 && count[i] != count[before] && (count[i] > count[before]) == falling)
			continue;
		if (best < 0 || (falling ? count[i] > count[best] : count[i] < count[best]))
			best = i;
	}
	return best;
}

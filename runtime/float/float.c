#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/types.h>

/* A number of IEEE 754's binary64, taken apart: sig * 2^exp, with the sign beside. */
struct tapc_float {
	u64 sig;	/* the highest bit set, or 0 */
	int exp;
	bool sign, infinite, nan;
};

#define TAPC_FLOAT_SIGN (1ull << 63)
#define TAPC_FLOAT_INFINITY (0x7ffull << 52)
#define TAPC_FLOAT_NAN (0xfff8ull << 48)

static struct tapc_float tapc_float_make(bool sign, u64 sig, int exp)
{
	int shift = sig ? 64 - fls64(sig) : 0;

	return (struct tapc_float){ .sign = sign, .sig = sig << shift, .exp = exp - shift };
}

static struct tapc_float tapc_float_open(u64 bits)
{
	unsigned int biased = bits >> 52 & 0x7ff;
	u64 fraction = bits & ((1ull << 52) - 1);
	bool sign = bits >> 63;

	if (biased == 0x7ff)
		return (struct tapc_float){ .sign = sign, .infinite = !fraction, .nan = fraction };
	return tapc_float_make(sign, biased ? fraction | 1ull << 52 : fraction, (biased ? biased : 1) - 1075);
}

/* Shifts right; what falls out leaves a trace in the lowest bit, for rounding. */
static u64 tapc_float_jam(u64 value, int shift)
{
	if (shift <= 0)
		return value;
	return shift > 63 ? value != 0 : value >> shift | ((value << (64 - shift)) != 0);
}

/* Rounds to the nearest number that there is, of two the even one. The lowest bit of sig may stand for all that is behind it. */
static u64 tapc_float_close(struct tapc_float x)
{
	u64 sign = x.sign ? TAPC_FLOAT_SIGN : 0, sig, rest;
	int biased = x.exp + 63 + 1023;

	if (x.nan)
		return TAPC_FLOAT_NAN;
	if (x.infinite || (x.sig && biased >= 0x7ff))
		return sign | TAPC_FLOAT_INFINITY;
	if (!x.sig)
		return sign;
	if (biased <= 0) {
		x.sig = tapc_float_jam(x.sig, 1 - biased);
		biased = 0;
	}
	sig = x.sig >> 11;
	rest = x.sig & 0x7ff;
	sig += rest > 0x400 || (rest == 0x400 && (sig & 1));
	/* A carry out of the fraction is one for the exponent. */
	return sign | (sig + ((u64)(biased ? biased - 1 : 0) << 52));
}

static u64 tapc_float_add(u64 a, u64 b)
{
	struct tapc_float x = tapc_float_open(a), y = tapc_float_open(b), swap;
	u64 mine, other;

	if (x.nan || y.nan || (x.infinite && y.infinite && x.sign != y.sign))
		return TAPC_FLOAT_NAN;
	if (x.infinite || y.infinite)
		return x.infinite ? a : b;
	if (!x.sig || !y.sig)
		return x.sig ? a : y.sig ? b : a & b;
	if (x.exp < y.exp || (x.exp == y.exp && x.sig < y.sig)) {
		swap = x;
		x = y;
		y = swap;
	}
	/* Room for a carry above; below are bits enough for what is shifted out. */
	mine = x.sig >> 1;
	other = tapc_float_jam(y.sig >> 1, x.exp - y.exp);
	mine = x.sign == y.sign ? mine + other : mine - other;
	return tapc_float_close(tapc_float_make(x.sign && mine, mine, x.exp + 1));
}

static u64 tapc_float_subtract(u64 a, u64 b)
{
	return tapc_float_add(a, b ^ TAPC_FLOAT_SIGN);
}

static u64 tapc_float_multiply(u64 a, u64 b)
{
	struct tapc_float x = tapc_float_open(a), y = tapc_float_open(b);
	unsigned __int128 product = (unsigned __int128)x.sig * y.sig;
	bool sign = x.sign != y.sign;

	if (x.nan || y.nan)
		return TAPC_FLOAT_NAN;
	if (x.infinite || y.infinite) {
		bool zero = (!x.infinite && !x.sig) || (!y.infinite && !y.sig);

		return zero ? TAPC_FLOAT_NAN : TAPC_FLOAT_INFINITY | (sign ? TAPC_FLOAT_SIGN : 0);
	}
	return tapc_float_close(tapc_float_make(sign, product >> 64 | ((u64)product != 0), x.exp + y.exp + 64));
}

static u64 tapc_float_divide(u64 a, u64 b)
{
	struct tapc_float x = tapc_float_open(a), y = tapc_float_open(b);
	u64 rest = x.sig >> 1, divisor = y.sig >> 1, quotient = 0;
	bool sign = x.sign != y.sign;
	int i;

	if (x.nan || y.nan || (x.infinite && y.infinite) || (!x.infinite && !x.sig && !y.infinite && !y.sig))
		return TAPC_FLOAT_NAN;
	if (x.infinite || (!y.sig && !y.infinite))
		return TAPC_FLOAT_INFINITY | (sign ? TAPC_FLOAT_SIGN : 0);
	if (y.infinite)
		return sign ? TAPC_FLOAT_SIGN : 0;
	for (i = 0; i < 64; i++) {
		quotient <<= 1;
		if (rest >= divisor) {
			rest -= divisor;
			quotient |= 1;
		}
		rest <<= 1;
	}
	return tapc_float_close(tapc_float_make(sign, quotient | (rest != 0), x.exp - y.exp - 63));
}

/* a less b times the nearest whole number to their quotient. The loop is as long as their exponents are apart: 2,100 at most. */
static u64 tapc_float_remainder(u64 a, u64 b)
{
	struct tapc_float x = tapc_float_open(a), y = tapc_float_open(b);
	u64 rest = x.sig >> 11, divisor = y.sig >> 11;
	bool odd = false;
	int exp;

	if (x.nan || y.nan || x.infinite || (!y.infinite && !y.sig))
		return TAPC_FLOAT_NAN;
	if (y.infinite || !x.sig || x.exp < y.exp - 1)
		return a;
	if (x.exp < y.exp) {
		divisor <<= 1;
		exp = x.exp;
	} else {
		for (exp = x.exp; ; exp--) {
			odd = rest >= divisor;
			if (odd)
				rest -= divisor;
			if (exp == y.exp)
				break;
			rest <<= 1;
		}
	}
	if (rest > divisor - rest || (rest == divisor - rest && odd))
		return tapc_float_close(tapc_float_make(!x.sign, divisor - rest, exp + 11));
	return tapc_float_close(tapc_float_make(x.sign, rest, exp + 11));
}

static u64 tapc_float_root(u64 a)
{
	struct tapc_float x = tapc_float_open(a);
	unsigned __int128 value = (unsigned __int128)x.sig << 64, rest = 0, trial;
	int exp = x.exp - 64, i;
	u64 root = 0;

	if (x.nan || (x.sign && (x.infinite || x.sig)))
		return TAPC_FLOAT_NAN;
	if (x.infinite || !x.sig)
		return a;
	if (exp & 1) {
		value >>= 1;
		exp++;
	}
	for (i = 0; i < 64; i++) {
		rest = rest << 2 | (u64)(value >> 126);
		value <<= 2;
		trial = (unsigned __int128)root << 2 | 1;
		root <<= 1;
		if (rest >= trial) {
			rest -= trial;
			root |= 1;
		}
	}
	return tapc_float_close(tapc_float_make(false, root | (rest != 0), exp / 2));
}

/* -1, 0 or 1; 2 where either is no number. */
static int tapc_float_compare(u64 a, u64 b)
{
	s64 x = a & TAPC_FLOAT_SIGN ? -(s64)(a & ~TAPC_FLOAT_SIGN) : (s64)a;
	s64 y = b & TAPC_FLOAT_SIGN ? -(s64)(b & ~TAPC_FLOAT_SIGN) : (s64)b;

	if ((a & ~TAPC_FLOAT_SIGN) > TAPC_FLOAT_INFINITY || (b & ~TAPC_FLOAT_SIGN) > TAPC_FLOAT_INFINITY)
		return 2;
	return x < y ? -1 : x > y;
}

static u64 tapc_float_of(s64 value)
{
	return tapc_float_close(tapc_float_make(value < 0, value < 0 ? 0 - (u64)value : value, 0));
}

/* A number of binary32. */
static u64 tapc_float_widen(u32 bits)
{
	unsigned int biased = bits >> 23 & 0xff;
	u32 fraction = bits & ((1u << 23) - 1);
	bool sign = bits >> 31;

	if (biased == 0xff)
		return fraction ? TAPC_FLOAT_NAN : TAPC_FLOAT_INFINITY | (sign ? TAPC_FLOAT_SIGN : 0);
	return tapc_float_close(tapc_float_make(sign, biased ? fraction | 1u << 23 : fraction, (biased ? biased : 1) - 150));
}

/*
 * To a whole number: 0 the nearest, of two the even one; 1 towards zero; 2 down; 3 up; 4 the nearest, of two the one away from zero;
 * 6 the odd one of the two around it. What is too large becomes the largest, and what is no number the smallest.
 */
static s64 tapc_float_to(u64 bits, s64 mode)
{
	struct tapc_float x = tapc_float_open(bits);
	u64 whole, half;
	bool up;

	if (x.nan)
		return S64_MIN;
	if (x.infinite || (x.sig && x.exp > -1))
		return x.sign ? S64_MIN : S64_MAX;
	/* Two bits are left behind the point: a half, and whether there is more. */
	half = tapc_float_jam(x.sig, -x.exp - 2);
	if (x.exp == -1)
		half = x.sig << 1;
	whole = x.exp == -1 ? x.sig >> 1 : half >> 2;
	half &= 3;
	switch (mode) {
	case 0:
		up = half > 2 || (half == 2 && (whole & 1));
		break;
	case 2:
		up = half && x.sign;
		break;
	case 3:
		up = half && !x.sign;
		break;
	case 4:
		up = half >= 2;
		break;
	case 6:
		up = half && !(whole & 1);
		break;
	default:
		up = false;
	}
	whole += up;
	if (whole > S64_MAX)
		return x.sign ? S64_MIN : S64_MAX;
	return x.sign ? -(s64)whole : (s64)whole;
}

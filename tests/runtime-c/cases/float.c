/* Held against the processor's own floating point. */
#include <math.h>

static double number_of(u64 bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static u64 bits_of(double value)
{
	u64 bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static u64 word(void)
{
	return chance(1ull << 32) << 32 | chance(1ull << 32);
}

/* Of all kinds: any bits, small whole numbers, near 1, tiny, with few bits, edges. */
static u64 number(void)
{
	static const u64 edges[] = { 0, TAPC_FLOAT_SIGN, TAPC_FLOAT_INFINITY, TAPC_FLOAT_INFINITY | TAPC_FLOAT_SIGN, 1,
		0x7fefffffffffffff, 0x0010000000000000, 0x000fffffffffffff, 0x3fe0000000000000, 0x3ff8000000000000 };

	switch (chance(7)) {
	case 0:
		return word();
	case 1:
		return bits_of((double)chance(2000) - 1000);
	case 2:
		return bits_of(((double)chance(200000) - 100000) / 1024);
	case 3:
		return word() & (TAPC_FLOAT_SIGN | ((1ull << 54) - 1));
	case 4:
		return edges[chance(sizeof(edges) / sizeof(*edges))];
	case 5:
		return (word() & 0x800fffffffffffff) | (1019 + chance(8)) << 52;
	default:
		return (word() & 0x800ffffff0000000) | (1000 + chance(60)) << 52;
	}
}

static bool same(u64 ours, double theirs)
{
	return isnan(theirs) ? isnan(number_of(ours)) : ours == bits_of(theirs);
}

/* To a whole number, which must be there for it. */
static s64 whole(double value)
{
	return value >= 0x1p63 ? S64_MAX : value < -0x1p63 ? S64_MIN : (s64)value;
}

int main(void)
{
	unsigned long checks = 0;
	int round;

	for (round = 0; round < 50000; round++) {
		struct tapc_hit hit = { 0 };
		u64 a = number(), b = chance(3) ? number() : (a & ~0xfffull) | chance(0x1000);
		volatile double x = number_of(a), y = number_of(b);
		char ours[TAPC_STRLEN], theirs[TAPC_STRLEN];
		s64 n = (s64)word() >> chance(64);
		int places = chance(13);
		float narrow;
		u32 few = word();

		expect(same(tapc_float_add(a, b), x + y), "%a + %a", x, y);
		expect(same(tapc_float_subtract(a, b), x - y), "%a - %a", x, y);
		expect(same(tapc_float_multiply(a, b), x * y), "%a * %a", x, y);
		expect(same(tapc_float_divide(a, b), x / y), "%a / %a", x, y);
		expect(same(tapc_float_root(a), sqrt(x)), "root of %a", x);
		/* Of a zero, the C library's sign is not always that of x. */
		if (!isnan(x) && !isnan(y) && remainder(x, y) != 0)
			expect(same(tapc_float_remainder(a, b), remainder(x, y)), "%a rem %a", x, y);
		expect(tapc_float_compare(a, b) == (isnan(x) || isnan(y) ? 2 : x < y ? -1 : x > y), "%a and %a", x, y);
		expect(same(tapc_float_of(n), (double)n), "of %lld", n);
		memcpy(&narrow, &few, sizeof(narrow));
		expect(same(tapc_float_widen(few), narrow), "widen %x", few);
		checks += 9;
		if (isnan(x))
			continue;
		expect(tapc_float_to(a, 0) == whole(rint(x)), "%a to the nearest", x);
		expect(tapc_float_to(a, 1) == whole(trunc(x)), "%a to zero", x);
		expect(tapc_float_to(a, 2) == whole(floor(x)), "%a down", x);
		expect(tapc_float_to(a, 3) == whole(ceil(x)), "%a up", x);
		expect(tapc_float_to(a, 4) == whole(__builtin_round(x)), "%a to whole", x);
		tapc_float_text(&hit, ours, a, places);
		snprintf(theirs, sizeof(theirs), "%.*f", places, x);
		expect(!strcmp(ours, theirs), "%s is not %s", ours, theirs);
		snprintf(theirs, sizeof(theirs), "%.*g", 1 + (int)chance(17), x);
		if (!isinf(x))
			expect(same(tapc_float_parse(theirs), strtod(theirs, NULL)), "%s", theirs);
		checks += 7;
	}
	printf("%lu checks\n", checks);
	return 0;
}

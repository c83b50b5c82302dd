#include <linux/bitops.h>
#include <linux/string.h>
#include <linux/types.h>

#define TAPC_FLOAT_PLACES 18
/* 2^1024 and what is read from below of it. */
#define TAPC_FLOAT_WORDS 34
/* A sign, 309 digits, a point, places. */
#define TAPC_FLOAT_TEXT 336

/* Decimal digits of a whole number in words, the lowest first, which is used up. Writes before `end`; tells where they begin. */
static char *tapc_float_digits(char *end, u32 *words, unsigned int count)
{
	char *at = end;

	while (count && !words[count - 1])
		count--;
	do {
		u64 rest = 0;
		unsigned int i;

		for (i = count; i--; ) {
			rest = rest << 32 | words[i];
			words[i] = rest / 10;
			rest %= 10;
		}
		*--at = '0' + rest;
		while (count && !words[count - 1])
			count--;
	} while (count);
	return at;
}

/* In decimal, with so many digits behind the point (18 at most), rounded to the nearest. */
static void tapc_float_text(struct tapc_hit *hit, char *dst, u64 bits, s64 places)
{
	struct tapc_float x = tapc_float_open(bits);
	char text[TAPC_FLOAT_TEXT], tail[TAPC_FLOAT_PLACES], *at = text + sizeof(text) - TAPC_FLOAT_PLACES - 2;
	char *end = at;
	u32 words[TAPC_FLOAT_WORDS] = {};
	unsigned int n = places < 0 ? 0 : places > TAPC_FLOAT_PLACES ? TAPC_FLOAT_PLACES : places, i;
	u64 fraction = 0;
	bool up;

	if (x.nan || x.infinite) {
		tapc_copy(hit, dst, x.nan ? "nan" : x.sign ? "-inf" : "inf");
		return;
	}
	if (x.sig && x.exp >= 0) {
		words[x.exp / 32] = x.sig << x.exp % 32;
		words[x.exp / 32 + 1] = x.sig << x.exp % 32 >> 32;
		words[x.exp / 32 + 2] = x.exp % 32 ? x.sig >> (64 - x.exp % 32) : 0;
		words[x.exp / 32 + 1] |= x.exp % 32 ? (u32)(x.sig >> (32 - x.exp % 32)) : 0;
	} else if (x.sig) {
		u64 whole = x.exp > -64 ? x.sig >> -x.exp : 0;

		fraction = x.exp > -64 ? x.sig << (64 + x.exp) : tapc_float_jam(x.sig, -x.exp - 64);
		words[0] = whole;
		words[1] = whole >> 32;
	}
	for (i = 0; i < n; i++) {
		unsigned __int128 next = (unsigned __int128)fraction * 10;

		tail[i] = '0' + (u64)(next >> 64);
		fraction = next;
	}
	up = fraction > 1ull << 63 || (fraction == 1ull << 63 && (n ? tail[n - 1] & 1 : words[0] & 1));
	for (i = n; up && i--; ) {
		up = tail[i] == '9';
		tail[i] = up ? '0' : tail[i] + 1;
	}
	for (i = 0; up && i < TAPC_FLOAT_WORDS; i++)
		up = !++words[i];
	at = tapc_float_digits(at, words, TAPC_FLOAT_WORDS);
	if (x.sign)
		*--at = '-';
	if (n) {
		*end++ = '.';
		memcpy(end, tail, n);
		end += n;
	}
	*end = '\0';
	tapc_copy(hit, dst, at);
}

/* Of a text such as "-12.5e3"; what is behind the number is left. No digits: 0. */
static u64 tapc_float_parse(const char *text)
{
	unsigned __int128 value = 0;
	int ten = 0, two = 0, power = 0, shift;
	bool sign = *text == '-', point = false, minus;
	u64 digits = 0;

	text += *text == '-' || *text == '+';
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
		} else if (digits < 1000000000000000000ull) {
			digits = digits * 10 + *text - '0';
			ten -= point;
		} else {
			ten += !point;
		}
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		minus = *text == '-';
		text += *text == '-' || *text == '+';
		for (; *text >= '0' && *text <= '9' && power < 10000; text++)
			power = power * 10 + *text - '0';
		ten += minus ? -power : power;
	}
	if (!digits || ten < -400)
		return sign ? TAPC_FLOAT_SIGN : 0;
	if (ten > 400)
		return TAPC_FLOAT_INFINITY | (sign ? TAPC_FLOAT_SIGN : 0);
	value = digits;
	for (; ten > 0; ten--) {
		for (; value >> 124; two++)
			value >>= 1;
		value *= 10;
	}
	for (; ten < 0; ten++) {
		u32 part[4];
		u64 rest = 0;
		int i;

		for (; !(value >> 127); two--)
			value <<= 1;
		for (i = 3; i >= 0; i--) {
			rest = rest << 32 | (u32)(value >> 32 * i);
			part[i] = rest / 10;
			rest %= 10;
		}
		value = (unsigned __int128)((u64)part[3] << 32 | part[2]) << 64 | ((u64)part[1] << 32 | part[0]);
		value |= rest != 0;
	}
	shift = value >> 64 ? fls64(value >> 64) : 0;
	if (shift) {
		bool lost = value & (((unsigned __int128)1 << shift) - 1);

		value = value >> shift | lost;
		two += shift;
	}
	return tapc_float_close(tapc_float_make(sign, value, two));
}

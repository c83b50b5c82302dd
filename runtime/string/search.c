#include <linux/types.h>

/* Where `needle` first begins in `text`, from `start` on; -1 where it does not. */
static int tapc_find(const char *text, const char *needle, unsigned int start)
{
	unsigned int at, n;

	for (at = start; at < TAPC_STRLEN; at++) {
		for (n = 0; needle[n] && text[at + n] == needle[n]; n++)
			;
		if (!needle[n])
			return at;
		if (!text[at])
			break;
	}
	return -1;
}

/* `length` bytes of `text` from `start` on, or those there are. `dst` may be `text`. */
static void tapc_substring(char *dst, const char *text, s64 start, s64 length)
{
	unsigned int all = tapc_length(text), n = 0;

	if (start >= 0 && start < all && length > 0) {
		for (; n < length && start + n < all && n < TAPC_STRLEN - 1; n++)
			dst[n] = text[start + n];
	}
	dst[n] = '\0';
}

/* Every `search` in `text` becomes `replacement`. `dst` is none of them. */
static void tapc_replace(struct tapc_hit *hit, char *dst, const char *text, const char *search,
			 const char *replacement)
{
	unsigned int width = tapc_length(search), used = 0, at = 0, i;

	while (text[at] && used < TAPC_STRLEN - 1) {
		for (i = 0; i < width && text[at + i] == search[i]; i++)
			;
		if (width && i == width) {
			for (i = 0; replacement[i] && used < TAPC_STRLEN - 1; i++)
				dst[used++] = replacement[i];
			if (replacement[i])
				break;
			at += width;
		} else {
			dst[used++] = text[at++];
		}
	}
	dst[used] = '\0';
	if (text[at] && used == TAPC_STRLEN - 1)
		tapc_truncated(hit);
}

static bool tapc_is_among(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set != '\0';
}

/* From `start` on, the first place whose byte is among `set`, or is not, as asked; the string's end where there is none. */
static s64 tapc_scan(const char *text, s64 start, const char *set, bool among)
{
	s64 at = start;

	while (at < TAPC_STRLEN && text[at] && tapc_is_among(text[at], set) != among)
		at++;
	return at;
}

static int tapc_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 36;
}

/*
 * The number that `text` begins with, in a base of 2 to 36; base 0 takes 0x and 0 at the front as C does, and 0x is passed over in base 16. It
 * wraps where it does not fit; 0 where there is none.
 */
static s64 tapc_parse_number(const char *text, s64 base)
{
	bool negative;
	u64 value = 0;

	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		text++;
	negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	if ((base == 0 || base == 16) && text[0] == '0' && (text[1] | 32) == 'x' && tapc_digit(text[2]) < 16) {
		text += 2;
		base = 16;
	} else if (base == 0) {
		base = text[0] == '0' ? 8 : 10;
	}
	if (base < 2 || base > 36)
		return 0;
	while (tapc_digit(*text) < base)
		value = value * base + tapc_digit(*text++);
	return negative ? -value : value;
}

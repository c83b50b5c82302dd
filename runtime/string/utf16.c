#include <linux/types.h>

/* Adds a character to a string as UTF-8; false where there is no room. */
static bool tapc_add_utf8(char *dst, unsigned int *used, u32 c)
{
	unsigned int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	if (*used + more + 1 > TAPC_STRLEN - 1)
		return false;
	dst[(*used)++] = more ? (0xff00 >> (more + 1) & 0xff) | c >> (6 * more) : c;
	while (more--)
		dst[(*used)++] = 0x80 | (c >> (6 * more) & 0x3f);
	return true;
}

/* Whether a unit of UTF-16 is the first, or the second, of a pair. */
static bool tapc_is_high(u32 unit)
{
	return (unit & 0xfc00) == 0xd800;
}

static bool tapc_is_low(u32 unit)
{
	return (unit & 0xfc00) == 0xdc00;
}

static u32 tapc_pair(u32 high, u32 low)
{
	return 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
}

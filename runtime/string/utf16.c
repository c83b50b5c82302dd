#include <linux/types.h>

/* Adds a character to a string as UTF-8; false where there is no room. */
static bool tapc_add_utf8(char *dst, unsigned int *used, u32 c)
{
	unsigned int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	if (c > 0x10ffff || *used + more + 1 > TAPC_STRLEN - 1)
		return false;
	dst[(*used)++] = more ? (0xff00 >> (more + 1) & 0xff) | c >> (6 * more) : c;
	while (more--)
		dst[(*used)++] = 0x80 | (c >> (6 * more) & 0x3f);
	return true;
}

/* One unit of a wide string, 2 or 4 bytes; false where there is no such memory. */
static bool tapc_peek_unit(s64 address, unsigned int width, bool user, u32 *unit)
{
	u16 narrow = 0;
	bool there;

	if (user)
		there = width == 2 ? tapc_peek_user(&narrow, address, 2) : tapc_peek_user(unit, address, 4);
	else
		there = width == 2 ? tapc_peek_u16(address, &narrow) : tapc_peek_u32(address, unit);
	if (width == 2)
		*unit = narrow;
	return there;
}

/* A string of UTF-16 or UTF-32 as UTF-8; empty, with an error, where it cannot be read. */
static void tapc_load_wide(struct tapc_hit *hit, const char *where, char *dst, s64 address, unsigned int width,
			   bool user)
{
	unsigned int used = 0;
	u32 c, low;

	for (;; address += width) {
		if (!tapc_peek_unit(address, width, user, &c)) {
			used = 0;
			tapc_fail_number(hit, where, user ? "user read fault at " : "read fault at ", address);
			break;
		}
		if (!c)
			break;
		if (width == 2 && (c & 0xfc00) == 0xd800 && tapc_peek_unit(address + 2, 2, user, &low) &&
		    (low & 0xfc00) == 0xdc00) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
			address += 2;
		}
		if (!tapc_add_utf8(dst, &used, c)) {
			tapc_truncated(hit);
			break;
		}
	}
	dst[used] = '\0';
}

#include <linux/types.h>

/* What a quoted memory that cannot be read becomes: its address. */
static void tapc_quote_address(char *dst, u64 address)
{
	unsigned int digits = 1, i;

	while (digits < 16 && address >> (4 * digits))
		digits++;
	dst[0] = '0';
	dst[1] = 'x';
	for (i = 0; i < digits; i++)
		dst[2 + i] = "0123456789abcdef"[address >> (4 * (digits - 1 - i)) & 15];
	dst[2 + digits] = '\0';
}

/* A string in kernel memory, of at most `n` bytes, in quotes with escapes; its address where it cannot be read. */
static void tapc_quote_kernel(char *dst, s64 address, s64 n, bool ends, s64 most)
{
	unsigned int limit = n <= 0 || n > TAPC_STRLEN - 1 ? TAPC_STRLEN - 1 : n, at = 0, bytes, more;
	struct tapc_quoting q;
	char text[4];
	u32 c;

	tapc_quote_begin(&q, dst, most, true);
	while (at < limit && !q.full) {
		if (!tapc_peek_u8(address + at, (u8 *)text)) {
			tapc_quote_address(dst, address);
			return;
		}
		if (!text[0] && ends)
			break;
		for (more = 1; more < 4 && at + more < limit && (u8)text[0] >= 0xc2; more++) {
			if (!tapc_peek_u8(address + at + more, (u8 *)text + more))
				break;
		}
		c = tapc_decode_utf8(text, more, &bytes);
		tapc_quote_add(&q, c, bytes > 1);
		at += bytes;
	}
	tapc_quote_end(&q);
}

/* The same of user memory. */
static void tapc_quote_user(char *dst, s64 address, s64 n, bool ends, s64 most)
{
	unsigned int limit = n <= 0 || n > TAPC_STRLEN - 1 ? TAPC_STRLEN - 1 : n, at = 0, bytes, more;
	struct tapc_quoting q;
	char text[4];
	u32 c;

	tapc_quote_begin(&q, dst, most, true);
	while (at < limit && !q.full) {
		if (!tapc_peek_user(text, address + at, 1)) {
			tapc_quote_address(dst, address);
			return;
		}
		if (!text[0] && ends)
			break;
		for (more = 1; more < 4 && at + more < limit && (u8)text[0] >= 0xc2; more++) {
			if (!tapc_peek_user(text + more, address + at + more, 1))
				break;
		}
		c = tapc_decode_utf8(text, more, &bytes);
		tapc_quote_add(&q, c, bytes > 1);
		at += bytes;
	}
	tapc_quote_end(&q);
}

/* The string at an address, the kernel's or the process's; of an array the bytes it has. */
static void tapc_quote_either(char *dst, s64 address, s64 n)
{
	if (address < 0)
		tapc_quote_kernel(dst, address, n, true, 0);
	else
		tapc_quote_user(dst, address, n, true, 0);
}

/* A text that could not be made whole, because some of its values could not be read. */
static void tapc_unreadable(struct tapc_hit *hit, char *dst)
{
	if (likely(!hit->error))
		return;
	hit->error = NULL;
	memcpy(dst, "ERROR", sizeof("ERROR"));
}

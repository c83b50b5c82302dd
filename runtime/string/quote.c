#include <linux/minmax.h>
#include <linux/types.h>

/* The character that UTF-8 bytes stand for, and how many they are; one byte where they are no UTF-8. */
static u32 tapc_decode_utf8(const char *text, unsigned int most, unsigned int *bytes)
{
	u8 first = text[0];
	unsigned int more = first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : 1, i;
	u32 c = first & (0x3f >> more);

	*bytes = 1;
	if (first < 0xc2 || first >= 0xf8 || more >= most)
		return first;
	for (i = 1; i <= more; i++) {
		if (((u8)text[i] & 0xc0) != 0x80)
			return first;
		c = c << 6 | ((u8)text[i] & 0x3f);
	}
	/* Longer than need be, half of a pair, or beyond the last one. */
	if ((more == 2 && c < 0x800) || (more == 3 && c < 0x10000) || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return first;
	*bytes = more + 1;
	return c;
}

/* One character as C would write it in a string; how many bytes that takes, 10 at most. */
static unsigned int tapc_escape(char *to, u32 c, bool wide)
{
	static const char letters[] = "abtnvfr";
	unsigned int n = 0, digits;

	if (!wide && c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
		to[n++] = c;
		return n;
	}
	to[n++] = '\\';
	if (wide) {
		digits = c <= 0xffff ? 4 : 8;
		to[n++] = digits == 4 ? 'u' : 'U';
		while (digits--)
			to[n++] = "0123456789abcdef"[c >> (4 * digits) & 15];
	} else if (c >= 7 && c <= 13) {
		to[n++] = letters[c - 7];
	} else if (c == '"' || c == '\\') {
		to[n++] = c;
	} else {
		to[n++] = '0' + (c >> 6);
		to[n++] = '0' + (c >> 3 & 7);
		to[n++] = '0' + (c & 7);
	}
	return n;
}

/* What a text is written with in which all is visible. */
struct tapc_quoting {
	char *dst;
	unsigned int used;
	unsigned int most;	/* bytes of text, quotes and dots included */
	unsigned int cut_at;	/* where it ends if it must be cut */
	bool quotes;
	bool full;
};

static void tapc_quote_begin(struct tapc_quoting *q, char *dst, s64 most, bool quotes)
{
	q->dst = dst;
	q->most = most <= 0 || most > TAPC_STRLEN - 1 ? TAPC_STRLEN - 1 : most;
	q->quotes = quotes;
	q->full = false;
	q->used = 0;
	if (quotes) {
		q->most = max(q->most, 5u) - 1;
		dst[q->used++] = '"';
	}
	q->cut_at = q->used;
}

static void tapc_quote_add(struct tapc_quoting *q, u32 c, bool wide)
{
	char text[12];
	unsigned int n = tapc_escape(text, c, wide), i;

	if (q->full)
		return;
	if (q->used + n > q->most) {
		q->full = true;
		return;
	}
	for (i = 0; i < n; i++)
		q->dst[q->used++] = text[i];
	if (q->used + (q->quotes ? 3 : 0) <= q->most)
		q->cut_at = q->used;
}

/* A text that did not fit ends in dots, behind the quotes. */
static void tapc_quote_end(struct tapc_quoting *q)
{
	unsigned int i;

	if (q->full && q->quotes)
		q->used = q->cut_at;
	if (q->quotes)
		q->dst[q->used++] = '"';
	for (i = 0; q->full && q->quotes && i < 3; i++)
		q->dst[q->used++] = '.';
	q->dst[q->used] = '\0';
}

/*
 * Writes `n` bytes, or a string of at most so many where it may end sooner, in such a way that all is visible; at most `most` bytes (0: as many
 * as a string holds). `dst` is not `text`.
 */
static void tapc_quote(char *dst, const char *text, unsigned int n, bool ends, s64 most, bool quotes)
{
	struct tapc_quoting q;
	unsigned int at, bytes;

	tapc_quote_begin(&q, dst, most, quotes);
	for (at = 0; at < n && (text[at] || !ends) && !q.full; at += bytes) {
		u32 c = tapc_decode_utf8(text + at, n - at, &bytes);

		tapc_quote_add(&q, c, bytes > 1);
	}
	tapc_quote_end(&q);
}

static void tapc_quote_string(char *dst, const char *text, s64 most, bool quotes)
{
	tapc_quote(dst, text, tapc_length(text), true, most, quotes);
}

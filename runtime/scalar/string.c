#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

/* Copies a string, cut to TAPC_STRLEN - 1 bytes. `dst` may be `src`. What lies behind the NUL of `dst` may change too. */
static void tapc_copy(struct tapc_hit *hit, char *dst, const char *src)
{
	unsigned int n = 0;

	while (n + 8 <= TAPC_STRLEN && tapc_is_aligned(src)) {
		u64 word = read_word_at_a_time(src + n);

		memcpy(dst + n, &word, 8);
		if (tapc_has_nul(word))
			return;
		n += 8;
	}
	for (; n < TAPC_STRLEN; n++) {
		dst[n] = src[n];
		if (!src[n])
			return;
	}
	dst[TAPC_STRLEN - 1] = '\0';
	tapc_truncated(hit);
}

/* Joins two strings; `dst` may be either of them, or both. */
static void tapc_concat(struct tapc_hit *hit, char *dst, const char *a, const char *b)
{
	unsigned int head = min_t(unsigned int, tapc_length(a), TAPC_STRLEN - 1);
	unsigned int all = tapc_length(b);
	unsigned int tail = min_t(unsigned int, all, TAPC_STRLEN - 1 - head);
	unsigned int i;

	dst[head + tail] = '\0';
	for (i = tail; i; i--)
		dst[head + i - 1] = b[i - 1];
	for (i = 0; i < head && dst != a; i++)
		dst[i] = a[i];
	if (tail < all)
		tapc_truncated(hit);
}

static void tapc_append(struct tapc_hit *hit, char *dst, const char *src)
{
	tapc_concat(hit, dst, dst, src);
}

/* Less than, equal to or greater than 0, as the bytes of `a` are to those of `b`. */
static int tapc_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (int)(u8)*a - (int)(u8)*b;
}

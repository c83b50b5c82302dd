#include <linux/types.h>
#include <asm/word-at-a-time.h>

/* Whether one of the eight bytes of a word is 0. */
static __always_inline bool tapc_has_nul(u64 word)
{
	return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

/* Whether words can be read at an address: none of them crosses into a page that may not be there. */
static __always_inline bool tapc_is_aligned(const char *at)
{
	return ((unsigned long)at & 7) == 0;
}

/*
 * Up to eight bytes of a string, those from its NUL on as 0; little endian. At an aligned address all eight are read, which
 * lie in one page whatever the string's length.
 */
static __always_inline u64 tapc_word(const char *at)
{
	u64 word = 0;
	int i;

	if (tapc_is_aligned(at)) {
		word = read_word_at_a_time(at);
		if (tapc_has_nul(word)) {
			/* The lowest mark is that of the first NUL. */
			u64 marks = (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;

			word &= ((marks & -marks) >> 7) - 1;
		}
		return word;
	}
	for (i = 0; i < 8 && at[i]; i++)
		word |= (u64)(u8)at[i] << (8 * i);
	return word;
}

/* The bytes of the word at offset `n` of a string that are left where it is cut to TAPC_STRLEN - 1. */
static __always_inline u64 tapc_word_kept(unsigned int n)
{
	return n + 8 < TAPC_STRLEN ? ~0ULL : ~(~0ULL << (8 * (TAPC_STRLEN - 1 - n)));
}

/* Whether `key`, cut as strings are, is the string `kept` (in an array of TAPC_STRLEN rounded up to 8). */
static bool tapc_same(const char *kept, const char *key)
{
	unsigned int n;

	for (n = 0; n < TAPC_STRLEN; n += 8) {
		u64 word = tapc_word(kept + n);

		if (word != (tapc_word(key + n) & tapc_word_kept(n)))
			return false;
		if (!(word >> 56))
			break;
	}
	return true;
}

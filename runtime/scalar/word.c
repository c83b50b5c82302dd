#include <linux/types.h>
#include <asm/word-at-a-time.h>

/* Not 0 where one of the eight bytes of a word is; the lowest mark is that of the first. */
static __always_inline u64 tapc_nul_marks(u64 word)
{
	return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

static __always_inline bool tapc_has_nul(u64 word)
{
	return tapc_nul_marks(word);
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
	u64 word = 0, marks;
	int i;

	if (tapc_is_aligned(at)) {
		word = read_word_at_a_time(at);
		marks = tapc_nul_marks(word);
		return marks ? word & (((marks & -marks) >> 7) - 1) : word;
	}
	for (i = 0; i < 8 && at[i]; i++)
		word |= (u64)(u8)at[i] << (8 * i);
	return word;
}

/* Bytes before the NUL, at most TAPC_STRLEN. */
static unsigned int tapc_length(const char *text)
{
	unsigned int n = 0;
	u64 marks;

	for (; n + 8 <= TAPC_STRLEN && tapc_is_aligned(text); n += 8) {
		marks = tapc_nul_marks(read_word_at_a_time(text + n));
		if (marks)
			return n + __builtin_ctzll(marks) / 8;
	}
	while (n < TAPC_STRLEN && text[n])
		n++;
	return n;
}

/* The bytes of a key, as keys are kept: cut as strings are, and 0 up to a whole number of words. */
#define TAPC_KEY ((TAPC_STRLEN + 7) / 8 * 8)

/* What a key keeps of the word at offset `n` of a string. */
static __always_inline u64 tapc_key_word(const char *key, unsigned int n)
{
	u64 word = tapc_word(key + n);

	return n + 8 < TAPC_STRLEN ? word : word & ~(~0ULL << (8 * (TAPC_STRLEN - 1 - n)));
}

static void tapc_key_set(struct tapc_hit *hit, char *kept, const char *key)
{
	unsigned int n;
	u64 word;

	for (n = 0; n < TAPC_KEY; n += 8) {
		word = tapc_key_word(key, n);
		*(u64 *)(kept + n) = word;
		if (!(word >> 56))
			break;
	}
	if (n + 8 >= TAPC_KEY && tapc_length(key) > TAPC_STRLEN - 1)
		tapc_truncated(hit);
}

/* Whether `key`, cut as strings are, is the one that is kept. */
static __always_inline bool tapc_same(const char *kept, const char *key)
{
	unsigned int n;

	for (n = 0; n < TAPC_KEY; n += 8) {
		u64 word = *(const u64 *)(kept + n);

		if (word != tapc_key_word(key, n))
			return false;
		if (!(word >> 56))
			break;
	}
	return true;
}

/* A text of up to 15 bytes, as its memory was at one moment; what lies behind its NUL is 0 in most. */
struct tapc_words {
	u64 first, second;
};

/* The same as tapc_same(); a text with something behind its NUL is taken for another one. */
static __always_inline bool tapc_same_words(const char *kept, struct tapc_words key)
{
	const u64 *words = (const u64 *)kept;

	return words[0] == key.first && (!(key.first >> 56) || words[1] == key.second);
}

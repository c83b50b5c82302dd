#include <linux/types.h>

/* An address of IPv6 as RFC 5952 writes it: the longest run of zero words, of two or more, is two colons. */
static void tapc_ip6_text(char *dst, const u8 *bytes)
{
	unsigned int words[8], best = 8, length = 1, i, run, at = 0;

	for (i = 0; i < 8; i++)
		words[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];
	for (i = 0; i < 8; i += run + 1) {
		for (run = 0; i + run < 8 && !words[i + run]; run++)
			;
		if (run > length) {
			best = i;
			length = run;
		}
	}
	for (i = 0; i < 8; i++) {
		unsigned int shift = 12;

		if (i == best) {
			dst[at++] = ':';
			if (i + length == 8)
				dst[at++] = ':';
			i += length - 1;
			continue;
		}
		if (i)
			dst[at++] = ':';
		while (shift && !(words[i] >> shift))
			shift -= 4;
		for (;; shift -= 4) {
			dst[at++] = "0123456789abcdef"[words[i] >> shift & 15];
			if (!shift)
				break;
		}
	}
	dst[at] = '\0';
}

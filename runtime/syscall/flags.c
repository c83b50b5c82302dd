#include <linux/kernel.h>
#include <linux/types.h>

/* Values that differ between architectures. */
#define TAPC_BY_ARCH(x86, arm64) (IS_ENABLED(CONFIG_ARM64) ? (arm64) : (x86))

/* A name of bits: there where what `mask` leaves of a value is `value`. */
struct tapc_flag {
	u64 value, mask;
	const char *name;
};

/* The value as hex digits behind what `dst` holds. */
static void tapc_append_hex(struct tapc_hit *hit, char *dst, u64 value)
{
	char text[2 + 16 + 1];
	unsigned int at = sizeof(text) - 1;

	text[at] = '\0';
	do {
		text[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	text[--at] = 'x';
	text[--at] = '0';
	tapc_append(hit, dst, text + at);
}

/* Names of the bits of a 32-bit value, with bars between them; the rest in hex, 0 as that. */
static void tapc_flags(struct tapc_hit *hit, char *dst, s64 value, const struct tapc_flag *names,
		       unsigned int count)
{
	u32 left = value, done = 0;
	unsigned int i;

	dst[0] = '\0';
	for (i = 0; i < count; i++) {
		u32 mask = names[i].mask;

		if ((done & mask) || (left & mask) != (u32)names[i].value)
			continue;
		if (dst[0])
			tapc_append(hit, dst, "|");
		tapc_append(hit, dst, names[i].name);
		left &= ~mask;
		done |= mask;
	}
	if (left) {
		if (dst[0])
			tapc_append(hit, dst, "|");
		tapc_append_hex(hit, dst, left);
	} else if (!dst[0]) {
		tapc_append(hit, dst, "0");
	}
}

/* The same of bits that stand beside permissions, which are in octal. */
static void tapc_modes(struct tapc_hit *hit, char *dst, s64 value, const struct tapc_flag *names,
		       unsigned int count)
{
	char octal[] = { '0', '0' + (value >> 6 & 7), '0' + (value >> 3 & 7), '0' + (value & 7), '\0' };

	tapc_flags(hit, dst, value & ~0777ll, names, count);
	if (!(value & 0777))
		return;
	if (value & ~0777ll)
		tapc_append(hit, dst, "|");
	else
		dst[0] = '\0';
	tapc_append(hit, dst, octal);
}

/* Name of the number; the number in hex where it has none. */
static void tapc_choice(struct tapc_hit *hit, char *dst, s64 value, const struct tapc_flag *names,
			unsigned int count)
{
	unsigned int i;

	dst[0] = '\0';
	for (i = 0; i < count; i++) {
		if ((u32)names[i].value == (u32)value) {
			tapc_append(hit, dst, names[i].name);
			return;
		}
	}
	tapc_append_hex(hit, dst, (u32)value);
}

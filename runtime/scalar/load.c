#include <linux/mm.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/* Each reads one number; false where there is no such memory. Nothing sleeps, in any context. */
static __always_inline bool tapc_peek_u8(unsigned long address, u8 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u8, fault);
	return true;
fault:
	return false;
}

static __always_inline bool tapc_peek_u16(unsigned long address, u16 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u16, fault);
	return true;
fault:
	return false;
}

static __always_inline bool tapc_peek_u32(unsigned long address, u32 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u32, fault);
	return true;
fault:
	return false;
}

static __always_inline bool tapc_peek_u64(unsigned long address, u64 *value)
{
	if (unlikely(!tapc_is_kernel(address)))
		return false;
	__get_kernel_nofault(value, (void *)address, u64, fault);
	return true;
fault:
	return false;
}

static void tapc_read_fault(struct tapc_hit *hit, const char *where, s64 address)
{
	tapc_fail_number(hit, where, "read fault at ", address);
}

static s64 tapc_load_u8(struct tapc_hit *hit, const char *where, s64 address)
{
	u8 value;

	if (likely(tapc_peek_u8(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_u16(struct tapc_hit *hit, const char *where, s64 address)
{
	u16 value;

	if (likely(tapc_peek_u16(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_u32(struct tapc_hit *hit, const char *where, s64 address)
{
	u32 value;

	if (likely(tapc_peek_u32(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_u64(struct tapc_hit *hit, const char *where, s64 address)
{
	u64 value;

	if (likely(tapc_peek_u64(address, &value)))
		return value;
	tapc_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_s8(struct tapc_hit *hit, const char *where, s64 address)
{
	return (s8)tapc_load_u8(hit, where, address);
}

static s64 tapc_load_s16(struct tapc_hit *hit, const char *where, s64 address)
{
	return (s16)tapc_load_u16(hit, where, address);
}

static s64 tapc_load_s32(struct tapc_hit *hit, const char *where, s64 address)
{
	return (s32)tapc_load_u32(hit, where, address);
}

static s64 tapc_load_s64(struct tapc_hit *hit, const char *where, s64 address)
{
	return tapc_load_u64(hit, where, address);
}

/*
 * Copies a string out of kernel memory, eight bytes at a time where they lie in one page, at most `limit` bytes of it. How many bytes of `dst` it
 * took, the NUL included, perhaps rounded up to a word; 0, with an empty `dst`, where there is no such memory.
 */
static unsigned int tapc_fetch_string(struct tapc_hit *hit, char *dst, unsigned long address, u64 limit)
{
	unsigned int most = min_t(u64, limit, TAPC_STRLEN - 1);
	unsigned int n = 0;

	while (n < most) {
		unsigned long at = address + n;
		unsigned int end = n + min_t(unsigned int, most - n, PAGE_SIZE - offset_in_page(at));
		u64 word;

		if (unlikely(!tapc_is_kernel(at)))
			goto fault;
		for (; n + 8 <= end; n += 8) {
			__get_kernel_nofault(&word, (void *)(address + n), u64, fault);
			memcpy(dst + n, &word, 8);
			if (tapc_has_nul(word))
				return n + 8;
		}
		for (; n < end; n++) {
			__get_kernel_nofault(dst + n, (void *)(address + n), u8, fault);
			if (!dst[n])
				return n + 1;
		}
	}
	dst[n] = '\0';
	if (limit > most) {
		u8 next = 1;

		if (!tapc_peek_u8(address + n, &next) || next)
			tapc_truncated(hit);
	}
	return n + 1;
fault:
	dst[0] = '\0';
	return 0;
}

/* The same; false where there is no such memory. */
static bool tapc_peek_string(struct tapc_hit *hit, char *dst, unsigned long address, u64 limit)
{
	return tapc_fetch_string(hit, dst, address, limit);
}

static void tapc_load_string(struct tapc_hit *hit, const char *where, char *dst, s64 address)
{
	if (unlikely(!tapc_peek_string(hit, dst, address, TAPC_STRLEN)))
		tapc_read_fault(hit, where, address);
}

/* Copies kernel memory, with word by word what is whole; false where some of it is not there. */
static bool tapc_peek_memory(void *dst, unsigned long address, unsigned int n)
{
	unsigned int done = 0;
	u64 word;

	for (; done + 8 <= n; done += 8) {
		if (!tapc_peek_u64(address + done, &word))
			return false;
		memcpy(dst + done, &word, 8);
	}
	for (; done < n; done++)
		if (!tapc_peek_u8(address + done, dst + done))
			return false;
	return true;
}

static void tapc_load_memory(struct tapc_hit *hit, const char *where, void *dst, s64 address, unsigned int n)
{
	if (unlikely(!tapc_peek_memory(dst, address, n))) {
		memset(dst, 0, n);
		tapc_read_fault(hit, where, address);
	}
}

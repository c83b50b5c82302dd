#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/* Copies out of the user memory of `current`; what is not resident is a fault, never a sleep. A kernel thread has none. */
static bool tapc_peek_user(void *dst, unsigned long address, unsigned int n)
{
	return tapc_self()->mm && !copy_from_user_nofault(dst, (const void __user *)address, n);
}

static void tapc_user_read_fault(struct tapc_hit *hit, const char *where, s64 address)
{
	tapc_fail_number(hit, where, "user read fault at ", address);
}

static s64 tapc_load_user_u8(struct tapc_hit *hit, const char *where, s64 address)
{
	u8 value;

	if (likely(tapc_peek_user(&value, address, sizeof(value))))
		return value;
	tapc_user_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_user_u16(struct tapc_hit *hit, const char *where, s64 address)
{
	u16 value;

	if (likely(tapc_peek_user(&value, address, sizeof(value))))
		return value;
	tapc_user_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_user_u32(struct tapc_hit *hit, const char *where, s64 address)
{
	u32 value;

	if (likely(tapc_peek_user(&value, address, sizeof(value))))
		return value;
	tapc_user_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_user_u64(struct tapc_hit *hit, const char *where, s64 address)
{
	u64 value;

	if (likely(tapc_peek_user(&value, address, sizeof(value))))
		return value;
	tapc_user_read_fault(hit, where, address);
	return 0;
}

static s64 tapc_load_user_s8(struct tapc_hit *hit, const char *where, s64 address)
{
	return (s8)tapc_load_user_u8(hit, where, address);
}

static s64 tapc_load_user_s16(struct tapc_hit *hit, const char *where, s64 address)
{
	return (s16)tapc_load_user_u16(hit, where, address);
}

static s64 tapc_load_user_s32(struct tapc_hit *hit, const char *where, s64 address)
{
	return (s32)tapc_load_user_u32(hit, where, address);
}

static s64 tapc_load_user_s64(struct tapc_hit *hit, const char *where, s64 address)
{
	return tapc_load_user_u64(hit, where, address);
}

/* Bytes read at a time for a string; they never cross into the next page. */
#define TAPC_USER_PIECE 64u

/*
 * Copies at most `limit` bytes of a string in user memory. How many bytes of `dst` it took, the NUL included; what lies up to TAPC_USER_PIECE
 * behind them may have changed, too. 0, with an empty `dst`, where there is no such memory.
 */
static unsigned int tapc_fetch_user_string(struct tapc_hit *hit, char *dst, unsigned long address, u64 limit)
{
	unsigned int most = min_t(u64, limit, TAPC_STRLEN - 1);
	unsigned int n = 0, end;
	u8 next = 1;

	while (n < most) {
		unsigned long at = address + n;
		unsigned int size = min3(most - n, TAPC_USER_PIECE, (unsigned int)(PAGE_SIZE - offset_in_page(at)));

		if (unlikely(!tapc_peek_user(dst + n, at, size))) {
			dst[0] = '\0';
			return 0;
		}
		for (end = n + size; n < end; n++) {
			if (!dst[n])
				return n + 1;
		}
	}
	dst[n] = '\0';
	if (limit > most && (!tapc_peek_user(&next, address + n, 1) || next))
		tapc_truncated(hit);
	return n + 1;
}

/* The same; false where there is no such memory. */
static bool tapc_peek_user_string(struct tapc_hit *hit, char *dst, unsigned long address, u64 limit)
{
	return tapc_fetch_user_string(hit, dst, address, limit);
}

static void tapc_load_user_string(struct tapc_hit *hit, const char *where, char *dst, s64 address)
{
	if (unlikely(!tapc_peek_user_string(hit, dst, address, TAPC_STRLEN)))
		tapc_user_read_fault(hit, where, address);
}

static void tapc_load_user_memory(struct tapc_hit *hit, const char *where, void *dst, s64 address, unsigned int n)
{
	if (unlikely(!tapc_peek_user(dst, address, n))) {
		memset(dst, 0, n);
		tapc_user_read_fault(hit, where, address);
	}
}

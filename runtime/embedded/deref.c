#include <linux/build_bug.h>

/* What SystemTap calls kread(): `*pointer`, or an error and zeroes where that cannot be read. */
#define tapc_read(hit, where, pointer) ({							\
	typeof(*(pointer)) tapc_value;								\
												\
	tapc_load_memory(hit, where, (void *)&tapc_value, (long)(pointer), sizeof(tapc_value));	\
	tapc_value;										\
})

/* uread(): the same from the memory of the program that runs. */
#define tapc_read_user(hit, where, pointer) ({							\
	typeof(*(pointer)) tapc_value;								\
												\
	tapc_load_user_memory(hit, where, (void *)&tapc_value, (long)(pointer), sizeof(tapc_value));	\
	tapc_value;										\
})

/* kderef(): `size` bytes as a number. */
static inline s64 tapc_deref(struct tapc_hit *hit, const char *where, unsigned int size, s64 address)
{
	u64 value = 0;

	tapc_load_memory(hit, where, &value, address, min_t(unsigned int, size, sizeof(value)));
	return value;
}

/* uderef(). */
static inline s64 tapc_deref_user(struct tapc_hit *hit, const char *where, unsigned int size, s64 address)
{
	u64 value = 0;

	tapc_load_user_memory(hit, where, &value, address, min_t(unsigned int, size, sizeof(value)));
	return value;
}

/* store_kderef(): the low bytes of a number, 1, 2, 4 or 8 of them. */
static inline void tapc_store(struct tapc_hit *hit, const char *where, unsigned int size, s64 address, u64 value)
{
	if (size == 1)
		tapc_store_u8(hit, where, address, value);
	else if (size == 2)
		tapc_store_u16(hit, where, address, value);
	else if (size == 4)
		tapc_store_u32(hit, where, address, value);
	else
		tapc_store_u64(hit, where, address, value);
}

/* kwrite(): `*pointer = value`, or an error. */
#define tapc_write(hit, where, pointer, value)							\
	tapc_store(hit, where, sizeof(*(pointer)), (long)(pointer), (u64)(value))

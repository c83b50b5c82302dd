#include <linux/types.h>
#include <linux/uaccess.h>

static void tapc_write_fault(struct tapc_hit *hit, const char *where, s64 address)
{
	tapc_fail_number(hit, where, "write fault at ", address);
}

static void tapc_store_u8(struct tapc_hit *hit, const char *where, s64 address, u8 value)
{
	if (unlikely(!tapc_is_kernel(address)))
		goto fault;
	__put_kernel_nofault((void *)address, &value, u8, fault);
	return;
fault:
	tapc_write_fault(hit, where, address);
}

static void tapc_store_u16(struct tapc_hit *hit, const char *where, s64 address, u16 value)
{
	if (unlikely(!tapc_is_kernel(address)))
		goto fault;
	__put_kernel_nofault((void *)address, &value, u16, fault);
	return;
fault:
	tapc_write_fault(hit, where, address);
}

static void tapc_store_u32(struct tapc_hit *hit, const char *where, s64 address, u32 value)
{
	if (unlikely(!tapc_is_kernel(address)))
		goto fault;
	__put_kernel_nofault((void *)address, &value, u32, fault);
	return;
fault:
	tapc_write_fault(hit, where, address);
}

static void tapc_store_u64(struct tapc_hit *hit, const char *where, s64 address, u64 value)
{
	if (unlikely(!tapc_is_kernel(address)))
		goto fault;
	__put_kernel_nofault((void *)address, &value, u64, fault);
	return;
fault:
	tapc_write_fault(hit, where, address);
}

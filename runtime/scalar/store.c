#include <linux/types.h>
#include <linux/uaccess.h>

static void tapc_write_fault(struct tapc_hit *hit, const char *where, s64 address)
{
	tapc_fail_number(hit, where, "write fault at ", address);
}

/* Each writes one number. Where that is not allowed, some kernels would look for the page in the process, and sleep, if they were let. */
static void tapc_store_u8(struct tapc_hit *hit, const char *where, s64 address, u8 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		pagefault_disable();
		__put_kernel_nofault((void *)address, &value, u8, fault);
		done = true;
fault:
		pagefault_enable();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

static void tapc_store_u16(struct tapc_hit *hit, const char *where, s64 address, u16 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		pagefault_disable();
		__put_kernel_nofault((void *)address, &value, u16, fault);
		done = true;
fault:
		pagefault_enable();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

static void tapc_store_u32(struct tapc_hit *hit, const char *where, s64 address, u32 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		pagefault_disable();
		__put_kernel_nofault((void *)address, &value, u32, fault);
		done = true;
fault:
		pagefault_enable();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

static void tapc_store_u64(struct tapc_hit *hit, const char *where, s64 address, u64 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		pagefault_disable();
		__put_kernel_nofault((void *)address, &value, u64, fault);
		done = true;
fault:
		pagefault_enable();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

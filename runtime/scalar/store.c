#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uaccess.h>

static void tapc_write_fault(struct tapc_hit *hit, const char *where, s64 address)
{
	tapc_fail_number(hit, where, "write fault at ", address);
}

/* As pagefault_disable(): where a write is not allowed, some kernels would look for the page in the process, and sleep, if they were let. */
static __always_inline void tapc_faults_off(void)
{
	tapc_self()->pagefault_disabled++;
	barrier();
}

static __always_inline void tapc_faults_on(void)
{
	barrier();
	tapc_self()->pagefault_disabled--;
}

/* Each writes one number. */
static void tapc_store_u8(struct tapc_hit *hit, const char *where, s64 address, u8 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		tapc_faults_off();
		__put_kernel_nofault((void *)address, &value, u8, fault);
		done = true;
fault:
		tapc_faults_on();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

static void tapc_store_u16(struct tapc_hit *hit, const char *where, s64 address, u16 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		tapc_faults_off();
		__put_kernel_nofault((void *)address, &value, u16, fault);
		done = true;
fault:
		tapc_faults_on();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

static void tapc_store_u32(struct tapc_hit *hit, const char *where, s64 address, u32 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		tapc_faults_off();
		__put_kernel_nofault((void *)address, &value, u32, fault);
		done = true;
fault:
		tapc_faults_on();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

static void tapc_store_u64(struct tapc_hit *hit, const char *where, s64 address, u64 value)
{
	bool done = false;

	if (likely(tapc_is_kernel(address))) {
		tapc_faults_off();
		__put_kernel_nofault((void *)address, &value, u64, fault);
		done = true;
fault:
		tapc_faults_on();
	}
	if (unlikely(!done))
		tapc_write_fault(hit, where, address);
}

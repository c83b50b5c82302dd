#include <asm/processor.h>
#include <asm/vsyscall.h>
#include <linux/mm.h>

/* Whether an address belongs to the kernel: what lies in the hole between the halves raises a fault that the kernel warns of. */
static __always_inline bool tapc_is_kernel(unsigned long address)
{
	unsigned int hole = 64 - boot_cpu_data.x86_virt_bits;

	return (long)address < 0 && (long)(address << hole) >> hole == (long)address &&
	       (address & PAGE_MASK) != VSYSCALL_ADDR;
}

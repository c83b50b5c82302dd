#include <asm/vsyscall.h>
#include <linux/mm.h>

/* Where the kernel's half begins with four levels of page tables, and with five. */
#define TAPC_KERNEL_FOUR (~0UL << 47)
#define TAPC_KERNEL_FIVE (~0UL << 56)

/*
 * Whether an address belongs to the kernel: what lies in the hole between the halves raises a fault that the kernel warns of. What vmalloc
 * gives lies below the shorter half where there are five levels.
 */
static __always_inline bool tapc_is_kernel(unsigned long address)
{
	if (unlikely(address < TAPC_KERNEL_FOUR) &&
	    ((unsigned long)tapc_cpus >= TAPC_KERNEL_FOUR || address < TAPC_KERNEL_FIVE))
		return false;
	return (address & PAGE_MASK) != VSYSCALL_ADDR;
}

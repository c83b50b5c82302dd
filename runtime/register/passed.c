#include <linux/compiler.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>

/* The address of words that are read by their address as a number: the compiler does not see that they are read. */
static __always_inline long tapc_in_memory(const void *words)
{
	asm volatile("" : "+r" (words) : : "memory");
	return (long)words;
}

/* The n-th word on the kernel stack at an event; 0 where the stack has none. */
static unsigned long tapc_stack_word(struct pt_regs *regs, unsigned int n)
{
	unsigned long *top = (unsigned long *)kernel_stack_pointer(regs);
	unsigned long block = ~(THREAD_SIZE - 1);

	if (((unsigned long)(top + n) & block) != ((unsigned long)top & block))
		return 0;
	return READ_ONCE_NOCHECK(top[n]);
}

/* n++ at openat(2): one test for all other calls. */
#include <asm/unistd.h>

static DEFINE_PER_CPU(unsigned long, count);

static __always_inline void work(long value)
{
	if (unlikely(value == __NR_openat))
		this_cpu_inc(count);
}

static unsigned long worked(void)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(count, cpu);
	return sum;
}

/* n++ */
static DEFINE_PER_CPU(unsigned long, count);

static __always_inline void work(long value)
{
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

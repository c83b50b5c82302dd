/* s <<< value: count, sum, least, greatest; right whatever nests. */
static DEFINE_PER_CPU(long, count);
static DEFINE_PER_CPU(long, sum);
static DEFINE_PER_CPU(long, least) = LONG_MAX;
static DEFINE_PER_CPU(long, greatest) = LONG_MIN;

static __always_inline void work(long value)
{
	long seen;

	preempt_disable_notrace();
	__this_cpu_inc(count);
	__this_cpu_add(sum, value);
	while (unlikely(value < (seen = __this_cpu_read(least))))
		this_cpu_cmpxchg(least, seen, value);
	while (unlikely(value > (seen = __this_cpu_read(greatest))))
		this_cpu_cmpxchg(greatest, seen, value);
	preempt_enable_notrace();
}

static unsigned long worked(void)
{
	unsigned long n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += per_cpu(count, cpu);
	return n;
}

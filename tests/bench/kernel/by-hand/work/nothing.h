/* What the kernel's mechanism costs alone. */
static __always_inline void work(long value)
{
}

static unsigned long worked(void)
{
	return 0;
}

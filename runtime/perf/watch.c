#include <linux/hw_breakpoint.h>
#include <linux/kprobes.h>

/*
 * Address of a variable of the kernel, 0 where there is none of that name. The kernel refuses a kprobe on data, but by then it has
 * looked the name up; one on a function is taken back.
 */
static unsigned long tapc_watch_address(const char *symbol)
{
	struct kprobe kprobe = { .symbol_name = symbol, .flags = KPROBE_FLAG_DISABLED };
	struct kprobe *registered = &kprobe;
	unsigned long address;
	int error = register_kprobe(&kprobe);

	address = (unsigned long)kprobe.addr;
	if (!error)
		unregister_kprobes(&registered, 1);
	return address;
}

/* Where the points are that are named. One that is nowhere is left out if it is optional: the kernel refuses to watch no byte. */
static int tapc_watch_find(struct tapc_perf *points, const char *const *symbols, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!symbols[i])
			continue;
		points[i].attr.bp_addr = tapc_watch_address(symbols[i]);
		if (points[i].attr.bp_addr)
			continue;
		points[i].attr.bp_len = 0;
		if (points[i].optional)
			continue;
		tapc_log(KERN_ERR KBUILD_MODNAME ": cannot probe %s: this kernel has no such variable\n", points[i].place);
		return -ENXIO;
	}
	return 0;
}

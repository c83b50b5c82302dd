#include <linux/errno.h>
#include <linux/kprobes.h>

/*
 * Where the kernel's own functions begin and end: modules are loaded on both sides of them. The last that can be traced are before those
 * that kprobes must not touch; where the code ends, a kernel that keeps the names of functions alone cannot say.
 */
static unsigned long tapc_code_start, tapc_code_end;

static __always_inline bool tapc_in_module(unsigned long ip)
{
	return ip < tapc_code_start || ip >= tapc_code_end;
}

/* The address of a symbol that need not be one to probe: a kprobe has it even where it is refused. */
static unsigned long tapc_code_bound(const char *name)
{
	struct kprobe kprobe = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	struct kprobe *only = &kprobe;
	unsigned long address;
	int err = register_kprobe(&kprobe);

	address = (unsigned long)kprobe.addr;
	if (!err)
		unregister_kprobes(&only, 1);
	return address;
}

static int tapc_modules_find(void)
{
	tapc_code_start = tapc_code_bound("_stext");
	tapc_code_end = tapc_code_bound("__kprobes_text_end");
	return tapc_code_start && tapc_code_end ? 0 : -ENOENT;
}

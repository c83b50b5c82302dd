/* What comes in between would stay off: nobody restores the flags. */
static __always_inline void tapc_kretprobe_calm(void)
{
}

/* At the entry, where the handler keeps nothing of it. */
static int tapc_kretprobe_entry(struct kretprobe_instance *unused, struct pt_regs *regs)
{
	return 0;
}

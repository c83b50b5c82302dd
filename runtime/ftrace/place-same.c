/* Where ftrace hits a function: kprobes are placed there, too. */
static __always_inline unsigned long tapc_ftrace_place(unsigned long function)
{
	return function;
}

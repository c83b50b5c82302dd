#include <linux/ftrace.h>

static void tapc_ftrace_forget(struct ftrace_ops *ops)
{
	ftrace_free_filter(ops);
}

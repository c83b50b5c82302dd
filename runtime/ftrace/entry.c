#include <linux/ftrace.h>
#include <linux/kprobes.h>

/*
 * A handler on the entry of functions: one ftrace_ops for all that ftrace can patch, a kprobe for each other one.
 * `pattern` stands for what ftrace finds by itself; without one, `symbols` are looked up one by one.
 */
struct tapc_function {
	unsigned int probe;		/* row of tapc_probes */
	const char *const *symbols;
	unsigned int count;
	char *pattern;
	kprobe_pre_handler_t kprobe;
	struct ftrace_ops ops;
	struct tapc_kprobes kprobes;
	const char *module;	/* whose functions they are, NULL for the kernel's */
	bool optional;		/* one of a wildcard */
	bool traced;
};

/* Gives back what the choice of functions took. The ops can be used anew. */
static void tapc_ftrace_forget(struct ftrace_ops *ops)
{
	ftrace_set_filter(ops, NULL, 0, 1);
}

/* Leaves out the functions that match what follows the "!"; that there are none is fine. */
static int tapc_ftrace_leave_out(struct ftrace_ops *ops, char *pattern)
{
	int err = ftrace_set_filter(ops, pattern, tapc_text_length(pattern), 0);

	return err == -EINVAL ? 0 : err;
}

static int tapc_function_trace_pattern(struct tapc_function *function)
{
	/* What the compiler split off a function is not the function: it would be hit twice. */
	char parts[] = "!*.part.*";
	/* What runs before the guard would call itself without end, if this module was built with calls to ftrace. */
	char own[] = "!tapc_*";
	int err;

	err = tapc_modules_find();
	if (!err)
		err = ftrace_set_filter(&function->ops, function->pattern, tapc_text_length(function->pattern), 1);
	if (!err)
		err = tapc_ftrace_leave_out(&function->ops, parts);
	if (!err)
		err = tapc_ftrace_leave_out(&function->ops, own);
	return err;
}

static int tapc_function_trace_symbols(struct tapc_function *function)
{
	int err = tapc_kprobes_find_for(&function->kprobes, function->symbols, function->count,
					function->kprobe, function->probe);
	unsigned int i;

	if (err)
		return err;
	for (i = 0; i < function->count; i++) {
		struct kprobe *kprobe = &function->kprobes.list[i];

		/* Without a callback for ftrace the handler is a kprobe's alone. */
		if (kprobe->addr && function->ops.func &&
		    !ftrace_set_filter_ip(&function->ops, (unsigned long)kprobe->addr, 0, !function->traced)) {
			function->traced = true;
			tapc_kprobes_mark(&function->kprobes, kprobe);
		}
	}
	tapc_kprobes_drop_marked(&function->kprobes);
	return 0;
}

static void tapc_function_detach_one(struct tapc_function *function)
{
	if (function->traced)
		unregister_ftrace_function(&function->ops);
	tapc_ftrace_forget(&function->ops);
	function->traced = false;
	tapc_kprobes_unregister(&function->kprobes);
}

static int tapc_function_attach_one(struct tapc_function *function)
{
	int err;

	if (function->pattern) {
		err = tapc_function_trace_pattern(function);
		function->traced = !err;
	} else {
		err = tapc_function_trace_symbols(function);
	}
	if (!err && function->traced)
		err = register_ftrace_function(&function->ops);
	if (err)
		function->traced = false;
	if (!err)
		err = tapc_kprobes_enable(&function->kprobes);
	if (!err)
		return 0;
	tapc_function_detach_one(function);
	return tapc_kprobe_refused(err, tapc_probes[function->probe].point, function->module, function->optional);
}

/* On return none of their callbacks runs. */
static void tapc_functions_detach(struct tapc_function *functions, unsigned int count)
{
	while (count--)
		tapc_function_detach_one(&functions[count]);
}

static int tapc_functions_attach(struct tapc_function *functions, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		int err = tapc_function_attach_one(&functions[i]);

		if (err) {
			tapc_functions_detach(functions, i);
			return err;
		}
	}
	return 0;
}

static unsigned long tapc_functions_missed(struct tapc_function *functions, unsigned int count,
					   unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (functions[i].probe == probe)
			missed += tapc_kprobes_missed(&functions[i].kprobes);
	return missed;
}

/* The module comes or goes that some of them are in. */
static void tapc_functions_follow(struct tapc_function *functions, unsigned int count, const char *module, bool comes)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!functions[i].module || tapc_compare(functions[i].module, module))
			continue;
		tapc_function_detach_one(&functions[i]);
		if (comes)
			tapc_function_attach_one(&functions[i]);
	}
}

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/tracepoint.h>

/* A tracepoint of a module. The probe is attached whenever that module is there. */
struct tapc_module_tracepoint {
	const char *module;
	struct tapc_tracepoint row;
};

static struct tracepoint *tapc_module_tracepoint_find(struct module *module, const char *name)
{
	unsigned int i;

	for (i = 0; i < module->num_tracepoints; i++) {
		struct tracepoint *tracepoint = tracepoint_ptr_deref(&module->tracepoints_ptrs[i]);

		if (!tapc_compare(tracepoint->name, name))
			return tracepoint;
	}
	return NULL;
}

static void tapc_module_tracepoint_attach(struct tapc_tracepoint *row, struct module *module)
{
	struct tracepoint *tracepoint = tapc_module_tracepoint_find(module, row->name);
	int err = -ENOENT;

	if (tracepoint)
		err = tracepoint_probe_register(tracepoint, row->callback, row);
	if (err)
		tapc_tracepoint_leave_out(row, err);
	else
		row->tracepoint = tracepoint;
}

static void tapc_module_tracepoint_detach(struct tapc_tracepoint *row)
{
	if (row->tracepoint)
		tracepoint_probe_unregister(row->tracepoint, row->callback, row);
	row->tracepoint = NULL;
}

/* Called for every module with tracepoints: those that are there at once, others as they come and go. */
static void tapc_module_tracepoints_notify(struct tapc_module_tracepoint *rows, unsigned int count,
					   unsigned long event, struct module *module)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (tapc_compare(rows[i].module, module->name))
			continue;
		if (event == MODULE_STATE_COMING)
			tapc_module_tracepoint_attach(&rows[i].row, module);
		else if (event == MODULE_STATE_GOING)
			tapc_module_tracepoint_detach(&rows[i].row);
	}
}

#include <linux/tracepoint.h>

/* A tracepoint that a probe is attached to. `data` of the callback is the row itself. */
struct tapc_tracepoint {
	const char *name;
	const char *point;		/* as pp() tells it */
	void *callback;			/* void (*)(void *row, the tracepoint's own parameters) */
	struct tracepoint *tracepoint;	/* set while attached */
	unsigned int probe;
	bool optional;			/* the script goes on without it */
};

struct tapc_tracepoint_table {
	struct tapc_tracepoint *rows;
	unsigned int count;
};

static void tapc_tracepoint_match(struct tracepoint *tracepoint, void *data)
{
	struct tapc_tracepoint_table *table = data;
	unsigned int i;

	for (i = 0; i < table->count; i++)
		if (!tapc_compare(table->rows[i].name, tracepoint->name))
			table->rows[i].tracepoint = tracepoint;
}

static const char *tapc_tracepoint_reason(int err)
{
	return err == -ENOENT ? "this kernel has no such tracepoint" : "refused by the kernel";
}

/* On return no callback of the table runs. */
static void tapc_tracepoints_detach(struct tapc_tracepoint *rows, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (rows[i].tracepoint)
			tracepoint_probe_unregister(rows[i].tracepoint, rows[i].callback, &rows[i]);
		rows[i].tracepoint = NULL;
	}
	tracepoint_synchronize_unregister();
}

static void tapc_tracepoint_leave_out(struct tapc_tracepoint *row, int err)
{
	tapc_log(KERN_INFO KBUILD_MODNAME ": %s is left out: %s (error %d)\n", row->point, tapc_tracepoint_reason(err), err);
	tapc_refuse(row->probe, row->point, err);
	row->tracepoint = NULL;
}

static int tapc_tracepoints_attach(struct tapc_tracepoint *rows, unsigned int count)
{
	struct tapc_tracepoint_table table = { rows, count };
	unsigned int i;
	int err = 0;

	for_each_kernel_tracepoint(tapc_tracepoint_match, &table);
	for (i = 0; i < count; i++) {
		err = -ENOENT;
		if (rows[i].tracepoint)
			err = tracepoint_probe_register(rows[i].tracepoint, rows[i].callback, &rows[i]);
		if (err && rows[i].optional) {
			tapc_tracepoint_leave_out(&rows[i], err);
			err = 0;
		}
		if (err)
			break;
	}
	if (!err)
		return 0;
	tapc_log(KERN_ERR KBUILD_MODNAME ": cannot attach %s: %s (error %d)\n", rows[i].point,
	       tapc_tracepoint_reason(err), err);
	/* What was found but not registered must not be unregistered. */
	while (i < count)
		rows[i++].tracepoint = NULL;
	tapc_tracepoints_detach(rows, count);
	/* insmod takes -ENOENT for a symbol that it cannot link. */
	return err == -ENOENT ? -ENXIO : err;
}

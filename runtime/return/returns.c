/* On return none of their callbacks runs. */
static void tapc_returns_detach(struct tapc_return *returns, unsigned int count)
{
	while (count--)
		tapc_return_detach(&returns[count]);
}

static int tapc_return_attach_one(struct tapc_return *ret)
{
	int err = tapc_return_attach(ret);

	if (!err)
		return 0;
	tapc_return_detach(ret);
	return tapc_kprobe_refused(err, tapc_probes[ret->probe].point, ret->module, ret->optional);
}

static int tapc_returns_attach(struct tapc_return *returns, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		int err = tapc_return_attach_one(&returns[i]);

		if (err) {
			tapc_returns_detach(returns, i);
			return err;
		}
	}
	return 0;
}

static unsigned long tapc_returns_missed(struct tapc_return *returns, unsigned int count, unsigned int probe)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (returns[i].probe == probe)
			missed += tapc_return_missed(&returns[i]);
	return missed;
}

/* The module comes or goes that some of them are in. */
static void tapc_returns_follow(struct tapc_return *returns, unsigned int count, const char *module, bool comes)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!returns[i].module || tapc_compare(returns[i].module, module))
			continue;
		tapc_return_detach(&returns[i]);
		if (comes)
			tapc_return_attach_one(&returns[i]);
	}
}

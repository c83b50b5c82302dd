/* On return none of their callbacks runs. */
static void tapc_returns_detach(struct tapc_return *returns, unsigned int count)
{
	while (count--)
		tapc_return_detach(&returns[count]);
}

static int tapc_returns_attach(struct tapc_return *returns, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		int err = tapc_return_attach(&returns[i]);

		if (err) {
			pr_err(TAPC_MODULE ": cannot probe %s: %s (error %d)\n", tapc_probes[returns[i].probe].point,
			       tapc_kprobe_reason(err), err);
			tapc_returns_detach(returns, i + 1);
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

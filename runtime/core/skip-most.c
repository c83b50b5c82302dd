/* Of all handlers. */
static atomic_t tapc_skipped;

static const struct tapc_piece tapc_skipped_line[] = {
	{ TAPC_TEXT("ERROR: skipped too many hits, MAXSKIPPED exceeded\n") },
	{ }
};

/* Counts a hit that could not be served, once: the first reason stands. One too many of them ends the script. */
static void tapc_skip(struct tapc_hit *hit, enum tapc_counter reason)
{
	bool before = hit->skipped;

	hit->skipped = true;
	if (before)
		return;
	local_inc(&hit->counts[reason]);
	if (atomic_inc_return(&tapc_skipped) != TAPC_SKIPPED_MOST + 1)
		return;
	WRITE_ONCE(tapc_failed, true);
	tapc_print_text(hit, tapc_skipped_line);
	tapc_exit(hit);
}

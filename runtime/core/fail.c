/* The script ends by an error: `error` handlers run, `end` handlers do not. */
static bool tapc_failed;

/* Errors that nobody caught. */
static atomic_t tapc_errors;

static const struct tapc_piece tapc_error_text[] = {
	{ .put = tapc_put_string },
	{ }
};

static const struct tapc_piece tapc_error_number[] = {
	{ .put = tapc_put_string },
	{ .put = tapc_put_hex, .flags = TAPC_ALTERNATE },
	{ }
};

/* The error's text, its number behind it, into char[TAPC_STRLEN]. */
static void tapc_error_render(struct tapc_hit *hit, char *text)
{
	const s64 args[] = { (long)hit->error, hit->number };

	tapc_sprint(hit, text, hit->numbered ? tapc_error_number : tapc_error_text, args);
}

static const struct tapc_piece tapc_error_line[] = {
	{ TAPC_TEXT("ERROR: ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT(" at ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

static const struct tapc_piece tapc_error_number_line[] = {
	{ TAPC_TEXT("ERROR: ") },
	{ .put = tapc_put_string },
	{ .put = tapc_put_hex, .flags = TAPC_ALTERNATE },
	{ TAPC_TEXT(" at ") },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

/* An error nobody caught: counted, told, and one too many of them ends the script. */
static void tapc_report(struct tapc_hit *hit)
{
	const struct tapc_piece *format = hit->numbered ? tapc_error_number_line : tapc_error_line;
	unsigned int size = tapc_line_size(hit->error);
	unsigned int where_size = tapc_size(hit->place);
	struct tapc_record record;

	local_inc(&hit->counts[TAPC_FAILURES]);
	if (tapc_stage_begin(hit, &record, format, TAPC_ROUND(size) + TAPC_ROUND(where_size) +
						   (hit->numbered ? sizeof(s64) : 0))) {
		tapc_add_string(&record, hit->error, size);
		if (hit->numbered)
			tapc_add_long(&record, hit->number);
		tapc_add_string(&record, hit->place, where_size);
		tapc_stage_end(hit, &record);
	}
	if (atomic_inc_return(&tapc_errors) > TAPC_ERRORS) {
		WRITE_ONCE(tapc_failed, true);
		tapc_exit(hit);
	}
}

static void tapc_fail_finish(struct tapc_hit *hit)
{
	if (hit->error)
		tapc_report(hit);
	if (hit->group)
		tapc_stage_publish(hit);
	if (hit->copy)
		hit->cpu->kept -= ALIGN(TAPC_STRLEN, 8);
}

static void tapc_fail_prepare(struct tapc_hit *hit)
{
	if (!hit->finish) {
		hit->copy = NULL;
		hit->group = NULL;
	}
	hit->finish = tapc_fail_finish;
}

/* A run-time error at `where`, with a text that lives on. The first of a hit stands until it is caught. */
static void tapc_fail(struct tapc_hit *hit, const char *where, const char *error)
{
	if (hit->error)
		return;
	hit->error = error;
	hit->place = where;
	hit->numbered = false;
	tapc_fail_prepare(hit);
}

/* As tapc_fail(), the number in hex behind the text. */
static void tapc_fail_number(struct tapc_hit *hit, const char *where, const char *error, s64 number)
{
	if (hit->error)
		return;
	tapc_fail(hit, where, error);
	hit->number = number;
	hit->numbered = true;
}

/* As tapc_fail(), with a text that is copied: it is kept until the handler has ended. */
static void tapc_fail_string(struct tapc_hit *hit, const char *where, const char *error)
{
	struct tapc_cpu *cpu = hit->cpu;
	unsigned int bytes = ALIGN(TAPC_STRLEN, 8);
	unsigned int i;

	if (hit->error)
		return;
	tapc_fail_prepare(hit);
	if (!hit->copy && bytes <= TAPC_SCRATCH - cpu->kept - cpu->used) {
		WRITE_ONCE(cpu->kept, cpu->kept + bytes);
		hit->copy = cpu->scratch + TAPC_SCRATCH - cpu->kept;
	}
	if (!hit->copy) {
		tapc_fail(hit, where, "an error, but no memory for its text");
		return;
	}
	for (i = 0; error[i] && i < TAPC_STRLEN - 1; i++)
		hit->copy[i] = error[i];
	hit->copy[i] = '\0';
	tapc_fail(hit, where, hit->copy);
}

/* Ends the error; its text goes into char[TAPC_STRLEN], or nowhere. */
static void tapc_catch(struct tapc_hit *hit, char *text)
{
	if (text)
		tapc_error_render(hit, text);
	hit->error = NULL;
}

/* Begin, end and error handlers have their actions in turns: other tasks get the CPU between them. */
static noinline bool tapc_budget_renew(struct tapc_hit *hit, const char *where, unsigned int actions)
{
	while (hit->waits && hit->reserve && hit->budget < actions) {
		unsigned int turn = min(hit->reserve, 10000U);

		hit->budget += turn;
		hit->reserve -= turn;
		if (test_tsk_need_resched(tapc_self()))
			tapc_sleep(1);
	}
	if (hit->budget >= actions) {
		hit->budget -= actions;
		return true;
	}
	hit->budget = 0;
	tapc_fail(hit, where, "MAXACTION exceeded");
	return false;
}

/* Spends actions; an error when there are none left. */
static inline bool tapc_budget(struct tapc_hit *hit, const char *where, unsigned int actions)
{
	if (likely(hit->budget >= actions)) {
		hit->budget -= actions;
		return true;
	}
	return tapc_budget_renew(hit, where, actions);
}

/* Enters a function that may call itself; an error when that went too deep. */
static inline bool tapc_nest(struct tapc_hit *hit, const char *where)
{
	if (likely(hit->nesting < TAPC_NESTING)) {
		hit->nesting++;
		return true;
	}
	tapc_fail(hit, where, "MAXNESTING exceeded");
	return false;
}

static inline void tapc_unnest(struct tapc_hit *hit)
{
	hit->nesting--;
}

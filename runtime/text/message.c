static const struct tapc_piece tapc_message_line[] = {
	{ .put = tapc_put_string },
	{ .put = tapc_put_string },
	{ TAPC_TEXT("\n") },
	{ }
};

/* A line of its own. */
static void tapc_message(struct tapc_hit *hit, const char *prefix, const char *message)
{
	unsigned int prefix_size = tapc_size(prefix);
	unsigned int size = tapc_line_size(message);
	struct tapc_record record;

	if (!tapc_stage_begin(hit, &record, tapc_message_line, TAPC_ROUND(prefix_size) + TAPC_ROUND(size)))
		return;
	tapc_add_string(&record, prefix, prefix_size);
	tapc_add_string(&record, message, size);
	tapc_stage_end(hit, &record);
}

static const struct tapc_piece tapc_message_text[] = {
	{ .put = tapc_put_string },
	{ }
};

/* Text as it is. */
static void tapc_stage_string(struct tapc_hit *hit, const char *text)
{
	unsigned int size = tapc_size(text);
	struct tapc_record record;

	if (!tapc_stage_begin(hit, &record, tapc_message_text, TAPC_ROUND(size)))
		return;
	tapc_add_string(&record, text, size);
	tapc_stage_end(hit, &record);
}

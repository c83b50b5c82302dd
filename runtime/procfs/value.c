/* A text that a handler makes, with room for `size` bytes, its NUL among them. */
struct tapc_value {
	char *text;
	size_t size, used;
};

/* What does not fit is cut, and counted. */
static void tapc_value_append(struct tapc_hit *hit, struct tapc_value *value, const char *text)
{
	size_t used = value->used;

	while (*text && used < value->size - 1)
		value->text[used++] = *text++;
	value->text[used] = '\0';
	value->used = used;
	if (*text)
		tapc_truncated(hit);
}

static inline void tapc_value_set(struct tapc_hit *hit, struct tapc_value *value, const char *text)
{
	value->used = 0;
	tapc_value_append(hit, value, text);
}

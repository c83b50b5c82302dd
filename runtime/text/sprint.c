/*
 * Formats into char[TAPC_STRLEN]. `args` has longs as they are, strings by pointer, memory as length and
 * pointer; none of them may be in `dst`.
 */
static void tapc_sprint(struct tapc_hit *hit, char *dst, const struct tapc_piece *format, const s64 *args)
{
	struct tapc_text text = { .data = dst, .size = TAPC_STRLEN - 1 };
	struct tapc_values values = { .args = args };

	tapc_render(&text, format, &values);
	if (text.used > text.size) {
		tapc_truncated(hit);
		text.used = text.size;
	}
	dst[text.used] = '\0';
}

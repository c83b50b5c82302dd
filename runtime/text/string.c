/* Bytes, laid out as %s, %m and %c are. */
static void tapc_put_bytes(struct seq_file *text, const struct tapc_layout *layout, const char *bytes,
			   size_t n)
{
	s64 room = layout->width - (s64)n;

	if (!(layout->flags & TAPC_LEFT))
		tapc_text_fill(text, ' ', room);
	tapc_text_add(text, bytes, n);
	if (layout->flags & TAPC_LEFT)
		tapc_text_fill(text, ' ', room);
	if (layout->flags & TAPC_ZERO)
		tapc_text_fill(text, '\0', 1);
}

/* %s */
static void tapc_put_string(struct seq_file *text, const struct tapc_piece *piece,
			    struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *string = tapc_next_string(values);
	size_t n = 0;

	while (string[n] && n != (size_t)layout.precision)
		n++;
	tapc_put_bytes(text, &layout, string, n);
}

/* %m: memory as it is. */
static void tapc_put_memory(struct seq_file *text, const struct tapc_piece *piece,
			    struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	size_t n;
	const char *memory = tapc_next_memory(values, &n);

	tapc_put_bytes(text, &layout, memory, n);
}

/* %M: memory in hex. */
static void tapc_put_memory_hex(struct seq_file *text, const struct tapc_piece *piece,
				struct tapc_values *values)
{
	static const char digits[] = "0123456789abcdef";
	struct tapc_layout layout = tapc_layout_of(piece, values);
	size_t n, i;
	const u8 *memory = tapc_next_memory(values, &n);
	s64 room = layout.width - 2 * (s64)n;

	if (!(layout.flags & TAPC_LEFT))
		tapc_text_fill(text, ' ', room);
	for (i = 0; i < n; i++) {
		tapc_text_add(text, &digits[memory[i] >> 4], 1);
		tapc_text_add(text, &digits[memory[i] & 15], 1);
	}
	if (layout.flags & TAPC_LEFT)
		tapc_text_fill(text, ' ', room);
	if (layout.flags & TAPC_ZERO)
		tapc_text_fill(text, '\0', 1);
}

/* What C writes behind a backslash for c; 0 where it writes octal digits. */
static char tapc_char_escape(char c)
{
	static const char escapes[] = "\aa\bb\ff\nn\rr\tt\vv''\\\\";
	const char *at;

	for (at = escapes; *at; at += 2)
		if (*at == c)
			return at[1];
	return 0;
}

/* %c; with # as it would stand in a C character. */
static void tapc_put_char(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	unsigned char c = tapc_next_long(values);
	char escaped[4] = { '\\' };

	layout.flags &= ~TAPC_ZERO;
	escaped[1] = tapc_char_escape(c);
	if (!(layout.flags & TAPC_ALTERNATE)) {
		tapc_put_bytes(text, &layout, (const char *)&c, 1);
	} else if (escaped[1]) {
		tapc_put_bytes(text, &layout, escaped, 2);
	} else if (c >= ' ' && c <= '~') {
		tapc_put_bytes(text, &layout, (const char *)&c, 1);
	} else {
		escaped[1] = '0' + (c >> 6);
		escaped[2] = '0' + (c >> 3 & 7);
		escaped[3] = '0' + (c & 7);
		tapc_put_bytes(text, &layout, escaped, 4);
	}
}

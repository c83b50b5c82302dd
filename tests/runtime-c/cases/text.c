/* What one conversion makes of a value, against printf where both mean the same, against a table where they do not. */
static char out[TAPC_STRLEN];
static unsigned long checks;

static void render(struct tapc_piece piece, const s64 *args)
{
	const struct tapc_piece format[] = { piece, { } };
	struct tapc_hit hit = { };

	tapc_sprint(&hit, out, format, args);
}

static void is(const char *wanted, struct tapc_piece piece, s64 a, s64 b, s64 c)
{
	const s64 args[] = { a, b, c };

	render(piece, args);
	expect(!strcmp(out, wanted), "\"%s\" instead of \"%s\"", out, wanted);
	checks++;
}

typedef void put_t(struct seq_file *, const struct tapc_piece *, struct tapc_values *);

static const struct {
	put_t *put;
	const char *conversion;
	unsigned int flags;	/* those that mean the same to printf */
} numbers[] = {
	{ tapc_put_decimal, "lld", TAPC_LEFT | TAPC_PLUS | TAPC_SPACE | TAPC_ZERO },
	{ tapc_put_unsigned, "llu", TAPC_LEFT | TAPC_ZERO },
	{ tapc_put_hex, "llx", TAPC_LEFT | TAPC_ZERO | TAPC_ALTERNATE },
	{ tapc_put_hex_upper, "llX", TAPC_LEFT | TAPC_ZERO | TAPC_ALTERNATE },
	{ tapc_put_octal, "llo", TAPC_LEFT | TAPC_ZERO },
};

static s64 some_number(void)
{
	static const s64 edges[] = { 0, 1, -1, 9, 10, S64_MAX, S64_MIN, 7, 8, 15, 16, -10 };

	if (chance(2))
		return edges[chance(sizeof(edges) / sizeof(edges[0]))];
	return (s64)(chance(1ULL << 53) << chance(12)) >> chance(60);
}

static void against_printf(void)
{
	unsigned int which = chance(5), flags = chance(32) & numbers[which].flags;
	int width = chance(2) ? chance(30) : 0, precision = chance(2) ? (int)chance(30) : -1;
	s64 value = some_number();
	char format[32], wanted[256];
	struct tapc_piece piece = { .put = numbers[which].put, .width = width, .precision = precision + 1 };

	/* Here a precision does not turn 0 off, and neither 0 nor # is special about zero. */
	if (precision >= 0)
		flags &= ~TAPC_ZERO;
	if (value == 0)
		flags &= ~TAPC_ALTERNATE;
	if (value == 0 && precision == 0)
		return;
	piece.flags = flags;
	snprintf(format, sizeof(format), "%%%s%s%s%s%s*.*%s", flags & TAPC_LEFT ? "-" : "",
		 flags & TAPC_PLUS ? "+" : "", flags & TAPC_SPACE ? " " : "", flags & TAPC_ALTERNATE ? "#" : "",
		 flags & TAPC_ZERO ? "0" : "", numbers[which].conversion);
	snprintf(wanted, sizeof(wanted), format, width, precision, value);
	is(wanted, piece, value, 0, 0);
	/* The same with width and precision as arguments. */
	if (precision >= 0) {
		piece.width = TAPC_FROM_ARGUMENT;
		piece.precision = TAPC_FROM_ARGUMENT;
		is(wanted, piece, width, precision, value);
	}
}

static void strings_against_printf(void)
{
	unsigned int flags = chance(2) ? TAPC_LEFT : 0;
	int width = chance(2) ? chance(40) : 0, precision = chance(2) ? (int)chance(30) : -1;
	char text[32], wanted[256];
	unsigned int i, n = chance(sizeof(text));

	for (i = 0; i < n; i++)
		text[i] = 'a' + chance(26);
	text[n] = '\0';
	snprintf(wanted, sizeof(wanted), flags ? "%-*.*s" : "%*.*s", width, precision, text);
	is(wanted,
	   (struct tapc_piece){ .put = tapc_put_string, .width = width, .precision = precision + 1, .flags = flags },
	   (long)text, 0, 0);
}

static void table(void)
{
	const s64 bytes = 0x6564636261LL;
	struct tapc_hit hit = { };
	const s64 cut[] = { (long)"0123456789", (long)"abcdefghij" };
	const struct tapc_piece two[] = {
		{ .put = tapc_put_string, .width = TAPC_STRLEN - 5 }, { .put = tapc_put_string }, { }
	};

	is("0x0", (struct tapc_piece){ .put = tapc_put_pointer }, 0, 0, 0);
	is("0xffffffffffffffff", (struct tapc_piece){ .put = tapc_put_pointer }, -1, 0, 0);
	is("0x0", (struct tapc_piece){ .put = tapc_put_hex, .flags = TAPC_ALTERNATE }, 0, 0, 0);
	is("017", (struct tapc_piece){ .put = tapc_put_octal, .flags = TAPC_ALTERNATE }, 15, 0, 0);
	is("0", (struct tapc_piece){ .put = tapc_put_decimal, .precision = TAPC_PRECISION(0) }, 0, 0, 0);
	is("0000000007", (struct tapc_piece){ .put = tapc_put_decimal, .width = 10, .precision = TAPC_PRECISION(3),
					      .flags = TAPC_ZERO }, 7, 0, 0);
	is("7    |", (struct tapc_piece){ TAPC_TEXT("7    |") }, 0, 0, 0);
	is("7    ", (struct tapc_piece){ .put = tapc_put_decimal, .width = TAPC_FROM_ARGUMENT }, -5, 7, 0);
	is("  A", (struct tapc_piece){ .put = tapc_put_char, .width = 3 }, 'A', 0, 0);
	is("\\n", (struct tapc_piece){ .put = tapc_put_char, .flags = TAPC_ALTERNATE }, '\n', 0, 0);
	is("\\'", (struct tapc_piece){ .put = tapc_put_char, .flags = TAPC_ALTERNATE }, '\'', 0, 0);
	is("\\001", (struct tapc_piece){ .put = tapc_put_char, .flags = TAPC_ALTERNATE }, 1, 0, 0);
	is("\\377", (struct tapc_piece){ .put = tapc_put_char, .flags = TAPC_ALTERNATE }, 255, 0, 0);
	is("abc", (struct tapc_piece){ .put = tapc_put_memory }, 3, (long)&bytes, 0);
	is("  6162", (struct tapc_piece){ .put = tapc_put_memory_hex, .width = 6 }, 2, (long)&bytes, 0);
	is("6162  ", (struct tapc_piece){ .put = tapc_put_memory_hex, .width = 6, .flags = TAPC_LEFT }, 2,
	   (long)&bytes, 0);
	is("ab", (struct tapc_piece){ .put = tapc_put_binary, .width = 2 }, bytes, 0, 0);
	is("abcd", (struct tapc_piece){ .put = tapc_put_binary, .precision = TAPC_PRECISION(4) }, bytes, 0, 0);

	tapc_sprint(&hit, out, two, cut);
	expect(strlen(out) == TAPC_STRLEN - 1 && !strcmp(out + strlen(out) - 4, "abcd"), "cut: \"%s\"", out);
	expect(hit.truncated == 1, "%u", hit.truncated);
	checks++;
}

/* Through a histogram, and through a page that is too small for it: no byte beyond its size is written. */
static void histogram(void)
{
	struct tapc_histogram *log = calloc(1, sizeof(*log) + 128 * sizeof(u64));
	struct tapc_histogram *linear = calloc(1, sizeof(*linear) + 8 * sizeof(u64));
	char page[2048];
	struct seq_file text = { .buf = page, .size = sizeof(page) };
	struct tapc_values values = { .args = (const s64[]){ 0, (long)log } };

	log->buckets = 128;
	log->count[64 - 1] = 3;
	log->count[64 + 2] = 100;
	tapc_put_hist_log(&text, NULL, &values);
	page[text.count] = '\0';
	expect(!strcmp(page,
		       "value |-------------------------------------------------- count\n"
		       "   -4 |                                                     0\n"
		       "   -2 |                                                     0\n"
		       "   -1 |@                                                    3\n"
		       "    0 |                                                     0\n"
		       "    1 |                                                     0\n"
		       "    2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 100\n"
		       "    4 |                                                     0\n"
		       "    8 |                                                     0\n"
		       "\n"), "%s", page);
	linear->buckets = 8;
	linear->low = 10;
	linear->step = 5;
	linear->count[0] = 1;
	linear->count[7] = 2;
	text.count = 0;
	values.args = (const s64[]){ 0, (long)linear };
	tapc_put_hist_linear(&text, NULL, &values);
	page[text.count] = '\0';
	expect(strstr(page, "  <10 |@ ") && strstr(page, "  >35 |@@ ") && strstr(page, "      ~\n"), "%s", page);
	for (text.size = 0; text.size < 200; text.size += 7) {
		text.count = 0;
		text.buf = malloc(text.size);
		values.args = (const s64[]){ 0, (long)linear };
		tapc_put_hist_linear(&text, NULL, &values);
		expect(text.count == text.size, "%zu", text.count);
		free(text.buf);
		checks++;
	}
	free(log);
	free(linear);
}

int main(void)
{
	unsigned long i;

	for (i = 0; i < 300000; i++) {
		against_printf();
		strings_against_printf();
	}
	table();
	histogram();
	printf("%lu checks\n", checks);
	return 0;
}

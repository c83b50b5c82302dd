/* 64 bits in octal, the longest there is, and then some. */
#define TAPC_DIGITS 24

/* Digits of n at the end of digits[TAPC_DIGITS]; how many there are. */
static unsigned int tapc_digits(char *digits, u64 n, unsigned int base, char ten)
{
	unsigned int at = TAPC_DIGITS, digit;

	do {
		digit = n % base;
		n /= base;
		digits[--at] = digit < 10 ? '0' + digit : ten + digit - 10;
	} while (n);
	return TAPC_DIGITS - at;
}

static void tapc_text_number(struct seq_file *text, u64 n)
{
	char digits[TAPC_DIGITS];
	unsigned int count = tapc_digits(digits, n, 10, 0);

	tapc_text_add(text, digits + TAPC_DIGITS - count, count);
}

static void tapc_put_number(struct seq_file *text, const struct tapc_layout *layout, u64 n,
			    unsigned int base, char ten, const char *prefix)
{
	char digits[TAPC_DIGITS];
	unsigned int count = tapc_digits(digits, n, base, ten);
	s64 zeroes = max_t(s64, layout->precision - count, 0);
	s64 room = layout->width - (s64)tapc_text_length(prefix) - zeroes - count;
	bool left = layout->flags & TAPC_LEFT;

	if (!left && (layout->flags & TAPC_ZERO))
		zeroes += max_t(s64, room, 0);
	else if (!left)
		tapc_text_fill(text, ' ', room);
	tapc_text_string(text, prefix);
	tapc_text_fill(text, '0', zeroes);
	tapc_text_add(text, digits + TAPC_DIGITS - count, count);
	if (left)
		tapc_text_fill(text, ' ', room);
}

/* %d %i */
static void tapc_put_decimal(struct seq_file *text, const struct tapc_piece *piece,
			     struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	s64 n = tapc_next_long(values);
	const char *sign = "";

	if (n < 0)
		sign = "-";
	else if (layout.flags & TAPC_PLUS)
		sign = "+";
	else if (layout.flags & TAPC_SPACE)
		sign = " ";
	tapc_put_number(text, &layout, n < 0 ? -(u64)n : n, 10, 0, sign);
}

/* %u */
static void tapc_put_unsigned(struct seq_file *text, const struct tapc_piece *piece,
			      struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);

	tapc_put_number(text, &layout, tapc_next_long(values), 10, 0, "");
}

/* %x */
static void tapc_put_hex(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0x" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'a', prefix);
}

/* %X */
static void tapc_put_hex_upper(struct seq_file *text, const struct tapc_piece *piece,
			       struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0X" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'A', prefix);
}

/* %p %P */
static void tapc_put_pointer(struct seq_file *text, const struct tapc_piece *piece,
			     struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);

	tapc_put_number(text, &layout, tapc_next_long(values), 16, 'a', "0x");
}

/* %o */
static void tapc_put_octal(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	const char *prefix = layout.flags & TAPC_ALTERNATE ? "0" : "";

	tapc_put_number(text, &layout, tapc_next_long(values), 8, 0, prefix);
}

static bool tapc_is_binary_size(s64 n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

/* %b: the number's low bytes, in the machine's order. */
static void tapc_put_binary(struct seq_file *text, const struct tapc_piece *piece,
			    struct tapc_values *values)
{
	struct tapc_layout layout = tapc_layout_of(piece, values);
	s64 n = tapc_next_long(values);
	s64 size = layout.precision;
	const char *low;

	if (!tapc_is_binary_size(size))
		size = tapc_is_binary_size(layout.width) ? layout.width : 8;
	low = (const char *)&n + (IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ? sizeof(n) - size : 0);
	if (!(layout.flags & TAPC_LEFT))
		tapc_text_fill(text, '\0', layout.width - size);
	tapc_text_add(text, low, size);
	if (layout.flags & TAPC_LEFT)
		tapc_text_fill(text, '\0', layout.width - size);
}

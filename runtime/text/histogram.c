/* Distribution of a statistic's values: README.md says what is in which bucket. */
struct tapc_histogram {
	s64 low;
	s64 step;
	u32 buckets;
	u32 reserved;
	u64 count[];
};

/* Width of the bars; empty rows that stand at either side of a gap. */
#define TAPC_HIST_WIDTH 50
#ifndef TAPC_HIST_ELISION
#define TAPC_HIST_ELISION 2
#endif

#define TAPC_HIST_LOG_ZERO 64

/* Rows to print, of either kind of histogram. */
struct tapc_hist_rows {
	const struct tapc_histogram *histogram;
	bool logarithmic;
	int first;
	int last;
	u64 most;	/* highest count */
};

/* Lower end of a bucket's values; of the one above them all, their upper end. */
static s64 tapc_hist_value(const struct tapc_hist_rows *rows, int bucket)
{
	const struct tapc_histogram *histogram = rows->histogram;

	if (!rows->logarithmic) {
		bucket = clamp_t(int, bucket, 1, histogram->buckets - 1);
		if (bucket == (int)histogram->buckets - 1)
			bucket--;
		return histogram->low + (s64)(bucket - 1) * histogram->step;
	}
	if (bucket == TAPC_HIST_LOG_ZERO)
		return 0;
	if (bucket > TAPC_HIST_LOG_ZERO)
		return 1LL << (bucket - TAPC_HIST_LOG_ZERO - 1);
	return (s64)(~0ULL << (TAPC_HIST_LOG_ZERO - 1 - bucket));
}

static bool tapc_hist_is_outside(const struct tapc_hist_rows *rows, int bucket)
{
	return !rows->logarithmic && (bucket == 0 || bucket == (int)rows->histogram->buckets - 1);
}

/* Finds what is there, with two rows around it, but none that cannot be. */
static void tapc_hist_range(struct tapc_hist_rows *rows)
{
	const struct tapc_histogram *histogram = rows->histogram;
	int bucket, buckets = histogram->buckets;
	bool negative;

	rows->first = buckets;
	rows->last = -1;
	rows->most = 0;
	for (bucket = 0; bucket < buckets; bucket++) {
		if (!histogram->count[bucket])
			continue;
		rows->first = min(rows->first, bucket);
		rows->last = bucket;
		rows->most = max(rows->most, histogram->count[bucket]);
	}
	if (rows->last < 0)
		return;
	negative = !rows->logarithmic || rows->first < TAPC_HIST_LOG_ZERO;
	rows->first = max(rows->first - 2, negative ? 0 : TAPC_HIST_LOG_ZERO);
	rows->last = min(rows->last + 2, buckets - 1);
	if (tapc_hist_is_outside(rows, rows->first) && !histogram->count[rows->first])
		rows->first++;
	if (tapc_hist_is_outside(rows, rows->last) && !histogram->count[rows->last])
		rows->last--;
}

/* Whether the row and all near it are empty, so that it is left out. */
static bool tapc_hist_is_gap(const struct tapc_hist_rows *rows, int bucket)
{
	int near = max(bucket - TAPC_HIST_ELISION, rows->first);
	int end = min(bucket + TAPC_HIST_ELISION, rows->last);

	if (TAPC_HIST_ELISION < 0)
		return false;
	while (near <= end)
		if (rows->histogram->count[near++])
			return false;
	return true;
}

/* Characters that a value takes, its sign included. */
static int tapc_hist_width(s64 value)
{
	char digits[TAPC_DIGITS];

	return (value < 0) + tapc_digits(digits, value < 0 ? -(u64)value : value, 10, 0);
}

static void tapc_hist_row(struct seq_file *text, const struct tapc_hist_rows *rows, int bucket,
			  int value_width, int count_width)
{
	struct tapc_layout value_layout = { .precision = -1 };
	u64 scale = DIV_ROUND_UP_ULL(rows->most, TAPC_HIST_WIDTH);
	u64 count = rows->histogram->count[bucket];
	s64 value = tapc_hist_value(rows, bucket);
	u64 bar = count / max_t(u64, scale, 1);
	struct tapc_layout count_layout = {
		.width = TAPC_HIST_WIDTH - (s64)bar + 1 + count_width, .precision = -1
	};
	const char *outside = bucket ? ">" : "<";

	if (!tapc_hist_is_outside(rows, bucket))
		outside = "";
	tapc_text_fill(text, ' ', value_width - tapc_hist_width(value) - (int)tapc_text_length(outside));
	tapc_text_string(text, outside);
	tapc_put_number(text, &value_layout, value < 0 ? -(u64)value : value, 10, 0, value < 0 ? "-" : "");
	tapc_text_string(text, " |");
	tapc_text_fill(text, '@', bar);
	tapc_put_number(text, &count_layout, count, 10, 0, "");
	tapc_text_string(text, "\n");
}

static void tapc_hist_render(struct seq_file *text, const struct tapc_histogram *histogram,
			     bool logarithmic)
{
	struct tapc_hist_rows rows = { .histogram = histogram, .logarithmic = logarithmic };
	int bucket, value_width, count_width;
	bool gap = false;
	s64 high;

	tapc_hist_range(&rows);
	value_width = 5;
	if (rows.last >= 0 && logarithmic) {
		value_width = max3(value_width, tapc_hist_width(tapc_hist_value(&rows, rows.first)),
				   tapc_hist_width(tapc_hist_value(&rows, rows.last)));
	} else if (rows.last >= 0) {
		high = histogram->low + histogram->step * rows.last;
		value_width = max3(value_width,
				   tapc_hist_width(histogram->low) + tapc_hist_is_outside(&rows, rows.first),
				   tapc_hist_width(high) + tapc_hist_is_outside(&rows, rows.last));
	}
	count_width = tapc_hist_width(rows.most);
	tapc_text_fill(text, ' ', value_width - 5);
	tapc_text_string(text, "value |");
	tapc_text_fill(text, '-', TAPC_HIST_WIDTH);
	tapc_text_string(text, " count\n");
	for (bucket = rows.first; bucket <= rows.last; bucket++) {
		if (tapc_hist_is_gap(&rows, bucket)) {
			gap = true;
			continue;
		}
		if (gap) {
			tapc_text_fill(text, ' ', value_width);
			tapc_text_string(text, " ~\n");
		}
		gap = false;
		tapc_hist_row(text, &rows, bucket, value_width, count_width);
	}
	tapc_text_string(text, "\n");
}

/* print(@hist_log(x)) */
static void tapc_put_hist_log(struct seq_file *text, const struct tapc_piece *piece,
			      struct tapc_values *values)
{
	size_t n;

	tapc_hist_render(text, tapc_next_memory(values, &n), true);
}

/* print(@hist_linear(x, …)) */
static void tapc_put_hist_linear(struct seq_file *text, const struct tapc_piece *piece,
				 struct tapc_values *values)
{
	size_t n;

	tapc_hist_render(text, tapc_next_memory(values, &n), false);
}

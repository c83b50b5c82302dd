#include <linux/minmax.h>
#include <linux/types.h>

/* Addresses of a backtrace, at most. */
#define TAPC_TRACE 48

/* One line for an address, as backtraces have them. */
static void tapc_text_symbol(struct seq_file *text, unsigned long address)
{
	char place[TAPC_SYMBOL_PLACE];

	tapc_symbol_place(place, address);
	tapc_text_string(text, " 0x");
	tapc_text_address(text, address);
	tapc_text_string(text, " : ");
	tapc_text_string(text, place);
	tapc_text_string(text, "\n");
}

static void tapc_text_address(struct seq_file *text, unsigned long address)
{
	char digits[16];
	int i;

	for (i = 15; i >= 0; i--, address >>= 4)
		digits[i] = "0123456789abcdef"[address & 15];
	tapc_text_add(text, digits, sizeof(digits));
}

/* A list of addresses as lines with their names. */
static void tapc_put_backtrace(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	size_t bytes, i;
	const unsigned long *trace = tapc_next_memory(values, &bytes);

	for (i = 0; i < bytes / sizeof(*trace); i++)
		tapc_text_symbol(text, trace[i]);
}

/* A list of addresses on one line. */
static void tapc_put_addresses(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	size_t bytes, i;
	const unsigned long *trace = tapc_next_memory(values, &bytes);

	for (i = 0; i < bytes / sizeof(*trace); i++) {
		tapc_text_string(text, i ? " 0x" : "0x");
		tapc_text_address(text, trace[i]);
	}
}

static const struct tapc_piece tapc_backtrace_lines[] = {
	{ .put = tapc_put_backtrace },
	{ }
};

static const struct tapc_piece tapc_backtrace_addresses[] = {
	{ .put = tapc_put_addresses },
	{ }
};

/* Prints the backtrace; names are looked up when it is read. */
static void tapc_print_backtrace(struct tapc_hit *hit)
{
	unsigned long trace[TAPC_TRACE];
	unsigned int bytes = sizeof(*trace) * tapc_trace_stack(hit, trace, TAPC_TRACE);
	struct tapc_record record;

	if (!bytes || !tapc_stage_begin(hit, &record, tapc_backtrace_lines, sizeof(s64) + TAPC_ROUND(bytes)))
		return;
	tapc_add_memory(&record, trace, bytes);
	tapc_stage_end(hit, &record);
}

static void tapc_sprint_backtrace(struct tapc_hit *hit, char *dst)
{
	unsigned long trace[TAPC_TRACE];
	const s64 args[] = { sizeof(*trace) * tapc_trace_stack(hit, trace, TAPC_TRACE), (long)trace };

	tapc_sprint(hit, dst, tapc_backtrace_lines, args);
}

/* Addresses of the first `most` callers, not counting the first `skip`; all of them where `most` is negative. */
static void tapc_sprint_callers(struct tapc_hit *hit, char *dst, s64 skip, s64 most)
{
	unsigned long trace[TAPC_TRACE];
	s64 n = tapc_trace_stack(hit, trace, TAPC_TRACE);
	s64 first = clamp_t(s64, skip, 0, n);
	s64 count = most < 0 ? n - first : min_t(s64, most, n - first);
	const s64 args[] = { sizeof(*trace) * count, (long)(trace + first) };

	tapc_sprint(hit, dst, tapc_backtrace_addresses, args);
}

/* The address at one level of the stack, 0 being where the event happened; 0 where it is not that deep. */
static s64 tapc_caller(struct tapc_hit *hit, s64 level)
{
	unsigned long trace[TAPC_TRACE];

	return level >= 0 && level < tapc_trace_stack(hit, trace, TAPC_TRACE) ? trace[level] : 0;
}

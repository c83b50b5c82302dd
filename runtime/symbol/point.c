#include <linux/ptrace.h>
#include <linux/types.h>

/* What stands in quotes behind `part` in a probe point, up to an @; false where there is no such part. */
static bool tapc_point_part(struct tapc_hit *hit, char *dst, const char *part)
{
	const char *point = hit->point;
	int at = tapc_find(point, part, 0);
	unsigned int n = 0;

	dst[0] = '\0';
	if (at < 0)
		return false;
	point += at + tapc_length(part);
	while (point[n] && point[n] != '"' && point[n] != '@' && n < TAPC_STRLEN - 1) {
		dst[n] = point[n];
		n++;
	}
	dst[n] = '\0';
	return true;
}

/* Name of the function that a probe point names; empty for other points. */
static void tapc_point_function(struct tapc_hit *hit, char *dst)
{
	if (!tapc_point_part(hit, dst, "function(\""))
		tapc_point_part(hit, dst, "statement(\"");
}

/* The function that was probed or interrupted; empty where there is none. */
static void tapc_probed_function(struct tapc_hit *hit, char *dst)
{
	tapc_point_function(hit, dst);
	if (dst[0] && !tapc_is_among('*', dst) && !tapc_is_among('?', dst))
		return;
	dst[0] = '\0';
	if (hit->ip)
		tapc_symbol_name(hit, dst, hit->ip);
	else if (hit->regs && !user_mode(hit->regs))
		tapc_symbol_name(hit, dst, instruction_pointer(hit->regs));
}

/* The module that was probed or interrupted. */
static void tapc_probed_module(struct tapc_hit *hit, char *dst)
{
	if (tapc_point_part(hit, dst, "module(\""))
		return;
	if (hit->ip)
		tapc_symbol_module(hit, dst, hit->ip);
	else if (hit->regs && !user_mode(hit->regs))
		tapc_symbol_module(hit, dst, instruction_pointer(hit->regs));
	else
		tapc_copy(hit, dst, "kernel");
}

static __always_inline s64 tapc_is_return(const struct tapc_hit *hit)
{
	return tapc_find(hit->point, ".return", 0) >= 0;
}

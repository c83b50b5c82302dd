#include <linux/kallsyms.h>
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

static bool tapc_is_wild(const char *name)
{
	for (; *name; name++)
		if (tapc_is_among(*name, "*?[{"))
			return true;
	return false;
}

/* The probe point that was hit. In a handler of many functions, the one that was hit stands for the wildcard. */
static void tapc_point_text(struct tapc_hit *hit, char *dst)
{
	static const char before[] = "function(\"";
	const char *point = hit->point;
	int at = tapc_find(point, before, 0);
	char text[KSYM_SYMBOL_LEN];
	unsigned int n = 0;

	tapc_point_function(hit, dst);
	if (at < 0 || !hit->ip || !tapc_is_wild(dst)) {
		tapc_copy(hit, dst, point);
		return;
	}
	at += sizeof(before) - 1;
	tapc_copy(hit, dst, point);
	dst[at] = '\0';
	tapc_symbol_print(text, hit->ip);
	while (text[n] && text[n] != '+')
		n++;
	text[n] = '\0';
	tapc_append(hit, dst, text);
	while (point[at] && point[at] != '"')
		at++;
	tapc_append(hit, dst, point + at);
}

/* The function that was probed or interrupted; empty where there is none. */
static void tapc_probed_function(struct tapc_hit *hit, char *dst)
{
	tapc_point_function(hit, dst);
	if (dst[0] && !tapc_is_wild(dst))
		return;
	dst[0] = '\0';
	if (hit->ip)
		tapc_symbol_name(hit, dst, hit->ip);
	else if (hit->regs && !user_mode(hit->regs))
		tapc_symbol_name(hit, dst, instruction_pointer(hit->regs));
}

/* The function that the probe point names, or that its wildcard stands for now. */
static void tapc_named_function(struct tapc_hit *hit, char *dst)
{
	tapc_point_function(hit, dst);
	if (tapc_is_wild(dst))
		tapc_probed_function(hit, dst);
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

#include <linux/types.h>

/*
 * A regular expression, as a table of states. State 0 is that of a string that cannot match any more, 1 that of one that
 * has matched. The byte that ends the string leads to one of them.
 */
struct tapc_regex {
	const u8 *class;		/* of each byte */
	const u16 *next;		/* [state * classes + class] */
	u16 classes, first;
};

static bool tapc_regex_test(const struct tapc_regex *regex, const char *text)
{
	unsigned int state = regex->first;

	while (state > 1)
		state = regex->next[state * regex->classes + regex->class[(u8)*text++]];
	return state == 1;
}

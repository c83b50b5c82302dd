#include <linux/types.h>

#define TAPC_NOWHERE 0xffff		/* place of a group that took no part */
#define TAPC_FRESH 0xff			/* a thread that begins here */

/* Where a thread of the new state comes from, and which of its tags are here. */
struct tapc_regex_move {
	u8 from;
	u64 tags;
};

struct tapc_regex_step {
	u16 next;
	u16 moves;			/* of the threads of `next`: where they stand in `move` */
};

/*
 * A regular expression that also tells where its groups are. A state is a list of threads, each with its own tags: the
 * places where the groups begin (even) and end (odd), group 0 being the whole. No text leads on from state 0.
 */
struct tapc_regex_groups {
	const u8 *class;		/* of each byte */
	const struct tapc_regex_step *step;	/* [state * classes + class] */
	const struct tapc_regex_move *move;
	const u8 *threads;		/* of each state: how many */
	const u8 *matched;		/* of each state: 1 + the thread that has matched, or 0 */
	struct tapc_regex_step first;
	u8 classes, tags;
};

/* The last match of a handler's run; text and places are in its frame. */
struct tapc_match {
	char *text;			/* copy of the string */
	u16 *places;			/* tags of the match, then two banks of those of the threads */
	u8 groups;			/* 0: it did not match, or nothing was matched yet */
};

static void tapc_match_begin(struct tapc_hit *hit, struct tapc_match *match, char *text, u16 *places)
{
	match->text = text;
	match->places = places;
	match->groups = 0;
	hit->match = match;
}

/* The tags of the threads of a new state, from those of the old one. */
static void tapc_regex_advance(const struct tapc_regex_groups *regex,
			       const struct tapc_regex_step *step, u16 *to, const u16 *old,
			       unsigned int here)
{
	const struct tapc_regex_move *move = regex->move + step->moves;
	unsigned int thread, tag;

	for (thread = 0; thread < regex->threads[step->next]; thread++, move++) {
		for (tag = 0; tag < regex->tags; tag++) {
			if (move->tags >> tag & 1)
				*to++ = here;
			else if (move->from == TAPC_FRESH)
				*to++ = TAPC_NOWHERE;
			else
				*to++ = old[move->from * regex->tags + tag];
		}
	}
}

/* Whether it matches; `hit->match` is then about this match. `most` threads are in any of its states. */
static bool tapc_regex_find(struct tapc_hit *hit, const struct tapc_regex_groups *regex, unsigned int most,
			    const char *text)
{
	struct tapc_match *match = hit->match;
	const struct tapc_regex_step *step = &regex->first;
	u16 *now = match->places + regex->tags, *other = now + most * regex->tags, *bank;
	const u16 *found;
	unsigned int at = 0, here = 0, tag;
	bool ended = false;

	tapc_copy(hit, match->text, text);
	match->groups = 0;
	for (;;) {
		tapc_regex_advance(regex, step, other, now, here);
		bank = now;
		now = other;
		other = bank;
		if (regex->matched[step->next]) {
			found = now + (regex->matched[step->next] - 1) * regex->tags;
			for (tag = 0; tag < regex->tags; tag++)
				match->places[tag] = found[tag];
			match->groups = regex->tags / 2;
		}
		if (!step->next || ended)
			break;
		ended = !match->text[at];
		here = ended ? at : at + 1;
		step = &regex->step[step->next * regex->classes + regex->class[(u8)match->text[at++]]];
	}
	return match->groups;
}

/* How many groups the last match has, itself included; 0 where it was none. */
static unsigned int tapc_match_groups(const struct tapc_hit *hit)
{
	const struct tapc_match *match = hit->match;

	return match->groups;
}

/* What a group of the last match holds; empty where it took no part. False where there is no such group. */
static bool tapc_match_group(struct tapc_hit *hit, char *dst, s64 group)
{
	const struct tapc_match *match = hit->match;
	unsigned int from, to, n = 0;

	dst[0] = '\0';
	if (group < 0 || group >= match->groups)
		return false;
	from = match->places[2 * group];
	to = match->places[2 * group + 1];
	if (from == TAPC_NOWHERE || to == TAPC_NOWHERE)
		return true;
	for (; from < to; from++)
		dst[n++] = match->text[from];
	dst[n] = '\0';
	return true;
}

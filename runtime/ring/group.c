/* What one print contributes to a group. */
struct tapc_member {
	u64 size;		/* with this head */
	const struct tapc_piece *format;
	char payload[];
};

/* Room that a group starts with, its head included. */
#define TAPC_GROUP 512u

/* The payload of a group: how long it is, and its members. */
static void tapc_put_group(struct seq_file *text, const struct tapc_piece *piece, struct tapc_values *values)
{
	const char *end = values->at + *(const u64 *)values->at;
	const struct tapc_member *member;
	struct tapc_values inner = { };

	for (values->at += sizeof(u64); values->at < end; values->at += member->size) {
		member = (const struct tapc_member *)values->at;
		inner.at = member->payload;
		tapc_render(text, member->format, &inner);
	}
}

static const struct tapc_piece tapc_group[] = {
	{ .put = tapc_put_group },
	{ }
};

/*
 * Lets the reader have what was gathered. Room that was not needed goes back, or is padding where
 * another record came behind it.
 */
static void tapc_stage_publish(struct tapc_hit *hit)
{
	struct tapc_cpu *cpu = hit->cpu;
	unsigned int rest = hit->group_size - hit->group_used;
	unsigned long head = READ_ONCE(cpu->head);
	char *end = (char *)hit->group + hit->group_size;

	/* The ring is not longer than what lies between tail and head: the same place is the same lap. */
	if (rest && (tapc_ring_at(cpu, head - 1) != (void *)(end - 1) ||
		     cmpxchg_local(&cpu->head, head, head - rest) != head))
		tapc_ring_publish((struct tapc_entry *)(end - rest), rest | TAPC_PADDING);
	*(u64 *)hit->group->payload = hit->group_used - sizeof(*hit->group);
	tapc_ring_publish(hit->group, hit->group_used);
	hit->group = NULL;
}

/* tapc_hit.finish of a handler that has only output left over. */
static void tapc_stage_finish(struct tapc_hit *hit)
{
	if (hit->group)
		tapc_stage_publish(hit);
}

/* Room for `bytes` in the ring; in process context the reader may have to make some first. */
static struct tapc_entry *tapc_stage_reserve(struct tapc_hit *hit, unsigned int bytes)
{
	struct tapc_entry *entry;
	unsigned long tail;

	do {
		tail = READ_ONCE(hit->cpu->tail);
		entry = tapc_ring_reserve(hit->cpu, bytes);
	} while (!entry && hit->waits && tapc_ring_wait(hit->cpu, tail));
	return entry;
}

/* Ends a group that cannot go on: a hit's output comes out whole or not at all. */
static void tapc_stage_abandon(struct tapc_hit *hit)
{
	if (hit->group)
		tapc_ring_publish(hit->group, hit->group_size | TAPC_PADDING);
	hit->group = NULL;
	local_inc(&hit->cpu->dropped);
	tapc_skip(hit, TAPC_SKIP_ROOM);
}

/* Finds room for `size` more bytes: a larger place, where there was one. */
static bool tapc_stage_grow(struct tapc_hit *hit, unsigned int size)
{
	struct tapc_entry *group, *old = hit->group;
	unsigned int used, room;

	/* Nothing runs beside a handler in process context: parts of its output stay together. */
	if (old && hit->waits && hit->group_used + size > TAPC_BUFFER / 8) {
		tapc_stage_publish(hit);
		old = NULL;
	}
	used = old ? hit->group_used : sizeof(*group) + sizeof(u64);
	room = clamp_t(unsigned int, 2 * (used + size), TAPC_GROUP, TAPC_BUFFER / 2);
	group = used + size <= room ? tapc_stage_reserve(hit, room) : NULL;
	if (!group) {
		tapc_stage_abandon(hit);
		return false;
	}
	group->format = tapc_group;
	if (old) {
		memcpy(group->payload, old->payload, used - sizeof(*group));
		tapc_ring_publish(old, hit->group_size | TAPC_PADDING);
	}
	hit->group = group;
	hit->group_size = room;
	hit->group_used = used;
	return true;
}

#include <linux/sched.h>
#include <linux/string.h>

/*
 * Strings that are made in the record itself. Whoever makes one writes whole words, up to the one with its NUL and none behind it, since
 * free room of the ring is clear.
 */

/*
 * Ends a record in place for which `bytes` were asked: what its strings did not need goes back. After an error it is no record.
 */
static void tapc_print_end_made(struct tapc_hit *hit, struct tapc_record *record, unsigned int bytes)
{
	struct tapc_entry *entry = record->entry;
	char *end = (char *)entry + sizeof(*entry) + bytes;
	unsigned int rest = end - record->at;

	if (unlikely(hit->error)) {
		tapc_ring_publish(entry, (sizeof(*entry) + bytes) | TAPC_PADDING);
		return;
	}
	if (rest)
		tapc_ring_give_back(hit->cpu, end, rest);
	tapc_ring_publish(entry, record->at - (char *)entry);
}

/* The same for a handler without a hit: nothing in it fails. */
static __always_inline void tapc_light_end_made(unsigned int probe, struct tapc_record *record,
						unsigned int bytes)
{
	char *end = (char *)record->entry + sizeof(*record->entry) + bytes;

	if (end != record->at)
		tapc_ring_give_back(__this_cpu_read(tapc_here), end, end - record->at);
	tapc_ring_publish(record->entry, record->at - (char *)record->entry);
}

/* The same for a record among others. */
static void tapc_stage_end_made(struct tapc_hit *hit, struct tapc_record *record, unsigned int bytes)
{
	unsigned int size = sizeof(struct tapc_member) + bytes;
	char *end = (char *)hit->group + hit->group_used;
	struct tapc_member *member = (struct tapc_member *)(end - size);
	unsigned int rest = end - record->at;

	if (unlikely(hit->error)) {
		memset(member, 0, size);
		hit->group_used -= size;
		return;
	}
	member->size -= rest;
	hit->group_used -= rest;
}

/* The string at an address of the kernel, at most `limit` bytes of it. */
static __always_inline void tapc_record_kernel_string(struct tapc_hit *hit, const char *where,
						      struct tapc_record *record, s64 address)
{
	unsigned int size = tapc_fetch_string(hit, record->at, address, TAPC_STRLEN);

	if (unlikely(!size))
		tapc_read_fault(hit, where, address);
	record->at += TAPC_ROUND(size);
}

static void tapc_record_kernel_string_n(struct tapc_hit *hit, const char *where, struct tapc_record *record,
					s64 address, s64 n)
{
	unsigned int size = tapc_fetch_string(hit, record->at, address, n < 0 ? 0 : n);

	if (unlikely(!size))
		tapc_read_fault(hit, where, address);
	record->at += TAPC_ROUND(size);
}

/* The string at an address of the process, at most `limit` bytes of it. */
static void tapc_record_user(struct tapc_hit *hit, const char *where, struct tapc_record *record, s64 address,
			     u64 limit)
{
	unsigned int size = tapc_fetch_user_string(hit, record->at, address, limit);

	if (unlikely(!size))
		tapc_user_read_fault(hit, where, address);
	memset(record->at + size, 0, min_t(unsigned int, TAPC_USER_PIECE, TAPC_STRLEN - size));
	record->at += TAPC_ROUND(size);
}

static void tapc_record_user_string(struct tapc_hit *hit, const char *where, struct tapc_record *record,
				    s64 address)
{
	tapc_record_user(hit, where, record, address, TAPC_STRLEN);
}

static void tapc_record_user_string_n(struct tapc_hit *hit, const char *where, struct tapc_record *record,
				      s64 address, s64 n)
{
	tapc_record_user(hit, where, record, address, n < 0 ? 0 : n);
}

/* The name of the current task: two words, or one. */
static __always_inline void tapc_record_execname(struct tapc_record *record)
{
	u64 word;

	BUILD_BUG_ON(TASK_COMM_LEN != 16);
	memcpy(&word, tapc_self()->comm, sizeof(word));
	*(u64 *)record->at = word;
	record->at += sizeof(word);
	if (tapc_has_nul(word))
		return;
	memcpy(&word, tapc_self()->comm + sizeof(word), sizeof(word));
	*(u64 *)record->at = word;
	record->at += sizeof(word);
	/* Whoever renames it may be half through. */
	record->at[-1] = '\0';
}

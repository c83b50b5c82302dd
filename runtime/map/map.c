#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/* Where an entry of an array stands. Entries have numbers from 1; 0 is none. */
struct tapc_link {
	u32 hash;
	u32 chain;		/* next in the bucket, or next free one */
	u32 older;
	u32 newer;
	u32 rank;		/* place in order of insertion, while a sort runs */
};

/* What an array has besides keys and values. */
struct tapc_map {
	const char *name;
	u32 size;		/* most entries */
	u32 shift;		/* of a hash, to get its bucket */
	u32 used;
	u32 touched;		/* entries above this number were never used */
	u32 free;
	u32 oldest;
	u32 newest;
	u64 full;		/* entries that found no room */
	u64 wrapped;		/* entries that made room for newer ones */
	u32 *bucket;
	struct tapc_link *link;
	void *entries;
};

#define TAPC_HASH_FACTOR 0x9e3779b97f4a7c15ULL

/* Goes on with a hash; the upper half of the result is the good one. */
static __always_inline u64 tapc_hash_long(u64 hash, s64 key)
{
	return (rol64(hash, 31) ^ key) * TAPC_HASH_FACTOR;
}

/* The same with a string, cut as strings are. */
static __always_inline u64 tapc_hash_string(u64 hash, const char *key)
{
	unsigned int n;

	for (n = 0; n < TAPC_KEY; n += 8) {
		u64 word = tapc_key_word(key, n);

		hash = tapc_hash_long(hash, word);
		if (!(word >> 56))
			break;
	}
	return hash;
}

/* The same of a short text; of one with something behind its NUL another hash. */
static __always_inline u64 tapc_hash_words(u64 hash, struct tapc_words key)
{
	hash = tapc_hash_long(hash, key.first);
	return key.first >> 56 ? tapc_hash_long(hash, key.second) : hash;
}

/* Reserves everything; the array is empty then. */
static int tapc_map_create(struct tapc_map *map, u32 entry_bytes)
{
	u32 bits = max(1, order_base_2(map->size));
	size_t entries = (size_t)entry_bytes * (map->size + 1);
	size_t links = sizeof(*map->link) * (map->size + 1);

	map->entries = vzalloc(ALIGN(entries, 8) + links + (sizeof(u32) << bits));
	if (!map->entries)
		return -ENOMEM;
	map->link = map->entries + ALIGN(entries, 8);
	map->bucket = (void *)map->link + links;
	map->shift = 32 - bits;
	return 0;
}

static void tapc_map_destroy(struct tapc_map *map)
{
	vfree(map->entries);
	map->entries = NULL;
}

static __always_inline u32 *tapc_map_bucket(const struct tapc_map *map, u32 hash)
{
	return &map->bucket[hash >> map->shift];
}

static void tapc_map_remove(struct tapc_map *map, u32 e)
{
	struct tapc_link *link = &map->link[e];
	u32 *at = tapc_map_bucket(map, link->hash);

	while (*at != e)
		at = &map->link[*at].chain;
	*at = link->chain;
	if (link->older)
		map->link[link->older].newer = link->newer;
	else
		map->oldest = link->newer;
	if (link->newer)
		map->link[link->newer].older = link->older;
	else
		map->newest = link->older;
	link->chain = map->free;
	map->free = e;
	map->used--;
}

/* Makes an entry, whose keys and value the caller fills in. 0 where all are in use. */
static u32 tapc_map_insert(struct tapc_map *map, u32 hash)
{
	u32 *bucket = tapc_map_bucket(map, hash);
	u32 e = map->free;
	struct tapc_link *link;

	if (e)
		map->free = map->link[e].chain;
	else if (map->touched < map->size)
		e = ++map->touched;
	else
		return 0;
	link = &map->link[e];
	link->hash = hash;
	link->chain = *bucket;
	*bucket = e;
	link->older = map->newest;
	link->newer = 0;
	if (link->older)
		map->link[link->older].newer = e;
	else
		map->oldest = e;
	map->newest = e;
	map->used++;
	return e;
}

static u32 tapc_map_insert_wrapping(struct tapc_map *map, u32 hash)
{
	if (map->used == map->size) {
		tapc_map_remove(map, map->oldest);
		map->wrapped++;
	}
	return tapc_map_insert(map, hash);
}

static void tapc_map_clear(struct tapc_map *map)
{
	u32 e;

	for (e = map->oldest; e; e = map->link[e].newer)
		*tapc_map_bucket(map, map->link[e].hash) = 0;
	map->used = 0;
	map->touched = 0;
	map->free = 0;
	map->oldest = 0;
	map->newest = 0;
}

#define SIZE 37

/* The same array, as a list in order of insertion. */
struct item {
	s64 k1;
	char k2[TAPC_STRLEN];
	s64 value;
	char text[TAPC_STRLEN];
};

static struct item items[2][SIZE + 1];
static int used[2];
static unsigned long refused[2], wrapped[2];

static int find(int which, s64 k1, const char *k2)
{
	int i;

	for (i = 0; i < used[which]; i++) {
		if (items[which][i].k1 == k1 && !strcmp(items[which][i].k2, k2))
			return i;
	}
	return -1;
}

static void drop(int which, int i)
{
	memmove(&items[which][i], &items[which][i + 1], (used[which] - i) * sizeof(struct item));
	used[which]--;
}

/* NULL where there is no room. */
static struct item *place(int which, s64 k1, const char *k2)
{
	int i = find(which, k1, k2);

	if (i >= 0)
		return &items[which][i];
	if (used[which] == SIZE) {
		if (!WRAP) {
			refused[which]++;
			return NULL;
		}
		wrapped[which]++;
		drop(which, 0);
	}
	i = used[which]++;
	memset(&items[which][i], 0, sizeof(struct item));
	items[which][i].k1 = k1;
	strcpy(items[which][i].k2, k2);
	return &items[which][i];
}

static void string(char *to)
{
	unsigned int n = chance(2) ? chance(3) : TAPC_STRLEN - 3 + chance(3), i;

	for (i = 0; i < n; i++)
		to[i] = i + 1 < n ? 'x' : 'a' + chance(3);
	to[n] = '\0';
}

static int sort_by;

/* Sorted and equal ones in order of insertion: by position in the list. */
static int compare(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int order = 0;

	switch (sort_by) {
	case 0:
		order = (a->value > b->value) - (a->value < b->value);
		break;
	case 1:
		order = (a->value < b->value) - (a->value > b->value);
		break;
	case 2:
		order = (a->k1 < b->k1) - (a->k1 > b->k1);
		break;
	case 3:
		order = strcmp(a->k2, b->k2);
		break;
	case 4:
		order = strcmp(b->text, a->text);
		break;
	}
	return order;
}

static void stable_sort(struct item *list, int n)
{
	int i, j;

	for (i = 1; i < n; i++) {
		struct item it = list[i];

		for (j = i; j && compare(&list[j - 1], &it) > 0; j--)
			list[j] = list[j - 1];
		list[j] = it;
	}
}

static void check_order(struct tapc_order *order)
{
	static struct item sorted[SIZE + 1];
	unsigned int given = chance(3) ? 0 : chance(4), count = 0, got = 0, i;
	s64 limit = chance(2) ? S64_MAX : (s64)chance(SIZE + 3) - 1;
	s64 k1 = chance(4);
	char k2[TAPC_STRLEN];

	string(k2);
	sort_by = chance(5);
	if (sort_by == 4)
		given = 0;
	for (i = 0; i < (unsigned int)used[sort_by == 4]; i++) {
		const struct item *item = &items[sort_by == 4][i];

		if ((given & 1 && item->k1 != k1) || (given & 2 && strcmp(item->k2, k2)))
			continue;
		sorted[count++] = *item;
	}
	stable_sort(sorted, count);
	switch (sort_by) {
	case 0:
		got = given ? map_a_sort_slice_value_up(order, limit, given, k1, k2) : map_a_sort_value_up(order, limit);
		break;
	case 1:
		got = given ? map_a_sort_slice_value_down(order, limit, given, k1, k2) : map_a_sort_value_down(order, limit);
		break;
	case 2:
		got = given ? map_a_sort_slice_key1_down(order, limit, given, k1, k2) : map_a_sort_key1_down(order, limit);
		break;
	case 3:
		got = given ? map_a_sort_slice_key2_up(order, limit, given, k1, k2) : map_a_sort_key2_up(order, limit);
		break;
	case 4:
		got = map_s_sort_value_down(order, limit);
		break;
	}
	if (limit < 0)
		limit = 0;
	expect(got == min(count, (u64)limit), "%u of %u, limit %lld", got, count, limit);
	for (i = 0; i < got; i++) {
		u32 e = order->entry[i];

		if (sort_by == 4) {
			expect(!strcmp(map_s_key1(e), sorted[i].k2), "order at %u", i);
			expect(!strcmp(map_s_value(e), sorted[i].text), "order at %u", i);
		} else {
			expect(map_a_key1(e) == sorted[i].k1 && !strcmp(map_a_key2(e), sorted[i].k2), "order at %u by %d", i, sort_by);
			expect(map_a_value(e) == sorted[i].value, "value at %u", i);
		}
	}
}

static void check_all(void)
{
	int i = 0;
	u32 e;

	for (e = map_a_first(); e; e = map_a_next(e), i++) {
		expect(i < used[0], "%d entries and more", i);
		expect(map_a_key1(e) == items[0][i].k1 && !strcmp(map_a_key2(e), items[0][i].k2), "keys at %d", i);
		expect(map_a_value(e) == items[0][i].value, "value at %d", i);
	}
	expect(i == used[0], "%d of %d entries", i, used[0]);
	for (i = 0, e = map_s_first(); e; e = map_s_next(e), i++) {
		expect(i < used[1], "%d entries and more", i);
		expect(!strcmp(map_s_key1(e), items[1][i].k2) && !strcmp(map_s_value(e), items[1][i].text), "at %d", i);
	}
	expect(i == used[1], "%d of %d entries", i, used[1]);
	expect(map_a_full() == refused[0] && map_s_full() == refused[1], "refused");
	expect(map_a_wrapped() == wrapped[0] && map_s_wrapped() == wrapped[1], "wrapped");
}

int main(void)
{
	struct tapc_order order;
	unsigned long round;

	expect(!map_a_create() && !map_s_create() && !tapc_order_create(&order, map_a_size), "memory");
	for (round = 0; round < 40000; round++) {
		struct tapc_hit hit = { 0 };
		s64 k1 = chance(6), n = (s64)chance(9) - 4;
		char k2[TAPC_STRLEN], text[TAPC_STRLEN], joined[2 * TAPC_STRLEN];
		unsigned long before = refused[0] + refused[1];
		struct item *item;
		s64 *at;
		int i;

		string(k2);
		string(text);
		i = find(0, k1, k2);
		switch (chance(16)) {
		case 0:
			expect(map_a_has(k1, k2) == (i >= 0), "has");
			expect(map_a_get(k1, k2) == (i < 0 ? 0 : items[0][i].value), "get");
			i = find(1, 0, k2);
			expect(map_s_has(k2) == (i >= 0), "has");
			expect(!strcmp(map_s_get(k2), i < 0 ? "" : items[1][i].text), "get");
			break;
		case 1:
		case 2:
			map_a_set(&hit, "", k1, k2, n);
			item = place(0, k1, k2);
			if (item)
				item->value = n;
			break;
		case 3:
		case 4:
		case 5:
			item = place(0, k1, k2);
			expect(map_a_add(&hit, "", k1, k2, n) == (item ? (item->value += n) : 0), "add");
			break;
		case 6:
			at = map_a_at(&hit, "", k1, k2);
			item = place(0, k1, k2);
			expect(!at == !item, "at");
			if (at)
				item->value = *at = *at * 3 + 1;
			break;
		case 7:
			map_a_delete(k1, k2);
			if (i >= 0)
				drop(0, i);
			break;
		case 8:
			if (chance(8))
				break;
			n = 1 + chance(3);
			expect(map_a_has_slice(n, k1, k2) == map_a_has_slice(n, n & 1 ? k1 : 77, n & 2 ? k2 : ""), "slice");
			map_a_delete_slice(n, k1, k2);
			for (i = 0; i < used[0]; i++) {
				if ((n & 1 && items[0][i].k1 != k1) || (n & 2 && strcmp(items[0][i].k2, k2)))
					continue;
				drop(0, i--);
			}
			expect(!map_a_has_slice(n, k1, k2), "slice is gone");
			break;
		case 9:
		case 10:
			map_s_set(&hit, "", k2, text);
			item = place(1, 0, k2);
			if (item)
				strcpy(item->text, text);
			break;
		case 11:
			map_s_append(&hit, "", k2, text);
			item = place(1, 0, k2);
			if (!item)
				break;
			sprintf(joined, "%s%s", item->text, text);
			joined[TAPC_STRLEN - 1] = '\0';
			strcpy(item->text, joined);
			break;
		case 12:
			i = find(1, 0, k2);
			map_s_delete(k2);
			if (i >= 0)
				drop(1, i);
			break;
		case 13:
			if (chance(100))
				break;
			map_a_clear();
			map_s_clear();
			used[0] = used[1] = 0;
			break;
		case 14:
			check_order(&order);
			break;
		case 15:
			check_all();
			break;
		}
		expect(!hit.error == (before == refused[0] + refused[1]), "error and count differ");
		if (hit.error)
			expect(!strcmp(hit.error, "Array overflow, check size limit (37)"), "%s", hit.error);
	}
	check_all();
	map_a_destroy();
	map_s_destroy();
	tapc_order_destroy(&order);
	expect(WRAP ? wrapped[0] > 100 : refused[0] > 100, "never full");
	printf("%lu checks\n", round);
	return 0;
}

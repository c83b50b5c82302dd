#include <signal.h>
#include <sys/time.h>

#define KEYS 60

static s64 sums[KEYS], adds[KEYS];
static volatile unsigned long nested;
static volatile bool nesting;

/* A nested hit: it adds to the same arrays at whatever instruction it comes. */
static void interrupt(int signal)
{
	struct tapc_hit hit = { 0 };
	s64 k = nested % KEYS;

	(void)signal;
	if (!nesting)
		return;
	map_n_add_here(&hit, "", k, 3);
	map_p_add_here(&hit, "", k & 1 ? "odd" : "even", k, 1);
	map_t_add_here(&hit, "", k, k);
	sums[k] += 3;
	adds[k]++;
	nested++;
	expect(!hit.error, "%s", hit.error);
}

static void full(void)
{
	struct tapc_hit hit = { 0 };
	s64 k;
	int i;

	for (i = 0; i < 4; i++, grace_periods += 2)
		expect(map_n_collect(&hit, ""), "%s", hit.error);
	map_n_clear();
	this_cpu = 3;
	for (k = 1000; k < 1000 + map_n_size + 1; k++)
		map_n_add_here(&hit, "", k, 1);
	expect(hit.error && !strcmp(hit.error, "Array overflow, check size limit (64)"), "no overflow");
	expect(map_n_full() > 0, "not counted");
	hit.error = NULL;
	for (k = 5000; map_n.used < map_n_size - 1; k++)
		map_n_set(&hit, "", k, 1);
	expect(!hit.error, "%s", hit.error);
	expect(!map_n_collect(&hit, ""), "collected too much");
	expect(hit.error, "no error");
	/* What was not taken is still there when there is room again. */
	hit.error = NULL;
	map_n_clear();
	expect(map_n_collect(&hit, "") && !hit.error, "no room in an empty array");
	expect(map_n_get(1000) + map_n_get(1003) >= 1, "lost");
}

/* Keys that come and go, far more than there is room for: whoever collects and deletes sees each add once. */
static void churn(void)
{
	struct tapc_hit hit = { 0 };
	s64 added = 0, seen = 0, key;
	u32 e;

	map_n_clear();
	for (key = 100000; key < 120000; key++) {
		s64 again = key - (s64)chance(8);

		this_cpu = chance(CPUS);
		map_n_add_here(&hit, "", key, 1);
		map_n_add_here(&hit, "", again, 2);
		added += 3;
		expect(!hit.error, "%s at key %lld", hit.error, key);
		if (key % 20 == 19) {
			/* Most often a grace period passes meanwhile. */
			if (chance(5))
				grace_periods += 2;
			expect(map_n_collect(&hit, ""), "%s", hit.error);
			for (e = map_n_first(); e; e = map_n_next(e)) {
				expect(map_n_key1(e) >= key - 32 && map_n_key1(e) <= key, "an old key: %lld", map_n_key1(e));
				seen += map_n_value(e);
			}
			map_n_clear();
		}
	}
	expect(added == seen, "%lld of %lld", seen, added);
}

int main(void)
{
	struct itimerval often = { { 0, 50 }, { 0, 50 } }, never = { 0 };
	struct sigaction action = { .sa_handler = interrupt };
	struct tapc_hit hit = { 0 };
	struct tapc_order order;
	unsigned long round;
	s64 value = 0, last = S64_MAX;
	unsigned int i, n;

	expect(!map_n_create() && !map_p_create() && !map_t_create() && !tapc_order_create(&order, map_t_size), "memory");
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (round = 0; round < 600000 || nested < 200; round++) {
		s64 k = chance(KEYS), by = (s64)chance(5) - 2;

		nesting = false;
		if (!chance(50000))
			this_cpu = chance(CPUS);
		__atomic_fetch_add(&sums[k], by, __ATOMIC_RELAXED);
		__atomic_fetch_add(&adds[k], 1, __ATOMIC_RELAXED);
		if (!chance(200000)) {
			expect(map_n_collect(&hit, "") && map_p_collect(&hit, "") && map_t_collect(&hit, ""), "%s", hit.error);
		}
		nesting = true;
		map_n_add_here(&hit, "", k, by);
		map_p_add_here(&hit, "", k & 1 ? "odd" : "even", k, 1);
		map_t_add_here(&hit, "", k, k);
	}
	nesting = false;
	setitimer(ITIMER_REAL, &never, NULL);
	expect(!hit.error, "%s", hit.error);
	expect(map_n_collect(&hit, "") && map_p_collect(&hit, "") && map_t_collect(&hit, ""), "%s", hit.error);
	for (i = 0; i < KEYS; i++) {
		expect(map_n_has(i) && map_n_get(i) == sums[i], "%u: %lld of %lld", i, map_n_get(i), sums[i]);
		expect(map_p_get(i & 1 ? "odd" : "even", i) == adds[i], "%u: %lld of %lld", i,
		       map_p_get(i & 1 ? "odd" : "even", i), adds[i]);
		expect(!map_p_has(i & 1 ? "even" : "odd", i), "a key that nobody gave");
		expect(stat_t_count(map_t_get(i)) == adds[i], "count of %u", i);
		expect(stat_t_sum(map_t_get(i)) == adds[i] * i, "sum of %u", i);
		expect(stat_t_min(&hit, "", map_t_get(i)) == i && stat_t_max(&hit, "", map_t_get(i)) == i, "range of %u", i);
		expect(stat_t_variance(&hit, "", map_t_get(i)) == 0, "variance of %u", i);
	}
	n = map_t_sort_avg_down(&order, 10);
	expect(n == 10, "limit");
	for (i = 0; i < n; i++) {
		value = stat_t_avg(&hit, "", map_t_value(order.entry[i]));
		expect(value < last && value == map_t_key1(order.entry[i]), "order");
		last = value;
	}
	/* What has been taken and deleted does not come back; what is added to it later does, be it 0. */
	map_n_clear();
	expect(map_n_collect(&hit, "") && !map_n_has(1), "it came back");
	map_n_add_here(&hit, "", 1, 0);
	expect(map_n_collect(&hit, "") && map_n_has(1) && map_n_get(1) == 0, "an added 0");
	grace_periods += 2;
	for (i = 0; i < 4; i++, grace_periods += 2)
		expect(map_n_collect(&hit, ""), "%s", hit.error);
	churn();
	full();
	map_n_destroy();
	map_p_destroy();
	map_t_destroy();
	tapc_order_destroy(&order);
	printf("%lu checks\n", 7ul * KEYS + n);
	return 0;
}

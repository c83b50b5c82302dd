#include <math.h>

#define MOST 3000

static s64 samples[MOST];

static s64 sample(int wide)
{
	s64 n = chance(U64_MAX);

	return chance(8) ? n >> (wide + chance(62 - wide)) : (s64)chance(5) - 2;
}

/* A bucket found by looking for it. */
static int log_bucket(s64 v)
{
	u64 size = v < 0 ? -(u64)v : v;
	int k = 0;

	while (size) {
		size >>= 1;
		k++;
	}
	return v < 0 ? 64 - k : 64 + k;
}

static int linear_bucket(s64 v)
{
	int i;

	if (v < -20)
		return 0;
	for (i = 1; i < 19; i++) {
		if (v < -20 + i * 7)
			return i;
	}
	return 19;
}

int main(void)
{
	unsigned long checks = 0;
	int round, n, i;

	expect(!stat_log_create(), "memory");
	for (round = 0; round < 400; round++) {
		struct tapc_hit hit = { 0 };
		int wide = chance(40), count = 1 + chance(MOST - 1), base = chance(1000);
		s64 sum = 0, least = S64_MAX, most = S64_MIN;
		long double mean, squares = 0, exact;
		static u64 log[128], linear[20];

		memset(log, 0, sizeof(log));
		memset(linear, 0, sizeof(linear));
		stat_log_reset(&g_log);
		stat_linear_reset(&g_linear);
		expect(stat_log_count(&g_log) == 0 && stat_log_sum(NULL) == 0 && !hit.error, "empty");
		stat_log_avg(&hit, "", &g_log);
		expect(hit.error && !strcmp(hit.error, "empty aggregate"), "average of nothing");
		hit.error = NULL;
		for (n = 0; n < count; n++) {
			s64 v = wide > 20 ? sample(wide) + base : sample(wide);

			samples[n] = v;
			this_cpu = chance(CPUS);
			stat_log_add_here(v);
			stat_linear_add(&g_linear, v);
			sum += (u64)v;
			least = min(least, v);
			most = max(most, v);
			log[log_bucket(v)]++;
			linear[linear_bucket(v)]++;
			if (!chance(500))
				stat_log_collect();
		}
		stat_log_collect();
		expect(stat_log_count(&g_log) == count && stat_linear_count(&g_linear) == count, "count");
		expect(stat_log_sum(&g_log) == sum && stat_linear_sum(&g_linear) == sum, "sum");
		expect(stat_log_min(&hit, "", &g_log) == least && stat_linear_min(&hit, "", &g_linear) == least, "min");
		expect(stat_log_max(&hit, "", &g_log) == most && stat_linear_max(&hit, "", &g_linear) == most, "max");
		expect(stat_log_avg(&hit, "", &g_log) == sum / count, "avg");
		expect(stat_log_variance(&hit, "", &g_log) == stat_linear_variance(&hit, "", &g_linear), "variance of parts");
		/* Sums that fit in 64 bits: the variance is right to the last digit that long double can tell. */
		if (wide > 13) {
			for (mean = 0, n = 0; n < count; n++)
				mean += samples[n];
			mean /= count;
			for (n = 0; n < count; n++)
				squares += (samples[n] - mean) * (samples[n] - mean);
			exact = min(count > 1 ? squares / (count - 1) : 0, 0x1p63L);
			expect(fabsl(exact - stat_log_variance(&hit, "", &g_log)) <= 1.5L + exact * 1e-12L,
			       "variance of %d: %Lf, %lld", count, exact, stat_log_variance(&hit, "", &g_log));
		}
		for (i = 0; i < 128; i++)
			expect(stat_log_bucket(&hit, "", &g_log, i) == (s64)log[i], "bucket %d", i);
		expect(stat_linear_buckets == 20, "buckets");
		for (i = 0; i < 20; i++)
			expect(stat_linear_bucket(&hit, "", &g_linear, i) == (s64)linear[i], "linear bucket %d", i);
		expect(!hit.error, "%s", hit.error);
		stat_linear_bucket(&hit, "", &g_linear, 20);
		expect(hit.error && !strcmp(hit.error, "histogram index out of range"), "index");
		hit.error = NULL;
		expect(stat_linear_histogram(&hit, "", &g_linear)->low == -20 &&
		       stat_linear_histogram(&hit, "", &g_linear)->step == 7 &&
		       stat_linear_histogram(&hit, "", &g_linear)->buckets == 20 &&
		       stat_linear_histogram(&hit, "", &g_linear)->count[1] == linear[1], "histogram");
		checks += 160;
	}
	stat_log_destroy();
	printf("%lu checks\n", checks);
	return 0;
}

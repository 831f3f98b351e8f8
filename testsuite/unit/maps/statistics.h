/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made of the numbers. The variances of 1 to 5 are those of stap(1). */

static long scalar(struct wt_stat_def def, enum wt_stat_op op, int from, int to, int cpus)
{
	struct wt_aggregate aggregate = { .name = "a", .stat = def };
	long i, ret;

	the_aggregate = &aggregate;
	if (wt_aggregates_alloc())
		return -1;
	for (i = from; i <= to; i++) {
		this_cpu = (i + 6 * CPUS) % cpus;	/* i may be negative */
		wt_aggregate_add(context(), &aggregate, i, "here");
	}
	this_cpu = 0;
	ret = wt_stat_get(context(), wt_aggregate_read(&aggregate), &def, op, "here");
	wt_aggregates_free();
	the_aggregate = NULL;
	return ret;
}

/* As documented: within the CPUs, each by Welford's algorithm, and between them. */
static long plain_variance(int shift, int from, int to, int cpus)
{
	long mean[CPUS] = { 0 }, m2[CPUS] = { 0 }, n[CPUS] = { 0 };
	long sum = 0, all = 0, v, delta, mean_all;
	int i, cpu;

	for (i = from; i <= to; i++) {
		cpu = (i + 6 * CPUS) % cpus;
		v = (long)i << shift;
		delta = n[cpu]++ ? v - mean[cpu] : v;
		mean[cpu] += delta / n[cpu];
		m2[cpu] += n[cpu] > 1 ? delta * (v - mean[cpu]) : 0;
		sum += i;
		all++;
	}
	mean_all = (sum << shift) / all;
	for (v = 0, cpu = 0; cpu < cpus; cpu++) {
		v += n[cpu] * (mean[cpu] - mean_all) * (mean[cpu] - mean_all);
		if (n[cpu] > 1)
			v += (n[cpu] - 1) * (m2[cpu] / (n[cpu] - 1));
	}
	return v / (all - 1) >> 2 * shift;
}

static void test_variance(void)
{
	struct wt_stat_def def = { .variance = true };
	bool good;
	int shift, cpus;

	good = scalar(def, WT_STAT_VARIANCE, 1, 5, 1) == 12;
	good = good && scalar(def, WT_STAT_VARIANCE, 7, 7, 1) == 0;
	def.shift = 1;
	good = good && scalar(def, WT_STAT_VARIANCE, 1, 5, 1) == 2;
	for (shift = 0; shift < 10; shift++)
		for (cpus = 1; cpus <= CPUS; cpus++) {
			def.shift = shift;
			good = good && scalar(def, WT_STAT_VARIANCE, 3, 40, cpus) ==
				       plain_variance(shift, 3, 40, cpus);
		}
	report(good, "variances");
	good = scalar(def, WT_STAT_COUNT, 3, 40, 2) == 38 && scalar(def, WT_STAT_SUM, -3, 4, 3) == 4 &&
	       scalar(def, WT_STAT_MIN, -3, 4, 3) == -3 && scalar(def, WT_STAT_MAX, -3, 4, 3) == 4 &&
	       scalar(def, WT_STAT_AVG, -4, -1, 2) == -2;
	report(good && !context()->error, "count, sum, minimum, maximum, average");
	good = !scalar(def, WT_STAT_COUNT, 1, 0, 1) && !scalar(def, WT_STAT_SUM, 1, 0, 1);
	good = good && !context()->error && !scalar(def, WT_STAT_AVG, 1, 0, 1) && context()->error;
	context()->error = NULL;
	report(good, "an empty aggregate has a count and a sum only");
}

static long bucket_of(const struct wt_stat_def *def, long v)
{
	struct wt_stat_kind kind;
	struct wt_stat *stat;
	long i, ret = -1;

	if (wt_stat_kind_init(&kind, def))
		return -2;
	stat = calloc(1, kind.bytes);
	wt_stat_add(stat, &kind, v);
	for (i = 0; i < (long)kind.buckets; i++)
		if (wt_hist_bucket(context(), stat, def, i, "here"))
			ret = i;
	wt_hist_bucket(context(), stat, def, i, "here");
	if (!context()->error)
		ret = -3;
	context()->error = NULL;
	free(stat);
	return ret;
}

static void test_buckets(void)
{
	struct wt_stat_def log = { .hist = WT_HIST_LOG };
	struct wt_stat_def linear = { .hist = WT_HIST_LINEAR, .low = 1, .high = 3, .width = 1 };
	bool good;

	report(bucket_of(&log, 0) == 64 && bucket_of(&log, 1) == 65 && bucket_of(&log, 2) == 66 &&
	       bucket_of(&log, 3) == 66 && bucket_of(&log, 4) == 67 && bucket_of(&log, INT64_MAX) == 127 &&
	       bucket_of(&log, -1) == 63 && bucket_of(&log, -2) == 62 && bucket_of(&log, -3) == 62 &&
	       bucket_of(&log, INT64_MIN) == 0, "buckets of a logarithmic histogram");
	good = wt_hist_buckets(&linear) == 5 && bucket_of(&linear, -100) == 0 &&
	       bucket_of(&linear, 1) == 1 && bucket_of(&linear, 3) == 3 && bucket_of(&linear, 4) == 4 &&
	       bucket_of(&linear, INT64_MAX) == 4 && bucket_of(&linear, INT64_MIN) == 0;
	linear.low = INT64_MIN;
	linear.high = INT64_MAX;
	linear.width = 1l << 62;
	good = good && wt_hist_buckets(&linear) == 6 && bucket_of(&linear, INT64_MAX) == 4;
	linear.width = 10;
	good = good && bucket_of(&linear, 0) == -2;
	linear.width = 0;
	good = good && bucket_of(&linear, 0) == -2;
	report(good, "buckets of a linear histogram");
}

static void test_statistics(void)
{
	test_variance();
	test_buckets();
}

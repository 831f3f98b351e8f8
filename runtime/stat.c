// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics of numbers: pure, without a lock. Who may call what on which struct
 * is map_cpu.c's and aggregate.c's to say.
 *
 * The variance is SystemTap's, rounding included: Welford's algorithm in
 * integers, scaled by 2^shift, on each CPU; then the parts are combined as
 * within + between, where within is the sum of (n - 1) * variance of each part
 * and between that of n * (its mean - the mean of all)^2. The latter needs the
 * mean of all first, so the terms of its expansion are kept instead; sums wrap
 * around, so that gives the same number.
 */
struct wt_stat {
	long count, sum, min, max;
	long mean, m2;				/* a part's: scaled mean, squares of differences */
	long within, means, squares;		/* the sum's: see above; n * mean, n * mean^2 */
	long bucket[];
};

#define WT_LOG_BUCKETS	128
#define WT_LOG_ZERO	64			/* the bucket of 0 */

/* A histogram goes out as one item: 10 bytes for each bucket that is not empty. */
_Static_assert(STP_MAX_BUCKETS >= 3 && STP_MAX_BUCKETS <= 390, "STP_MAX_BUCKETS is from 3 to 390");

/* 0: there is no histogram, or none that there can be. */
unsigned int wt_hist_buckets(const struct wt_stat_def *def)
{
	unsigned long n;

	if (def->hist == WT_HIST_LOG)
		return WT_LOG_BUCKETS;
	if (def->hist != WT_HIST_LINEAR || def->width <= 0 || def->high < def->low)
		return 0;
	n = ((unsigned long)def->high - def->low) / def->width;
	return n > STP_MAX_BUCKETS - 3 ? 0 : n + 3;
}

/* A definition, with what is worth working out once. */
struct wt_stat_kind {
	const struct wt_stat_def *def;
	u32 buckets;
	u32 bytes;				/* of the whole struct wt_stat */
};

/* 0, or -EINVAL: there is no such histogram. */
static int wt_stat_kind_init(struct wt_stat_kind *kind, const struct wt_stat_def *def)
{
	kind->def = def;
	kind->buckets = wt_hist_buckets(def);
	kind->bytes = sizeof(struct wt_stat) + kind->buckets * sizeof(long);
	return def->hist == WT_HIST_NONE || kind->buckets ? 0 : -EINVAL;
}

static unsigned int wt_log_bucket(long v)
{
	unsigned int bits;

	if (!v)
		return WT_LOG_ZERO;
	/* -LONG_MIN is itself, and has 64 bits too */
	bits = 64 - __builtin_clzl(v < 0 ? -(unsigned long)v : (unsigned long)v);
	return v < 0 ? WT_LOG_ZERO - bits : WT_LOG_ZERO + bits;
}

static unsigned int wt_linear_bucket(const struct wt_stat_def *def, unsigned int buckets, long v)
{
	unsigned long n;

	if (v < def->low)
		return 0;
	n = ((unsigned long)v - def->low) / def->width;
	return n > buckets - 2 ? buckets - 1 : n + 1;
}

static __always_inline void wt_stat_add(struct wt_stat *stat, const struct wt_stat_kind *kind, long v)
{
	const struct wt_stat_def *def = kind->def;

	if (unlikely(!stat->count)) {
		stat->min = v;
		stat->max = v;
		stat->mean = (unsigned long)v << def->shift;
		stat->m2 = 0;
	} else if (v < stat->min) {
		stat->min = v;
	} else if (v > stat->max) {
		stat->max = v;
	}
	stat->count++;
	stat->sum += v;
	if (def->variance && stat->count > 1) {
		long scaled = (unsigned long)v << def->shift;
		long delta = scaled - stat->mean;

		stat->mean += delta / stat->count;
		stat->m2 += delta * (scaled - stat->mean);
	}
	if (def->hist == WT_HIST_LOG)
		stat->bucket[wt_log_bucket(v)]++;
	else if (def->hist == WT_HIST_LINEAR)
		stat->bucket[wt_linear_bucket(def, kind->buckets, v)]++;
}

static void wt_stat_clear(struct wt_stat *stat, const struct wt_stat_kind *kind)
{
	memset(stat, 0, kind->bytes);
}

/* Adds the part to the sum. */
static void wt_stat_merge(struct wt_stat *sum, const struct wt_stat *part,
			  const struct wt_stat_kind *kind)
{
	u32 i;

	if (!part->count)
		return;
	if (!sum->count || part->min < sum->min)
		sum->min = part->min;
	if (!sum->count || part->max > sum->max)
		sum->max = part->max;
	sum->count += part->count;
	sum->sum += part->sum;
	if (kind->def->variance) {
		long others = part->count - 1;

		if (others)
			sum->within += part->m2 / others * others;
		sum->means += part->count * part->mean;
		sum->squares += part->count * part->mean * part->mean;
	}
	for (i = 0; i < kind->buckets; i++)
		sum->bucket[i] += part->bucket[i];
}

static long wt_stat_variance(const struct wt_stat *sum, const struct wt_stat_def *def)
{
	long mean, between;

	if (sum->count < 2)
		return 0;
	mean = (long)((unsigned long)sum->sum << def->shift) / sum->count;
	between = sum->squares - 2 * mean * sum->means + sum->count * mean * mean;
	return ((sum->within + between) / (sum->count - 1)) >> min(2 * def->shift, 63);
}

/* Of a sum that is not empty. */
static long wt_stat_value(const struct wt_stat *sum, const struct wt_stat_def *def,
			  enum wt_stat_op op)
{
	switch (op) {
	case WT_STAT_COUNT:
		return sum->count;
	case WT_STAT_SUM:
		return sum->sum;
	case WT_STAT_MIN:
		return sum->min;
	case WT_STAT_MAX:
		return sum->max;
	case WT_STAT_AVG:
		return sum->sum / sum->count;
	case WT_STAT_VARIANCE:
		return wt_stat_variance(sum, def);
	}
	return 0;
}

static bool wt_stat_is_empty(const struct wt_stat *sum)
{
	return !sum || !sum->count;
}

static const char wt_empty[] = "empty aggregate";

long wt_stat_get(struct wt_ctx *c, const struct wt_stat *stat, const struct wt_stat_def *def,
		 enum wt_stat_op op, const char *place)
{
	if (!wt_stat_is_empty(stat))
		return wt_stat_value(stat, def, op);
	if (op != WT_STAT_COUNT && op != WT_STAT_SUM)
		wt_fail(c, place, wt_empty);
	return 0;
}

long wt_hist_bucket(struct wt_ctx *c, const struct wt_stat *stat, const struct wt_stat_def *def,
		    long index, const char *place)
{
	if (wt_stat_is_empty(stat))
		wt_fail(c, place, wt_empty);
	else if (index < 0 || index >= wt_hist_buckets(def))
		wt_fail(c, place, "the histogram has no bucket of that number");
	else
		return stat->bucket[index];
	return 0;
}

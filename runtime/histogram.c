// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms go out as one item; translator/run/histogram.c draws them. */

/* What an item may have beside its header. */
_Static_assert(sizeof(struct wt_histogram) + STP_MAX_BUCKETS * sizeof(struct wt_bucket) <=
	       WT_EVENT_BYTES - sizeof(struct wt_event) - sizeof(struct wt_item),
	       "STP_MAX_BUCKETS is more than fits in an event");
_Static_assert(HIST_WIDTH >= 1 && HIST_WIDTH <= 1000, "HIST_WIDTH is from 1 to 1000");
_Static_assert(HIST_ELISION >= -1000 && HIST_ELISION <= 1000, "HIST_ELISION is from -1000 to 1000");

void wt_print_hist(struct wt_ctx *c, const struct wt_stat *stat, const struct wt_stat_def *def,
		   const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	bool linear = def->hist == WT_HIST_LINEAR;
	struct wt_histogram head = {
		.low = linear ? def->low : 0,
		.width = linear ? def->width : 0,
		.buckets = wt_hist_buckets(def),
		.columns = HIST_WIDTH,
		.elision = HIST_ELISION,
	};
	u32 i;

	if (wt_stat_is_empty(stat)) {
		wt_fail(c, place, wt_empty);
		return;
	}
	wt_item_open(x, WT_ITEM_HISTOGRAM, 0);
	memcpy(c->out, &head, sizeof(head));
	c->out += sizeof(head);
	for (i = 0; i < head.buckets; i++) {
		struct wt_bucket bucket = { .index = i, .count = stat->bucket[i] };

		if (!bucket.count)
			continue;
		memcpy(c->out, &bucket, sizeof(bucket));
		c->out += sizeof(bucket);
	}
	wt_item_close(x);
}

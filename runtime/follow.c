// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches at the end of pointers, "head->next->count": these are followed when the
 * watch is enabled, and what they point to then is watched until it is
 * released. Any context that runs handlers, under the lock of the globals or alone.
 */
static const char wt_null_pointer[] = "a pointer on the way to it is NULL";
static const char wt_bad_pointer[] = "a pointer on the way to it points to nothing";
static const char wt_still_there[] = "it points elsewhere now, and its registers are still being released";

static bool wt_follows(const struct wt_watch_def *def)
{
	unsigned int i;

	for (i = 0; i < def->range_count; i++)
		if (def->ranges[i].hop_count)
			return true;
	return false;
}

static void wt_set_bound(struct wt_watch *w, unsigned int range, unsigned long address)
{
	w->bound[range] = w->address[range] = address;
}

/* Where the ranges are now; NULL, or why there is no such place. */
static const char *wt_follow(const struct wt_watch *w, unsigned long *ret)
{
	unsigned int i, hop;
	long pointer;

	for (i = 0; i < w->def->range_count; i++) {
		const struct wt_range_def *range = &w->def->ranges[i];

		ret[i] = w->bound[i];
		for (hop = 0; hop < range->hop_count; hop++) {
			if (!wt_read_long(ret[i], sizeof(pointer), &pointer))
				return wt_bad_pointer;
			if (!pointer)
				return wt_null_pointer;
			ret[i] = pointer + range->hops[hop];
		}
	}
	return NULL;
}

/* Before the watch is enabled. NULL, or why it cannot be; that is in x or lives on. */
static const char *wt_watch_follow(struct wt_context *x, struct wt_watch *w)
{
	const size_t bytes = w->def->range_count * sizeof(w->address[0]);
	unsigned long at[WT_MAX_RANGES];
	const char *problem;

	if (!wt_follows(w->def) || w->unbound)
		return NULL;
	/* what has its registers, or waits for them, stays where it is */
	if (!wts_claim_is_idle(w->claim) && (wt_has_registers(w) || (w->wanted && w->waits)))
		return NULL;
	problem = wt_follow(w, at);
	if (problem || (w->aimed && !memcmp(at, w->address, bytes)))
		return problem;
	if (!wts_claim_is_idle(w->claim))
		return wt_still_there;
	memcpy(w->address, at, bytes);
	w->aimed = wt_aim_bound(x, w);
	return w->aimed ? NULL : x->why.text;
}

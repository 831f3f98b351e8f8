// SPDX-License-Identifier: GPL-2.0-or-later
/* The script's claims on registers, one for each instance of a watch. */

static const struct wts_ops wt_watch_ops = {
	.size = sizeof(wt_watch_ops),
	.hit = wt_hit,
	.observe = wt_observe,
	.armed = wt_armed,
	.disarmed = wt_disarmed,
	.unavailable = wt_unavailable,
};

/* For a watch of several ranges. */
static const struct wts_ops wt_ranges_ops = {
	.size = sizeof(wt_ranges_ops),
	.hit_range = wt_hit_one_of,
	.observe = wt_observe,
	.armed = wt_armed,
	.disarmed = wt_disarmed,
	.unavailable = wt_unavailable,
};

/* For one of which each CPU watches its own copy. */
static const struct wts_ops wt_own_ops = {
	.size = sizeof(wt_own_ops),
	.hit_range = wt_hit_own,
	.observe = wt_observe_own,
	.armed = wt_armed,
	.disarmed = wt_disarmed,
	.unavailable = wt_unavailable,
};

/*
 * Those that wait first, so that none of them gets what another lets go. Any
 * context.
 */
static void wt_claims_shut(void)
{
	unsigned int i, open;

	for (open = 0; open < 2; open++)
		for (i = 0; i < wt_watch_count; i++) {
			struct wts_claim *claim = wt_watches[i].claim;

			if (claim && wts_claim_is_open(claim) == open && !wts_claim_is_idle(claim))
				wts_claim_disable_for(claim, "script ends");
		}
}

/* No handler runs; sub-probes do, until it returns. */
static void wt_claims_destroy(void)
{
	unsigned int i;

	for (i = 0; i < wt_watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];
		struct wts_claim_stats stats = { .size = sizeof(stats) };

		if (!w->claim)
			continue;
		wts_claim_stats(w->claim, &stats);
		wts_claim_destroy(w->claim);
		w->claim = NULL;
		raw_cpu_add(wt_cpus.lost[WT_LOSS_arming], stats.arming);
	}
}

/* May it be enabled where no register can be taken from perf? */
static bool wt_is_dynamic(const struct wt_watch_def *def)
{
	bool of_module = false;
	unsigned int i;

	for (i = 0; i < def->range_count; i++)
		of_module |= def->ranges[i].module != NULL;
	return def->dynamic || def->condition || of_module;
}

static struct wts_claim *wt_claim_create(struct wt_watch *w, struct wts_reason *why)
{
	const struct wt_watch_def *def = w->def;
	struct wts_range ranges[WT_MAX_RANGES];
	struct wts_claim_attr attr = {
		.size = sizeof(attr),
		.access = def->reads ? WTS_READ_WRITE : WTS_WRITE,
		.name = def->name,
		.client = wt_script.name ?: THIS_MODULE->name,
		.ops = def->per_cpu ? &wt_own_ops : def->range_count > 1 ? &wt_ranges_ops : &wt_watch_ops,
		.data = w,
		.owner = THIS_MODULE,
		.priority = wt_default_priority,
		.flags = (wt_is_dynamic(def) ? WTS_DYNAMIC : 0) | (def->per_cpu ? WTS_PER_CPU : 0),
	};
	const char *problem = NULL;
	unsigned int i;

	if (wt_follows(def) && !def->args && !w->unbound && !wt_is_left_out(def))
		problem = wt_follow(w, w->address);
	/* it may point to something when it is enabled again */
	if (problem && !def->may_fail) {
		why->error = -EFAULT;
		strscpy(why->text, problem, sizeof(why->text));
		return NULL;
	}
	w->aimed = !problem;
	if (def->args || problem || w->unbound || wt_is_left_out(def)) {
		attr.flags |= WTS_AIMED_LATER;
	} else {
		for (i = 0; i < def->range_count; i++) {
			ranges[i].address = w->address[i];
			ranges[i].length = def->ranges[i].length;
		}
		attr.ranges = ranges;
		attr.nranges = def->range_count;
	}
	return wts_claim_create(&attr, why);
}

static int wt_claims_create(struct wt_start *ret)
{
	struct wts_reason why = { .size = sizeof(why) };
	unsigned int i;

	for (i = 0; i < wt_watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];

		w->claim = wt_claim_create(w, &why);
		if (!w->claim && w->def->may_fail && !wt_unbind(w, why.text))
			w->claim = wt_claim_create(w, &why);
		if (!w->claim) {
			ret->range = w->def->first_range;
			strscpy(ret->text, why.text, sizeof(ret->text));
			return why.error;
		}
	}
	return 0;
}

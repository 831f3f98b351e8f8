// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Enabling and disabling watches, by the script and by their conditions. Any
 * context that runs handlers, under the lock of the globals or alone.
 */

/* Of watches that do not say: --priority. */
static int wt_default_priority;
module_param_named(priority, wt_default_priority, int, 0444);
MODULE_PARM_DESC(priority, "of the watches that have no .priority()");

/* Where each definition's instances begin; one more at the end. */
static unsigned int *wt_first;

static unsigned int wt_definition(const struct wt_watch *w)
{
	return w->def - wt_script.watches;
}

/* Its probe is one that WT_IOC_PROBE has left out. */
static bool wt_is_left_out(const struct wt_watch_def *def)
{
	return wt_script.probes[def->probe].kind == WT_NEVER;
}

static const char wt_no_cpu[] = "this machine has no such CPU";

static bool wt_has_cpu(const struct wt_range_def *range)
{
	return !range->one_cpu || (range->cpu < nr_cpu_ids && cpu_possible(range->cpu));
}

/* Where a range is that has this address: of a per-CPU one, of which a CPU's copy is meant, there. */
static unsigned long wt_locate(const struct wt_range_def *range, unsigned long address)
{
	return range->one_cpu && wt_has_cpu(range) ? address + per_cpu_offset(range->cpu) : address;
}

/* Instances beyond those that can be enabled: each tells of one refusal at a time. */
#define WT_REFUSERS 8

static unsigned int wt_instances(const struct wt_watch_def *def)
{
	return def->args ? def->instances + WT_REFUSERS : 1;
}

/* Calls one of the definition's functions with the instance's arguments. */
static long wt_evaluate(struct wt_ctx *c, const struct wt_watch *w, long (*function)(struct wt_ctx *))
{
	const long *args = c->args;
	long value;

	c->args = w->args;
	value = function(c);
	c->args = args;
	return value;
}

static bool wt_condition_holds(struct wt_ctx *c, const struct wt_watch *w)
{
	/* one that fails does not hold */
	return !w->def->condition || (wt_evaluate(c, w, w->def->condition) && !c->error);
}

static s32 wt_priority(struct wt_ctx *c, const struct wt_watch *w)
{
	if (!w->def->priority)
		return wt_default_priority;
	return clamp_t(long, wt_evaluate(c, w, w->def->priority), S32_MIN, S32_MAX);
}

/* Tells the watch that it cannot be had. */
static void wt_refuse(struct wt_watch *w, const char *reason)
{
	wts_claim_refuse(w->claim, -EAGAIN, reason);
}

/* It waits for something else than a register: its condition, or its module. */
static bool wt_waits_elsewhere(const struct wt_watch *w)
{
	return w->wanted && w->waits && (w->holds_back || w->unbound);
}

static bool wt_has_registers(const struct wt_watch *w)
{
	struct wts_claim_stats stats = { .size = sizeof(stats) };

	wts_claim_stats(w->claim, &stats);
	return stats.state == WTS_ARMED || stats.state == WTS_ARMING;
}

static const char *wt_watch_follow(struct wt_context *x, struct wt_watch *w);
static void wt_set_bound(struct wt_watch *w, unsigned int range, unsigned long address);

/* 1 if its registers are granted to it, or were already. */
static long wt_watch_enable(struct wt_ctx *c, struct wt_watch *w, bool later)
{
	unsigned int flags = (later ? WTS_LATER : 0) |
			     (READ_ONCE(wt_state) == WT_STARTING ? WTS_GRANT : 0);
	bool waited = wt_waits_elsewhere(w), granted, had;
	const char *problem;
	s32 priority = 0;

	WRITE_ONCE(w->overloaded, false);
	w->holds_back = !wt_condition_holds(c, w);
	if (later)
		w->wanted = w->waits = true;
	if (w->holds_back || w->unbound) {
		if (!later || !waited)
			wt_refuse(w, w->holds_back ? "its condition is false" : w->unbound);
		return 0;
	}
	problem = wt_watch_follow(container_of(c, struct wt_context, c), w);
	if (problem) {
		/* nobody would tell when it points to something: so it does not wait */
		w->wanted = w->waits = false;
		wt_refuse(w, problem);
		return 0;
	}
	/* one that has its registers answers so; being weaker now, it may lose them then */
	had = w->def->priority && wt_has_registers(w);
	if (w->def->priority)
		priority = wt_priority(c, w);
	if (w->def->priority && !had)
		wts_claim_set_priority(w->claim, priority);
	granted = wts_claim_enable(w->claim, flags, NULL) > 0;
	if (had)
		wts_claim_set_priority(w->claim, priority);
	if (granted && !w->wanted) {
		w->wanted = true;
		w->waits = false;
	}
	return granted;
}

/* 1 if it was enabled or waited. */
static bool wt_watch_disable(struct wt_watch *w, const char *reason)
{
	bool waited = wt_waits_elsewhere(w);

	w->wanted = w->waits = false;
	/* in an end probe there is none any more */
	if (!w->claim)
		return false;
	return wts_claim_disable_for(w->claim, reason) > 0 || waited;
}

/* Says why it has no address: at load, where no handler runs. Process context; 0 or -ENOMEM. */
static int wt_unbind(struct wt_watch *w, const char *why)
{
	kfree(w->unbound_text);
	w->unbound = w->unbound_text = kstrdup(why, GFP_KERNEL);
	return w->unbound ? 0 : -ENOMEM;
}

static struct wt_watch *wt_find(unsigned int watch, const long *args)
{
	const struct wt_watch_def *def = &wt_script.watches[watch];
	struct wt_watch *w = &wt_watches[wt_first[watch]];
	unsigned int i;

	if (!def->args)
		return w;
	for (i = 0; i < def->instances; i++, w++)
		if (w->keyed && !memcmp(w->args, args, def->args * sizeof(*args)))
			return w;
	return NULL;
}

/* Gives the claim, which is off, the addresses of the watch; x->why has the reason where it cannot. */
static bool wt_aim_bound(struct wt_context *x, struct wt_watch *w)
{
	struct wts_range ranges[WT_MAX_RANGES];
	unsigned int i;

	x->why.size = sizeof(x->why);
	if (w->unbound) {
		x->why.error = -EINVAL;
		strscpy(x->why.text, w->unbound, sizeof(x->why.text));
		return false;
	}
	for (i = 0; i < w->def->range_count; i++) {
		ranges[i].address = w->address[i];
		ranges[i].length = w->def->ranges[i].length;
	}
	return wts_claim_aim(w->claim, ranges, w->def->range_count, &x->why) == 0;
}

/* Gives an instance that is off these arguments. False, and x->why: it cannot. */
static bool wt_aim(struct wt_context *x, struct wt_watch *w, const long *args)
{
	const long *mine = x->c.args;
	unsigned int i;

	memcpy(w->args, args, w->def->args * sizeof(*args));
	w->wanted = w->waits = w->holds_back = false;
	x->c.args = w->args;
	w->def->aim(&x->c, w->address);
	for (i = 0; i < w->def->range_count; i++)
		w->address[i] = wt_locate(&w->def->ranges[i], w->address[i]);
	x->c.args = mine;
	w->keyed = wt_aim_bound(x, w);
	return w->keyed;
}

/* Not the one whose sub-probe is running: it has its arguments from there. */
static bool wt_is_free(const struct wt_watch *w)
{
	return !w->wanted && w != READ_ONCE(wt_telling) && wts_claim_is_idle(w->claim);
}

/*
 * One of those that are only there to be told. Where all have still something to
 * be told, the last one's is counted once more.
 */
static struct wt_watch *wt_refuser(unsigned int watch, const long *args)
{
	const struct wt_watch_def *def = &wt_script.watches[watch];
	struct wt_watch *w = &wt_watches[wt_first[watch] + def->instances];
	struct wt_watch *last = w + WT_REFUSERS - 1;

	while (w < last && !wt_is_free(w))
		w++;
	if (wt_is_free(w))
		memcpy(w->args, args, def->args * sizeof(*args));
	return w;
}

/* An instance for arguments that none has yet; or NULL, and the refusal is told. */
static struct wt_watch *wt_assign(struct wt_context *x, unsigned int watch, const long *args)
{
	const struct wt_watch_def *def = &wt_script.watches[watch];
	struct wt_watch *first = &wt_watches[wt_first[watch]], *last = first + def->instances;
	const char *refused = "no instance is free: MAXINSTANCES are enabled or being released";
	struct wt_watch *w;
	unsigned int pass;

	/* first those that keep nobody's arguments */
	for (pass = 0; pass < 2; pass++)
		for (w = first; w < last; w++) {
			if (w->keyed != pass || !wt_is_free(w))
				continue;
			if (wt_aim(x, w, args))
				return w;
			/* not idle any more: the next one; else it is the address */
			if (x->why.error == -EBUSY)
				continue;
			refused = x->why.text;
			goto refuse;
		}
refuse:
	wt_refuse(wt_refuser(watch, args), refused);
	return NULL;
}

/* A watch's own .unavailable asks for it again: that would go on for ever. */
static bool wt_asks_itself(const struct wt_context *x, unsigned int watch, const long *args)
{
	return x->probe->kind == WT_UNAVAILABLE && x->probe->watch == watch &&
	       (!args || !memcmp(x->c.args, args, wt_script.watches[watch].args * sizeof(*args)));
}

long wt_enable(struct wt_ctx *c, unsigned int watch, bool later, const long *args)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	struct wt_watch *w = wt_find(watch, args);
	bool again = wt_asks_itself(x, watch, args);

	if (READ_ONCE(wt_state) != WT_RUNNING && READ_ONCE(wt_state) != WT_STARTING)
		return 0;
	if (again && (!later || !w))
		return 0;
	if (!w)
		w = wt_assign(x, watch, args);
	return w ? wt_watch_enable(c, w, later) : 0;
}

long wt_disable(struct wt_ctx *c, unsigned int watch, const long *args)
{
	const struct wt_watch_def *def = &wt_script.watches[watch];
	struct wt_watch *w = &wt_watches[wt_first[watch]];
	bool was = false;
	unsigned int i;

	if (args || !def->args) {
		w = wt_find(watch, args);
		return w && wt_watch_disable(w, "disabled");
	}
	for (i = 0; i < def->instances; i++, w++)
		if (w->keyed)
			was |= wt_watch_disable(w, "disabled");
	return was;
}

/* What a handler has changed may turn conditions. After the handler. */
static noinline void wt_decide(struct wt_context *x)
{
	const char *error = x->c.error;
	unsigned int i;

	for (i = 0; i < wt_watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];
		bool holds;

		if (!w->def->condition || (w->def->args && !w->keyed))
			continue;
		/* the handler's own failure is not the condition's */
		x->c.error = NULL;
		x->c.actions = wt_script.limits.action;
		holds = wt_condition_holds(&x->c, w);
		if (holds != w->holds_back)
			continue;
		w->holds_back = !holds;
		if (!w->wanted)
			continue;
		/* nobody has the answer: so it waits */
		if (holds)
			wt_watch_enable(&x->c, w, true);
		else
			wts_claim_disable_for(w->claim, "its condition is false");
	}
	x->c.error = error ?: x->c.error;
}

static void wt_watches_free(void)
{
	unsigned int i;

	for (i = 0; i < wt_watch_count; i++) {
		kfree(wt_watches[i].unbound_text);
		free_percpu(wt_watches[i].own);
	}
	kvfree(wt_first);
	kvfree(wt_watches);
}

/* At load; 0 or -ENOMEM. Undone by wt_watches_free(). */
static int wt_watches_alloc(void)
{
	unsigned int i, k, r;

	wt_first = kvcalloc(wt_script.watch_count + 1, sizeof(*wt_first), GFP_KERNEL);
	if (!wt_first)
		return -ENOMEM;
	for (i = 0; i < wt_script.watch_count; i++) {
		wt_first[i] = wt_watch_count;
		wt_watch_count += wt_instances(&wt_script.watches[i]);
	}
	wt_first[i] = wt_watch_count;
	wt_watches = kvcalloc(wt_watch_count + 1, sizeof(*wt_watches), GFP_KERNEL);
	if (!wt_watches) {
		kvfree(wt_first);
		return -ENOMEM;
	}
	for (i = 0; i < wt_script.watch_count; i++)
		for (k = wt_first[i]; k < wt_first[i + 1]; k++) {
			struct wt_watch *w = &wt_watches[k];

			w->def = &wt_script.watches[i];
			w->handled_by = w->def->probe;
			for (r = 0; r < w->def->range_count; r++)
				if (w->def->ranges[r].address)
					wt_set_bound(w, r, wt_locate(&w->def->ranges[r], w->def->ranges[r].address));
			if (!w->def->per_cpu || !wt_keeps_values(w->def))
				continue;
			w->own = alloc_percpu(struct wt_shadow);
			if (!w->own) {
				wt_watches_free();
				return -ENOMEM;
			}
		}
	return 0;
}

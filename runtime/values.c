// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a watch's memory holds, and held at the last access: $value, $old and
 * .change.
 *
 * Reading the memory and keeping what was read are one step, so that of two
 * CPUs that race the later one's value stays. The lock of that is held with
 * interrupts off and this CPU's watches quiet, in #DB or by whoever opens the
 * gate, and for a few reads: nothing that asks for it can come on top of a
 * holder, so it is spun for.
 */
static void wt_shadow_take(struct wt_watch *w)
{
	while (atomic_xchg_acquire(&w->shadow_lock, 1))
		cpu_relax();
}

static void wt_shadow_give(struct wt_watch *w)
{
	atomic_set_release(&w->shadow_lock, 0);
}

/* Where a range's values are. */
static u64 *wt_shadow(struct wt_watch *w, unsigned int range)
{
	u64 *shadow = w->shadow;
	unsigned int i;

	for (i = 0; i < range; i++)
		shadow += DIV_ROUND_UP(w->def->ranges[i].length, sizeof(*shadow));
	return shadow;
}

/* Up to 8 bytes: the number; more: the bytes. False, and zeros, where they cannot be read. */
static bool wt_shadow_read(const struct wt_watch *w, unsigned int range, u64 *ret)
{
	const unsigned long length = w->def->ranges[range].length;

	if (likely(length <= sizeof(*ret)))
		return wt_read_long(w->address[range], length, (long *)ret);
	if (wt_read(ret, w->address[range], length))
		return true;
	memset(ret, 0, length);
	return false;
}

/* The arbiter's: before the gate opens, and at each access that comes too early. */
static void wt_observe(void *data)
{
	struct wt_watch *w = data;
	u64 now[WT_SHADOW_WORDS];
	unsigned int range;

	if (!w->def->values && !w->def->change)
		return;
	wt_shadow_take(w);
	for (range = 0; range < w->def->range_count; range++)
		if (wt_shadow_read(w, range, now))
			memcpy(wt_shadow(w, range), now, w->def->ranges[range].length <= sizeof(*now) ?
			       sizeof(*now) : w->def->ranges[range].length);
	wt_shadow_give(w);
}

/* Of a hit. Fills c->value and c->old; false where nothing has changed. In #DB. */
static __always_inline bool wt_values_take(struct wt_watch *w, unsigned int range, struct wt_ctx *c)
{
	const unsigned long length = w->def->ranges[range].length;
	u64 now[WT_SHADOW_WORDS], *shadow = range ? wt_shadow(w, range) : w->shadow;
	bool changed;

	if (likely(length <= sizeof(*shadow))) {
		wt_shadow_take(w);
		wt_read_long(w->address[range], length, &c->value);
		c->old = *shadow;
		*shadow = c->value;
		wt_shadow_give(w);
		return c->value != c->old;
	}
	c->value = c->old = 0;
	if (!w->def->change)
		return true;
	wt_shadow_take(w);
	wt_shadow_read(w, range, now);
	changed = memcmp(now, shadow, length);
	memcpy(shadow, now, length);
	wt_shadow_give(w);
	return changed;
}

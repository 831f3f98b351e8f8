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
 *
 * Where each CPU watches its own copy there is a shadow of each: what that CPU
 * last saw there. Another CPU's write to the copy is not seen, so it is part of
 * the change that the next one finds.
 */
static void wt_shadow_take(struct wt_shadow *shadow)
{
	while (atomic_xchg_acquire(&shadow->lock, 1))
		cpu_relax();
}

static void wt_shadow_give(struct wt_shadow *shadow)
{
	atomic_set_release(&shadow->lock, 0);
}

/* Where a range's values are. */
static u64 *wt_shadow_words(const struct wt_watch *w, struct wt_shadow *shadow, unsigned int range)
{
	u64 *words = shadow->words;
	unsigned int i;

	for (i = 0; i < range; i++)
		words += DIV_ROUND_UP(w->def->ranges[i].length, sizeof(*words));
	return words;
}

/* What has a sign, no sign or fewer bits, as its type says. */
static noinline bool wt_odd_read(const struct wt_range_def *range, unsigned long address, long *ret)
{
	if (!wt_read_sized(address, range->length, !range->is_unsigned && !range->bits, ret))
		return false;
	if (range->bits)
		*ret = wt_field(*ret, range->shift, range->bits, !range->is_unsigned);
	return true;
}

/* A value of up to 8 bytes. */
static __always_inline bool wt_number_read(const struct wt_range_def *range, unsigned long address, long *ret)
{
	return likely(!range->is_odd) ? wt_read_long(address, range->length, ret) : wt_odd_read(range, address, ret);
}

/*
 * Up to 8 bytes: the number; more: the bytes. False, and zeros, where they cannot be read.
 * offset: the CPU's whose copy it is, or 0.
 */
static bool wt_shadow_read(const struct wt_watch *w, unsigned int range, unsigned long offset, u64 *ret)
{
	const unsigned long length = w->def->ranges[range].length;

	if (likely(length <= sizeof(*ret)))
		return wt_number_read(&w->def->ranges[range], w->address[range] + offset, (long *)ret);
	if (wt_read(ret, w->address[range] + offset, length))
		return true;
	memset(ret, 0, length);
	return false;
}

/* Reads all ranges afresh. */
static void wt_shadow_refresh(struct wt_watch *w, struct wt_shadow *shadow, unsigned long offset)
{
	u64 now[WT_SHADOW_WORDS];
	unsigned int range;

	wt_shadow_take(shadow);
	for (range = 0; range < w->def->range_count; range++)
		if (wt_shadow_read(w, range, offset, now))
			memcpy(wt_shadow_words(w, shadow, range), now, w->def->ranges[range].length <= sizeof(*now) ?
			       sizeof(*now) : w->def->ranges[range].length);
	wt_shadow_give(shadow);
}

/* Has it values to keep? */
static bool wt_keeps_values(const struct wt_watch_def *def)
{
	return def->values || def->change;
}

/* The arbiter's: before the gate opens, and at each access that comes too early. */
static void wt_observe(void *data)
{
	struct wt_watch *w = data;

	if (wt_keeps_values(w->def))
		wt_shadow_refresh(w, &w->shadow, 0);
}

/* The same where each CPU has its copy: all of them, or in #DB this CPU's. */
static void wt_observe_own(void *data)
{
	struct wt_watch *w = data;
	unsigned int cpu;

	if (!wt_keeps_values(w->def))
		return;
	if (in_nmi())
		wt_shadow_refresh(w, this_cpu_ptr(w->own), __my_cpu_offset);
	else
		for_each_possible_cpu(cpu)
			wt_shadow_refresh(w, per_cpu_ptr(w->own, cpu), per_cpu_offset(cpu));
}

/* Of a hit. Fills c->value and c->old; false where nothing has changed. In #DB. */
static __always_inline bool wt_values_take(struct wt_watch *w, unsigned int range, struct wt_shadow *shadow,
					   unsigned long offset, struct wt_ctx *c)
{
	const unsigned long length = w->def->ranges[range].length;
	u64 *words = range ? wt_shadow_words(w, shadow, range) : shadow->words;
	bool changed;

	if (likely(length <= sizeof(*words))) {
		wt_shadow_take(shadow);
		wt_number_read(&w->def->ranges[range], w->address[range] + offset, &c->value);
		c->old = *words;
		*words = c->value;
		wt_shadow_give(shadow);
		return c->value != c->old;
	}
	c->value = c->old = 0;
	wt_shadow_take(shadow);
	wt_shadow_read(w, range, offset, (u64 *)c->are);
	changed = memcmp(c->are, words, length);
	memcpy(c->were, words, length);
	memcpy(words, c->are, length);
	wt_shadow_give(shadow);
	return changed;
}

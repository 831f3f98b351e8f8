// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which elements a loop has, in which order. A heap, as it needs no room beside
 * the ranks, no recursion, and selects the first few of many: a loop with a
 * limit keeps that many, with the last of them on top, and each further element
 * is compared with that one first. No two ranks are alike, since their places
 * differ, so the sort is stable.
 */
struct wt_sorting {
	const struct wt_table *table;
	const struct wt_loop_spec *spec;
	bool text;			/* strings are compared, not numbers */
	struct wt_rank *ranks;
	u32 count, most;
};

static const char *wt_rank_text(const struct wt_sorting *s, const struct wt_rank *rank)
{
	const struct wt_layout *l = s->table->layout;
	const struct wt_node *node = wt_node(s->table, rank->node);

	return s->spec->sort == WT_SORT_KEY ? wt_node_text(l, node, s->spec->key)->text :
					      wt_node_value(l, node);
}

static long wt_rank_value(const struct wt_sorting *s, u32 number)
{
	const struct wt_layout *l = s->table->layout;
	const struct wt_node *node = wt_node(s->table, number);

	if (s->text || s->spec->sort == WT_SORT_NONE)
		return 0;
	if (s->spec->sort == WT_SORT_KEY)
		return *wt_node_long(l, node, s->spec->key);
	if (l->value == 'd')
		return *(const long *)wt_node_value(l, node);
	return wt_stat_value(wt_node_value(l, node), l->stat.def,
			     s->spec->sort == WT_SORT_STAT ? s->spec->op : WT_STAT_COUNT);
}

/* Does a come after b? */
static bool wt_rank_after(const struct wt_sorting *s, const struct wt_rank *a, const struct wt_rank *b)
{
	long order;

	if (s->text)
		order = wt_compare(wt_rank_text(s, a), wt_rank_text(s, b));
	else
		order = (a->value > b->value) - (a->value < b->value);
	if (!order)
		return a->place > b->place;
	return s->spec->descending ? order < 0 : order > 0;
}

/* Lets the rank sink from `at` to its place in a heap of n. */
static void wt_heap_sift(const struct wt_sorting *s, u32 n, u32 at, struct wt_rank rank)
{
	struct wt_rank *ranks = s->ranks;
	u32 child;

	for (; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && wt_rank_after(s, &ranks[child + 1], &ranks[child]))
			child++;
		if (!wt_rank_after(s, &ranks[child], &rank))
			break;
		ranks[at] = ranks[child];
	}
	ranks[at] = rank;
}

static void wt_heap_make(const struct wt_sorting *s)
{
	u32 at;

	for (at = s->count / 2; at-- > 0; )
		wt_heap_sift(s, s->count, at, s->ranks[at]);
}

/* False: it and all that follow are of no use. */
static bool wt_sorting_add(struct wt_sorting *s, u32 number, u32 place)
{
	struct wt_rank rank = { wt_rank_value(s, number), number, place };

	if (s->count < s->most) {
		s->ranks[s->count++] = rank;
		if (s->count == s->most && s->spec->sort != WT_SORT_NONE)
			wt_heap_make(s);
		return true;
	}
	if (s->spec->sort == WT_SORT_NONE || !s->most)
		return false;
	if (wt_rank_after(s, &s->ranks[0], &rank))
		wt_heap_sift(s, s->count, 0, rank);
	return true;
}

/* The table's elements into ranks, at most `most` of them. How many there are. */
static u32 wt_sort(const struct wt_table *t, const struct wt_loop_spec *spec,
		   struct wt_rank *ranks, u32 most)
{
	struct wt_sorting s = { .table = t, .spec = spec, .ranks = ranks, .most = most };
	const struct wt_layout *l = t->layout;
	unsigned int any = (1u << l->key_count) - 1;
	wt_datum room[WT_MAX_KEYS];
	u32 number, place = 0, n;
	struct wt_key key;

	s.text = (spec->sort == WT_SORT_KEY && l->keys[spec->key] == 's') ||
		 (spec->sort == WT_SORT_VALUE && l->value == 's');
	if (spec->slice)
		any = spec->any;
	wt_key_init_slice(&key, l, spec->slice, any, room);
	for (number = wt_table_search(t, t->first, &key, any); number;
	     number = wt_table_search(t, wt_node(t, number)->next, &key, any))
		if (!wt_sorting_add(&s, number, place++))
			break;
	if (spec->sort == WT_SORT_NONE)
		return s.count;
	if (s.count < s.most)
		wt_heap_make(&s);
	for (n = s.count; n > 1; ) {
		struct wt_rank last = ranks[--n];

		ranks[n] = ranks[0];
		wt_heap_sift(&s, n, 0, last);
	}
	return s.count;
}

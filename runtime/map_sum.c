// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays of aggregates, read: what all CPUs have of an element, or of all. Who
 * calls is the reader of map_cpu.c's rules.
 */

/*
 * Every CPU's table in turn, for a reader: read it between enter and leave,
 * where enter says so. One that nothing was ever added to is left out.
 */
static bool wt_map_cpu_enter(struct wt_map_cpu *m, enum wt_hold *ret)
{
	if (!READ_ONCE(m->table.count) && !READ_ONCE(m->ready))
		return false;
	*ret = wt_word_take(&m->word);
	if (*ret == WT_BUSY)
		wt_lose(WT_LOSS_unread);
	else if (*ret == WT_HELD && READ_ONCE(m->ready))
		wt_pending_apply(m);
	return *ret != WT_BUSY;
}

static void wt_map_cpu_leave(struct wt_map_cpu *m, enum wt_hold hold)
{
	if (hold == WT_HELD)
		wt_word_give(m);
}

/* The sum of the element's values, in the array's room for it; NULL: there is none. */
const struct wt_stat *wt_map_stat(struct wt_map *map, const wt_datum *keys)
{
	const struct wt_layout *l = &map->state->layout;
	struct wt_stat *sum = map->state->sum;
	struct wt_key key;
	int cpu;

	wt_key_init(&key, l, keys);
	wt_stat_clear(sum, &l->stat);
	for_each_possible_cpu(cpu) {
		struct wt_map_cpu *m = map->state->cpus[cpu];
		enum wt_hold hold;
		u32 number;

		if (!wt_map_cpu_enter(m, &hold))
			continue;
		number = wt_table_find(&m->table, &key);
		if (number)
			wt_stat_merge(sum, wt_node_value(l, wt_node(&m->table, number)), &l->stat);
		wt_map_cpu_leave(m, hold);
	}
	return sum->count ? sum : NULL;
}

/* Has any CPU an element with these keys, but for those in any? */
static bool wt_map_cpus_have(struct wt_map *map, const struct wt_key *key, unsigned int any)
{
	bool found = false;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct wt_map_cpu *m = map->state->cpus[cpu];
		enum wt_hold hold;

		if (found || !wt_map_cpu_enter(m, &hold))
			continue;
		found = wt_table_has(&m->table, key, any);
		wt_map_cpu_leave(m, hold);
	}
	return found;
}

static void wt_map_cpus_remove(struct wt_map *map, const struct wt_key *key, unsigned int any)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct wt_map_cpu *m = map->state->cpus[cpu];
		enum wt_hold hold;

		if (!READ_ONCE(m->table.count) && !READ_ONCE(m->ready))
			continue;
		hold = wt_word_take(&m->word);
		if (hold == WT_HELD) {
			wt_pending_apply(m);
			wt_table_remove_these(&m->table, key, any);
			wt_word_give(m);
		} else {
			wt_pend(m, key, true, any, 0);
		}
	}
}

/* All CPUs' tables into one, for a loop. False: it is full. */
static bool wt_map_merge(struct wt_map *map)
{
	const struct wt_layout *l = &map->state->layout;
	struct wt_table *into = &map->state->table;
	wt_datum data[WT_MAX_KEYS];
	bool fits = true;
	int cpu;

	wt_table_clear(into);
	for_each_possible_cpu(cpu) {
		struct wt_map_cpu *m = map->state->cpus[cpu];
		enum wt_hold hold;
		u32 number;

		if (!wt_map_cpu_enter(m, &hold))
			continue;
		for (number = READ_ONCE(m->table.first); number && fits; ) {
			const struct wt_node *node = wt_node(&m->table, number);
			const struct wt_stat *part = wt_node_value(l, node);
			struct wt_key key;
			u32 to;

			/* empty: it is being made underneath us */
			if (part->count) {
				wt_key_of(&key, l, node, data);
				to = wt_table_make(into, &key);
				fits = to;
				if (to)
					wt_stat_merge(wt_node_value(l, wt_node(into, to)), part, &l->stat);
			}
			number = READ_ONCE(node->next);
		}
		wt_map_cpu_leave(m, hold);
	}
	return fits;
}

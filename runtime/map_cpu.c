// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays of aggregates: a table for each CPU, so that adding needs no lock.
 *
 * Rules:
 *  1. Who changes a table has its word: the CPU's adder, or the reader, of whom
 *     there is one at a time, as it holds the lock of the globals or runs alone.
 *     Interrupts are off or the holder is a probe that runs alone.
 *  2. The word names the CPU of its holder. Who finds it held by another CPU waits
 *     for some time; who finds his own CPU in it has interrupted the holder and
 *     never waits. Nobody holds two words.
 *  3. An adder that cannot have the word leaves what it has to add in the table's
 *     list of pending changes; so does a reader that cannot delete. Whoever lets
 *     the word go applies the list first, and looks again after: either he sees
 *     a late entry, or its writer, who tries the word once more, gets it. A full
 *     list is a loss, and counted.
 *  4. A reader that has interrupted an adder of its own CPU reads all the same:
 *     see map_table.c. One that waits for another CPU in vain goes without it,
 *     which is counted.
 */
/* The word is held. False: the table is full. */
static __always_inline bool wt_map_cpu_add(struct wt_map_cpu *m, const struct wt_key *key, long v)
{
	const struct wt_layout *l = m->table.layout;
	u32 number = wt_table_make(&m->table, key);

	if (unlikely(!number))
		return false;
	wt_stat_add(wt_node_value(l, wt_node(&m->table, number)), &l->stat, v);
	return true;
}

/* The word is held. */
static noinline void wt_pending_apply(struct wt_map_cpu *m)
{
	unsigned long ready = xchg(&m->ready, 0);
	wt_datum data[WT_MAX_KEYS];
	struct wt_key key;
	int i;

	for (i = 0; i < WT_PENDING; i++) {
		struct wt_pending *p = &m->pending[i];

		if (!(ready >> i & 1))
			continue;
		wt_key_of(&key, m->table.layout, p->keys, data);
		if (p->removes)
			wt_table_remove_these(&m->table, &key, p->any);
		else if (!wt_map_cpu_add(m, &key, p->value))
			wt_lose(WT_LOSS_aggregate);
		clear_bit_unlock(i, &m->taken);
	}
}

static __always_inline void wt_word_give(struct wt_map_cpu *m)
{
	int me = raw_smp_processor_id() + 1;

	do {
		if (unlikely(READ_ONCE(m->ready)))
			wt_pending_apply(m);
		atomic_xchg(&m->word, 0);	/* a full barrier: see rule 3 */
	} while (unlikely(READ_ONCE(m->ready)) && atomic_cmpxchg_acquire(&m->word, 0, me) == 0);
}

/* For whoever cannot have the word. */
static noinline void wt_pend(struct wt_map_cpu *m, const struct wt_key *key, bool removes,
			     unsigned int any, long value)
{
	struct wt_pending *p;
	int i;

	for (i = 0; i < WT_PENDING; i++)
		if (!test_and_set_bit(i, &m->taken))
			break;
	if (i == WT_PENDING) {
		wt_lose(WT_LOSS_aggregate);
		return;
	}
	p = &m->pending[i];
	p->removes = removes;
	p->any = any;
	p->value = value;
	wt_node_set_keys(m->table.layout, p->keys, key);
	smp_mb__before_atomic();
	set_bit(i, &m->ready);
	smp_mb__after_atomic();
	if (atomic_cmpxchg_acquire(&m->word, 0, raw_smp_processor_id() + 1) == 0)
		wt_word_give(m);
}

void wt_map_add(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, long v,
		const char *place)
{
	struct wt_map_cpu *m = map->state->cpus[raw_smp_processor_id()];
	struct wt_key key;

	wt_key_init(&key, &map->state->layout, keys);
	if (unlikely(wt_word_take(&m->word) != WT_HELD)) {
		wt_pend(m, &key, false, 0, v);
		return;
	}
	if (unlikely(!wt_map_cpu_add(m, &key, v)))
		wt_fail(c, place, map->state->full);
	wt_word_give(m);
}

static void wt_map_cpus_free(struct wt_map_state *s)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct wt_map_cpu *m = s->cpus ? s->cpus[cpu] : NULL;

		if (!m)
			continue;
		kvfree(m->pending[0].keys);
		wt_table_free(&m->table);
		kvfree(m);
	}
	kvfree(s->cpus);
	kvfree(s->sum);
}

static int wt_map_cpu_alloc(struct wt_map_cpu *m, const struct wt_layout *l,
			    const struct wt_map *map, int numa_node)
{
	unsigned char *keys;
	int i;

	/* what comes before the value */
	keys = kvzalloc_node((size_t)WT_PENDING * l->value_at, WT_MAP_GFP, numa_node);
	if (!keys)
		return -ENOMEM;
	for (i = 0; i < WT_PENDING; i++)
		m->pending[i].keys = (struct wt_node *)(keys + (size_t)i * l->value_at);
	return wt_table_alloc(&m->table, l, map, numa_node);
}

/* Process context; 0 or -ENOMEM, then wt_map_cpus_free() is to be called too. */
static int wt_map_cpus_alloc(struct wt_map_state *s, const struct wt_map *map)
{
	int cpu, error;

	s->sum = kvzalloc(s->layout.stat.bytes, GFP_KERNEL);
	s->cpus = kvcalloc(nr_cpu_ids, sizeof(*s->cpus), GFP_KERNEL);
	if (!s->sum || !s->cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		int numa_node = cpu_to_node(cpu);

		s->cpus[cpu] = kvzalloc_node(sizeof(*s->cpus[cpu]), GFP_KERNEL, numa_node);
		if (!s->cpus[cpu])
			return -ENOMEM;
		error = wt_map_cpu_alloc(s->cpus[cpu], &s->layout, map, numa_node);
		if (error)
			return error;
	}
	return 0;
}

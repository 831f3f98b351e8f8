// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table behind every array: elements of one size in one piece of memory,
 * found by a hash, listed by age. Who may touch a table is for map.c and
 * map_cpu.c to say.
 *
 * Chains of element numbers and not open addressing: elements are large and
 * must not move, since a loop and a string that was handed out point to them;
 * deleting leaves no gaps that a later search walks over; and there are at least
 * as many chains as elements, so one is two elements long on the average when
 * the table is full.
 *
 * A handler that has interrupted a change on its own CPU may read: an element is
 * complete before it is linked, and links are changed one by one, so that each
 * walk, along a chain or from the eldest to the youngest, goes through at every
 * moment.
 */

struct wt_table {
	const struct wt_layout *layout;
	u32 entries;
	bool wraps;
	u32 mask;		/* of the number of chains, a power of two */
	u32 *chains;
	unsigned char *nodes;
	u32 unused;		/* the first of those that were deleted */
	u32 touched;		/* elements above it were never used */
	u32 count;
	u32 first, last;	/* the eldest, the youngest */
	u64 born;		/* the youngest's, ever */
	u64 cleared;		/* who was born by then is gone */
};

static __always_inline struct wt_node *wt_node(const struct wt_table *t, u32 number)
{
	return (struct wt_node *)(t->nodes + (size_t)(number - 1) * t->layout->bytes);
}

/* The element's number, or 0. */
static __always_inline u32 wt_table_find(const struct wt_table *t, const struct wt_key *key)
{
	u32 number = READ_ONCE(t->chains[key->hash & t->mask]);

	while (number) {
		const struct wt_node *node = wt_node(t, number);

		if (node->hash == key->hash && likely(wt_node_has(t->layout, node, key, 0)))
			break;
		number = READ_ONCE(node->chain);
	}
	return number;
}

static void wt_table_remove(struct wt_table *t, u32 number)
{
	struct wt_node *node = wt_node(t, number);
	u32 *link = &t->chains[node->hash & t->mask];

	while (*link != number)
		link = &wt_node(t, *link)->chain;
	WRITE_ONCE(*link, node->chain);
	if (node->prev)
		WRITE_ONCE(wt_node(t, node->prev)->next, node->next);
	else
		WRITE_ONCE(t->first, node->next);
	if (node->next)
		wt_node(t, node->next)->prev = node->prev;
	else
		t->last = node->prev;
	barrier();		/* a walk that has come here goes on before this is another list's */
	node->born = 0;
	node->chain = t->unused;
	t->unused = number;
	WRITE_ONCE(t->count, t->count - 1);
}

/* An unused element, or 0 where there is none. */
static u32 wt_table_take(struct wt_table *t)
{
	u32 number;

	if (!t->unused && t->touched < t->entries)
		return ++t->touched;
	if (!t->unused && t->wraps)
		wt_table_remove(t, t->first);
	number = t->unused;
	if (number)
		t->unused = wt_node(t, number)->chain;
	return number;
}

/*
 * Makes an element that there is not yet, and returns its number; its value is 0
 * or empty, or for the caller to set: a string. 0: the table is full.
 */
static noinline u32 wt_table_insert(struct wt_table *t, const struct wt_key *key)
{
	u32 number = wt_table_take(t), *chain = &t->chains[key->hash & t->mask];
	const struct wt_layout *l = t->layout;
	struct wt_node *node;

	if (!number)
		return 0;
	node = wt_node(t, number);
	wt_node_set_keys(l, node, key);
	if (l->value == 'd')
		*(long *)wt_node_value(l, node) = 0;
	else if (l->value == 'x')
		wt_stat_clear(wt_node_value(l, node), &l->stat);
	node->born = ++t->born;
	node->chain = *chain;
	node->next = 0;
	node->prev = t->last;
	barrier();		/* complete before it is linked */
	if (t->last)
		WRITE_ONCE(wt_node(t, t->last)->next, number);
	else
		WRITE_ONCE(t->first, number);
	t->last = number;
	WRITE_ONCE(*chain, number);
	WRITE_ONCE(t->count, t->count + 1);
	return number;
}

static __always_inline u32 wt_table_make(struct wt_table *t, const struct wt_key *key)
{
	u32 number = wt_table_find(t, key);

	return likely(number) ? number : wt_table_insert(t, key);
}

static void wt_table_clear(struct wt_table *t)
{
	memset(t->chains, 0, ((size_t)t->mask + 1) * sizeof(*t->chains));
	t->unused = 0;
	t->touched = 0;
	WRITE_ONCE(t->count, 0);
	WRITE_ONCE(t->first, 0);
	t->last = 0;
	t->cleared = t->born;
}

/* The first element, from `number` on, that has these keys, but for those in any; or 0. */
static u32 wt_table_search(const struct wt_table *t, u32 number, const struct wt_key *key,
			   unsigned int any)
{
	while (number && !wt_node_has(t->layout, wt_node(t, number), key, any))
		number = READ_ONCE(wt_node(t, number)->next);
	return number;
}

static bool wt_table_has(const struct wt_table *t, const struct wt_key *key, unsigned int any)
{
	return any ? wt_table_search(t, READ_ONCE(t->first), key, any) : wt_table_find(t, key);
}

/* Those with these keys, but for those in any. */
static void wt_table_remove_these(struct wt_table *t, const struct wt_key *key, unsigned int any)
{
	u32 number, next;

	if (any == (1u << t->layout->key_count) - 1) {
		wt_table_clear(t);
		return;
	}
	number = any ? wt_table_search(t, t->first, key, any) : wt_table_find(t, key);
	for (; number; number = next) {
		next = any ? wt_table_search(t, wt_node(t, number)->next, key, any) : 0;
		wt_table_remove(t, number);
	}
}

/* Memory that only what is touched of it takes. Not so much as to have others killed for it. */
#define WT_MAP_GFP	(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static void wt_table_free(struct wt_table *t)
{
	kvfree(t->nodes);
	kvfree(t->chains);
}

/* Process context; 0 or -ENOMEM, then wt_table_free() is to be called too. */
static int wt_table_alloc(struct wt_table *t, const struct wt_layout *l, const struct wt_map *map,
			  int numa_node)
{
	u32 chains = roundup_pow_of_two(map->entries);

	t->layout = l;
	t->entries = map->entries;
	t->wraps = map->wraps;
	t->mask = chains - 1;
	t->chains = kvzalloc_node((size_t)chains * sizeof(*t->chains), WT_MAP_GFP, numa_node);
	t->nodes = kvzalloc_node((size_t)t->entries * l->bytes, WT_MAP_GFP, numa_node);
	return t->chains && t->nodes ? 0 : -ENOMEM;
}

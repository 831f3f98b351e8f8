// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays of numbers and strings, and what they have in common with those of
 * aggregates (map_cpu.c). The rules are map.h's: who calls has the lock of the
 * globals or runs alone, so there is one at a time.
 */

/* The element's value, or NULL. */
static __always_inline void *wt_map_value(struct wt_map *map, const wt_datum *keys)
{
	const struct wt_table *t = &map->state->table;
	struct wt_key key;
	u32 number;

	wt_key_init(&key, t->layout, keys);
	number = wt_table_find(t, &key);
	return number ? wt_node_value(t->layout, wt_node(t, number)) : NULL;
}

/* The value of the element, made where there is none, or NULL after wt_fail(). */
static __always_inline void *wt_map_make(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys,
					 const char *place)
{
	struct wt_table *t = &map->state->table;
	struct wt_key key;
	u32 number;

	wt_key_init(&key, t->layout, keys);
	number = wt_table_make(t, &key);
	if (likely(number))
		return wt_node_value(t->layout, wt_node(t, number));
	wt_fail(c, place, map->state->full);
	return NULL;
}

long wt_map_long(struct wt_map *map, const wt_datum *keys)
{
	const long *value = wt_map_value(map, keys);

	return value ? *value : 0;
}

const char *wt_map_string(struct wt_map *map, const wt_datum *keys)
{
	const char *value = wt_map_value(map, keys);

	return value ? value : "";
}

void wt_map_set_long(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, long v,
		     const char *place)
{
	long *value = wt_map_make(c, map, keys, place);

	if (value)
		*value = v;
}

void wt_map_set_string(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, const char *v,
		       const char *place)
{
	char *value = wt_map_make(c, map, keys, place);

	/* v may be what was there, in an element that has made room for this one */
	if (value)
		wt_copy(value, v);
}

long *wt_map_slot(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, const char *place)
{
	return wt_map_make(c, map, keys, place);
}

static bool wt_map_holds(struct wt_map *map, const struct wt_key *key, unsigned int any)
{
	return map->value == 'x' ? wt_map_cpus_have(map, key, any) :
				   wt_table_has(&map->state->table, key, any);
}

static void wt_map_remove(struct wt_map *map, const struct wt_key *key, unsigned int any)
{
	if (map->value == 'x')
		wt_map_cpus_remove(map, key, any);
	/* of an 'x' too, so that loops skip it */
	if (map->state->table.nodes)
		wt_table_remove_these(&map->state->table, key, any);
}

_Bool wt_map_has(struct wt_map *map, const wt_datum *keys)
{
	struct wt_key key;

	wt_key_init(&key, &map->state->layout, keys);
	return wt_map_holds(map, &key, 0);
}

_Bool wt_map_has_slice(struct wt_map *map, const wt_datum *keys, unsigned int any)
{
	wt_datum room[WT_MAX_KEYS];
	struct wt_key key;

	wt_key_init_slice(&key, &map->state->layout, keys, any, room);
	return wt_map_holds(map, &key, any);
}

void wt_map_delete(struct wt_map *map, const wt_datum *keys)
{
	struct wt_key key;

	wt_key_init(&key, &map->state->layout, keys);
	wt_map_remove(map, &key, 0);
}

void wt_map_delete_slice(struct wt_map *map, const wt_datum *keys, unsigned int any)
{
	wt_datum room[WT_MAX_KEYS];
	struct wt_key key;

	wt_key_init_slice(&key, &map->state->layout, keys, any, room);
	wt_map_remove(map, &key, any);
}

void wt_map_clear(struct wt_map *map)
{
	wt_map_delete_slice(map, NULL, (1u << map->state->layout.key_count) - 1);
}

static void wt_map_free(struct wt_map *map)
{
	struct wt_map_state *s = map->state;
	unsigned int i;

	if (!s)
		return;
	for (i = 0; s->orders && i < map->loops; i++)
		kvfree(s->orders[i].ranks);
	kvfree(s->orders);
	if (map->value == 'x')
		wt_map_cpus_free(s);
	wt_table_free(&s->table);
	kvfree(s);
	map->state = NULL;
}

static int wt_map_alloc(struct wt_map *map)
{
	struct wt_map_state *s;
	unsigned int i;
	int error;

	if (!map->entries || map->entries > WT_MAX_ENTRIES)
		return -EINVAL;
	s = kvzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	map->state = s;
	snprintf(s->full, sizeof(s->full), map->sized ?
		 "array %.60s is full: it has %u elements, as declared" :
		 "array %.60s is full: it has %u elements, see MAXMAPENTRIES", map->name, map->entries);
	error = wt_layout_init(&s->layout, map);
	if (!error && map->value == 'x')
		error = wt_map_cpus_alloc(s, map);
	if (!error && (map->value != 'x' || map->loops))
		error = wt_table_alloc(&s->table, &s->layout, map, NUMA_NO_NODE);
	if (error)
		return error;
	s->orders = kvcalloc(map->loops + 1, sizeof(*s->orders), GFP_KERNEL);
	if (!s->orders)
		return -ENOMEM;
	for (i = 0; i < map->loops; i++) {
		s->orders[i].ranks = kvzalloc((size_t)map->entries * sizeof(*s->orders[i].ranks),
					      WT_MAP_GFP);
		if (!s->orders[i].ranks)
			return -ENOMEM;
	}
	return 0;
}

static void wt_maps_free(void)
{
	unsigned int i;

	for (i = 0; i < wt_script.map_count; i++)
		wt_map_free(wt_script.maps[i]);
}

/* Process context; 0 or an errno, then nothing is left allocated. */
static int wt_maps_alloc(void)
{
	unsigned int i;

	for (i = 0; i < wt_script.map_count; i++) {
		int error = wt_map_alloc(wt_script.maps[i]);

		if (error) {
			wt_maps_free();
			return error;
		}
	}
	return 0;
}

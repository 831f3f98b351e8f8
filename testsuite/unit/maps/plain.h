/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays of numbers and strings against the model. */

static bool same_keys(const struct wt_loop *loop, const struct element *e)
{
	const char *kinds = loop->map->keys;
	int i;

	for (i = 0; kinds[i]; i++)
		if (kinds[i] == 'd' ? wt_loop_key_long(loop, i) != e->keys[i].n :
				      strcmp(wt_loop_key_string(loop, i), e->keys[i].s) != 0)
			return false;
	return true;
}

/* Is the element as it was still there? */
static struct element *still(struct model *m, const struct element *was)
{
	struct element *e = model_find(m, was->keys, 0);

	return e && e->born == was->born ? e : NULL;
}

static bool change(struct wt_map *map, struct model *m)
{
	struct wt_ctx *c = context();
	wt_datum keys[WT_MAX_KEYS];
	struct element *e;
	const char *s;
	bool good;
	long *n;

	draw_keys(map->keys, keys);
	switch (draw(4)) {
	case 0:
		wt_map_delete(map, keys);
		model_remove(m, keys, 0);
		return true;
	case 1:
		if (map->value == 'd') {
			n = wt_map_slot(c, map, keys, "here");
			e = model_make(m, keys);
			good = !n == !e;
			if (n && e)
				good = (*n)++ == e->n++;
			break;
		}
		/* fall through */
	default:
		/* the array's own strings, as values, and others */
		s = words[draw(10)];
		if (map->value == 's' && m->count && draw(2))
			s = wt_map_string(map, m->all[0].keys);
		if (map->value == 's') {
			char copy[MAXSTRINGLEN];

			strcpy(copy, s);
			wt_map_set_string(c, map, keys, s, "here");
			e = model_make(m, keys);
			if (e)
				strcpy(e->s, copy);
		} else {
			long v = numbers[draw(8)];

			wt_map_set_long(c, map, keys, v, "here");
			e = model_make(m, keys);
			if (e)
				e->n = v;
		}
		good = true;
	}
	good = good && !c->error == !!e;
	c->error = NULL;
	return good;
}

static bool compare_loop(struct wt_map *map, struct model *m, int depth)
{
	struct wt_loop_spec spec = { .sort = draw(3), .descending = draw(2) };
	struct element *all = malloc((MODEL_MOST + 1) * sizeof(*all));
	long limit = draw(3) ? -1 : (long)draw(MODEL_MOST);
	struct wt_loop loop = { 0 };
	wt_datum keys[WT_MAX_KEYS];
	bool good = true;
	int n, i = 0;

	spec.key = draw(strlen(map->keys));
	if (draw(2)) {
		draw_keys(map->keys, keys);
		spec.slice = keys;
		spec.any = draw(1u << strlen(map->keys));
	}
	n = model_sort(m, &spec, limit, all);
	wt_loop_begin(context(), &loop, map, &spec, limit, "here");
	while (good && wt_loop_next(&loop)) {
		while (i < n && !still(m, &all[i]))
			i++;
		good = i < n && same_keys(&loop, &all[i]) &&
		       (map->value == 'd' ? wt_loop_value_long(&loop) == still(m, &all[i])->n :
					    !strcmp(wt_loop_value_string(&loop), still(m, &all[i])->s));
		i++;
		if (!draw(4))
			good = good && change(map, m);
		if (!draw(40)) {
			wt_map_clear(map);
			m->count = 0;
		}
		if (depth && !draw(8))
			good = good && compare_loop(map, m, depth - 1);
	}
	while (i < n && !still(m, &all[i]))
		i++;
	good = good && i == n;
	wt_loop_end(&loop);
	wt_loop_end(&loop);
	free(all);
	return good && !context()->error;
}

static bool compare(struct wt_map *map, struct model *m)
{
	wt_datum keys[WT_MAX_KEYS];
	unsigned int any = draw(1u << strlen(map->keys));
	struct element *e;

	draw_keys(map->keys, keys);
	e = model_find(m, keys, 0);
	if (wt_map_has(map, keys) != !!e || wt_map_has_slice(map, keys, any) != !!model_find(m, keys, any))
		return false;
	return map->value == 'd' ? wt_map_long(map, keys) == (e ? e->n : 0) :
				   !strcmp(wt_map_string(map, keys), e ? e->s : "");
}

static bool run_plain(const char *kinds, char value, unsigned int entries, bool wraps)
{
	struct wt_map map = { .name = "m", .keys = kinds, .value = value, .entries = entries,
			      .wraps = wraps, .loops = 3 };
	struct model *m = calloc(1, sizeof(*m));
	wt_datum keys[WT_MAX_KEYS];
	unsigned int any;
	bool good = map_begin(&map);
	int step;

	m->map = &map;
	for (step = 0; good && step < 4000; step++) {
		switch (draw(30)) {
		case 0:
			good = compare_loop(&map, m, 2);
			break;
		case 1:
			if (draw(4))
				break;
			draw_keys(kinds, keys);
			any = draw(1u << strlen(kinds));
			wt_map_delete_slice(&map, keys, any);
			model_remove(m, keys, any);
			break;
		case 2:
			if (draw(20))
				break;
			wt_map_clear(&map);
			m->count = 0;
			break;
		default:
			good = change(&map, m) && compare(&map, m);
		}
		good = good && map.state->table.count == (u32)m->count;
	}
	if (!good)
		printf("# %s -> %c, %u entries, step %d\n", kinds, value, entries, step);
	free(m);
	return map_end() && good;
}

static void test_plain(void)
{
	static const char *const kinds[] = { "d", "s", "ds", "sd", "dddd", "sdsd", "ss", "dsdsdsdsd" };
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		bool good = true;

		good &= run_plain(kinds[i], 'd', 64, false);
		good &= run_plain(kinds[i], 's', 40, false);
		good &= run_plain(kinds[i], 'd', 7, true);
		good &= run_plain(kinds[i], 's', 5, true);
		good &= run_plain(kinds[i], 'd', 1, true);
		snprintf(name, sizeof(name), "an array with keys \"%s\" is as the model", kinds[i]);
		report(good, name);
	}
}

static void test_large(void)
{
	struct wt_map map = { .name = "large", .keys = "dsds", .value = 'd', .entries = 10000, .loops = 1 };
	struct wt_loop_spec spec = { .sort = WT_SORT_VALUE, .descending = true };
	struct wt_loop loop = { 0 };
	struct timespec from, to;
	char a[32], b[32];
	long last = INT64_MAX, n = 0, i;
	bool good = map_begin(&map);

	for (i = 0; i < 10000; i++) {
		wt_datum keys[] = { { .n = i % 7 }, { .s = a }, { .n = i }, { .s = b } };

		sprintf(a, "process %ld", i % 100);
		sprintf(b, "%ld", i / 100);
		wt_map_set_long(context(), &map, keys, (i * 7919) % 10007 - 5000, "here");
	}
	good = good && !context()->error && map.state->table.count == 10000;
	clock_gettime(CLOCK_MONOTONIC, &from);
	wt_loop_begin(context(), &loop, &map, &spec, -1, "here");
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("# 10,000 elements sorted in %ld us\n",
	       (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000);
	for (; wt_loop_next(&loop); n++) {
		good = good && wt_loop_value_long(&loop) < last;
		last = wt_loop_value_long(&loop);
	}
	wt_loop_end(&loop);
	report(map_end() && good && n == 10000, "10,000 elements with four keys are sorted");
}

/* Every allocation fails once. */
static void test_memory(void)
{
	struct wt_map map = { .name = "m", .keys = "sd", .value = 'x', .entries = 10, .loops = 2 };
	bool good = true, done = false;
	long i;

	for (i = 0; !done && i < 1000; i++) {
		requests = 0;
		fails = i;
		done = map_begin(&map);
		if (!done)
			good = good && !map.state && !allocated;
	}
	fails = -1;
	report(map_end() && good && done && i > 15, "a lack of memory at any point leaves nothing behind");
}

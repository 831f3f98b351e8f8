/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An array as one would write it without a thought: a list by age, searched from its head. */
#ifndef MODEL_H
#define MODEL_H

#include "kernel.h"

#define MODEL_MOST	64

struct element {
	wt_datum keys[WT_MAX_KEYS];	/* strings are the test's own constants */
	long n;
	char s[MAXSTRINGLEN];
	unsigned long born;
};

struct model {
	const struct wt_map *map;
	struct element all[MODEL_MOST + 1];	/* one more, while it wraps */
	int count;
	unsigned long born;
};

static bool model_matches(const struct model *m, const struct element *e, const wt_datum *keys,
			  unsigned int any)
{
	int i;

	for (i = 0; m->map->keys[i]; i++)
		if (!(any >> i & 1) && (m->map->keys[i] == 'd' ? e->keys[i].n != keys[i].n :
								 strcmp(e->keys[i].s, keys[i].s) != 0))
			return false;
	return true;
}

static struct element *model_find(struct model *m, const wt_datum *keys, unsigned int any)
{
	int i;

	for (i = 0; i < m->count; i++)
		if (model_matches(m, &m->all[i], keys, any))
			return &m->all[i];
	return NULL;
}

static void model_remove(struct model *m, const wt_datum *keys, unsigned int any)
{
	struct element *e;

	while ((e = model_find(m, keys, any))) {
		m->count--;
		memmove(e, e + 1, (m->all + m->count - e) * sizeof(*e));
	}
}

/* NULL: it is full */
static struct element *model_make(struct model *m, const wt_datum *keys)
{
	struct element *e = model_find(m, keys, 0);

	if (e)
		return e;
	if (m->count == (int)m->map->entries) {
		if (!m->map->wraps)
			return NULL;
		memmove(m->all, m->all + 1, --m->count * sizeof(*e));
	}
	e = &m->all[m->count++];
	memset(e, 0, sizeof(*e));
	memcpy(e->keys, keys, strlen(m->map->keys) * sizeof(*keys));
	e->born = ++m->born;
	return e;
}

static int model_order(const struct model *m, const struct wt_loop_spec *spec,
		       const struct element *a, const struct element *b)
{
	long x = a->n, y = b->n;
	int order;

	if (spec->sort == WT_SORT_NONE)
		return 0;
	if (spec->sort == WT_SORT_KEY) {
		x = a->keys[spec->key].n;
		y = b->keys[spec->key].n;
	}
	if (spec->sort == WT_SORT_KEY && m->map->keys[spec->key] == 's')
		order = strcmp(a->keys[spec->key].s, b->keys[spec->key].s);
	else if (spec->sort == WT_SORT_VALUE && m->map->value == 's')
		order = strcmp(a->s, b->s);
	else
		order = x < y ? -1 : x > y;
	return spec->descending ? -order : order;
}

/* By insertion, which is stable. How many. */
static int model_sort(const struct model *m, const struct wt_loop_spec *spec, long limit,
		      struct element *ret)
{
	int i, at, n = 0;

	for (i = 0; i < m->count; i++) {
		if (spec->slice && !model_matches(m, &m->all[i], spec->slice, spec->any))
			continue;
		for (at = n++; at && model_order(m, spec, &ret[at - 1], &m->all[i]) > 0; at--)
			ret[at] = ret[at - 1];
		ret[at] = m->all[i];
	}
	return limit >= 0 && limit < n ? limit : n;
}

#endif

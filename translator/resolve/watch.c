// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches: points of data that are written alike are one, named ones are made
 * when something uses them. Each gets one use, which stands for its hits; those
 * who handle these are its parts.
 */
#include <stdlib.h>
#include <string.h>

#include "../diag.h"
#include "point.h"

/* The arbiter has four registers, and a watch at least one for each range. */
#define MOST_RANGES	4
#define MOST_ARGUMENTS	8

/* A sub-probe of an anonymous watch, until all of these are known. */
struct wanted {
	struct probe_use *use;
	const char *key;
	struct wanted *next;
};

static const char *component_text(struct session *s, const struct component *c)
{
	struct component alone = *c;
	char *text, *copy;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	alone.next = NULL;
	components_print(out, &alone);
	fclose(out);
	copy = session_strdup(s, text);
	free(text);
	return copy;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two conditions, or the one that there is; each is resolved for itself. */
static struct expr *join(struct session *s, enum op op, struct expr *a, struct expr *b)
{
	struct expr *both;

	if (!a || !b)
		return a ? a : b;
	both = expr_binary(s, b->loc, op, a, b);
	both->type = TYPE_LONG;
	return both;
}

/* The point as written, but for the order of its suffixes and without told, the sub-probe's name. */
static const char *make_key(struct session *s, const struct point *point, const struct component *told)
{
	const struct component *first = point->components, *c = first->next;
	const char *key = component_text(s, first);
	const char *suffixes[16];
	size_t n = 0;

	if (c) {
		key = session_printf(s, "%s.%s", key, component_text(s, c));
		c = c->next;
	}
	for (; c; c = c->next)
		if (c != told && n < sizeof(suffixes) / sizeof(suffixes[0]))
			suffixes[n++] = component_text(s, c);
	qsort(suffixes, n, sizeof(suffixes[0]), compare_texts);
	for (size_t i = 0; i < n; i++)
		key = session_printf(s, "%s.%s", key, suffixes[i]);
	return key;
}

bool point_is_same(struct session *s, const struct point *a, const struct point *b)
{
	return !strcmp(make_key(s, a, NULL), make_key(s, b, NULL));
}

static struct watch *find_key(struct session *s, const char *key)
{
	struct watch *w = s->unit->watches;

	while (w && (!w->key || strcmp(w->key, key)))
		w = w->next;
	return w;
}

static bool same_alternatives(const struct alternative *a, const struct alternative *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->use != b->use)
			return false;
	return a == b;
}

/* Points that are left out where others are there make watches of their own. */
static struct watch *find_watch(struct session *s, const char *key, const struct alternative *unless)
{
	struct watch *w = s->unit->watches;

	while (w && (!w->key || strcmp(w->key, key) || !same_alternatives(w->use->unless, unless)))
		w = w->next;
	return w;
}

static struct watch *add_watch(struct session *s, const char *name, struct point *point)
{
	struct watch *w = session_alloc(s, sizeof(*w)), **tail = &s->unit->watches;

	while (*tail)
		tail = &(*tail)->next;
	*tail = w;
	w->index = s->unit->watch_count++;
	w->name = name;
	w->use = session_alloc(s, sizeof(*w->use));
	w->use->kind = PROBE_DATA;
	w->use->point = point;
	w->use->watch = w;
	unit_add_use(s, w->use);
	return w;
}

static void add_part(struct session *s, struct watch *w, const struct part *part)
{
	struct part **tail = &w->parts;

	while (*tail)
		tail = &(*tail)->next;
	*tail = session_alloc(s, sizeof(**tail));
	**tail = *part;
	(*tail)->next = NULL;
}

/* One more who wants it at the start: it is held while any of their conditions is true. */
static void add_start(struct session *s, struct watch *w, const struct point *point)
{
	w->starts = true;
	w->required |= !point->optional;
	if (!point->condition)
		w->unconditional = true;
	w->condition = w->unconditional ? NULL : join(s, OP_LOGOR, w->condition, point->condition);
}

static void take_data(struct session *s, struct watch *w, const struct data_point *p, struct range *r)
{
	struct range **tail = &w->ranges;

	while (*tail)
		tail = &(*tail)->next;
	*tail = r;
	if (!w->range_count++)
		w->first_range = s->unit->range_count;
	s->unit->range_count++;
	w->reads = !strcmp(p->access->name, "rw");
	w->change = !strcmp(p->access->name, "change");
	w->later |= p->later;
	w->may_fail |= p->later;
	if (p->priority)
		w->priority = p->priority->arg;
}

bool watch_anonymous(struct session *s, struct probe_use *use, const struct data_point *p)
{
	const char *key = make_key(s, use->point, p->told);
	struct watch *w = find_watch(s, key, use->unless);
	struct range *r;

	if (p->told) {
		struct wanted **tail = &s->unit->wanted;

		while (*tail)
			tail = &(*tail)->next;
		*tail = session_alloc(s, sizeof(**tail));
		(*tail)->use = use;
		(*tail)->key = key;
		use->kind = p->kind;
		unit_add_use(s, use);
		return true;
	}
	if (!w) {
		r = point_data_range(s, p, use->point, NULL);
		if (!r)
			return false;
		w = add_watch(s, use->point->spelling, use->point);
		w->key = key;
		w->use->unless = use->unless;
		take_data(s, w, p, r);
	}
	use->kind = PROBE_DATA;
	use->watch = w;
	add_start(s, w, use->point);
	add_part(s, w, &use->part);
	return true;
}

struct definition *definition_find(struct session *s, const char *name)
{
	struct definition *d, *tapset = NULL;

	for (d = s->script.definitions; d; d = d->next) {
		if (strcmp(d->name, name))
			continue;
		if (!d->from_tapset)
			return d;
		tapset = d;
	}
	return tapset;
}

bool is_data(const struct component *first)
{
	return (!strcmp(first->name, "kernel") || !strcmp(first->name, "module")) && first->next &&
	       !strcmp(first->next->name, "data");
}

bool is_watch(const struct definition *d)
{
	if (strchr(d->name, '.') || d->after)
		return false;
	for (const struct point *p = d->points; p; p = p->next)
		if (!is_data(p->components))
			return false;
	return true;
}

struct definition *watch_find(struct session *s, const char *name)
{
	struct definition *d = definition_find(s, name);

	return d && is_watch(d) ? d : NULL;
}

/* The points of a definition are ranges of one watch, so they want the same of it. */
static bool same_access(struct session *s, const struct watch *w, const struct data_point *p, const struct range *r)
{
	bool reads = !strcmp(p->access->name, "rw"), change = !strcmp(p->access->name, "change");
	const struct range *first = w->ranges;

	/* each CPU its own copy: all of them, or none */
	if ((first->per_cpu && !first->one_cpu) != (r->per_cpu && !r->one_cpu)) {
		diag(s, &p->data->loc, DIAG_CPU, "the points of one watch are all of each CPU's own, or none of them is");
		return false;
	}
	if (w->reads == reads && w->change == change && !(p->priority && w->priority))
		return true;
	diag(s, p->priority && w->priority ? &p->priority->loc : &p->access->loc, DIAG_ONE_WATCH, w->name);
	if (p->priority && w->priority)
		diag_note(s, "one of the points gives it for all");
	return false;
}

static bool take_point(struct session *s, struct watch *w, struct point *point)
{
	struct component *first = point->components;
	struct definition *d = w->definition;
	struct data_point p;
	struct range *r;

	if (!point_data_take(s, first, &p))
		return false;
	if (p.told) {
		diag(s, &p.told->loc, DIAG_POINT_COMPONENT, p.told->name, "probe NAME =");
		diag_note(s, "the sub-probe is written 'probe %s.%s'", d->name, p.told->name);
		return false;
	}
	if (w->range_count == MOST_RANGES) {
		diag(s, &point->loc, DIAG_RANGES, w->name, MOST_RANGES);
		return false;
	}
	r = point_data_range(s, &p, point, d->params);
	if (!r || (w->ranges && !same_access(s, w, &p, r)))
		return false;
	take_data(s, w, &p, r);
	return true;
}

/* A pattern's are as many ranges. */
static bool take_points(struct session *s, struct watch *w, struct point *point)
{
	struct point *one;

	if (!point_is_glob(point))
		return take_point(s, w, point);
	one = point_glob(s, point);
	if (!one)
		return false;
	for (; one; one = one->next)
		if (!take_point(s, w, one))
			return false;
	return true;
}

static bool take_params(struct session *s, struct definition *d)
{
	unsigned n = 0;

	for (struct var *v = d->params; v; v = v->next) {
		v->type = TYPE_LONG;
		v->sharing = SHARED_ARGUMENT;
		v->index = n++;
	}
	if (n <= MOST_ARGUMENTS)
		return true;
	diag(s, &d->loc, DIAG_TOO_MANY_ARGS, d->name, MOST_ARGUMENTS);
	return false;
}

static struct watch *make_watch(struct session *s, struct definition *d)
{
	struct watch *w;

	if (!take_params(s, d))
		return NULL;
	w = add_watch(s, d->name, d->points);
	w->definition = d;
	for (struct point *p = d->points; p; p = p->next) {
		if (!take_points(s, w, p))
			return NULL;
		w->may_fail |= p->optional;
		w->base_condition = join(s, OP_LOGAND, w->base_condition, p->condition);
	}
	return w;
}

/* A definition's own statements come first, or, by +=, behind those of its probes. */
static void add_own_part(struct session *s, struct watch *w)
{
	struct definition *d = w->definition;
	struct part part = { .body = &d->body, .point = d->points };

	add_part(s, w, &part);
}

struct watch *definition_watch(struct session *s, struct definition *d)
{
	unsigned trying = s->trying;

	if (d->watch || d->bound)
		return d->watch;
	d->bound = true;		/* said once where it fails, also for a point that may fail */
	s->trying = 0;
	d->watch = make_watch(s, d);
	s->trying = trying;
	if (d->watch && !d->epilogue)
		add_own_part(s, d->watch);
	return d->watch;
}

static bool check_sub(struct session *s, const struct definition *d, struct component *sub)
{
	bool known = point_told(sub->name) != PROBE_DATA;
	const struct component *wrong = known ? sub->next : sub;

	if (!wrong)
		return component_argument(s, sub, 0);
	diag(s, &wrong->loc, DIAG_POINT_COMPONENT, wrong->name, d->name);
	diag_note(s, "the sub-probes of a watch are .enabled, .disabled and .unavailable (.begin and .end)");
	return false;
}

bool watch_named(struct session *s, struct probe_use *use, struct definition *d, struct component *first)
{
	struct component *sub = first->next;
	struct watch *w;

	if (sub && !check_sub(s, d, sub))
		return false;
	w = definition_watch(s, d);
	if (!w)
		return false;
	if (sub) {
		use->kind = point_told(sub->name);
		use->watch = w;
		unit_add_use(s, use);
		return true;
	}
	use->kind = PROBE_DATA;
	use->watch = w;
	/* where it has arguments a probe is only one more who handles the hits */
	if (!d->params)
		add_start(s, w, use->point);
	add_part(s, w, &use->part);
	return true;
}

static const char *next_key(void *data)
{
	struct watch **at = data, *w = *at;

	while (w && !w->key)
		w = w->next;
	*at = w ? w->next : NULL;
	return w ? w->key : NULL;
}

/* The anonymous watch that is most like it, as it is written. */
static const char *nearest_watch(struct session *s, const char *key)
{
	struct watch *at = s->unit->watches;
	const char *near = diag_nearest(key, next_key, &at);

	at = s->unit->watches;
	if (!near)
		near = next_key(&at);
	return near ? find_key(s, near)->name : NULL;
}

static void drop_use(struct session *s, struct probe_use *use)
{
	struct probe_use **at = &s->unit->uses;

	while (*at != use)
		at = &(*at)->next;
	*at = use->next;
	s->unit->use_count--;
	for (use = use->next; use; use = use->next)
		use->index--;
}

static void no_such_watch(struct session *s, const struct wanted *wanted)
{
	const char *near;

	if (wanted->use->point->optional) {
		drop_use(s, wanted->use);
		return;
	}
	diag(s, &wanted->use->point->loc, DIAG_NO_SUCH_WATCH);
	near = nearest_watch(s, wanted->key);
	if (near)
		diag_note(s, "it is written as the watch is, with the sub-probe's name added: a watch here is %s", near);
	else
		diag_note(s, "a sub-probe makes no watch: a probe of the same point without the sub-probe's name does");
}

/* Where more watches than one are written so (see find_watch), each is told of for itself. */
static void tell_others(struct session *s, const struct wanted *wanted)
{
	for (struct watch *w = wanted->use->watch->next; w; w = w->next) {
		struct probe_use *copy;

		if (!w->key || strcmp(w->key, wanted->key))
			continue;
		copy = session_alloc(s, sizeof(*copy));
		*copy = *wanted->use;
		copy->watch = w;
		copy->next = NULL;
		unit_add_use(s, copy);
	}
}

/* After all points: whom the sub-probes belong to, and what they make of the watches. */
void watches_resolve(struct session *s)
{
	for (struct wanted *wanted = s->unit->wanted; wanted; wanted = wanted->next) {
		wanted->use->watch = find_key(s, wanted->key);
		if (wanted->use->watch)
			tell_others(s, wanted);
		else
			no_such_watch(s, wanted);
	}
	for (struct probe_use *use = s->unit->uses; use; use = use->next)
		if (use->kind == PROBE_UNAVAILABLE && use->watch)
			use->watch->may_fail = true;
	for (struct watch *w = s->unit->watches; w; w = w->next) {
		if (w->definition && w->definition->epilogue)
			add_own_part(s, w);
		/* one probe of it that has no `?` is enough */
		w->may_fail |= w->starts && !w->required;
		w->condition = join(s, OP_LOGAND, w->base_condition, w->condition);
	}
}

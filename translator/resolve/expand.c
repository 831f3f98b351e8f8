// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probe points down to what watchtap knows by itself. A point that names an
 * alias stands for the alias's points, and so on; a handler there is the
 * probe's statements with those of the aliases on the way, before them (=) or
 * behind them (+=), as one body with one set of variables.
 *
 * Each probe as written becomes several: one for each way of aliases, and one
 * more where split.c says that a point wants variables of its own. Points that
 * may share a body do.
 *
 * Behind a point with `!` nothing is looked at any more, unless only the kernel
 * knows whether what it stands for is there: then what comes behind is kept, as
 * if it were optional, and left out when the module is loaded.
 */
#include <string.h>

#include "../diag.h"
#include "alias.h"
#include "point.h"

#define MOST_POINTS	5000	/* of one probe: aliases may double at each level */

/* A probe that comes out. */
struct derived {
	struct probe *probe;
	const struct step *step;
	struct expr *given, *condition;	/* of the last point, and what was made of it */
	struct derived *next;
};

struct expansion {
	struct session *s;
	struct probe *written;
	struct derived *derived;
	bool body_taken;		/* the written probe's statements: the others get copies */
	unsigned points;
	bool looped;			/* an alias stands for itself: what else the point stands for is not looked into */
	struct alternative *found;	/* what the points so far have come to, the last one first */
	struct alternative *unless;	/* of the points that follow */
};

static bool expand_points(struct expansion *, struct point *, const struct step *);

static bool same_way(const struct step *a, const struct step *b)
{
	for (; a && b; a = a->outer, b = b->outer)
		if (a->definition != b->definition || a->told != b->told)
			return false;
	return a == b;
}

/* The probe that has the point's handler already, or a new one. */
static struct derived *find_derived(struct expansion *x, const struct point *point, const struct step *step)
{
	struct derived *d;

	for (d = x->derived; d; d = d->next)
		if (same_way(d->step, step) && point_may_join(x->s, d->probe, point))
			return d;
	d = session_alloc(x->s, sizeof(*d));
	d->probe = session_alloc(x->s, sizeof(*d->probe));
	*d->probe = *x->written;
	d->probe->points = NULL;
	d->probe->next = NULL;
	d->step = step;
	return d;
}

static void add_derived(struct expansion *x, struct derived *d)
{
	struct derived **tail = &x->derived;
	struct stmt *own = x->written->body.stmt;

	while (*tail)
		tail = &(*tail)->next;
	*tail = d;
	if (x->body_taken)
		own = stmt_copy(x->s, own);
	x->body_taken = true;
	d->probe->body.stmt = alias_body(x->s, d->step, own);
}

static struct alternative *alternative_new(struct session *s, struct probe_use *use, struct alternative *next)
{
	struct alternative *a = session_alloc(s, sizeof(*a));

	a->use = use;
	a->next = next;
	return a;
}

/* Whether it is there, whatever the kernel has. */
static bool is_certain(const struct probe_use *use)
{
	if (use->kind == PROBE_FUNCTION)
		return false;
	for (const struct range *r = use->kind == PROBE_DATA ? use->watch->ranges : NULL; r; r = r->next)
		if (r->symbol)
			return false;
	return true;
}

/*
 * What a point with `!` has come to since. True: some of it is certain, and no
 * other point is needed.
 */
static bool take_sufficient(struct expansion *x, const struct alternative *before)
{
	struct alternative *a;

	for (a = x->found; a != before; a = a->next)
		if (is_certain(a->use))
			return true;
	for (a = x->found; a != before; a = a->next)
		x->unless = alternative_new(x->s, a->use, x->unless);
	return false;
}

/* The handlers of a named watch are one function: none of them can be left out at load. */
static bool may_be_left_out(struct expansion *x, const struct point *point, const struct definition *watch)
{
	if (!x->unless || !watch || point->components->next)
		return true;
	diag(x->s, &point->loc, DIAG_UNSUPPORTED, session_printf(x->s, "watch '%s' behind '!' is", watch->name));
	return false;
}

/* A point of a kind, or of a watch: the end of the way. */
static bool resolve_leaf(struct expansion *x, struct point *point, const struct step *step,
			 const struct point_kind *kind, struct definition *watch)
{
	struct derived *d = find_derived(x, point, step);
	struct probe_use *use = session_alloc(x->s, sizeof(*use));
	struct point **tail = &d->probe->points;
	bool is_new = !*tail;

	if (!may_be_left_out(x, point, watch))
		return false;
	/* each probe's names are bound where it is; its points share what they shared before */
	if (point->condition != d->given || !d->condition) {
		d->given = point->condition;
		d->condition = d->given ? expr_copy(x->s, d->given) : NULL;
	}
	point->condition = d->condition;
	use->point = use->part.point = point;
	use->part.body = &d->probe->body;
	use->part.condition = point->condition;
	use->unless = x->unless;
	if (!(kind ? kind->resolve(x->s, use, point->components) : watch_named(x->s, use, watch, point->components)))
		return false;
	x->found = alternative_new(x->s, use->kind == PROBE_DATA ? use->watch->use : use, x->found);
	if (is_new)
		add_derived(x, d);
	while (*tail)
		tail = &(*tail)->next;
	*tail = point;
	point->next = NULL;
	return true;
}

/* The point with the name that a wildcard stands for; itself where there is none. */
static struct point *named_point(struct session *s, struct point *point, const char *name,
				 const struct component *suffix)
{
	const struct component *first = point->components;
	struct component *components;

	if (!strchr(first->name, '*') && first->next == suffix)
		return point;
	components = component_new(s, first->loc, name, first->has_parens, first->arg);
	if (suffix)
		component_append(components, component_copy(s, suffix));
	return point_new(s, point->loc, components, point->optional, point->sufficient, point->condition);
}

static bool asks_to_be_told(const struct component *suffix)
{
	while (suffix && suffix->next)
		suffix = suffix->next;
	return suffix && point_told(suffix->name) != PROBE_DATA;
}

static bool may_enter(struct expansion *x, const struct point *point, const struct definition *alias,
		      const struct step *outer)
{
	struct session *s = x->s;
	unsigned trying = s->trying;

	if (outer && outer->depth >= MAX_NESTING) {
		diag(s, &point->loc, DIAG_NESTING, MAX_NESTING);
		return false;
	}
	for (; outer; outer = outer->outer) {
		if (outer->definition != alias)
			continue;
		/* also of a point that may fail; ways around a loop may be without number */
		s->trying = 0;
		diag(s, &point->loc, DIAG_ALIAS_LOOP, alias->name);
		s->trying = trying;
		x->looped = true;
		return false;
	}
	return true;
}

static bool expand_alias(struct expansion *x, struct point *point, const struct named *named,
			 const struct step *outer)
{
	struct step *step;
	unsigned errors = x->s->errors;
	bool told = asks_to_be_told(named->suffix), found;

	if (!may_enter(x, point, named->definition, outer))
		return false;
	step = session_alloc(x->s, sizeof(*step));
	step->definition = named->definition;
	step->outer = outer;
	step->point = point;
	step->suffix = named->suffix;
	step->told = told || (outer && outer->told);
	step->depth = outer ? outer->depth + 1 : 1;
	found = expand_points(x, named->definition->points, step);
	if (!found && told && x->s->errors == errors) {
		diag(x->s, &named->suffix->loc, DIAG_POINT_COMPONENT, named->suffix->name, named->definition->name);
		diag_note(x->s, "none of its points is one of data");
	}
	return found;
}

static bool expand_kinds(struct expansion *x, struct point *point, const struct step *step, bool others)
{
	const struct component *first = point->components;
	const struct point_kind *kind = NULL, *only = point_kind_match(first, NULL);
	bool quiet, found = false;

	if (!only)
		return false;
	/* one of several that a wildcard stands for need not fit */
	quiet = others || point_kind_match(first, only);
	x->s->trying += quiet;
	while ((kind = point_kind_match(first, kind))) {
		/* what an alias has besides data has no sub-probes */
		if (!step || !step->told || is_data(first))
			found |= resolve_leaf(x, named_point(x->s, point, kind->head, first->next), step, kind, NULL);
	}
	x->s->trying -= quiet;
	return found;
}

static void nothing_found(struct session *s, const struct point *point, const struct named *names)
{
	const char *why = s->kept_back;

	if (!names && !why) {
		point_unknown(s, point);
		return;
	}
	/* what is wrong with a watch has been said */
	if (!why)
		return;
	diag(s, &point->loc, DIAG_NO_MATCH, point->spelling);
	diag_note(s, "none of what it stands for is there: %s", why);
}

static bool expand_point(struct expansion *x, struct point *point, const struct step *step);

/* What of it cannot be watched is left out, as long as something can. */
static bool expand_glob(struct expansion *x, struct point *glob, const struct step *step)
{
	unsigned errors = x->s->errors;
	bool found = false;

	for (struct point *point = point_glob(x->s, glob), *next; point; point = next) {
		next = point->next;
		point->next = NULL;
		x->s->trying++;
		found |= expand_point(x, point, step);
		x->s->trying--;
	}
	if (!found && x->s->errors == errors)
		nothing_found(x->s, glob, NULL);
	return found;
}

/* Whether the point stands for something. Says so where it does not. */
static bool expand_point(struct expansion *x, struct point *point, const struct step *step)
{
	const struct component *first = point->components;
	const struct named *names = point_names(x->s, first);
	unsigned errors = x->s->errors;
	bool found = false;

	if (point_is_glob(point))
		return expand_glob(x, point, step);
	for (const struct named *n = names; n; n = n->next)
		found |= is_watch(n->definition) ?
			 resolve_leaf(x, named_point(x->s, point, n->definition->name, n->suffix), step, NULL,
				      n->definition) :
			 expand_alias(x, point, n, step);
	if (!names || strchr(first->name, '*'))
		found |= expand_kinds(x, point, step, names);
	if (!found && x->s->errors == errors && !(step && step->told))
		nothing_found(x->s, point, names);
	return found;
}

static void tell_left_out(struct session *s, const struct point *point)
{
	if (!s->options.verbose || !s->kept_back)
		return;
	s->diag_hidden = false;		/* this belongs to no diagnostic */
	diag_note(s, "%s:%u:%u: '%s' is left out: %s", point->loc.source->name, point->loc.line, point->loc.col,
		  point->spelling, s->kept_back);
}

/* Whether one of them stands for something; step: whose points they are, or NULL. */
static bool expand_points(struct expansion *x, struct point *points, const struct step *step)
{
	struct alternative *unless = x->unless;
	struct session *s = x->s;
	bool found = false;

	for (struct point *written = points, *next; written; written = next) {
		const struct alternative *before = x->found;
		struct point *point;
		bool one, quiet;

		if (!step)
			x->looped = false;
		if (x->looped)
			break;
		if (x->points == MOST_POINTS)
			diag(s, &x->written->loc, DIAG_CHOICES, MOST_POINTS);
		if (x->points++ >= MOST_POINTS)
			break;
		point = step ? alias_point(s, step, written) : written;
		next = written->next;
		if (!s->trying)
			s->kept_back = NULL;
		quiet = point->optional || x->unless;
		s->trying += quiet;
		one = expand_point(x, point, step);
		s->trying -= quiet;
		if (!one && quiet && !s->trying)
			tell_left_out(s, point);
		found |= one;
		if (one && point->sufficient && take_sufficient(x, before))
			break;
	}
	x->unless = unless;
	return found;
}

struct probe *probe_expand(struct session *s, struct probe *probe)
{
	struct expansion x = { .s = s, .written = probe };
	struct probe *list = NULL, **tail = &list;
	unsigned errors = s->errors;

	expand_points(&x, probe->points, NULL);
	for (struct derived *d = x.derived; d; d = d->next) {
		*tail = d->probe;
		tail = &d->probe->next;
	}
	/* what else is wrong with it is found all the same */
	if (!list && s->errors > errors) {
		list = probe;
		list->next = NULL;
	}
	return list;
}

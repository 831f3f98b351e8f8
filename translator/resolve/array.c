// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays and aggregates: which global an element is of, with how many keys; how
 * the values of an aggregate are to be spread.
 */
#include <string.h>

#include "../../runtime/limits.h"
#include "../diag.h"
#include "scope.h"

static const char *arity_text(struct session *s, int arity)
{
	if (!arity)
		return "no array";
	return session_printf(s, "an array with %d key%s", arity, arity == 1 ? "" : "s");
}

void set_arity(struct session *s, struct var *v, int arity, const struct loc *loc)
{
	if (arity > MAX_KEYS) {
		diag(s, loc, DIAG_TOO_MANY_KEYS, v->name, MAX_KEYS);
		arity = MAX_KEYS;
	}
	if (!v->arity_known) {
		v->arity_known = true;
		v->arity = arity;
		v->arity_loc = *loc;
		/* said once */
		v->arity_mixed = (!arity && (v->entries || v->wraps)) || (arity && v->init);
		if (!arity && (v->entries || v->wraps))
			diag(s, loc, DIAG_ARITY_MIXED, v->name, arity_text(s, 0), "an array", v->loc.source->name,
			     v->loc.line);
		if (arity && v->init)
			diag(s, loc, DIAG_ARITY_MIXED, v->name, arity_text(s, arity), "a plain variable",
			     v->loc.source->name, v->loc.line);
		return;
	}
	if (v->arity != arity && !v->arity_mixed) {
		diag(s, loc, DIAG_ARITY_MIXED, v->name, arity_text(s, arity), arity_text(s, v->arity),
		     v->arity_loc.source->name, v->arity_loc.line);
		v->arity_mixed = true;
	}
}

void check_iterated(struct scope *sc, const struct var *v, const struct loc *loc)
{
	for (const struct iterated *i = sc->iterated; i; i = i->outer) {
		if (i->var != v)
			continue;
		diag(sc->s, loc, DIAG_ITERATED, v->name);
		return;
	}
}

static const char *next_global(void *data)
{
	struct var **at = data, *v = *at;

	if (!v)
		return NULL;
	*at = v->next;
	return v->name;
}

/* The global that e, an IDENT, names; NULL after a diagnostic. */
static struct var *bind_array(struct scope *sc, struct expr *e)
{
	struct session *s = sc->s;
	struct var *v = find_global(s, e->ident.name, e->loc.source), *at = s->script.globals;
	const char *near;

	if (v && !find_var(sc->params, e->ident.name) && !find_var(sc->body->locals, e->ident.name)) {
		e->ident.var = v;
		return v;
	}
	diag(s, &e->loc, DIAG_NO_GLOBAL_ARRAY, e->ident.name);
	near = v ? NULL : diag_nearest(e->ident.name, next_global, &at);
	if (near)
		diag_note(s, "did you mean '%s'?", near);
	else if (!v)
		diag_note(s, "arrays are declared: global %s", e->ident.name);
	return NULL;
}

/* How many there are; reports those that stand for any value, where none may. */
static int bind_keys(struct scope *sc, struct expr *keys, bool any_allowed)
{
	int n = 0;

	for (; keys; keys = keys->next, n++) {
		if (keys->kind != EXPR_ANY)
			bind_expr(keys, sc);
		else if (!any_allowed)
			diag(sc->s, &keys->loc, DIAG_SLICE);
	}
	return n;
}

/* A histogram has one key, which is a bucket's number. */
static void check_bucket(struct scope *sc, int keys, const struct loc *loc)
{
	if (keys != 1)
		diag(sc->s, loc, DIAG_BUCKET, keys);
}

void bind_index(struct scope *sc, struct expr *e, enum use use)
{
	struct expr *base = e->index.base;
	struct var *v;
	int n;

	if (base->kind == EXPR_HIST) {
		bind_hist(sc, base);
		check_bucket(sc, bind_keys(sc, e->index.keys, false), &e->loc);
		return;
	}
	if (base->kind != EXPR_IDENT) {
		/* to read is another thing: bind_typed() */
		if (is_target(e))
			diag(sc->s, &e->loc, DIAG_READONLY, "what the kernel has");
		else
			diag(sc->s, &e->loc, DIAG_NO_MEMBERS);
		return;
	}
	n = bind_keys(sc, e->index.keys, false);
	v = bind_array(sc, base);
	if (!v)
		return;
	set_arity(sc->s, v, n, &e->loc);
	if (use != USE_READ) {
		check_iterated(sc, v, &e->loc);
		v->written = true;
	}
	if (use != USE_WRITE)
		v->read++;
}

void bind_in(struct scope *sc, struct expr *e)
{
	bool hist = e->in.array->kind == EXPR_HIST;
	int n = bind_keys(sc, e->in.keys, !hist);
	struct var *v;

	if (hist) {
		bind_hist(sc, e->in.array);
		check_bucket(sc, n, &e->loc);
		return;
	}
	v = bind_array(sc, e->in.array);
	if (!v)
		return;
	set_arity(sc->s, v, n, &e->in.array->loc);
	v->read++;
}

void bind_addition(struct scope *sc, struct expr *e)
{
	struct var *v;

	if (e->kind == EXPR_INDEX) {
		bind_index(sc, e, USE_WRITE);
		return;
	}
	v = bind_array(sc, e);
	if (!v)
		return;
	set_arity(sc->s, v, 0, &e->loc);
	check_iterated(sc, v, &e->loc);
	v->written = true;
}

/* An aggregate, or an element that is one; NULL after a diagnostic. */
static struct var *bind_aggregate(struct scope *sc, struct expr *e)
{
	struct var *v = NULL;

	if (e->kind == EXPR_INDEX && e->index.base->kind == EXPR_IDENT) {
		bind_index(sc, e, USE_READ);
		return e->index.base->ident.var;
	}
	if (e->kind == EXPR_IDENT)
		v = bind_array(sc, e);
	else
		diag(sc->s, &e->loc, DIAG_NO_AGGREGATE);
	if (!v)
		return NULL;
	set_arity(sc->s, v, 0, &e->loc);
	v->read++;
	return v;
}

void bind_stat(struct scope *sc, struct expr *e)
{
	struct var *v = bind_aggregate(sc, e->stat.operand);
	int shift = e->stat.shift ? (int)e->stat.shift->number : 0;

	if (!v || e->stat.op != STAT_VARIANCE)
		return;
	if (v->variance && v->shift != shift)
		diag(sc->s, &e->loc, DIAG_SHAPES, v->name, "@variance");
	v->variance = true;
	v->shift = shift;
}

void bind_hist(struct scope *sc, struct expr *e)
{
	struct var *v = bind_aggregate(sc, e->hist.operand);
	const struct histogram *h = &e->hist.shape;
	unsigned long most = unit_limit(sc->s, "STP_MAX_BUCKETS", STP_MAX_BUCKETS);

	if (!v)
		return;
	if (h->kind == HIST_LINEAR && h->width > 0 && h->high > h->low &&
	    ((uint64_t)h->high - (uint64_t)h->low) / (uint64_t)h->width + 3 > most)
		diag(sc->s, &e->loc, DIAG_HISTOGRAM, session_printf(sc->s,
		     "it has more than %lu buckets, with the two for what is outside (STP_MAX_BUCKETS)", most));
	if (v->histogram.kind != HIST_NONE && memcmp(&v->histogram, h, sizeof(*h)))
		diag(sc->s, &e->loc, DIAG_SHAPES, v->name, "a histogram");
	v->histogram = *h;
}

void bind_delete(struct scope *sc, struct expr *e)
{
	struct var *v;
	int n;

	if (e->kind == EXPR_INDEX) {
		n = bind_keys(sc, e->index.keys, true);
		v = bind_array(sc, e->index.base);
		if (v)
			set_arity(sc->s, v, n, &e->loc);
	} else {
		/* a plain variable, or all of an array */
		v = find_global(sc->s, e->ident.name, e->loc.source);
		if (!v || find_var(sc->params, e->ident.name) || find_var(sc->body->locals, e->ident.name)) {
			bind_expr(e, sc);
			v = e->ident.var;
		}
		e->ident.var = v;
	}
	if (!v)
		return;
	check_iterated(sc, v, &e->loc);
	v->deleted = true;
}

void bind_foreach(struct scope *sc, struct foreach *f, struct iterated *ret)
{
	struct var *v;
	int n = (int)count_args(f->keys), sliced;

	*ret = (struct iterated){ NULL, sc->iterated };
	if (f->limit)
		bind_expr(f->limit, sc);
	if (f->base->kind == EXPR_HIST) {
		bind_hist(sc, f->base);
		/* deleting the element would take the buckets away; a plain aggregate keeps them */
		if (f->base->hist.operand->kind == EXPR_INDEX)
			ret->var = f->base->hist.operand->index.base->ident.var;
		check_bucket(sc, n, &f->keys->loc);
		if (f->sort != SORT_NONE)
			diag(sc->s, &f->base->loc, DIAG_HISTOGRAM_LOOP);
	} else {
		sliced = bind_keys(sc, f->slice, true);
		v = bind_array(sc, f->base);
		if (v) {
			if (f->slice && sliced != n)
				diag(sc->s, &f->slice->loc, DIAG_SLICE_KEYS, n, sliced);
			set_arity(sc->s, v, n, &f->base->loc);
			v->read++;
			v->loops++;
			ret->var = v;
		}
	}
	for (struct expr *key = f->keys; key; key = key->next) {
		bind_expr(key, sc);
		key->ident.var->written = true;
	}
	if (f->value) {
		bind_expr(f->value, sc);
		f->value->ident.var->written = true;
	}
}

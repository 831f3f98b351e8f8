// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What watches watch: the types of their ranges, and the lengths that follow from
 * them. Of a symbol the name says it (datum.c). Of an argument it is what its
 * expression says, &@cast(arg, "struct foo")->bar, or else what everyone who
 * enables the watch hands over.
 */
#include <inttypes.h>
#include <string.h>

#include "../diag.h"
#include "access.h"
#include "point.h"

/* Four registers of 8 bytes. */
#define MOST_BYTES	32
/* Rounds in which one watch's type makes that of another one known. */
#define MOST_ROUNDS	8

static bool same_type(struct session *s, struct ctype *a, struct ctype *b)
{
	return a == b || (a->kind == b->kind && a->size == b->size && !strcmp(ctype_spell(s, a), ctype_spell(s, b)));
}

struct ctype *watch_type(const struct watch *w)
{
	const struct range *first = w->ranges;

	for (const struct range *r = first; r; r = r->next)
		if (!r->type || r->length != first->length || r->bit_size != first->bit_size ||
		    r->bit_offset != first->bit_offset || r->type->kind != first->type->kind ||
		    r->type->size != first->type->size || r->mixed != first->mixed)
			return NULL;
	return first && !first->mixed ? first->type : NULL;
}

/* What an argument points to. */
static struct ctype *argument_type(struct session *s, struct expr *e, struct var *params)
{
	struct access a = { .s = s, .params = params };
	struct ctype *pointer;

	if (e->kind == EXPR_IDENT) {
		for (struct var *v = params; v; v = v->next)
			if (!strcmp(v->name, e->ident.name))
				return v->ctype;
		return NULL;
	}
	pointer = access_pointer(&a, e);
	return pointer ? ctype_target(pointer) : NULL;
}

static const char *fitting_members(struct session *s, struct ctype *type)
{
	const char *text = "";
	unsigned n = 0;

	for (const struct cmember *m = ctype_members(type); m && n < 6; m = m->next)
		if (m->name && m->type->size && m->type->size <= MOST_BYTES) {
			text = session_printf(s, "%s%s%s", text, n ? ", " : "", m->name);
			n++;
		}
	return text;
}

static void too_wide(struct session *s, const struct range *r)
{
	struct ctype *type = r->type;
	const char *members = fitting_members(s, type);

	diag(s, &r->point->loc, DIAG_TOO_WIDE, ctype_spell(s, type), type->size, MOST_BYTES);
	if (*members)
		diag_note(s, "watch a member of it: %s", members);
	else if (type->kind == CTYPE_ARRAY)
		diag_note(s, "watch an element of it: [0]");
	diag_note(s, "or some bytes of it: .length(%d)", MOST_BYTES);
}

/* False after a diagnostic. */
static bool length_of_type(struct session *s, struct range *r)
{
	if (r->type->size > MOST_BYTES) {
		too_wide(s, r);
		return false;
	}
	if (!r->type->size) {
		diag(s, &r->point->loc, DIAG_NO_LENGTH);
		diag_note(s, "its type is %s", ctype_spell(s, r->type));
		return false;
	}
	r->length = r->type->size;
	return true;
}

bool range_length(struct session *s, struct range *r)
{
	if (r->bit_size)
		return true;
	return r->sized || (r->type && length_of_type(s, r));
}

static void no_length(struct session *s, const struct range *r)
{
	diag(s, &r->point->loc, DIAG_NO_LENGTH);
	if (r->mixed)
		diag_note(s, "those who enable the watch hand over pointers of several types");
	else
		diag_note(s, "it is that of what the argument points to, where whoever enables the watch says so: `enable w(&$return->member)`, or kernel.data(&@cast(argument, \"struct T\")->member)");
	diag_note(s, "or add .length(N), N the variable's bytes: an int has 4, a long or a pointer 8");
}

static bool is_mixed(const struct range *r, const struct var *params)
{
	for (const struct var *v = params; v && r->expr->kind == EXPR_IDENT; v = v->next)
		if (!strcmp(v->name, r->expr->ident.name))
			return v->ctype_mixed;
	return false;
}

void watch_types_of(struct session *s, struct watch *w)
{
	struct var *params = w->definition ? w->definition->params : NULL;

	for (struct range *r = w->ranges; r; r = r->next) {
		if (!r->expr || r->settled)
			continue;
		r->settled = true;
		r->mixed = is_mixed(r, params);
		r->type = r->mixed ? NULL : argument_type(s, r->expr, params);
		if (!r->sized && (!r->type || r->mixed))
			no_length(s, r);
		else
			range_length(s, r);
	}
}

struct search {
	struct access access;
	bool changed;
};

static void note_argument(struct search *in, struct var *param, struct expr *arg)
{
	struct ctype *pointer = access_pointer(&in->access, arg), *type = pointer ? ctype_target(pointer) : NULL;

	if (param->ctype_mixed || (param->ctype && type && same_type(in->access.s, param->ctype, type)))
		return;
	/* a number that nobody knows a type of is none against it */
	if (!type)
		return;
	if (param->ctype)
		param->ctype_mixed = true;
	else
		param->ctype = type;
	in->changed = true;
}

static void find_enable(struct expr *e, void *data)
{
	struct search *in = data;
	struct definition *d;
	struct expr *arg;

	if (e->kind != EXPR_ENABLE || !e->enable.args)
		return;
	d = watch_find(in->access.s, e->enable.name);
	arg = e->enable.args;
	for (struct var *v = d ? d->params : NULL; v && arg; v = v->next, arg = arg->next)
		note_argument(in, v, arg);
}

/* What each watch's parameters point to, as far as it can be told now. */
static bool find_round(struct session *s)
{
	struct search in = { .access = { .s = s } };

	for (struct function *f = s->script.functions; f; f = f->next)
		if (!f->from_tapset)
			walk(f->body.stmt, find_enable, NULL, &in);
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		in.access.use = use;
		for (struct part *part = use_parts(use); part; part = part->next)
			walk(part->body->stmt, find_enable, NULL, &in);
	}
	return in.changed;
}

/* Before that is final: the types alone, so that one watch's $value can be another one's argument. */
static void type_round(struct session *s)
{
	for (struct watch *w = s->unit->watches; w; w = w->next)
		for (struct range *r = w->ranges; r; r = r->next)
			if (r->expr && !r->type && w->definition)
				r->type = argument_type(s, r->expr, w->definition->params);
}

void watch_types_resolve(struct session *s)
{
	for (int i = 0; i < MOST_ROUNDS && find_round(s); i++)
		type_round(s);
	for (struct watch *w = s->unit->watches; w; w = w->next)
		watch_types_of(s, w);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions in probe points: conditions, priorities, addresses made of arguments. */
#include "../diag.h"
#include "unit.h"

void unit_each_expr(struct session *s, void (*fn)(struct expr *, void *), void *data)
{
	for (struct watch *w = s->unit->watches; w; w = w->next) {
		if (w->base_condition)
			fn(w->base_condition, data);
		if (w->priority)
			fn(w->priority, data);
		for (struct range *r = w->ranges; r; r = r->next)
			if (r->expr)
				fn(r->expr, data);
	}
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		for (struct part *part = use_parts(use); part; part = part->next)
			if (part->condition)
				fn(part->condition, data);
		for (struct saved *saved = use->saved; saved; saved = saved->next)
			fn(saved->expr, data);
	}
}

/* A search for what an expression changes besides variables of its own. */
struct effects {
	struct session *s;
	const struct expr *found;	/* the first */
	struct visited {
		const struct function *function;
		struct visited *next;
	} *visited;
};

static bool changes_global(const struct expr *lvalue)
{
	return lvalue->kind != EXPR_IDENT || !lvalue->ident.var || lvalue->ident.var->kind == VAR_GLOBAL;
}

static bool changes_something(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		return true;
	case EXPR_ASSIGN:
		return changes_global(e->assign.lvalue);
	case EXPR_CREMENT:
		return changes_global(e->crement.lvalue);
	case EXPR_PRINT:
		return !e->print.to_string;
	case EXPR_CALL:
		return e->call.builtin && (e->call.builtin->flags & WT_EFFECT);
	case EXPR_EMBEDDED:
		return !embedded_is_pure(e->embedded.code);
	default:
		return false;
	}
}

static void find_effect(struct expr *e, void *data);

static void find_delete(struct stmt *st, void *data)
{
	struct effects *in = data;

	if (!in->found && st->kind == STMT_DELETE && changes_global(st->deleted))
		in->found = st->deleted;
}

/* Looks into a function once. */
static void look_into(struct effects *in, const struct function *f, const struct expr *call)
{
	struct visited *v = in->visited;

	while (v && v->function != f)
		v = v->next;
	if (v || in->found)
		return;
	v = session_alloc(in->s, sizeof(*v));
	v->function = f;
	v->next = in->visited;
	in->visited = v;
	if (f->embedded && !embedded_is_pure(f->embedded))
		in->found = call;
	walk(f->body.stmt, find_effect, find_delete, in);
}

static void find_effect(struct expr *e, void *data)
{
	struct effects *in = data;

	if (!in->found && changes_something(e))
		in->found = e;
	if (e->kind == EXPR_CALL)
		for (const struct function *f = e->call.function; f; f = f->overload)
			look_into(in, f, e);
}

/* The runtime evaluates these when it likes, with its own tables half changed. */
static void check_outside(struct expr *e, void *data)
{
	struct effects in = { .s = data };

	if (e->kind == EXPR_TARGET) {
		diag(in.s, &e->loc, DIAG_TARGET_OUTSIDE, e->target.name, "a probe point");
		diag_note(in.s, "a probe point is evaluated before there is an access: in the handler 'if (!(...)) next' does");
		return;
	}
	if (e->kind == EXPR_ASSIGN || e->kind == EXPR_CREMENT || changes_something(e)) {
		diag(in.s, &e->loc, DIAG_EFFECT_IN_POINT);
		return;
	}
	if (e->kind != EXPR_CALL || !e->call.function)
		return;
	find_effect(e, &in);
	if (!in.found)
		return;
	diag(in.s, &e->loc, DIAG_EFFECT_IN_POINT);
	diag_note(in.s, "'%s' does, at %s:%u:%u", e->call.name, in.found->loc.source->name,
		  in.found->loc.line, in.found->loc.col);
}

void point_expr_check(struct session *s, struct expr *e)
{
	walk_expr(e, check_outside, s);
}

/* Candidates for a misspelt variable: a watch's arguments, then the globals. */
struct variables {
	struct var *params, *globals;
};

static const char *next_variable(void *data)
{
	struct variables *at = data;
	struct var **list = at->params ? &at->params : &at->globals, *v = *list;

	if (!v)
		return NULL;
	*list = v->next;
	return v->name;
}

void point_expr_not_global(struct session *s, const struct var *v, struct var *params)
{
	struct variables at = { params, s->script.globals };
	const char *near = diag_nearest(v->name, next_variable, &at);

	diag(s, &v->loc, DIAG_NOT_GLOBAL, v->name);
	if (near)
		diag_note(s, "did you mean '%s'?", near);
	else
		diag_note(s, "'global %s' declares it; a handler's own variables are not seen from its probe point",
			  v->name);
}

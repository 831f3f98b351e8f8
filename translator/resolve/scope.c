// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binds names. A name that is neither a parameter nor a global becomes a local
 * of its function or probe, as in SystemTap. The script's own functions come
 * before the tapset's, those before the builtins; a tapset function is looked
 * into only once something uses it.
 */
#include <string.h>

#include "../diag.h"
#include "unit.h"

struct scope {
	struct session *s;
	struct body *body;
	struct function *function;	/* NULL in a probe */
	unsigned loops;			/* around the current statement */
};

static void bind_expr(struct expr *e, void *data);
static void bind_stmt(struct stmt *st, void *data);

static struct var *find(struct var *list, const char *name)
{
	for (; list; list = list->next)
		if (!strcmp(list->name, name))
			return list;
	return NULL;
}

static struct var *bind_name(struct scope *sc, struct expr *e)
{
	struct var *v = find(sc->body->params, e->ident.name);

	if (!v)
		v = find(sc->body->locals, e->ident.name);
	if (!v)
		v = find(sc->s->script.globals, e->ident.name);
	if (!v) {
		v = var_new(sc->s, e->loc, VAR_LOCAL, e->ident.name, TYPE_UNKNOWN);
		sc->body->locals = var_append(sc->body->locals, v);
	}
	v->used = true;
	return v;
}

/* The parser lets variables and targets stand there, nothing else. */
static bool is_lvalue(struct scope *sc, struct expr *e)
{
	if (e->kind == EXPR_IDENT)
		return true;
	diag(sc->s, &e->loc, DIAG_READONLY, e->target.name);
	return false;
}

static struct function *find_function(struct session *s, const char *name)
{
	struct function *f, *tapset = NULL;

	for (f = s->script.functions; f; f = f->next) {
		if (strcmp(f->name, name))
			continue;
		if (!f->from_tapset)
			return f;
		tapset = f;
	}
	return tapset;
}

/* Candidates for a misspelled function: the script's and tapset's, then the builtins. */
struct candidates {
	struct function *function;
	unsigned builtin;
};

static const char *next_candidate(void *data)
{
	struct candidates *c = data;
	const struct builtin *b;
	const char *name;

	if (c->function) {
		name = c->function->name;
		c->function = c->function->next;
		return name;
	}
	b = builtin_at(c->builtin++);
	return b ? b->name : NULL;
}

static unsigned count_args(const struct expr *args)
{
	unsigned n = 0;

	for (; args; args = args->next)
		n++;
	return n;
}

static void bind_function_body(struct session *s, struct function *f)
{
	struct scope sc = { s, &f->body, f, 0 };

	f->bound = true;
	if (f->body.stmt)
		bind_stmt(f->body.stmt, &sc);
}

static void bind_call(struct scope *sc, struct expr *e)
{
	struct session *s = sc->s;
	struct function *f = find_function(s, e->call.name);
	unsigned given = count_args(e->call.args), wanted = 0;

	if (f) {
		e->call.function = f;
		for (struct var *p = f->body.params; p; p = p->next)
			wanted++;
		if (f->from_tapset && !f->bound)
			bind_function_body(s, f);
	} else {
		e->call.builtin = builtin_find(e->call.name);
		if (!e->call.builtin) {
			struct candidates c = { s->script.functions, 0 };
			const char *near = diag_nearest(e->call.name, next_candidate, &c);

			diag(s, &e->loc, DIAG_UNKNOWN_FUNCTION, e->call.name);
			if (near)
				diag_note(s, "did you mean '%s'?", near);
			return;
		}
		wanted = strlen(e->call.builtin->args);
	}
	if (given != wanted)
		diag(s, &e->loc, DIAG_ARITY, e->call.name, wanted, wanted == 1 ? "" : "s", given);
}

static void bind_expr(struct expr *e, void *data)
{
	struct scope *sc = data;

	switch (e->kind) {
	case EXPR_IDENT:
		e->ident.var = bind_name(sc, e);
		e->ident.var->read = true;
		return;
	case EXPR_ASSIGN:
		bind_expr(e->assign.value, sc);
		if (!is_lvalue(sc, e->assign.lvalue))
			return;
		e->assign.lvalue->ident.var = bind_name(sc, e->assign.lvalue);
		e->assign.lvalue->ident.var->written = true;
		return;
	case EXPR_CREMENT:
		if (!is_lvalue(sc, e->crement.lvalue))
			return;
		e->crement.lvalue->ident.var = bind_name(sc, e->crement.lvalue);
		e->crement.lvalue->ident.var->written = true;
		return;
	case EXPR_TARGET:
		if (sc->function)
			diag(sc->s, &e->loc, DIAG_TARGET_IN_FUNCTION, e->target.name);
		return;
	case EXPR_CALL:
		bind_call(sc, e);
		break;
	default:
		break;
	}
	expr_each(e, bind_expr, sc);
}

static void bind_stmt(struct stmt *st, void *data)
{
	struct scope *sc = data;
	bool loop = st->kind == STMT_WHILE || st->kind == STMT_FOR;

	switch (st->kind) {
	case STMT_NEXT:
		if (sc->function)
			diag(sc->s, &st->loc, DIAG_MISPLACED, "next", "a probe");
		break;
	case STMT_RETURN:
		if (!sc->function)
			diag(sc->s, &st->loc, DIAG_MISPLACED, "return", "a function");
		break;
	case STMT_BREAK:
	case STMT_CONTINUE:
		if (!sc->loops)
			diag(sc->s, &st->loc, DIAG_MISPLACED,
			     st->kind == STMT_BREAK ? "break" : "continue", "a loop");
		break;
	default:
		break;
	}
	sc->loops += loop;
	stmt_each(st, bind_expr, bind_stmt, sc);
	sc->loops -= loop;
}

/* Two declarations of one name on one level. */
static void check_duplicates(struct session *s)
{
	for (struct var *v = s->script.globals; v; v = v->next)
		for (struct var *w = s->script.globals; w != v; w = w->next)
			if (!strcmp(v->name, w->name))
				diag(s, &v->loc, DIAG_DUPLICATE, "global variable", v->name,
				     w->loc.source->name, w->loc.line);
	for (struct function *f = s->script.functions; f; f = f->next) {
		for (struct function *g = s->script.functions; g != f; g = g->next)
			if (!strcmp(f->name, g->name) && f->from_tapset == g->from_tapset)
				diag(s, &f->loc, DIAG_DUPLICATE, "function", f->name,
				     g->loc.source->name, g->loc.line);
		for (struct var *p = f->body.params; p; p = p->next)
			for (struct var *q = f->body.params; q != p; q = q->next)
				if (!strcmp(p->name, q->name))
					diag(s, &p->loc, DIAG_DUPLICATE, "parameter", p->name,
					     q->loc.source->name, q->loc.line);
	}
}

/* Marks what a probe calls, and what that calls. */
static void mark_used(struct expr *e, void *data)
{
	struct function *f = e->kind == EXPR_CALL ? e->call.function : NULL;

	if (!f || f->used)
		return;
	f->used = true;
	walk(f->body.stmt, mark_used, NULL, data);
}

struct target_check {
	struct session *s;
	struct probe_use *use;
};

static void check_target(struct expr *e, void *data)
{
	struct target_check *t = data;

	if (e->kind != EXPR_TARGET)
		return;
	if (t->use->kind != PROBE_DATA) {
		diag(t->s, &e->loc, DIAG_TARGET_OUTSIDE, e->target.name, t->use->point->spelling);
	} else if (!strcmp(e->target.name, "value") || !strcmp(e->target.name, "old")) {
		t->use->watch->values = true;
		if (t->use->watch->length > 8)
			diag(t->s, &e->loc, DIAG_WIDE_VALUE, e->target.name, t->use->watch->length);
	} else if (strcmp(e->target.name, "address") && strcmp(e->target.name, "length")) {
		diag(t->s, &e->loc, DIAG_UNKNOWN_TARGET, e->target.name);
		diag_note(t->s, "a data probe has $value, $old, $address and $length");
	}
}

void scope_resolve(struct session *s)
{
	struct probe *p;
	struct function *f;
	struct probe_use *use;

	check_duplicates(s);
	for (f = s->script.functions; f; f = f->next)
		if (!f->from_tapset)
			bind_function_body(s, f);
	for (p = s->script.probes; p; p = p->next) {
		struct scope sc = { s, &p->body, NULL, 0 };

		if (p->from_tapset)
			continue;
		if (p->body.stmt) {
			bind_stmt(p->body.stmt, &sc);
			walk(p->body.stmt, mark_used, NULL, NULL);
		}
	}
	for (use = s->unit->uses; use; use = use->next) {
		struct target_check t = { s, use };

		walk(use->probe->body.stmt, check_target, NULL, &t);
	}
}

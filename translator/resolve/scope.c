// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binds names. A name that is neither a parameter nor a global becomes a local
 * of its function or probe, as in SystemTap. The script's own functions come
 * before the tapset's, those before the builtins; a tapset function is looked
 * into only once something uses it. A probe of a named watch sees the variables
 * of the definition's body, which runs before it.
 */
#include <string.h>

#include "../diag.h"
#include "point.h"

struct scope {
	struct session *s;
	struct body *body;
	struct function *function;	/* NULL in a probe */
	struct var *params;		/* the function's, or the watch's */
	struct body *before;		/* of the definition that the probe is of, or NULL */
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
	struct var *v = find(sc->params, e->ident.name);

	if (!v)
		v = find(sc->body->locals, e->ident.name);
	if (!v && sc->before)
		v = find(sc->before->locals, e->ident.name);
	if (!v)
		v = find(sc->s->script.globals, e->ident.name);
	if (!v) {
		v = var_new(sc->s, e->loc, VAR_LOCAL, e->ident.name, TYPE_UNKNOWN);
		sc->body->locals = var_append(sc->body->locals, v);
	}
	return v;
}

/* The parser lets variables and targets stand there, nothing else. */
static bool is_lvalue(struct scope *sc, struct expr *e)
{
	struct var *v;

	if (e->kind != EXPR_IDENT) {
		diag(sc->s, &e->loc, DIAG_READONLY, session_printf(sc->s, "$%s", e->target.name));
		return false;
	}
	v = find(sc->params, e->ident.name);
	if (!v || v->sharing != SHARED_ARGUMENT)
		return true;
	diag(sc->s, &e->loc, DIAG_READONLY, session_printf(sc->s, "a watch's argument, '%s',", v->name));
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
	struct scope sc = { .s = s, .body = &f->body, .function = f, .params = f->body.params };

	f->bound = true;
	if (f->body.stmt)
		bind_stmt(f->body.stmt, &sc);
}

/* What `enable(arg)` was meant to name. */
static const char *watch_text(struct session *s, const struct expr *arg)
{
	if (arg && arg->kind == EXPR_IDENT)
		return arg->ident.name;
	if (arg && arg->kind == EXPR_CALL)
		return session_printf(s, "%s(...)", arg->call.name);
	return "NAME";
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
			if (!strcmp(e->call.name, "enable") || !strcmp(e->call.name, "disable"))
				diag_note(s, "a watch's name has no parentheses around it: '%s %s'", e->call.name,
					  watch_text(s, e->call.args));
			else if (near)
				diag_note(s, "did you mean '%s'?", near);
			return;
		}
		wanted = strlen(e->call.builtin->args);
	}
	if (given != wanted)
		diag(s, &e->loc, DIAG_ARITY, e->call.name, wanted, wanted == 1 ? "" : "s", given);
}

static const char *next_definition(void *data)
{
	struct definition **at = data;
	const char *name;

	if (!*at)
		return NULL;
	name = (*at)->name;
	*at = (*at)->next;
	return name;
}

static void bind_enable(struct scope *sc, struct expr *e)
{
	const char *name = e->enable.name;
	struct session *s = sc->s;
	struct definition *d = definition_find(s, name), *at = s->script.definitions;
	unsigned wanted = 0, given = count_args(e->enable.args);
	struct watch *w;

	if (!d) {
		const char *near = diag_nearest(name, next_definition, &at);

		diag(s, &e->enable.name_loc, DIAG_UNKNOWN_WATCH, name);
		if (near)
			diag_note(s, "did you mean '%s'?", near);
		else if (find(sc->params, name) || find(sc->body->locals, name) || find(s->script.globals, name))
			diag_note(s, "'%s' is a variable; '%s' takes the name of a watch as it is written, not a value",
				  name, e->kind == EXPR_ENABLE ? "enable" : "disable");
		else
			diag_note(s, "a watch gets a name by 'probe %s = kernel.data(...)... { ... }'", name);
		return;
	}
	e->enable.definition = d;
	for (struct var *p = d->params; p; p = p->next)
		wanted++;
	/* `disable NAME` is all instances */
	if (given != wanted && (e->kind == EXPR_ENABLE || e->enable.has_args))
		diag(s, &e->enable.name_loc, DIAG_ARITY, name, wanted, wanted == 1 ? "" : "s", given);
	w = definition_watch(s, d);
	if (w)
		w->dynamic = true;
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
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		bind_enable(sc, e);
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
	for (struct definition *d = s->script.definitions; d; d = d->next) {
		for (struct definition *e = s->script.definitions; e != d; e = e->next)
			if (!strcmp(d->name, e->name) && d->from_tapset == e->from_tapset)
				diag(s, &d->loc, DIAG_DUPLICATE, "watch", d->name, e->loc.source->name, e->loc.line);
		for (struct var *p = d->params; p; p = p->next)
			for (struct var *q = d->params; q != p; q = q->next)
				if (!strcmp(p->name, q->name))
					diag(s, &p->loc, DIAG_DUPLICATE, "parameter", p->name,
					     q->loc.source->name, q->loc.line);
	}
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

/* Marks what a probe refers to, and what the functions that it calls do. */
static void mark_used(struct expr *e, void *data)
{
	struct function *f = e->kind == EXPR_CALL ? e->call.function : NULL;

	if (e->kind == EXPR_IDENT && e->ident.var)
		e->ident.var->used = true;
	if (!f || f->used)
		return;
	f->used = true;
	walk(f->body.stmt, mark_used, NULL, data);
}

/* The definition that a probe's body comes after, or whose arguments it sees. */
static struct definition *definition_of(struct session *s, const struct body *body, bool *is_part)
{
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		if (!use->watch || !use->watch->definition)
			continue;
		*is_part = use->kind == PROBE_DATA;
		for (struct part *part = use_parts(use); part; part = part->next)
			if (part->body == body)
				return use->watch->definition;
	}
	return NULL;
}

static void bind_definitions(struct session *s)
{
	/* the list may grow meanwhile */
	for (struct watch *w = s->unit->watches; w; w = w->next) {
		struct scope sc = { .s = s };

		if (!w->definition || w->bound)
			continue;
		w->bound = true;
		sc.body = &w->definition->body;
		sc.params = w->definition->params;
		bind_stmt(sc.body->stmt, &sc);
		walk(sc.body->stmt, mark_used, NULL, NULL);
	}
}

static void bind_probe(struct session *s, struct probe *p)
{
	struct scope sc = { .s = s, .body = &p->body };
	bool is_part = false;
	struct definition *d = definition_of(s, &p->body, &is_part);

	if (d)
		sc.params = d->params;
	if (d && is_part)
		sc.before = &d->body;
	if (!p->body.stmt)
		return;
	bind_stmt(p->body.stmt, &sc);
	walk(p->body.stmt, mark_used, NULL, NULL);
}

/* An expression in a probe point is made of globals, and of the watch's arguments. */
static void bind_outside(struct session *s, struct expr *e, struct var *params)
{
	struct body none = { 0 };
	struct scope sc = { .s = s, .body = &none, .params = params };

	bind_expr(e, &sc);
	for (struct var *v = none.locals; v; v = v->next)
		point_expr_not_global(s, v, params);
	walk_expr(e, mark_used, NULL);
	point_expr_check(s, e);
}

static void bind_points(struct session *s)
{
	for (struct watch *w = s->unit->watches; w; w = w->next) {
		struct var *params = w->definition ? w->definition->params : NULL;

		if (w->base_condition)
			bind_outside(s, w->base_condition, params);
		if (w->priority)
			bind_outside(s, w->priority, params);
		for (struct range *r = w->ranges; r; r = r->next)
			if (r->expr)
				bind_outside(s, r->expr, params);
	}
	for (struct probe_use *use = s->unit->uses; use; use = use->next)
		for (struct part *part = use_parts(use); part; part = part->next)
			if (part->condition)
				bind_outside(s, part->condition, use->watch && use->watch->definition ?
					     use->watch->definition->params : NULL);
}

/* Variables of several bodies in one C function: all but the first body's get numbers. */
static void number_locals(struct session *s)
{
	int number = 0;

	for (struct watch *w = s->unit->watches; w; w = w->next)
		for (struct part *part = w->parts ? w->parts->next : NULL; part; part = part->next)
			for (struct var *v = part->body->locals; v; v = v->next)
				v->index = ++number;
}

void scope_resolve(struct session *s)
{
	struct probe *p;
	struct function *f;

	check_duplicates(s);
	for (f = s->script.functions; f; f = f->next)
		if (!f->from_tapset)
			bind_function_body(s, f);
	bind_definitions(s);
	for (p = s->script.probes; p; p = p->next)
		if (!p->from_tapset)
			bind_probe(s, p);
	/* of watches that only probes enable */
	bind_definitions(s);
	watches_resolve(s);
	bind_points(s);
	targets_check(s);
	number_locals(s);
}

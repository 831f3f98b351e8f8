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
#include "access.h"
#include "point.h"
#include "scope.h"

static void bind_stmt(struct stmt *st, void *data);

struct var *find_var(struct var *list, const char *name)
{
	for (; list; list = list->next)
		if (!strcmp(list->name, name))
			return list;
	return NULL;
}

/* A file's own, private or not, comes before the others'. */
struct var *find_global(struct session *s, const char *name, const struct source *from)
{
	struct var *found = NULL;

	for (struct var *v = s->script.globals; v; v = v->next) {
		if (strcmp(v->name, name))
			continue;
		if (v->loc.source == from)
			return v;
		/* a library's local is not the script's global of the same name */
		if (!v->is_private && !found && !(from->is_tapset && !v->loc.source->is_tapset))
			found = v;
	}
	return found;
}

static struct var *bind_name(struct scope *sc, struct expr *e)
{
	struct var *v = find_var(sc->params, e->ident.name);

	if (!v)
		v = find_var(sc->body->locals, e->ident.name);
	if (!v && sc->before)
		v = find_var(sc->before->locals, e->ident.name);
	if (!v)
		v = find_global(sc->s, e->ident.name, e->loc.source);
	if (!v) {
		v = var_new(sc->s, e->loc, VAR_LOCAL, e->ident.name, TYPE_UNKNOWN);
		sc->body->locals = var_append(sc->body->locals, v);
	}
	return v;
}

/* The parser lets variables, elements and targets stand there, nothing else. */
static bool is_lvalue(struct scope *sc, struct expr *e)
{
	struct var *v;

	if (e->kind == EXPR_INDEX)
		return true;
	if (e->kind != EXPR_IDENT && !is_target(e)) {
		diag(sc->s, &e->loc, DIAG_NO_MEMBERS);
		return false;
	}
	if (e->kind != EXPR_IDENT) {
		e = expr_root(e);
		diag(sc->s, &e->loc, DIAG_READONLY, e->kind == EXPR_TARGET ?
		     session_printf(sc->s, "$%s", e->target.name) : at_word_text(e->at.word));
		return false;
	}
	v = find_var(sc->params, e->ident.name);
	if (!v || v->sharing != SHARED_ARGUMENT)
		return true;
	diag(sc->s, &e->loc, DIAG_READONLY, session_printf(sc->s, "a watch's argument, '%s',", v->name));
	return false;
}

void bind_function_body(struct session *s, struct function *f)
{
	struct scope sc = { .s = s, .body = &f->body, .function = f, .params = f->body.params };

	f->bound = true;
	if (f->body.stmt)
		bind_stmt(f->body.stmt, &sc);
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
		else if (find_var(sc->params, name) || find_var(sc->body->locals, name) || find_global(s, name, e->loc.source))
			diag_note(s, "'%s' is a variable; '%s' takes the name of a watch as it is written, not a value",
				  name, e->kind == EXPR_ENABLE ? "enable" : "disable");
		else
			diag_note(s, "a watch gets a name by 'probe %s = kernel.data(...)... { ... }'", name);
		return;
	}
	if (!is_watch(d)) {
		diag(s, &e->enable.name_loc, DIAG_ALIAS_ENABLED, name, e->kind == EXPR_ENABLE ? "enable" : "disable");
		diag_note(s, "a watch is a definition whose points are all kernel.data(...) or module(...).data(...)");
		return;
	}
	e->enable.definition = d;
	for (struct var *p = d->params; p; p = p->next)
		wanted++;
	/* `disable NAME` is all instances */
	if (given != wanted && (e->kind == EXPR_ENABLE || e->enable.has_args))
		diag(s, &e->enable.name_loc, DIAG_ARITY, name, wanted, wanted == 1 ? "" : "s", given);
	w = definition_watch(s, d);
	if (!w)
		return;
	w->dynamic = true;
	watch_types_of(s, w);
}

/* What is assigned to, counted or added to. */
static void bind_lvalue(struct scope *sc, struct expr *e, enum use use)
{
	struct var *v;

	if (!is_lvalue(sc, e))
		return;
	if (e->kind == EXPR_INDEX) {
		bind_index(sc, e, use);
		return;
	}
	v = e->ident.var = bind_name(sc, e);
	set_arity(sc->s, v, 0, &e->loc);
	v->written = true;
	v->read += use == USE_BOTH;
	check_iterated(sc, v, &e->loc);
}

/* wanted: somebody uses its value. Of an effect alone the variable is only written. */
static void bind_change(struct scope *sc, struct expr *e, bool wanted)
{
	struct expr *left = e->kind == EXPR_ASSIGN ? e->assign.lvalue : e->crement.lvalue;

	if (e->kind == EXPR_ASSIGN) {
		bind_expr(e->assign.value, sc);
		if (e->assign.op == OP_AGGREGATE && (left->kind == EXPR_IDENT || left->kind == EXPR_INDEX))
			bind_addition(sc, left);
		else
			bind_lvalue(sc, left, wanted && e->assign.op != OP_NONE ? USE_BOTH : USE_WRITE);
	} else {
		bind_lvalue(sc, left, wanted ? USE_BOTH : USE_WRITE);
	}
}

/* An @word that is none of the aggregates', nor of types. */
static void bind_word(struct scope *sc, struct expr *e)
{
	if (e->at.word == WORD_CONST)
		embedded_check(sc->s, e->loc);
	else if (e->at.word == WORD_ENTRY)
		bind_entry(sc, e);
	else if (!(sc->lost && e->at.word == WORD_DEFINED))
		diag(sc->s, &e->loc, DIAG_UNSUPPORTED, session_printf(sc->s, "%s is", at_word_text(e->at.word)));
}

void bind_expr(struct expr *e, void *data)
{
	struct scope *sc = data;

	if (bind_typed(sc, e))
		return;
	switch (e->kind) {
	case EXPR_IDENT:
		e->ident.var = bind_name(sc, e);
		set_arity(sc->s, e->ident.var, 0, &e->loc);
		e->ident.var->read++;
		return;
	case EXPR_ASSIGN:
	case EXPR_CREMENT:
		bind_change(sc, e, true);
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
	case EXPR_INDEX:
		bind_index(sc, e, USE_READ);
		return;
	case EXPR_IN:
		bind_in(sc, e);
		return;
	case EXPR_STAT:
		bind_stat(sc, e);
		return;
	case EXPR_HIST:
		/* where one may stand its parent has bound it */
		diag(sc->s, &e->loc, DIAG_AGGREGATE_VALUE, "a histogram", "print it, or take one of its buckets");
		return;
	case EXPR_PRINT:
		if (print_is_histogram(e)) {
			bind_hist(sc, e->print.args);
			return;
		}
		break;
	case EXPR_ARROW:
		diag(sc->s, &e->loc, DIAG_NO_MEMBERS);
		return;
	case EXPR_UNARY:
		if (e->unary.op == OP_ADDRESS) {
			diag(sc->s, &e->loc, DIAG_NO_ADDRESS, "a variable of the script");
			return;
		}
		break;
	case EXPR_AT:
		bind_word(sc, e);
		return;
	case EXPR_MATCH:
		bind_match(sc->s, e);
		break;
	default:
		break;
	}
	expr_each(e, bind_expr, sc);
}

/* An expression whose value nobody uses. */
static void bind_effect(struct scope *sc, struct expr *e)
{
	if (!e)
		return;
	if (e->kind == EXPR_ASSIGN || e->kind == EXPR_CREMENT)
		bind_change(sc, e, false);
	else
		bind_expr(e, sc);
}

static void bind_loop(struct scope *sc, struct stmt *st)
{
	bind_effect(sc, st->loop.init);
	if (st->loop.cond)
		bind_expr(st->loop.cond, sc);
	sc->loops++;
	bind_stmt(st->loop.body, sc);
	sc->loops--;
	bind_effect(sc, st->loop.step);
}

static void bind_foreach_stmt(struct scope *sc, struct foreach *f)
{
	struct iterated iterated;

	bind_foreach(sc, f, &iterated);
	sc->iterated = &iterated;
	sc->loops++;
	bind_stmt(f->body, sc);
	sc->loops--;
	sc->iterated = iterated.outer;
}

static void bind_stmt(struct stmt *st, void *data)
{
	struct scope *sc = data;

	switch (st->kind) {
	case STMT_EXPR:
		bind_effect(sc, st->expr);
		return;
	case STMT_BREAK:
	case STMT_CONTINUE:
		if (!sc->loops)
			diag(sc->s, &st->loc, DIAG_MISPLACED,
			     st->kind == STMT_BREAK ? "break" : "continue", "a loop");
		break;
	case STMT_WHILE:
	case STMT_FOR:
		bind_loop(sc, st);
		return;
	case STMT_FOREACH:
		bind_foreach_stmt(sc, st->foreach);
		return;
	case STMT_DELETE:
		bind_delete(sc, st->deleted);
		return;
	case STMT_TRY:
		bind_stmt(st->try_.body, sc);
		if (st->try_.message)
			bind_lvalue(sc, st->try_.message, USE_WRITE);
		bind_stmt(st->try_.handler, sc);
		return;
	default:
		break;
	}
	stmt_each(st, bind_expr, bind_stmt, sc);
}

/* Two declarations of one name on one level, beyond what one file shows (parse/declared.c). */
static void check_duplicates(struct session *s)
{
	for (struct var *v = s->script.globals; v; v = v->next)
		for (struct var *w = s->script.globals; w != v; w = w->next)
			if (v->loc.source != w->loc.source && v->loc.source->is_tapset == w->loc.source->is_tapset &&
			    !v->is_private && !w->is_private && !strcmp(v->name, w->name))
				diag(s, &v->loc, DIAG_DUPLICATE, "global variable", v->name,
				     w->loc.source->name, w->loc.line);
	for (struct definition *d = s->script.definitions; d; d = d->next)
		for (struct definition *e = s->script.definitions; e != d; e = e->next)
			if (!strcmp(d->name, e->name) && d->from_tapset == e->from_tapset && (is_watch(d) || is_watch(e)))
				diag(s, &d->loc, DIAG_DUPLICATE, "watch", d->name, e->loc.source->name, e->loc.line);
}

/* Marks what a probe refers to, and what the functions that it calls do. */
static void mark_used(struct expr *e, void *data)
{
	struct function *f = e->kind == EXPR_CALL ? e->call.function : NULL;

	if (e->kind == EXPR_IDENT && e->ident.var)
		e->ident.var->used = true;
	if (e->kind == EXPR_EMBEDDED)
		embedded_use(data, e->embedded.code, e->loc);
	for (; f && !f->used; f = f->overload) {
		f->used = true;
		if (f->embedded)
			embedded_use(data, f->embedded, f->loc);
		walk(f->body.stmt, mark_used, NULL, data);
	}
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

/* The first probe point that has this body; others of it have the same types (split.c). */
static const struct probe_use *use_of(struct session *s, const struct body *body)
{
	for (struct probe_use *use = s->unit->uses; use; use = use->next)
		for (const struct part *part = use_parts(use); part; part = part->next)
			if (part->body == body)
				return use;
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
		sc.use = w->use;
		bind_stmt(sc.body->stmt, &sc);
		walk(sc.body->stmt, mark_used, NULL, s);
	}
}

void scope_bind_probe(struct session *s, struct probe *p)
{
	struct scope sc = { .s = s, .body = &p->body, .use = use_of(s, &p->body) };
	bool is_part = false;
	struct definition *d = definition_of(s, &p->body, &is_part);

	sc.lost = !sc.use;
	if (d)
		sc.params = d->params;
	if (d && is_part)
		sc.before = &d->body;
	if (!p->body.stmt)
		return;
	bind_stmt(p->body.stmt, &sc);
	walk(p->body.stmt, mark_used, NULL, s);
}

/* An expression in a probe point is made of globals, and of the watch's arguments. */
static void bind_outside(struct session *s, struct expr *e, struct var *params)
{
	struct body none = { 0 };
	struct scope sc = { .s = s, .body = &none, .params = params };

	bind_expr(e, &sc);
	for (struct var *v = none.locals; v; v = v->next)
		point_expr_not_global(s, v, params);
	walk_expr(e, mark_used, s);
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
	for (struct probe_use *use = s->unit->uses; use; use = use->next)
		for (struct saved *saved = use->saved; saved; saved = saved->next)
			walk_expr(saved->expr, mark_used, s);
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

static void mark_used_in(struct body *body, void *data)
{
	walk(body->stmt, mark_used, NULL, data);
}

static void mark_used_outside(struct expr *e, void *data)
{
	walk_expr(e, mark_used, data);
}

void scope_mark_used(struct session *s)
{
	for (struct function *f = s->script.functions; f; f = f->next)
		f->used = false;
	for (struct var *v = s->script.globals; v; v = v->next)
		v->used = false;
	unit_each_handler(s, mark_used_in, s);
	unit_each_expr(s, mark_used_outside, s);
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
			scope_bind_probe(s, p);
	/* of watches that only probes enable */
	bind_definitions(s);
	watches_resolve(s);
	bind_points(s);
	targets_check(s);
	number_locals(s);
}

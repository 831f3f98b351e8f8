// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leaves out what the script does for nothing, with a warning: expressions
 * without an effect whose value nobody uses, and assignments to variables of a
 * body that nobody reads. So a variable of which nobody knows whether it is a
 * number or a string does no harm where nobody wants to know. -u keeps all of it.
 * Round after round: what is left out may have been the last to read something.
 */
#include <string.h>

#include "../diag.h"
#include "unit.h"

struct elide {
	struct session *s;
	bool changed;
};

/* Functions whose effects are being looked for, or are known. */
enum { EFFECT_UNKNOWN, EFFECT_ASKED, EFFECT_NONE, EFFECT_SOME };

static bool has_effect(struct expr *e);

static void find_effect(struct expr *e, void *data)
{
	bool *found = data;

	if (!*found)
		*found = has_effect(e);
}

static void find_statement(struct stmt *st, void *data)
{
	bool *found = data;

	/* an endless loop is an effect as well */
	if (st->kind == STMT_DELETE || st->kind == STMT_WHILE || st->kind == STMT_FOR || st->kind == STMT_TRY ||
	    st->kind == STMT_NEXT)
		*found = true;
	else
		stmt_each(st, find_effect, find_statement, data);
}

static bool function_has_effect(struct function *f)
{
	bool found = false;

	if (f->effect == EFFECT_UNKNOWN) {
		f->effect = EFFECT_ASKED;
		if (f->embedded)
			found = !embedded_is_pure(f->embedded);
		else
			find_statement(f->body.stmt, &found);
		f->effect = found ? EFFECT_SOME : EFFECT_NONE;
	}
	return f->effect != EFFECT_NONE;	/* recursion may be endless */
}

static bool is_local(const struct var *v)
{
	return v && v->kind == VAR_LOCAL && !v->shared;
}

/*
 * A variable of the body alone that e assigns to, or NULL. What is counted or
 * added to stays, as in SystemTap.
 */
static struct var *target_of(const struct expr *e)
{
	const struct expr *left = e->kind == EXPR_ASSIGN && e->assign.op == OP_NONE ? e->assign.lvalue : NULL;

	if (!left || left->kind != EXPR_IDENT || !is_local(left->ident.var))
		return NULL;
	return left->ident.var;
}

/* May more come of e than its value? An error is an effect. */
static bool has_effect(struct expr *e)
{
	bool found = false;

	switch (e->kind) {
	case EXPR_ASSIGN:
		return !target_of(e) || has_effect(e->assign.value);
	case EXPR_CREMENT:
		return true;
	case EXPR_CALL:
		for (struct function *f = e->call.function; f; f = f->overload)
			if (function_has_effect(f))
				return true;
		if (e->call.builtin && (e->call.builtin->flags & (WT_EFFECT | WT_FALLIBLE)))
			return true;
		break;
	case EXPR_PRINT:
		if (!e->print.to_string)
			return true;
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
	case EXPR_MATCH:		/* matched() is of the last one */
	case EXPR_LOAD:			/* may find nothing there */
		return true;
	case EXPR_EMBEDDED:
		return !embedded_is_pure(e->embedded.code);
	case EXPR_STAT:
		if (e->stat.op != STAT_COUNT && e->stat.op != STAT_SUM)
			return true;
		break;
	case EXPR_INDEX:
		if (e->index.base->kind != EXPR_IDENT)
			return true;
		break;
	case EXPR_BINARY:
		if (e->binary.op == OP_DIV || e->binary.op == OP_MOD)
			return true;
		break;
	default:
		break;
	}
	expr_each(e, find_effect, &found);
	return found;
}

/* Adds to the reads of each variable, +1 or -1 for each place; a global's were counted with its binding. */
static void count_reads(struct expr *e, void *data)
{
	struct var *v = e->kind == EXPR_IDENT ? e->ident.var : NULL;
	const int *by = data;

	if (v)
		v->reads += *by;
	if (v && *by < 0)
		v->unread++;
	/* an assignment alone does not read what it assigns to */
	if (e->kind == EXPR_ASSIGN && e->assign.op == OP_NONE && e->assign.lvalue->kind == EXPR_IDENT)
		count_reads(e->assign.value, data);
	else
		expr_each(e, count_reads, data);
}

static void count_reads_in(struct stmt *st, void *data)
{
	switch (st->kind) {
	case STMT_FOREACH:
		/* the loop's own variables are written */
		for (struct expr *key = st->foreach->slice; key; key = key->next)
			count_reads(key, data);
		if (st->foreach->limit)
			count_reads(st->foreach->limit, data);
		count_reads(st->foreach->base, data);
		count_reads_in(st->foreach->body, data);
		return;
	case STMT_TRY:
		count_reads_in(st->try_.body, data);
		count_reads_in(st->try_.handler, data);
		return;
	default:
		stmt_each(st, count_reads, count_reads_in, data);
	}
}

/* The tapset's aliases may have more than somebody wants. */
static void warn(struct session *s, const struct expr *e, enum diag id, const char *name)
{
	if (!e->loc.source->is_tapset)
		diag(s, &e->loc, id, name);
}

/* What is left of e, whose value nobody uses: e, a part of it, or NULL. */
static struct expr *elide_effect(struct elide *in, struct expr *e)
{
	struct var *v = target_of(e);

	if (!has_effect(e) && !v) {
		warn(in->s, e, DIAG_NO_EFFECT, NULL);
		if (e->kind == EXPR_IDENT && !strcmp(e->ident.name, "later"))
			diag_note(in->s, "as a word 'later' stands behind 'enable NAME', on the same line");
		return NULL;
	}
	if (!v)
		return e;
	if (v->reads)
		return e;
	warn(in->s, e, DIAG_NEVER_READ, v->name);
	return has_effect(e->assign.value) ? e->assign.value : NULL;
}

static void elide_optional(struct elide *in, struct expr **e)
{
	struct expr *left = *e ? elide_effect(in, *e) : NULL;
	int gone = -1;

	if (*e && !left)
		count_reads(*e, &gone);
	in->changed |= left != *e;
	*e = left;
}

static void elide_stmt(struct stmt *st, void *data)
{
	struct elide *in = data;

	switch (st->kind) {
	case STMT_EXPR:
		elide_optional(in, &st->expr);
		if (!st->expr)
			st->kind = STMT_EMPTY;
		break;
	case STMT_FOR:
		elide_optional(in, &st->loop.init);
		elide_optional(in, &st->loop.step);
		elide_stmt(st->loop.body, in);
		break;
	default:
		stmt_each(st, NULL, elide_stmt, in);
	}
}

static void mark_named(struct expr *e, void *data)
{
	(void)data;
	if (e->kind == EXPR_IDENT && e->ident.var)
		e->ident.var->named = true;
}

/* Variables of which nothing is left. */
static void drop_locals(struct body *body)
{
	struct var **at = &body->locals;

	walk(body->stmt, mark_named, NULL, NULL);
	while (*at) {
		if ((*at)->named || (*at)->shared)
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
}

static void elide_body(struct session *s, struct body *body)
{
	struct elide in = { s, true };
	int read = 1;

	if (body->stmt)
		count_reads_in(body->stmt, &read);
	while (body->stmt && in.changed) {
		in.changed = false;
		elide_stmt(body->stmt, &in);
	}
	drop_locals(body);
}

/* What the probes of a watch share is not looked into. */
static void mark_shared(struct session *s)
{
	for (struct watch *w = s->unit->watches; w; w = w->next)
		for (struct var *v = w->definition ? w->definition->body.locals : NULL; v; v = v->next)
			v->shared = true;
}

void elide(struct session *s)
{
	if (s->options.unoptimized)
		return;
	mark_shared(s);
	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->used && !f->from_tapset)
			elide_body(s, &f->body);
	for (struct probe *p = s->script.probes; p; p = p->next)
		if (!p->from_tapset)
			elide_body(s, &p->body);
	for (struct watch *w = s->unit->watches; w; w = w->next)
		if (w->definition && !w->definition->from_tapset)
			elide_body(s, &w->definition->body);
	scope_mark_used(s);
}

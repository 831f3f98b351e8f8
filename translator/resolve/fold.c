// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * @defined(...): known before any name is bound, so that what stands behind a
 * condition that is false may name what is not there. Only conditions with an
 * @defined in them are evaluated here; what else is constant the C compiler sees.
 */
#include <string.h>

#include "../diag.h"
#include "access.h"

struct fold {
	struct session *s;
	const struct probe_use *use;	/* whose body it is, or NULL: a function's */
};

static bool is_defined(const struct fold *fold, struct expr *e)
{
	struct access a = { .s = fold->s, .use = fold->use };

	return access_is_there(&a, e);
}

/* Does an @defined stand in it? */
static void find_defined(struct expr *e, void *data)
{
	if (e->kind == EXPR_AT && e->at.word == WORD_DEFINED)
		*(bool *)data = true;
}

bool body_has_defined(struct stmt *st)
{
	bool found = false;

	walk(st, find_defined, NULL, &found);
	return found;
}

static bool has_defined(struct expr *e)
{
	bool found = false;

	walk_expr(e, find_defined, &found);
	return found;
}

static void fold_expr(struct expr *e, void *data);

static void become(struct expr *e, const struct expr *other)
{
	struct expr *next = e->next;

	*e = *other;
	e->next = next;
}

static void become_number(struct expr *e, int64_t number)
{
	e->kind = EXPR_NUMBER;
	e->hex = false;
	e->number = number;
}

/* && and ||, of which one side is known. */
static void fold_logic(struct expr *e)
{
	bool or = e->binary.op == OP_LOGOR;
	const struct expr *left = e->binary.left, *right = e->binary.right;

	if (left->kind != EXPR_NUMBER)
		return;
	if (!!left->number == or)
		become_number(e, or);
	else if (right->kind == EXPR_NUMBER)
		become_number(e, !!right->number);
}

/* Replaces what has an @defined in it by what it is, as far as that is known. */
static void fold_known(struct fold *fold, struct expr *e)
{
	bool logic = e->kind == EXPR_BINARY && (e->binary.op == OP_LOGAND || e->binary.op == OP_LOGOR);

	if (e->kind == EXPR_AT && e->at.word == WORD_DEFINED) {
		become_number(e, is_defined(fold, e->at.args));
	} else if (logic) {
		bool known = has_defined(e->binary.left);

		fold_expr(e->binary.left, fold);
		/* what is behind a false one is not looked into */
		if (known && e->binary.left->kind == EXPR_NUMBER &&
		    !!e->binary.left->number == (e->binary.op == OP_LOGOR)) {
			become_number(e, e->binary.op == OP_LOGOR);
			return;
		}
		fold_expr(e->binary.right, fold);
		fold_logic(e);
	} else if (e->kind == EXPR_UNARY && e->unary.op == OP_UNARY_NOT) {
		fold_expr(e->unary.operand, fold);
		if (e->unary.operand->kind == EXPR_NUMBER)
			become_number(e, !e->unary.operand->number);
	} else if (e->kind == EXPR_TERNARY && has_defined(e->ternary.cond)) {
		fold_expr(e->ternary.cond, fold);
		if (e->ternary.cond->kind == EXPR_NUMBER)
			become(e, e->ternary.cond->number ? e->ternary.yes : e->ternary.no);
		fold_expr(e, fold);
	} else {
		expr_each(e, fold_expr, fold);
	}
}

static void fold_expr(struct expr *e, void *data)
{
	if (has_defined(e))
		fold_known(data, e);
}

static void fold_stmt(struct stmt *st, void *data)
{
	struct stmt *next = st->next, *branch;

	if (st->kind == STMT_IF && has_defined(st->if_.cond)) {
		fold_expr(st->if_.cond, data);
		if (st->if_.cond->kind == EXPR_NUMBER) {
			branch = st->if_.cond->number ? st->if_.yes : st->if_.no;
			if (branch)
				*st = *branch;
			else
				st->kind = STMT_EMPTY;
			st->next = next;
			fold_stmt(st, data);
			return;
		}
	}
	stmt_each(st, fold_expr, fold_stmt, data);
}

void fold_defined(struct session *s)
{
	struct fold fold = { s, NULL };

	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->body.stmt)
			fold_stmt(f->body.stmt, &fold);
	/* a body that has an @defined in it is of one point only: see split.c */
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		fold.use = use;
		for (struct part *part = use_parts(use); part; part = part->next)
			if (part->body->stmt)
				fold_stmt(part->body->stmt, &fold);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A handler has one set of names, but `probe a, b {}` may want two: where the
 * one is of a named watch, whose variables it sees, and the other is not, or
 * where both are the same watch, which runs it twice. Such a probe becomes
 * several, each with a copy of the handler. Before anything is bound.
 */
#include <string.h>

#include "../diag.h"
#include "point.h"

static struct expr *copy_expr(struct session *s, const struct expr *e);

static struct expr *copy_list(struct session *s, const struct expr *e)
{
	struct expr *head = NULL, **tail = &head;

	for (; e; e = e->next) {
		*tail = copy_expr(s, e);
		tail = &(*tail)->next;
	}
	return head;
}

/* Without what follows it in a list. */
static struct expr *copy_expr(struct session *s, const struct expr *e)
{
	struct expr *copy;

	if (!e)
		return NULL;
	copy = session_alloc(s, sizeof(*copy));
	*copy = *e;
	copy->next = NULL;
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_IDENT:
	case EXPR_TARGET:
		break;
	case EXPR_UNARY:
		copy->unary.operand = copy_expr(s, e->unary.operand);
		break;
	case EXPR_BINARY:
		copy->binary.left = copy_expr(s, e->binary.left);
		copy->binary.right = copy_expr(s, e->binary.right);
		break;
	case EXPR_ASSIGN:
		copy->assign.lvalue = copy_expr(s, e->assign.lvalue);
		copy->assign.value = copy_expr(s, e->assign.value);
		break;
	case EXPR_CREMENT:
		copy->crement.lvalue = copy_expr(s, e->crement.lvalue);
		break;
	case EXPR_TERNARY:
		copy->ternary.cond = copy_expr(s, e->ternary.cond);
		copy->ternary.yes = copy_expr(s, e->ternary.yes);
		copy->ternary.no = copy_expr(s, e->ternary.no);
		break;
	case EXPR_CALL:
		copy->call.args = copy_list(s, e->call.args);
		break;
	case EXPR_PRINT:
		copy->print.args = copy_list(s, e->print.args);
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		copy->enable.args = copy_list(s, e->enable.args);
		break;
	}
	return copy;
}

static struct stmt *copy_stmt(struct session *s, const struct stmt *st)
{
	struct stmt *copy, **tail;

	if (!st)
		return NULL;
	copy = session_alloc(s, sizeof(*copy));
	*copy = *st;
	copy->next = NULL;
	switch (st->kind) {
	case STMT_EMPTY:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE:
		break;
	case STMT_BLOCK:
		copy->block = NULL;
		tail = &copy->block;
		for (const struct stmt *inner = st->block; inner; inner = inner->next) {
			*tail = copy_stmt(s, inner);
			tail = &(*tail)->next;
		}
		break;
	case STMT_EXPR:
	case STMT_RETURN:
		copy->expr = copy_expr(s, st->expr);
		break;
	case STMT_IF:
		copy->if_.cond = copy_expr(s, st->if_.cond);
		copy->if_.yes = copy_stmt(s, st->if_.yes);
		copy->if_.no = copy_stmt(s, st->if_.no);
		break;
	case STMT_WHILE:
	case STMT_FOR:
		copy->loop.init = copy_expr(s, st->loop.init);
		copy->loop.cond = copy_expr(s, st->loop.cond);
		copy->loop.step = copy_expr(s, st->loop.step);
		copy->loop.body = copy_stmt(s, st->loop.body);
		break;
	}
	return copy;
}

/* The definition whose names a handler at this point sees, or NULL. */
static struct definition *seen_from(struct session *s, const struct point *point, bool *is_part)
{
	struct definition *d = definition_find(s, point->components->name);

	*is_part = d && !point->components->next;
	return d && (*is_part || d->params) ? d : NULL;
}

static bool may_share(struct session *s, const struct point *a, const struct point *b)
{
	bool a_is_part, b_is_part;
	struct definition *d = seen_from(s, a, &a_is_part);

	if (d != seen_from(s, b, &b_is_part) || a_is_part != b_is_part)
		return false;
	/* twice in the chain of one watch */
	return !a_is_part && !point_is_same(s, a, b);
}

static bool may_share_all(struct session *s, const struct point *kept, const struct point *point)
{
	for (; kept != point; kept = kept->next)
		if (!may_share(s, kept, point))
			return false;
	return true;
}

void probes_split(struct session *s)
{
	for (struct probe *probe = s->script.probes; probe; probe = probe->next) {
		struct point **at = &probe->points->next;
		struct probe *last = probe;

		while (*at) {
			struct point *point = *at;
			struct probe *own;

			if (may_share_all(s, probe->points, point)) {
				at = &point->next;
				continue;
			}
			*at = point->next;
			own = session_alloc(s, sizeof(*own));
			*own = *probe;
			own->points = point;
			point->next = NULL;
			own->body.stmt = copy_stmt(s, probe->body.stmt);
			own->next = last->next;
			last->next = own;
			last = own;
		}
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways to walk the tree, and to copy it. What is below a node is named here
 * once: children() and inside() call back with each place where a sub-expression
 * or a statement hangs.
 */
#include "session.h"

#include <string.h>

struct visitor {
	void (*on_expr)(struct expr **, void *);
	void (*on_stmt)(struct stmt **, void *);
	void *data;
};

static void visit(const struct visitor *v, struct expr **e)
{
	if (v->on_expr && *e)
		v->on_expr(e, v->data);
}

static void visit_list(const struct visitor *v, struct expr **list)
{
	/* a visitor may put another in its place, with the same next */
	for (; *list; list = &(*list)->next)
		visit(v, list);
}

static void visit_stmt(const struct visitor *v, struct stmt **s)
{
	if (v->on_stmt && *s)
		v->on_stmt(s, v->data);
}

/* The sub-expressions directly below e, in the order of the source. */
static void children(struct expr *e, const struct visitor *v)
{
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_IDENT:
	case EXPR_TARGET:
	case EXPR_ANY:
	case EXPR_EMBEDDED:
	case EXPR_SYMBOL:
	case EXPR_SAVED:
		break;
	case EXPR_LOAD:
		visit(v, &e->load.address);
		break;
	case EXPR_PIECE:
		visit(v, &e->piece.index);
		break;
	case EXPR_FIELD:
		visit(v, &e->field.operand);
		break;
	case EXPR_ENUM:
		visit(v, &e->enumerator.operand);
		break;
	case EXPR_UNARY:
		visit(v, &e->unary.operand);
		break;
	case EXPR_BINARY:
		visit(v, &e->binary.left);
		visit(v, &e->binary.right);
		break;
	case EXPR_ASSIGN:
		visit(v, &e->assign.lvalue);
		visit(v, &e->assign.value);
		break;
	case EXPR_CREMENT:
		visit(v, &e->crement.lvalue);
		break;
	case EXPR_TERNARY:
		visit(v, &e->ternary.cond);
		visit(v, &e->ternary.yes);
		visit(v, &e->ternary.no);
		break;
	case EXPR_CALL:
		visit_list(v, &e->call.args);
		break;
	case EXPR_PRINT:
		visit_list(v, &e->print.args);
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		visit_list(v, &e->enable.args);
		break;
	case EXPR_INDEX:
		visit(v, &e->index.base);
		visit_list(v, &e->index.keys);
		break;
	case EXPR_IN:
		visit_list(v, &e->in.keys);
		visit(v, &e->in.array);
		break;
	case EXPR_ARROW:
		visit(v, &e->arrow.base);
		break;
	case EXPR_MATCH:
		visit(v, &e->match.operand);
		visit(v, &e->match.pattern);
		break;
	case EXPR_STAT:
		visit(v, &e->stat.operand);
		visit(v, &e->stat.shift);
		break;
	case EXPR_HIST:
		visit(v, &e->hist.operand);
		break;
	case EXPR_AT:
		visit_list(v, &e->at.args);
		break;
	}
}

/* The expressions and statements directly in s, likewise. */
static void inside(struct stmt *s, const struct visitor *v)
{
	switch (s->kind) {
	case STMT_EMPTY:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE:
		break;
	case STMT_BLOCK:
		for (struct stmt **inner = &s->block; *inner; inner = &(*inner)->next)
			visit_stmt(v, inner);
		break;
	case STMT_EXPR:
	case STMT_RETURN:
		visit(v, &s->expr);
		break;
	case STMT_IF:
		visit(v, &s->if_.cond);
		visit_stmt(v, &s->if_.yes);
		visit_stmt(v, &s->if_.no);
		break;
	case STMT_WHILE:
	case STMT_FOR:
		visit(v, &s->loop.init);
		visit(v, &s->loop.cond);
		visit_stmt(v, &s->loop.body);
		visit(v, &s->loop.step);
		break;
	case STMT_FOREACH:
		visit(v, &s->foreach->base);
		visit_list(v, &s->foreach->slice);
		visit(v, &s->foreach->limit);
		visit(v, &s->foreach->value);
		visit_list(v, &s->foreach->keys);
		visit_stmt(v, &s->foreach->body);
		break;
	case STMT_DELETE:
		visit(v, &s->deleted);
		break;
	case STMT_TRY:
		visit_stmt(v, &s->try_.body);
		visit(v, &s->try_.message);
		visit_stmt(v, &s->try_.handler);
		break;
	}
}

struct each {
	void (*on_expr)(struct expr *, void *);
	void (*on_stmt)(struct stmt *, void *);
	void *data;
};

static void each_expr(struct expr **e, void *data)
{
	const struct each *each = data;

	each->on_expr(*e, each->data);
}

static void each_stmt(struct stmt **s, void *data)
{
	const struct each *each = data;

	each->on_stmt(*s, each->data);
}

void expr_each(struct expr *e, void (*fn)(struct expr *, void *), void *data)
{
	struct each each = { fn, NULL, data };

	children(e, &(struct visitor){ each_expr, NULL, &each });
}

void stmt_each(struct stmt *s, void (*on_expr)(struct expr *, void *), void (*on_stmt)(struct stmt *, void *),
	       void *data)
{
	struct each each = { on_expr, on_stmt, data };

	inside(s, &(struct visitor){ on_expr ? each_expr : NULL, on_stmt ? each_stmt : NULL, &each });
}

static void copy_expr(struct expr **e, void *session)
{
	struct expr *next = (*e)->next;

	*e = expr_copy(session, *e);
	(*e)->next = next;
}

static void copy_stmt(struct stmt **s, void *session)
{
	struct stmt *next = (*s)->next;

	*s = stmt_copy(session, *s);
	(*s)->next = next;
}

struct expr *expr_copy(struct session *session, const struct expr *e)
{
	struct expr *copy = session_alloc(session, sizeof(*copy));

	*copy = *e;
	copy->next = NULL;
	children(copy, &(struct visitor){ copy_expr, NULL, session });
	return copy;
}

struct stmt *stmt_copy(struct session *session, const struct stmt *s)
{
	struct stmt *copy = session_alloc(session, sizeof(*copy));

	*copy = *s;
	copy->next = NULL;
	if (s->kind == STMT_FOREACH) {
		copy->foreach = session_alloc(session, sizeof(*copy->foreach));
		*copy->foreach = *s->foreach;
	}
	inside(copy, &(struct visitor){ copy_expr, copy_stmt, session });
	return copy;
}

struct expr *expr_root(struct expr *e)
{
	while (e->kind == EXPR_ARROW || e->kind == EXPR_INDEX)
		e = e->kind == EXPR_ARROW ? e->arrow.base : e->index.base;
	return e;
}

bool is_target(struct expr *e)
{
	e = expr_root(e);
	return e->kind == EXPR_TARGET || (e->kind == EXPR_AT && (e->at.word == WORD_CAST || e->at.word == WORD_VAR));
}

struct var *expr_var(const struct expr *e)
{
	if (e->kind == EXPR_INDEX)
		e = e->index.base;
	return e->kind == EXPR_IDENT ? e->ident.var : NULL;
}

struct component *component_copy(struct session *session, const struct component *c)
{
	struct component *head = NULL, **tail = &head;

	for (; c; c = c->next) {
		*tail = session_alloc(session, sizeof(**tail));
		**tail = *c;
		(*tail)->next = NULL;
		tail = &(*tail)->next;
	}
	return head;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks over trees that go all the way down; tree.c's go one step. */
#include "unit.h"

struct walk {
	void (*on_expr)(struct expr *, void *);
	void (*on_stmt)(struct stmt *, void *);
	void *data;
};

static void down_expr(struct expr *e, void *data)
{
	struct walk *w = data;

	if (w->on_expr)
		w->on_expr(e, w->data);
	expr_each(e, down_expr, w);
}

static void down_stmt(struct stmt *s, void *data)
{
	struct walk *w = data;

	if (w->on_stmt)
		w->on_stmt(s, w->data);
	stmt_each(s, down_expr, down_stmt, w);
}

void walk(struct stmt *s, void (*on_expr)(struct expr *, void *),
	  void (*on_stmt)(struct stmt *, void *), void *data)
{
	struct walk w = { on_expr, on_stmt, data };

	if (s)
		down_stmt(s, &w);
}

void walk_expr(struct expr *e, void (*on_expr)(struct expr *, void *), void *data)
{
	struct walk w = { on_expr, NULL, data };

	if (e)
		down_expr(e, &w);
}

void unit_each_handler(struct session *s, void (*fn)(struct body *, void *), void *data)
{
	for (struct probe *p = s->script.probes; p; p = p->next)
		if (!p->from_tapset)
			fn(&p->body, data);
	for (struct watch *w = s->unit->watches; w; w = w->next)
		if (w->definition)
			fn(&w->definition->body, data);
}

void unit_each_body(struct session *s, void (*fn)(struct body *, void *), void *data)
{
	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->used)
			fn(&f->body, data);
	unit_each_handler(s, fn, data);
}

static void walk_body(struct body *body, void *data)
{
	const struct walk *w = data;

	walk(body->stmt, w->on_expr, NULL, w->data);
}

static void walk_point(struct expr *e, void *data)
{
	const struct walk *w = data;

	walk_expr(e, w->on_expr, w->data);
}

void unit_walk(struct session *s, void (*on_expr)(struct expr *, void *), void *data)
{
	struct walk w = { on_expr, NULL, data };

	unit_each_body(s, walk_body, &w);
	unit_each_expr(s, walk_point, &w);
}

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

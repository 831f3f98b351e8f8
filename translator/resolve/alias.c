// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What comes out of an alias: a copy, whose places (struct loc) say for which
 * point it was made, so that messages can tell.
 */
#include "alias.h"

static void relocate_expr(struct expr *e, void *from)
{
	e->loc.expanded_for = from;
	if (e->kind == EXPR_ENABLE || e->kind == EXPR_DISABLE)
		e->enable.name_loc.expanded_for = from;
}

static void relocate_stmt(struct stmt *st, void *from)
{
	st->loc.expanded_for = from;
}

static struct expr *copy_expr(struct session *s, const struct step *step, const struct expr *e)
{
	struct expr *copy = expr_copy(s, e);

	walk_expr(copy, relocate_expr, &step->point->loc);
	return copy;
}

static struct stmt *copy_stmt(struct session *s, const struct step *step, const struct stmt *st)
{
	struct stmt *copy = stmt_copy(s, st);

	walk(copy, relocate_expr, relocate_stmt, &step->point->loc);
	return copy;
}

static struct component *copy_components(struct session *s, const struct step *step, const struct component *list)
{
	struct component *copy = component_copy(s, list);

	for (struct component *c = copy; c; c = c->next) {
		c->loc.expanded_for = &step->point->loc;
		for (struct expr **arg = &c->arg; *arg; arg = &(*arg)->next) {
			struct expr *next = (*arg)->next;

			*arg = copy_expr(s, step, *arg);
			(*arg)->next = next;
		}
	}
	return copy;
}

struct point *alias_point(struct session *s, const struct step *step, const struct point *point)
{
	struct component *components = copy_components(s, step, point->components);
	struct expr *condition = point->condition ? copy_expr(s, step, point->condition) : NULL;
	struct expr *outer = step->point->condition;
	struct loc loc = point->loc;

	if (step->suffix)
		component_append(components, component_copy(s, step->suffix));
	loc.expanded_for = &step->point->loc;
	if (condition && outer)
		condition = expr_binary(s, outer->loc, OP_LOGAND, condition, outer);
	return point_new(s, loc, components, point->optional || step->point->optional, point->sufficient,
			 condition ? condition : outer);
}

static bool is_empty(const struct stmt *body)
{
	return body->kind == STMT_BLOCK && !body->block;
}

/* The statements of all on the way around the probe's own, as a list. */
static struct stmt *gather(struct session *s, const struct step *step, struct stmt *own)
{
	struct stmt *rest, *alias;

	if (!step)
		return own;
	rest = gather(s, step->outer, own);
	if (!step->told && step->definition->after)
		rest = stmt_append(rest, copy_stmt(s, step, step->definition->after));
	if (step->told || is_empty(step->definition->body.stmt))
		return rest;
	alias = copy_stmt(s, step, step->definition->body.stmt);
	return step->definition->epilogue ? stmt_append(rest, alias) : stmt_append(alias, rest);
}

struct stmt *alias_body(struct session *s, const struct step *step, struct stmt *own)
{
	struct stmt *all = gather(s, step, own);

	return all->next ? stmt_block(s, own->loc, all) : all;
}

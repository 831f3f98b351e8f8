/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Constructors of the tree: probe points, and what {a, b} in them stands for. */
#include "parse/tree_internal.h"

#include "diag.h"

#include <stdio.h>

#define MAX_CHOICES	1000	/* points that one with {a, b} in it stands for */

void fold_minus(struct expr *e)
{
	if (e->kind != EXPR_UNARY || e->unary.op != OP_UNARY_NEG || e->unary.operand->kind != EXPR_NUMBER)
		return;
	e->kind = EXPR_NUMBER;
	e->depth = 1;
	e->number = (int64_t)-(uint64_t)e->unary.operand->number;
}

struct component *component_new(struct session *session, struct loc loc, const char *name, bool has_parens,
				struct expr *args)
{
	struct component *c = session_alloc(session, sizeof(*c));

	for (struct expr *arg = args; arg; arg = arg->next)
		fold_minus(arg);
	c->name = name;
	c->loc = loc;
	c->has_parens = has_parens;
	c->arg = args;
	return c;
}

struct component *component_choices(struct session *session, struct loc loc, struct point *choices)
{
	struct component *c = component_new(session, loc, "", false, NULL);

	c->choices = choices;
	return c;
}

/* A point without choices. */
static struct point *plain_point(struct session *session, struct loc loc, struct component *components)
{
	struct point *p = session_alloc(session, sizeof(*p));
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		abort();
	components_print(out, components);
	fclose(out);
	p->spelling = session_strndup(session, text, length);
	free(text);
	p->loc = loc;
	p->components = components;
	return p;
}

/* Two lists of components as one; the first is copied. */
static struct component *chain(struct session *session, const struct component *first, struct component *rest)
{
	struct component *copy = component_copy(session, first);

	return copy ? component_append(copy, rest) : rest;
}

/*
 * Appends to *end the points that prefix, then components may stand for. Each {a, b}
 * has been expanded by itself when its points were made.
 */
static struct point **expand(struct session *session, struct loc loc, const struct component *prefix,
			     const struct component *components, struct point **end, unsigned *count)
{
	const struct component *c = components;
	struct component *before = component_copy(session, prefix);

	for (; c && !c->choices; c = c->next) {
		struct component *one = component_new(session, c->loc, c->name, c->has_parens, c->arg);

		before = before ? component_append(before, one) : one;
	}
	if (!c) {
		if (++*count <= MAX_CHOICES)
			*end = plain_point(session, loc, before);
		return *count <= MAX_CHOICES ? &(*end)->next : end;
	}
	for (struct point *choice = c->choices; choice && *count <= MAX_CHOICES; choice = choice->next) {
		struct point **first = end;

		end = expand(session, loc, chain(session, before, component_copy(session, choice->components)),
			     c->next, end, count);
		for (struct point *p = *first; p; p = p->next) {
			p->optional |= choice->optional;
			p->sufficient |= choice->sufficient;
			p->condition = choice->condition;
		}
	}
	return end;
}

static bool has_choices(const struct component *c)
{
	while (c && !c->choices)
		c = c->next;
	return c;
}

struct point *point_new(struct session *session, struct loc loc, struct component *components, bool optional,
			bool sufficient, struct expr *condition)
{
	struct point *head = NULL;
	unsigned count = 0;

	if (has_choices(components))
		expand(session, loc, NULL, components, &head, &count);
	else
		head = plain_point(session, loc, components);
	if (count > MAX_CHOICES)
		diag(session, &loc, DIAG_CHOICES, MAX_CHOICES);
	for (struct point *p = head; p; p = p->next) {
		p->optional |= optional;
		p->sufficient |= sufficient;
		if (condition)
			p->condition = p->condition ? expr_binary(session, condition->loc, OP_LOGAND, p->condition, condition)
						    : condition;
	}
	return head;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe points: each one as written becomes a probe_use. */
#include <string.h>

#include "../diag.h"
#include "point.h"

static const struct point_kind kinds[] = {
	{ "begin",	"begin",			point_basic },
	{ "end",	"end",				point_basic },
	{ "error",	"error",			point_basic },
	{ "timer",	"timer.ms(N)",			point_timer },
	{ "kernel",	"kernel.data(\"SYMBOL\").length(N).write", point_kernel },
	{ "module",	"module(\"NAME\").data(\"SYMBOL\")", point_elsewhere },
	{ "process",	"process(...)",			point_elsewhere },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *next_head(void *data)
{
	size_t *i = data;

	return *i < KINDS ? kinds[(*i)++].head : NULL;
}

bool component_argument(struct session *s, struct component *c, char kind)
{
	char got = !c->arg ? 0 : c->arg->kind == EXPR_STRING ? 's' : 'd';

	if (got == kind && (kind || !c->has_parens))
		return true;
	diag(s, &c->loc, DIAG_POINT_ARGUMENT, c->name,
	     kind == 's' ? "a string" : kind == 'd' ? "a number" : "nothing");
	return false;
}

static void resolve_point(struct session *s, struct probe *probe, struct point *point)
{
	struct component *first = point->components;
	struct probe_use *use, **tail;
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (!strcmp(first->name, kinds[i].head))
			break;
	if (i == KINDS) {
		size_t at = 0;
		const char *near = diag_nearest(first->name, next_head, &at);

		diag(s, &first->loc, DIAG_UNKNOWN_POINT, first->name);
		if (near)
			diag_note(s, "did you mean '%s'?", near);
		else
			diag_note(s, "probe points are begin, end, error, timer.s(N), kernel.data(\"SYMBOL\").length(N).write");
		return;
	}
	if (point->optional || point->sufficient) {
		diag(s, &point->loc, DIAG_UNSUPPORTED, point->optional ? "'?' after a probe point is" : "'!' after a probe point is");
		return;
	}
	use = session_alloc(s, sizeof(*use));
	use->probe = probe;
	use->point = point;
	if (!kinds[i].resolve(s, use, first))
		return;
	use->index = s->unit->use_count++;
	for (tail = &s->unit->uses; *tail; tail = &(*tail)->next)
		;
	*tail = use;
	if (use->watch) {
		struct watch **end = &s->unit->watches;

		while (*end)
			end = &(*end)->next;
		*end = use->watch;
		use->watch->index = s->unit->watch_count++;
	}
}

void points_resolve(struct session *s)
{
	struct probe *probe;
	struct point *point;

	for (probe = s->script.probes; probe; probe = probe->next) {
		if (probe->from_tapset)
			continue;
		if (probe->condition)
			diag(s, &probe->condition->loc, DIAG_UNSUPPORTED, "a condition of a probe point is");
		for (point = probe->points; point; point = point->next)
			resolve_point(s, probe, point);
	}
}

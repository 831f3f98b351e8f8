// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe points: each one as written becomes a probe_use. */
#include <string.h>

#include "../diag.h"
#include "point.h"

static const struct point_kind kinds[] = {
	{ "begin",	"begin",			point_basic },
	{ "end",	"end",				point_basic },
	{ "error",	"error",			point_basic },
	{ "oneshot",	"oneshot",			point_basic },
	{ "never",	"never",			point_basic },
	{ "timer",	"timer.ms(N)",			point_timer },
	{ "kernel",	"kernel.data(\"SYMBOL\").length(N).write", point_kernel },
	{ "module",	"module(\"NAME\").data(\"SYMBOL\")", point_kernel },
	{ "kprobe",	"kprobe.function(\"NAME\")",	point_kprobe },
	{ "process",	"process(...)",			point_process },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Candidates for a misspelt head: the kinds, then the watches. */
struct heads {
	size_t kind;
	struct definition *definition;
};

static const char *next_head(void *data)
{
	struct heads *h = data;
	const char *name;

	if (h->kind < KINDS)
		return kinds[h->kind++].head;
	if (!h->definition)
		return NULL;
	name = h->definition->name;
	h->definition = h->definition->next;
	return name;
}

bool component_argument(struct session *s, struct component *c, char kind)
{
	char got = !c->arg ? 0 : c->arg->next ? '?' : c->arg->kind == EXPR_STRING ? 's' :
		   c->arg->kind == EXPR_NUMBER ? 'd' : '?';

	if (got == kind && (kind || !c->has_parens))
		return true;
	diag(s, &c->loc, DIAG_POINT_ARGUMENT, c->name,
	     kind == 's' ? "a string" : kind == 'd' ? "a number" : "nothing");
	return false;
}

struct part *use_parts(struct probe_use *use)
{
	return use->kind == PROBE_DATA ? use->watch->parts : &use->part;
}

bool is_sub_probe(enum probe_kind kind)
{
	return kind == PROBE_ENABLED || kind == PROBE_DISABLED || kind == PROBE_UNAVAILABLE;
}

void unit_add_use(struct session *s, struct probe_use *use)
{
	struct probe_use **tail = &s->unit->uses;

	while (*tail)
		tail = &(*tail)->next;
	*tail = use;
	use->index = s->unit->use_count++;
}

static void unknown_head(struct session *s, const struct component *first)
{
	struct heads at = { 0, s->script.definitions };
	const char *near = diag_nearest(first->name, next_head, &at);

	if (point_absent(s, first))
		return;
	diag(s, &first->loc, DIAG_UNKNOWN_POINT, first->name);
	if (near)
		diag_note(s, "did you mean '%s'?", near);
	else
		diag_note(s, "probe points are begin, end, error, timer.s(N), kernel.data(\"SYMBOL\").length(N).write, kernel.function(\"NAME\") and the names of watches");
}

static const struct point_kind *find_kind(const char *head)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(head, kinds[i].head))
			return &kinds[i];
	return NULL;
}

static void resolve_point(struct session *s, struct probe *probe, struct point *point)
{
	struct component *first = point->components;
	struct definition *definition = definition_find(s, first->name);
	const struct point_kind *kind = find_kind(first->name);
	struct probe_use *use = session_alloc(s, sizeof(*use));

	use->point = use->part.point = point;
	use->part.body = &probe->body;
	use->part.condition = point->condition;
	if (!kind && !definition) {
		unknown_head(s, first);
		return;
	}
	if (point->sufficient) {
		diag(s, &point->loc, DIAG_UNSUPPORTED, "'!' after a probe point is");
		return;
	}
	/* each adds its use to the unit, where it is one */
	if (kind)
		kind->resolve(s, use, first);
	else
		watch_named(s, use, definition, first);
}

void points_resolve(struct session *s)
{
	struct probe *probe;
	struct point *point;

	for (struct definition *d = s->script.definitions; d; d = d->next)
		if (find_kind(d->name))
			diag(s, &d->loc, DIAG_WATCH_NAME,
			     session_printf(s, ", and '%s' is a kind of probe point", d->name));
	for (probe = s->script.probes; probe; probe = probe->next) {
		if (probe->from_tapset)
			continue;
		for (point = probe->points; point; point = point->next)
			resolve_point(s, probe, point);
	}
}

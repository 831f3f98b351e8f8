// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of probe points, and the walk over the script's probes. */
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

/* Candidates for a misspelt name: the kinds, then the watches and aliases. */
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

const char *point_nearest(struct session *s, const char *name)
{
	struct heads at = { 0, s->script.definitions };

	return diag_nearest(name, next_head, &at);
}

const struct point_kind *point_kind_match(const struct component *first, const struct point_kind *after)
{
	for (const struct point_kind *k = after ? after + 1 : kinds; k < kinds + KINDS; k++)
		if (name_matches(first->name, k->head))
			return k;
	return NULL;
}

/* A name that nothing can be called by, and what a watch alone may have. */
static void check_definition(struct session *s, const struct definition *d)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(d->name, kinds[i].head))
			diag(s, &d->loc, DIAG_WATCH_NAME,
			     session_printf(s, ", and '%s' is a kind of probe point", d->name));
	if (!d->has_params || is_watch(d))
		return;
	diag(s, &d->loc, DIAG_ALIAS_PARAMETERS, d->name);
	diag_note(s, "a watch is a definition whose points are all kernel.data(...) or module(...).data(...)");
}

void points_resolve(struct session *s)
{
	struct probe **at = &s->script.probes, *probe, *last = NULL;

	for (struct definition *d = s->script.definitions; d; d = d->next)
		if (!d->from_tapset)
			check_definition(s, d);
	while ((probe = *at)) {
		struct probe *behind = probe->next;

		if (!probe->from_tapset)
			*at = probe_expand(s, probe);
		for (; *at && *at != behind; at = &last->next)
			last = *at;
		*at = behind;
	}
	s->script.last.probes = last;
}

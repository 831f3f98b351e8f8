// SPDX-License-Identifier: GPL-2.0-or-later
/* $value, $old, $reason and the like: which probe has which. */
#include <string.h>

#include "../diag.h"
#include "unit.h"

struct target_check {
	struct session *s;
	struct probe_use *use;
};

/* A number or string that such a probe has ready under this name. */
static bool has_target(enum probe_kind kind, const char *name)
{
	static const char *const of_data[] = { "value", "old", "address", "length", NULL };
	static const char *const of_told[] = { "reason", "priority", "address", "length", NULL };
	const char *const *names = kind == PROBE_DATA ? of_data : of_told;

	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

bool target_is_known(const struct probe_use *use, const char *name)
{
	return (use->kind == PROBE_DATA || is_sub_probe(use->kind)) && has_target(use->kind, name);
}

static void unknown_target(struct session *s, const struct expr *e, const struct probe_use *use)
{
	const char *name = e->target.name;

	diag(s, &e->loc, DIAG_UNKNOWN_TARGET, name);
	if (use->kind == PROBE_DATA && has_target(PROBE_ENABLED, name))
		diag_note(s, "$%s is for the sub-probes: .enabled, .disabled and .unavailable", name);
	else if (use->kind != PROBE_DATA && has_target(PROBE_DATA, name))
		diag_note(s, "$%s is of an access, and a sub-probe has none; it has $reason, $priority, $address and $length",
			  name);
	else
		diag_note(s, use->kind == PROBE_DATA ?
			  "a data probe has $value, $old, $address and $length" :
			  "a sub-probe has $reason, $priority, $address and $length");
}

static uint64_t longest(const struct watch *w)
{
	uint64_t most = 0;

	for (struct range *r = w->ranges; r; r = r->next)
		most = r->length > most ? r->length : most;
	return most;
}

static void check_target(struct expr *e, void *data)
{
	struct target_check *t = data;
	const char *name = e->target.name;
	struct watch *w = t->use->watch;

	if (e->kind == EXPR_PIECE && w)
		w->values = true;
	if (e->kind != EXPR_TARGET)
		return;
	/* a function's are gone, or were told of: target_function.c */
	if (t->use->kind == PROBE_FUNCTION)
		return;
	if (t->use->kind != PROBE_DATA && !is_sub_probe(t->use->kind)) {
		diag(t->s, &e->loc, DIAG_TARGET_OUTSIDE, name, t->use->point->spelling);
		return;
	}
	if (!has_target(t->use->kind, name)) {
		unknown_target(t->s, e, t->use);
		return;
	}
	if (w && (!strcmp(name, "value") || !strcmp(name, "old"))) {
		w->values = true;
		if (longest(w) > 8)
			diag(t->s, &e->loc, DIAG_WIDE_VALUE, name, longest(w));
	}
}

void targets_check(struct session *s)
{
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		struct target_check t = { s, use };

		for (struct part *part = use_parts(use); part; part = part->next)
			walk(part->body->stmt, check_target, NULL, &t);
	}
}

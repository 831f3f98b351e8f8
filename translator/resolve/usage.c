// SPDX-License-Identifier: GPL-2.0-or-later
/* Warnings: variables that are read but never written, mostly misspelt; watches that nothing enables. */
#include <string.h>

#include "../diag.h"
#include "point.h"

struct names {
	struct var *locals, *globals;
	const struct var *not_this;
};

static const char *next_name(void *data)
{
	struct names *n = data;
	struct var **list;

	for (;;) {
		struct var *v;

		list = n->locals ? &n->locals : &n->globals;
		v = *list;
		if (!v)
			return NULL;
		*list = v->next;
		if (v != n->not_this)
			return v->name;
	}
}

static void warn_list(struct session *s, struct var *list, struct var *locals, const char *what)
{
	for (struct var *v = list; v; v = v->next) {
		struct names n = { locals, s->script.globals, v };
		const char *near;

		if (!v->read || v->written || v->init || v->loc.source->is_tapset)
			continue;
		diag(s, &v->loc, DIAG_NEVER_ASSIGNED, what, v->name);
		near = diag_nearest(v->name, next_name, &n);
		if (near)
			diag_note(s, "did you mean '%s'?", near);
	}
}

/* A watch that is defined and never armed. An alias may well be unused. */
static void warn_definition(struct session *s, const struct definition *d)
{
	if (d->from_tapset || !is_watch(d) || (d->watch && (d->watch->starts || d->watch->dynamic)))
		return;
	diag(s, &d->loc, DIAG_NEVER_ENABLED, d->name);
	if (d->params)
		diag_note(s, "'enable %s(...)' does", d->name);
	else
		diag_note(s, "'probe %s { }' does at the start, 'enable %s' at any time", d->name, d->name);
}

void usage_warn(struct session *s)
{
	for (struct definition *d = s->script.definitions; d; d = d->next)
		warn_definition(s, d);
	warn_list(s, s->script.globals, NULL, "global");
	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->bound && !f->from_tapset)
			warn_list(s, f->body.locals, f->body.locals, "local");
	for (struct probe *p = s->script.probes; p; p = p->next)
		if (!p->from_tapset)
			warn_list(s, p->body.locals, p->body.locals, "local");
	for (struct watch *w = s->unit->watches; w; w = w->next)
		if (w->definition && !w->definition->from_tapset)
			warn_list(s, w->definition->body.locals, w->definition->body.locals, "local");
}

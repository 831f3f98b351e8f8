// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What only a whole file shows, and no other file has a say in: names that are
 * declared twice, and `return` outside of a function.
 */
#include "diag.h"

#include <search.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct var *)a)->name, ((const struct var *)b)->name);
}

static void nothing(void *unused)
{
	(void)unused;
}

/* Those of the list that are of the file. */
static void check_names(struct session *session, const struct source *source, struct var *list, const char *what)
{
	void *names = NULL;

	for (struct var *v = list; v; v = v->next) {
		struct var *const *first = v->loc.source == source ? tsearch(v, &names, by_name) : NULL;

		if (first && *first != v)
			diag(session, &v->loc, DIAG_DUPLICATE, what, v->name, source->name, (*first)->loc.line);
	}
	tdestroy(names, nothing);
}

static void check_return(struct stmt *st, void *data)
{
	struct session *session = data;

	if (st->kind == STMT_RETURN)
		diag(session, &st->loc, DIAG_MISPLACED, "return", "a function");
	stmt_each(st, NULL, check_return, session);
}

static void check_body(struct session *session, struct stmt *body)
{
	if (body)
		check_return(body, session);
}

void declared_check(struct session *session, const struct source *source)
{
	struct script *script = &session->script;

	check_names(session, source, script->globals, "global variable");
	for (struct function *f = script->functions; f; f = f->next)
		if (f->loc.source == source)
			check_names(session, source, f->body.params, "parameter");
	for (struct definition *d = script->definitions; d; d = d->next) {
		if (d->loc.source != source)
			continue;
		check_names(session, source, d->params, "parameter");
		check_body(session, d->body.stmt);
		check_body(session, d->after);
	}
	for (struct probe *p = script->probes; p; p = p->next)
		if (p->loc.source == source)
			check_body(session, p->body.stmt);
}

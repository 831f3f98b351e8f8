// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls: which function is meant. Functions of one name that differ in how many
 * arguments they take have nothing to do with each other; those that do not
 * are overloads, tried in the order of their priorities (the script's before the
 * tapset's, then as declared): where one says `next`, the following one runs. The
 * builtins come last.
 */
#include <string.h>

#include "../diag.h"
#include "scope.h"

unsigned count_args(const struct expr *args)
{
	unsigned n = 0;

	for (; args; args = args->next)
		n++;
	return n;
}

static unsigned arity_of(const struct function *f)
{
	unsigned n = 0;

	for (const struct var *p = f->body.params; p; p = p->next)
		n++;
	return n;
}

static int64_t priority_of(const struct function *f)
{
	return f->has_priority ? f->priority : f->from_tapset ? 1 : 0;
}

/* A library's functions do not call the script's in the place of those that they mean. */
static bool is_visible(const struct function *f, const char *name, const struct source *from)
{
	if (f->is_private ? f->loc.source != from : from->is_tapset && !f->loc.source->is_tapset)
		return false;
	return !strcmp(f->name, name);
}

static void find_next(struct stmt *st, void *data)
{
	if (st->kind == STMT_NEXT)
		*(bool *)data = true;
	else
		stmt_each(st, NULL, find_next, data);
}

/* May the next overload run? Of C nobody knows but by the macro's name. */
bool function_passes_on(const struct function *f)
{
	bool found = false;

	if (f->embedded)
		return strstr(f->embedded, "STAP_NEXT");
	find_next(f->body.stmt, &found);
	return found;
}

/* The one that is tried before all others which come after `after`. */
static struct function *best(struct session *s, const char *name, unsigned arity, const struct source *from,
			     const struct function *after)
{
	struct function *found = NULL;
	bool passed = !after;

	for (struct function *f = s->script.functions; f; f = f->next) {
		int64_t priority = priority_of(f);

		if (is_visible(f, name, from) && arity_of(f) == arity &&
		    (!after || priority > priority_of(after) || (priority == priority_of(after) && passed)) &&
		    (!found || priority < priority_of(found)))
			found = f;
		if (f == after)
			passed = true;
	}
	return found;
}

/* The function, with its overloads behind it as far as one may be reached. */
static struct function *find_function(struct session *s, const char *name, unsigned arity, const struct source *from)
{
	struct function *first = best(s, name, arity, from, NULL);

	for (struct function *f = first; f && !f->overload && function_passes_on(f); f = f->overload)
		f->overload = best(s, name, arity, from, f);
	return first;
}

/* Candidates for a misspelled function: the script's and tapset's, then the builtins. */
struct candidates {
	struct function *function;
	unsigned builtin;
};

static const char *next_candidate(void *data)
{
	struct candidates *c = data;
	const struct builtin *b;
	const char *name;

	if (c->function) {
		name = c->function->name;
		c->function = c->function->next;
		return name;
	}
	b = builtin_at(c->builtin++);
	return b ? b->name : NULL;
}

/* What `enable(arg)` was meant to name. */
static const char *watch_text(struct session *s, const struct expr *arg)
{
	if (arg && arg->kind == EXPR_IDENT)
		return arg->ident.name;
	if (arg && arg->kind == EXPR_CALL)
		return session_printf(s, "%s(...)", arg->call.name);
	return "NAME";
}

static void unknown(struct session *s, const struct expr *e)
{
	struct candidates c = { s->script.functions, 0 };
	const char *near = diag_nearest(e->call.name, next_candidate, &c);

	diag(s, &e->loc, DIAG_UNKNOWN_FUNCTION, e->call.name);
	if (!strcmp(e->call.name, "enable") || !strcmp(e->call.name, "disable"))
		diag_note(s, "a watch's name has no parentheses around it: '%s %s'", e->call.name,
			  watch_text(s, e->call.args));
	else if (near)
		diag_note(s, "did you mean '%s'?", near);
}

/* It is there, but not with so many arguments: says with how many it is, by the first that there is. */
static bool other_arity(struct session *s, const struct expr *e, unsigned given)
{
	unsigned wanted;

	for (const struct function *f = s->script.functions; f; f = f->next) {
		if (!is_visible(f, e->call.name, e->loc.source))
			continue;
		wanted = arity_of(f);
		diag(s, &e->loc, DIAG_ARITY, e->call.name, wanted, wanted == 1 ? "" : "s", given);
		return true;
	}
	return false;
}

void bind_call(struct scope *sc, struct expr *e)
{
	struct session *s = sc->s;
	unsigned given = count_args(e->call.args), wanted;
	struct function *f;

	/* one of ours, which the script's own of that name does not replace */
	if (e->call.builtin)
		return;
	f = find_function(s, e->call.name, given, e->loc.source);
	e->call.function = f;
	for (; f; f = f->overload)
		if (f->from_tapset && !f->bound)
			bind_function_body(s, f);
	if (e->call.function)
		return;
	e->call.builtin = builtin_find(e->call.name, given);
	if (!e->call.builtin) {
		if (!other_arity(s, e, given))
			unknown(s, e);
		return;
	}
	s->unit->regex_groups |= e->call.builtin->flags & WT_MATCHES;
	wanted = strlen(e->call.builtin->args);
	if (given != wanted)
		diag(s, &e->loc, DIAG_ARITY, e->call.name, wanted, wanted == 1 ? "" : "s", given);
}

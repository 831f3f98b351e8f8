// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * C in a script is copied as it is; what the translator must know of it is said
 * in comments within it: pure (it changes nothing), string (an
 * expression's type; else a number), pragma:read:NAME and pragma:write:NAME
 * (globals that it takes by STAP_GLOBAL_GET_NAME and STAP_GLOBAL_SET_NAME). What
 * type such a global has, and how many keys, the script says.
 */
#include <string.h>

#include "../diag.h"
#include "scope.h"

bool embedded_is_pure(const char *code)
{
	return strstr(code, "/* pure */");
}

void embedded_each_global(struct session *s, const char *code, struct loc loc, embedded_global *visit, void *data)
{
	static const char *const pragmas[] = { "/* pragma:read:", "/* pragma:write:" };

	for (int writes = 0; writes < 2; writes++) {
		for (const char *at = code; (at = strstr(at, pragmas[writes]));) {
			const char *name;
			size_t n;

			at += strlen(pragmas[writes]);
			n = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
			name = session_strndup(s, at, n);
			visit(find_global(s, name, loc.source), name, writes, data);
		}
	}
}

struct use_of {
	struct session *s;
	struct loc loc;
};

static void use_global(struct var *v, const char *name, bool writes, void *data)
{
	const struct use_of *use = data;

	if (!v) {
		diag(use->s, &use->loc, DIAG_NO_GLOBAL_ARRAY, name);
		return;
	}
	v->used = true;
	v->read += !writes;
	v->written |= writes;
}

/* C alone says of no global what it holds. */
static void check_global(struct var *v, const char *name, bool writes, void *data)
{
	bool known = v && v->type != TYPE_UNKNOWN;

	for (int i = 0; known && i < v->arity; i++)
		known = v->keys[i] != TYPE_UNKNOWN;
	if (!v || known)
		return;
	diag(data, &v->loc, DIAG_UNRESOLVED_TYPE, v->name);
	diag_note(data, "C in a script says nothing of that: a value given at the declaration, or statements do");
	v->type = TYPE_LONG;	/* said once */
	for (int i = 0; i < v->arity; i++)
		v->keys[i] = TYPE_LONG;
}

static void check_expr(struct expr *e, void *data)
{
	if (e->kind == EXPR_EMBEDDED)
		embedded_each_global(data, e->embedded.code, e->loc, check_global, data);
}

void embedded_check_types(struct session *s)
{
	for (const struct function *f = s->script.functions; f; f = f->next)
		if (f->used && f->embedded)
			embedded_each_global(s, f->embedded, f->loc, check_global, s);
	unit_walk(s, check_expr, s);
}

void embedded_use(struct session *s, const char *code, struct loc loc)
{
	embedded_each_global(s, code, loc, use_global, &(struct use_of){ s, loc });
}

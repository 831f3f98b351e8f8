// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * C in a script is copied as it is; what the translator must know of it is said
 * in comments within it: pure (it changes nothing), string (an
 * expression's type; else a number), pragma:read:NAME and pragma:write:NAME
 * (globals that it takes by STAP_GLOBAL_GET_NAME and STAP_GLOBAL_SET_NAME).
 */
#include <string.h>

#include "../diag.h"
#include "scope.h"

bool embedded_is_pure(const char *code)
{
	return strstr(code, "/* pure */");
}

/* Marks the globals that the pragmas of one kind name. */
static void mark(struct session *s, struct function *f, const char *pragma, bool writes)
{
	const char *at = f->embedded;

	while ((at = strstr(at, pragma))) {
		struct var *v;
		size_t n;

		at += strlen(pragma);
		n = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		v = find_global(s, session_strndup(s, at, n), f->loc.source);
		if (!v) {
			diag(s, &f->loc, DIAG_NO_GLOBAL_ARRAY, session_strndup(s, at, n));
			continue;
		}
		set_arity(s, v, 0, &f->loc);
		v->used = true;
		v->read |= !writes;
		v->written |= writes;
	}
}

void embedded_use(struct session *s, struct function *f)
{
	mark(s, f, "/* pragma:read:", false);
	mark(s, f, "/* pragma:write:", true);
}

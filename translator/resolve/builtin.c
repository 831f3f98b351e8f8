// SPDX-License-Identifier: GPL-2.0-or-later
/* The builtins, from the list that the runtime's prototypes come from as well. */
#include <string.h>

#include "scope.h"

#define TYPE_OF(letter) \
	((letter) == 'd' ? TYPE_LONG : (letter) == 's' ? TYPE_STRING : TYPE_VOID)

static const struct builtin builtins[] = {
#define WT_BUILTIN(name, ret, cname, args, flags, prototype) \
	{ #name, TYPE_OF(ret), #cname, args, flags },
#include "../../runtime/builtins.def"
#undef WT_BUILTIN
};

const struct builtin *builtin_at(unsigned i)
{
	return i < sizeof(builtins) / sizeof(builtins[0]) ? &builtins[i] : NULL;
}

const struct builtin *builtin_find(const char *name, unsigned arity)
{
	const struct builtin *b, *named = NULL;

	for (unsigned i = 0; (b = builtin_at(i)); i++) {
		if (strcmp(b->name, name))
			continue;
		if (strlen(b->args) == arity)
			return b;
		named = b;
	}
	return named;
}

struct expr *builtin_call(struct session *s, struct loc loc, const char *name, struct expr *args)
{
	struct expr *e = expr_call(s, loc, name, args);

	e->call.builtin = builtin_find(name, count_args(args));
	return e;
}

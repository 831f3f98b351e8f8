// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.data("sysctl_*"): one point for each variable of such a name. */
#include <string.h>

#include "../diag.h"
#include "../types/names.h"
#include "point.h"

/* A CPU has four registers; more can only be meant where most of them wait. */
#define MOST_MATCHES	64

/* The symbol's part of a name: past a cast, up to a file, a member, an element, an offset. */
static const char *symbol_part(const char *text, size_t *ret_length)
{
	const char *end = strrchr(text, ')');

	text = end ? end + 1 : text;
	*ret_length = strcspn(text, "@.-[+");
	return text;
}

bool point_is_glob(const struct point *point)
{
	const struct component *first = point->components;
	const struct expr *arg = is_data(first) ? first->next->arg : NULL;
	const char *symbol;
	size_t length;

	if (!arg || arg->next || arg->kind != EXPR_STRING)
		return false;
	symbol = symbol_part(arg->string, &length);
	return strcspn(symbol, "*?") < length;
}

static struct point *one_point(struct session *s, const struct point *glob, const char *name)
{
	const struct component *first = glob->components, *data = first->next;
	struct component *c = component_new(s, first->loc, first->name, first->has_parens, first->arg);

	component_append(c, component_new(s, data->loc, data->name, true, expr_string(s, data->arg->loc, name)));
	if (data->next)
		component_append(c, component_copy(s, data->next));
	return point_new(s, glob->loc, c, glob->optional, glob->sufficient, glob->condition);
}

struct point *point_glob(struct session *s, const struct point *glob)
{
	const struct component *first = glob->components;
	const struct expr *arg = first->next->arg;
	const char *module = first->arg && first->arg->kind == EXPR_STRING ? first->arg->string : NULL, *symbol;
	struct point *list = NULL, **tail = &list;
	const struct name *names;
	size_t length, count;

	symbol = symbol_part(arg->string, &length);
	names = names_of_variables(s, module, session_strndup(s, symbol, length), &count);
	if (count > MOST_MATCHES) {
		diag(s, &arg->loc, DIAG_GLOB, arg->string, count, MOST_MATCHES);
		diag_note(s, "watchtap -l 'kernel.data(\"%s\")' lists them", arg->string);
		return NULL;
	}
	for (size_t i = 0; i < count; i++, tail = &(*tail)->next)
		*tail = one_point(s, glob, session_printf(s, "%.*s%s%s", (int)(symbol - arg->string), arg->string,
							  names[i].text, symbol + length));
	if (!list)
		diag(s, &glob->loc, DIAG_NO_MATCH, glob->spelling);
	return list;
}

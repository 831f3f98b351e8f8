// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Before the points are resolved: the variables whose types may have to be asked
 * of the compiler, so that it is asked once.
 */
#include <string.h>

#include "../types/types.h"
#include "point.h"

/* As many as one object has; the rest is asked for one by one. */
#define MOST_NAMES	256

struct names {
	struct session *s;
	const char *at[MOST_NAMES];
	size_t count;
};

/* The symbol, where it stands at the beginning: with a cast its type is known. */
static void note_points(struct names *names, const struct point *points)
{
	for (const struct point *p = points; p; p = p->next) {
		const struct component *first = p->components;
		const struct expr *arg = is_data(first) && !strcmp(first->name, "kernel") ? first->next->arg : NULL;
		size_t n;

		if (!arg || arg->kind != EXPR_STRING || point_is_glob(p) || names->count == MOST_NAMES)
			continue;
		n = strspn(arg->string, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
		if (n)
			names->at[names->count++] = session_strndup(names->s, arg->string, n);
	}
}

void prefetch_types(struct session *s)
{
	struct names names = { .s = s };

	for (const struct probe *p = s->script.probes; p; p = p->next)
		if (!p->from_tapset)
			note_points(&names, p->points);
	for (const struct definition *d = s->script.definitions; d; d = d->next)
		if (!d->from_tapset)
			note_points(&names, d->points);
	if (names.count > 1)
		types_prefetch(types_of(s, NULL), names.at, names.count);
}

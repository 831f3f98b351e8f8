// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A handler has one set of names, but `probe a, b {}` may want two: where the
 * one is of a named watch, whose variables it sees, and the other is not, or
 * where both are the same watch, which runs it twice; or it asks @defined, whose
 * answer differs, or for members of what is of another type at the other. Such a probe becomes
 * several, each with a copy of the handler: expand.c makes them, before anything
 * is bound.
 */
#include <string.h>

#include "access.h"
#include "point.h"

/* The definition whose names a handler at this point sees, or NULL. */
static struct definition *seen_from(struct session *s, const struct point *point, bool *is_part)
{
	struct definition *d = watch_find(s, point->components->name);

	*is_part = d && !point->components->next;
	return d && (*is_part || d->params) ? d : NULL;
}

static bool may_share(struct session *s, const struct point *a, const struct point *b)
{
	bool a_is_part, b_is_part;
	struct definition *d = seen_from(s, a, &a_is_part);

	if (d != seen_from(s, b, &b_is_part) || a_is_part != b_is_part)
		return false;
	/* twice in the chain of one watch */
	return !a_is_part && !(is_data(a->components) && is_data(b->components) && point_is_same(s, a, b));
}

bool point_may_join(struct session *s, const struct probe *probe, const struct point *point)
{
	if (probe->points && (body_has_defined(probe->body.stmt) || body_is_typed(probe->body.stmt)))
		return false;
	for (const struct point *kept = probe->points; kept; kept = kept->next)
		if (!may_share(s, kept, point))
			return false;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * @entry(...) and $name in a .return probe: values that are taken when the
 * function is entered and kept with the call until it returns.
 */
#include <string.h>

#include "../diag.h"
#include "access.h"

/* Numbers that are kept with each call that is under way. */
#define MOST_SAVED	16

struct expr *entry_save(const struct access *a, struct loc loc, struct expr *e, const char *name)
{
	/* the list belongs to the probe, whose user may only be read elsewhere */
	struct probe_use *use = (struct probe_use *)a->use;
	struct saved **tail = &use->saved;
	int n = 0;

	for (; *tail; tail = &(*tail)->next, n++)
		if (name && (*tail)->name && !strcmp((*tail)->name, name))
			return expr_saved(a->s, loc, n);
	if (n == MOST_SAVED) {
		diag(a->s, &loc, DIAG_TOO_MANY_SAVED, MOST_SAVED);
		return NULL;
	}
	*tail = session_alloc(a->s, sizeof(**tail));
	(*tail)->expr = e;
	(*tail)->name = name;
	(*tail)->index = n;
	return expr_saved(a->s, loc, n);
}

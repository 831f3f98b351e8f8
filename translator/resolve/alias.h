/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probe aliases on the way from a probe to the points that it stands for:
 * expand.c goes it, alias.c makes what comes out.
 */
#ifndef TRANSLATOR_ALIAS_H
#define TRANSLATOR_ALIAS_H

#include "unit.h"

/* One alias on the way. */
struct step {
	struct definition *definition;
	const struct step *outer;		/* of the alias whose point names this one, or NULL */
	struct point *point;			/* that names it */
	const struct component *suffix;		/* of that point, behind the name; or NULL */
	bool told;				/* a suffix asks for a sub-probe: the alias's statements are not of it */
	unsigned depth;
};

/* One of the alias's points, for the point that names the alias: with its suffix, condition and mark. */
struct point *alias_point(struct session *, const struct step *, const struct point *);
/* The probe's own statements among copies of those of all aliases up to this step, which may be NULL. */
struct stmt *alias_body(struct session *, const struct step *, struct stmt *own);

#endif

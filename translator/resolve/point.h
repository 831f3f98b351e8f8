/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of probe points. A new kind is a file with its resolver and a row
 * of the table in point.c.
 */
#ifndef TRANSLATOR_POINT_H
#define TRANSLATOR_POINT_H

#include "unit.h"

struct point_kind {
	const char *head;		/* the first component's name */
	const char *form;		/* for messages: "timer.ms(N)" */
	/* fills use->kind and what belongs to it; diagnoses, or returns true */
	bool (*resolve)(struct session *, struct probe_use *use, struct component *first);
};

bool point_basic(struct session *, struct probe_use *, struct component *);
bool point_timer(struct session *, struct probe_use *, struct component *);
bool point_kernel(struct session *, struct probe_use *, struct component *);
bool point_elsewhere(struct session *, struct probe_use *, struct component *);

/* Whether c has the argument that kind ('d', 's', or 0 for none) asks for; diagnoses. */
bool component_argument(struct session *, struct component *c, char kind);

#endif

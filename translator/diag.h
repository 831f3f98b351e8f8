/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diagnostics: located, tagged, listed in diag.def, each with a test.
 *
 *	-e:1:7: error: unknown function 'execnam' [unknown-function]
 *	    probe begin { execnam() }
 *	                  ^
 *	note: did you mean 'execname'?
 */
#ifndef TRANSLATOR_DIAG_H
#define TRANSLATOR_DIAG_H

#include "session.h"

#define MAX_SHOWN_ERRORS	20

enum diag {
#define DIAG(name, tag, severity, format) DIAG_##name,
#include "diag.def"
#undef DIAG
	DIAG_COUNT
};

/*
 * Prints the diagnostic to stderr and counts it in the session. loc may be
 * NULL where nothing in the script is to blame. The arguments are those of the
 * format in diag.def. After MAX_SHOWN_ERRORS errors the rest is only counted.
 */
void diag(struct session *, const struct loc *loc, enum diag, ...);
/* A line that belongs to the diagnostic before it. */
void diag_note(struct session *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The last line of a failed run: how many errors were not shown. */
void diag_finish(struct session *);

/*
 * The candidate nearest to name, or NULL if none is near: next(data) gives the
 * candidates one after the other, NULL at the end.
 */
const char *diag_nearest(const char *name, const char *(*next)(void *data), void *data);

#endif

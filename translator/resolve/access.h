/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What scripts say of things with types: $value->member, @cast(p, "struct x")->y,
 * @var("sym"), &$return->count, $value$. access.c finds out what is meant; what
 * it puts in the place of such an expression is made of the nodes that the rest
 * of pass 2 and pass 3 know.
 */
#ifndef TRANSLATOR_ACCESS_H
#define TRANSLATOR_ACCESS_H

#include "place.h"

/* Whose expressions they are. */
struct access {
	struct session *s;
	const struct probe_use *use;	/* whose body it is, or NULL: a function's, or a probe point's */
	struct body *body;		/* gets the variables that it takes; NULL: may have none */
	struct var *params;		/* a watch's, where the expression stands in its point */
	bool at_entry;			/* it is evaluated when the function is entered */
};

/* Is it one that access_lower() is for? */
bool access_is_typed(const struct probe_use *, struct expr *);
/* Puts what e means in its place; false after a diagnostic. What is below it is bound afterwards. */
bool access_lower(const struct access *, struct expr *e);
/* The type of a value that is a pointer, as far as it is known, or NULL. Says nothing. */
struct ctype *access_pointer(const struct access *, struct expr *e);
/* Is all there that e names? Says nothing. */
bool access_is_there(const struct access *, struct expr *e);
/* Does a body use types that differ from probe to probe? */
bool body_is_typed(struct stmt *);

/* "name$$" is the name and how many $ are behind it, 0 to 2. */
const char *pretty_split(struct session *, const char *name, int *ret_depth);

/* watch_type.c */
/* The type of what the watch watches; NULL: nobody knows, or not all of it is of one. */
struct ctype *watch_type(const struct watch *);
/* What the watches' parameters point to, as whoever enables them says; then all ranges get types and lengths. */
void watch_types_resolve(struct session *);
/* Of one that was made later. */
void watch_types_of(struct session *, struct watch *);

/*
 * target_entry.c: @entry(e), which is bound; a parameter has a name, and is kept
 * once. NULL after a diagnostic.
 */
struct expr *entry_save(const struct access *, struct loc, struct expr *e, const char *name);

/* target_function.c: $name, $return, $$parms of a function's probe; NULL after a diagnostic */
bool function_target(const struct access *, const struct expr *, const char *name, struct place *ret);
struct expr *function_targets_text(const struct access *, const struct expr *, const char *name);

#endif

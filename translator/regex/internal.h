/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of a regular expression, and what its files know of each other. */
#ifndef REGEX_INTERNAL_H
#define REGEX_INTERNAL_H

#include <stdint.h>

#include "regex.h"

#define REGEX_NO_MAX	UINT32_MAX	/* max of * and + */

/*
 * parse.c makes all kinds but REGEX_NONE; after anchor.c there is no START and
 * no END, a GROUP may occur several times, and NONE is only ever the whole tree.
 * Trees share nodes and are never changed.
 */
struct regex_node {
	enum regex_kind {
		REGEX_EMPTY,		/* matches where it stands */
		REGEX_NONE,		/* matches nothing */
		REGEX_SET,		/* one byte of the set */
		REGEX_START,		/* ^ */
		REGEX_END,		/* $ */
		REGEX_CAT,		/* left, then right */
		REGEX_ALT,		/* left or right */
		REGEX_REPEATED,		/* left, min to max times */
		REGEX_GROUP,		/* left, as group number min */
	} kind;
	bool has_start, has_end;	/* ^ or $ in or below it */
	bool has_set;			/* it may take up bytes */
	uint32_t min, max;
	uint64_t set[4];		/* bit n of all: byte n; byte 0, the string's end, in function.c's only */
	const struct regex_node *left, *right;
};

/* parse.c: its nodes are in the session's arena. */
struct regex_node *regex_node(struct session *, enum regex_kind, const struct regex_node *left,
			      const struct regex_node *right);
/* Fills tree and groups. 0 or -1. */
int regex_parse(struct session *, struct regex *, struct regex_error *ret);
/* -1, for the caller to return. */
int regex_fail(struct session *, struct regex_error *ret, size_t offset, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static inline void regex_set_add(uint64_t set[4], unsigned byte)
{
	set[byte / 64] |= 1ULL << byte % 64;
}

static inline bool regex_set_has(const uint64_t set[4], unsigned byte)
{
	return set[byte / 64] >> byte % 64 & 1;
}

static inline void regex_set_invert(uint64_t set[4])
{
	for (int i = 0; i < 4; i++)
		set[i] = ~set[i];
	set[0] &= ~1ULL;	/* the string's end is no byte of it */
}

/* bracket.c: *at is after the [, and on 0 after the ]. -1 after *ret has been filled. */
int regex_bracket(struct session *, const char *pattern, size_t length, size_t *at, uint64_t ret_set[4],
		  struct regex_error *ret);

/*
 * anchor.c: what is left of a tree where ^ holds at its beginning (start) or
 * nowhere, and $ holds at its end (end) or nowhere; all other places of an
 * anchor cannot match. NULL where that becomes too large.
 */
const struct regex_node *regex_place(struct session *, const struct regex_node *, bool start, bool end);
/* May it match no byte at all? The tree has no anchors. */
bool regex_may_be_empty(const struct regex_node *);

/* rule.c: the tree as a regular expression of re2c's. */
struct regex_rule {
	char *text;
	unsigned count;		/* re2c's groups, from 1; group[n] is the pattern's, or 0 */
	unsigned *group;
};
#define REGEX_RULE_GROUPS	40	/* of re2c's in one rule */
/* captures: parentheses are counted. -1 where there are more than REGEX_RULE_GROUPS. */
int regex_rule(struct session *, const struct regex_node *, bool captures, struct regex_rule *ret);

/* function.c: the text of regex_function() for re2c. NULL after *ret has been filled. */
char *regex_source(struct session *, const struct regex *, bool captures, bool search, struct regex_error *ret);

/*
 * re2c.c: what it makes of the text. NULL after *ret has been filled, with
 * REGEX_SIZE if it was too much for re2c or for us.
 */
char *re2c_run(struct session *, const char *text, bool captures, struct regex_error *ret);

/* The error of both. NULL. */
static inline void *regex_too_large(struct session *session, struct regex_error *ret)
{
	regex_fail(session, ret, 0, "it makes too large an automaton");
	ret->kind = REGEX_SIZE;
	return NULL;
}

#endif

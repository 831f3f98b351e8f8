/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The patterns of =~ and !~: POSIX extended regular expressions become C
 * functions. The files in the order of the flow:
 *
 *	parse.c		text to tree (internal.h); bracket.c reads [...]
 *	anchor.c	^ and $ are worked out of the tree
 *	rule.c		a tree in the words of re2c, nothing of the pattern's text in it
 *	function.c	the C function around the rules
 *	re2c.c		runs re2c, which makes the automata
 *	regex.c		what the passes call
 *
 * The matching is POSIX's: the leftmost match, of these the longest, and each
 * group as long as it can be, from the left. Bytes are matched, in the C
 * locale; `.' and [^...] take a newline too. As in SystemTap a backslash takes
 * any character for itself (\d is d), and a pattern matches anywhere in the string.
 */
#ifndef REGEX_REGEX_H
#define REGEX_REGEX_H

#include "session.h"

/* Groups that one pattern may have if its groups are asked for; group 0, all of the match, is one. */
#define REGEX_GROUPS		32
/* Bytes of one pattern, n of {n}, parentheses inside one another. */
#define REGEX_PATTERN		4096
#define REGEX_REPEAT		1000
#define REGEX_NESTING		100

struct regex_error {
	enum { REGEX_SYNTAX, REGEX_SIZE, REGEX_NO_RE2C } kind;
	size_t offset;		/* byte of the pattern that is to blame */
	const char *words;	/* "nothing before '*' to repeat"; REGEX_NO_RE2C: why it does not run */
};

struct regex {
	const char *pattern;	/* NUL after the last byte */
	size_t length;
	struct loc loc;		/* of the literal that had it first */
	unsigned number;	/* the function is wt_regex_NUMBER */
	unsigned groups;	/* group 0 is one of them */
	struct regex_node *tree;
	struct regex *next;
};

/*
 * Pass 2: the regex of a pattern, parsed and in the list, which starts out as
 * NULL; equal patterns are one. NULL after *ret has been filled.
 */
struct regex *regex_find(struct session *, struct regex **list, const struct loc *, const char *pattern,
			 size_t length, struct regex_error *ret);

/*
 * Pass 3: the text of the function, which uses nothing but C:
 *
 *	static int wt_regex_NUMBER(const char *s)
 *	static int wt_regex_NUMBER(const char *s, short *at)	if groups are wanted
 *
 * It returns 0 where s has no match, otherwise regex->groups (1 where groups
 * are not wanted), and then the text of group n is from s + at[2 * n] up to
 * s + at[2 * n + 1]; both are -1 where the group took no part. s has up to
 * 32,000 bytes. Without groups each byte is looked at once; with them, or where
 * that automaton would be too large, a match is tried from each byte in turn.
 * Runs re2c, in some milliseconds. NULL after *ret has been filled.
 */
const char *regex_function(struct session *, const struct regex *, bool groups, struct regex_error *ret);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random patterns over a few letters, and strings that they may match. */
#ifndef REGEX_RANDOM_H
#define REGEX_RANDOM_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define RANDOM_PATTERN	400
#define RANDOM_STRING	16

static uint64_t random_state;

static void random_seed(uint64_t seed)
{
	random_state = seed * 0x9e3779b97f4a7c15 + 1;
}

/* Below n. Marsaglia's xorshift64. */
static unsigned random_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 20) % n);
}

static char *random_alternatives(char *to, int depth);

static char *random_piece(char *to, int depth)
{
	static const char *const atoms[] = {
		"a", "b", "c", "a", "b", ".", "[ab]", "[^a]", "[b-c]", "\\.", "[]a]", "[[:alpha:]]",
	};
	static const char *const times[] = { "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{1,}", "{0}", "*", "?" };
	unsigned kind = random_below(12);

	if (kind == 0)
		return stpcpy(to, random_below(2) ? "^" : "$");	/* not to be repeated */
	if (kind < 4 && depth) {
		*to++ = '(';
		to = random_alternatives(to, depth - 1);
		*to++ = ')';
	} else {
		to = stpcpy(to, atoms[random_below(sizeof(atoms) / sizeof(atoms[0]))]);
	}
	if (!random_below(3))
		to = stpcpy(to, times[random_below(sizeof(times) / sizeof(times[0]))]);
	return to;
}

static char *random_alternatives(char *to, int depth)
{
	unsigned branches = random_below(3) ? 1 : 2, pieces;

	while (branches--) {
		for (pieces = 1 + random_below(3); pieces--; )
			to = random_piece(to, depth);
		if (branches)
			*to++ = '|';
	}
	*to = '\0';
	return to;
}

static void random_pattern(char ret[RANDOM_PATTERN])
{
	random_alternatives(ret, 3);
}

/* The first ones are all the shortest. */
static void random_string(char ret[RANDOM_STRING], unsigned number)
{
	unsigned length;

	if (number < 40) {
		for (length = 0; number; number = (number - 1) / 3)
			ret[length++] = (char)('a' + (number - 1) % 3);
	} else {
		for (length = 0; length < RANDOM_STRING - 1 && random_below(10); length++)
			ret[length] = "aaabbbcccc.]\n\xff" [random_below(14)];
	}
	ret[length] = '\0';
}

#endif

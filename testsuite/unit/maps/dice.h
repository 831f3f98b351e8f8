/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers, and keys made of few values so that they meet again. */
#ifndef DICE_H
#define DICE_H

#include "kernel.h"

static __thread uint64_t dice;

static void dice_throw(uint64_t seed)
{
	dice = seed;
}

/* splitmix64 (public domain, Sebastiano Vigna), below a bound. */
static unsigned int draw(unsigned int bound)
{
	uint64_t z = dice += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (z ^ z >> 31) % bound;
}

static const char *const words[] = {
	"", "a", "b", "aa", "abcdefgh", "abcdefghi", "abcdefgz", "sshd", "kworker/0:1", "\xff",
};

static const long numbers[] = { 0, 1, -1, 2, 255, 1l << 32, INT64_MAX, INT64_MIN };

static void draw_keys(const char *kinds, wt_datum *ret)
{
	int i;

	for (i = 0; kinds[i]; i++) {
		if (kinds[i] == 'd')
			ret[i].n = numbers[draw(sizeof(numbers) / sizeof(*numbers))];
		else
			ret[i].s = words[draw(sizeof(words) / sizeof(*words))];
	}
}

#endif

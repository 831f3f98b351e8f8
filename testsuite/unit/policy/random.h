/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long sequences of random operations on many claims, with batches of any
 * size.  All of a sequence follows from its seed.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <limits.h>

#include "step.h"

#define RANDOM_STEPS	400

static struct {
	uint64_t seed, state;
	struct world world;
	struct op ops[RANDOM_STEPS];
	unsigned int n;			/* operations so far */
	int priorities[5];
	unsigned int levels;		/* of them are used */
} dice;

/* splitmix64 (public domain, Sebastiano Vigna), below a bound. */
static unsigned int draw(unsigned int bound)
{
	uint64_t z = dice.state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (z ^ z >> 31) % bound;
}

static void print_random(void)
{
	unsigned int i;

	printf("#   seed %llu (policy_test SEED repeats it), %s\n", (unsigned long long)dice.seed,
	       dice.world.arch->name);
	for (i = 0; i < dice.n; i++)
		print_op(&dice.ops[i]);
}

static int draw_priority(void)
{
	return dice.priorities[draw(dice.levels)];
}

/* A set of so many claims at most, of those that take part as wanted. */
static uint64_t draw_claims(unsigned int n, bool holders, bool waiting, bool off)
{
	const struct wts_policy_claim *claim;
	uint64_t set = 0;
	unsigned int i;

	while (n--) {
		i = draw(CLAIMS);
		claim = &dice.world.claims[i];
		if (claim->holds ? holders : claim->waits ? waiting : off)
			set |= 1ull << i;
	}
	return set;
}

static unsigned int draw_registers(void)
{
	const unsigned int all = (1u << dice.world.arch->registers) - 1;

	switch (draw(4)) {
	case 0:
		return all | 0x30000;	/* there are no such registers */
	case 1:
		return draw(all + 1);
	default:
		return dice.world.usable ^ 1u << draw(dice.world.arch->registers);
	}
}

static void draw_op(struct op *op)
{
	const unsigned int sizes[] = { 1, 1, 1, 2, 2, 3, 8, 64 };

	memset(op, 0, sizeof(*op));
	op->priority = draw_priority();
	op->others = draw_priority();
	switch (draw(16)) {
	case 0 ... 4:
		op->kind = ADD;
		op->claims = draw_claims(sizes[draw(8)], false, true, true);
		break;
	case 5 ... 8:
		op->kind = LATER;
		op->claims = draw_claims(sizes[draw(6)], false, true, true);
		break;
	case 9 ... 11:
		op->kind = REMOVE;
		op->claims = draw_claims(4 * sizes[draw(8)], true, draw(2), false);
		break;
	case 12 ... 13:
		op->kind = PRIORITY;
		op->claims = draw_claims(4 * sizes[draw(7)], true, true, false);
		break;
	default:
		op->kind = REGISTERS;
		op->usable = draw_registers();
	}
	op->unsettled = op->kind > LATER && !draw(8);
}

static uint64_t draw_shape(unsigned int pool)
{
	unsigned int wanted = 1 + draw(WTS_POLICY_PIECES);
	uint64_t ids = 0;

	if (wanted > pool || draw(2))
		wanted = 1;
	while (count(ids) < wanted)
		ids |= 1ull << draw(pool);
	return ids;
}

static void random_sequence(uint64_t seed)
{
	static const struct arch *const archs[] = { &arch_x86, &arch_own, &arch_odd, &arch_one, &arch_all };
	struct world *w = &dice.world;
	unsigned int i, pool;

	memset(&dice, 0, sizeof(dice));
	dice.seed = dice.state = seed;
	print_sequence = print_random;
	memcpy(dice.priorities, (int[]){ 0, INT_MAX, INT_MIN, 1, -1 }, sizeof(dice.priorities));
	dice.levels = 1 + draw(5);
	w->arch = archs[draw(5)];
	w->n = CLAIMS;
	w->usable = (1ul << w->arch->registers) - 1;
	w->settled = true;
	pool = 1 + draw(draw(2) ? PIECES : 2 * w->arch->registers);
	for (i = 0; i < CLAIMS; i++)
		set_shape(w, i, draw_shape(pool));

	while (dice.n < RANDOM_STEPS) {
		struct op *op = &dice.ops[dice.n];

		draw_op(op);
		if (!op->claims && op->kind != REGISTERS)
			continue;
		dice.n++;
		run(w, op);
		check_state(w);
	}
}

#endif

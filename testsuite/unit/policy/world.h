/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world of claims and registers, and what can happen in it: as in the arbiter
 * claims are added, alone or as a batch, removed, given another priority, and
 * registers come and go.
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define CLAIMS	64		/* a set of claims is a uint64_t */
#define PIECES	64		/* as is a set of pieces */
#define FEW	5		/* claims of which each set's pieces are kept at hand */

/*
 * A made-up architecture: registers, and the pieces that there are.  Two pieces
 * may differ in their address only, or their length, or their access.
 */
struct arch {
	const char *name;
	unsigned int registers;
	unsigned int lengths[3];
	unsigned long long base, stride;
	unsigned int accesses[2];
};

static const struct arch arch_x86 = { "4 registers", 4, { 8, 4, 1 }, 0x1000, 8, { 3, 1 } };
static const struct arch arch_own = {
	"4 registers, per-CPU pieces and plain ones", 4, { 8, 4, 1 }, 0x1000, 8,
	{ 1 | WTS_OWN_COPY, 1 }
};
static const struct arch arch_odd = {
	"4 registers, odd pieces", 4, { 3, 5, 7 }, 0x2001, 2, { 3, 1 }
};
static const struct arch arch_one = {
	"1 register, odd pieces", 1, { 7, 3, 5 }, 0x3003, 6, { 3, 1 }
};
static const struct arch arch_all = {
	"16 registers", 16, { 1, 16, 32 }, ~0ull - 0xffff, 32, { 3 | WTS_OWN_COPY, 3 }
};

static struct wts_piece arch_piece(const struct arch *arch, unsigned int id)
{
	return (struct wts_piece){
		.address = arch->base + arch->stride * (id / 2 % 2 + id / 12 * 2),
		.length = arch->lengths[id / 4 % 3],
		.access = arch->accesses[id % 2],
	};
}

/*
 * What can happen.  Added: now or not at all, several as a batch; or later, if
 * not now.  Unsettled: the policy is not asked before the next one happens.
 */
enum kind { ADD, LATER, REMOVE, PRIORITY, REGISTERS, KINDS };

struct op {
	uint64_t claims;
	int priority;			/* of the first of them */
	int others;			/* of the rest */
	unsigned int usable;
	unsigned char kind;
	bool unsettled;			/* REMOVE, PRIORITY, REGISTERS */
};

struct world {
	const struct arch *arch;
	unsigned int n;
	unsigned long usable;
	bool settled;
	unsigned long long seniority;	/* the last one given */
	struct wts_policy_claim claims[CLAIMS];
	/* constant */
	uint64_t ids[CLAIMS];		/* a claim's pieces, by number */
	uint64_t unions[1 << FEW];	/* the same of each set of the first FEW */
};

/* What was looked at. */
static struct {
	unsigned long states, decisions, granted, refused, lost, moved, regained;
} total;
static void (*print_sequence)(void);	/* what led here */
static const char *part;		/* the test that runs */

/* In line: it is what the oracle does most. */
static inline unsigned int count(uint64_t set)
{
	set -= set >> 1 & 0x5555555555555555;
	set = (set & 0x3333333333333333) + (set >> 2 & 0x3333333333333333);
	return ((set + (set >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56;
}

static unsigned int lowest(uint64_t set)
{
	return __builtin_ctzll(set);
}

#define FOR_EACH(i, set)	/* of a set, which may not change meanwhile */ \
	for (uint64_t left_##i = (set); left_##i && (i = lowest(left_##i), 1); left_##i &= left_##i - 1)

static bool takes_part(const struct wts_policy_claim *claim)
{
	return claim->asks || claim->waits || claim->holds;
}

static void print_op(const struct op *op)
{
	static const char *const words[KINDS] = {
		"add", "add, now or later", "remove", "priority", "registers",
	};
	unsigned int i;

	printf("#   %s", words[op->kind]);
	if (op->kind == REGISTERS)
		printf(" 0x%x", op->usable);
	FOR_EACH(i, op->claims) {
		printf(" claim %u", i);
		if (op->kind != REMOVE)
			printf(" (%d)", i == lowest(op->claims) ? op->priority : op->others);
	}
	printf("%s\n", op->unsettled ? ", not settled" : "");
}

static void print_claims(const char *when, const struct world *w,
			 const struct wts_policy_claim *claims)
{
	unsigned int i, k;

	printf("%s\n", when);
	for (i = 0; i < w->n; i++) {
		const struct wts_policy_claim *c = &claims[i];

		if (!takes_part(c))
			continue;
		printf("#   claim %u pieces 0x%llx priority %d seniority %llu%s%s%s%s%s", i,
		       (unsigned long long)w->ids[i], c->priority, c->seniority, c->asks ? " asks" : "",
		       c->waits ? " waits" : "", c->loses ? " loses" : "", c->gains ? " gains" : "",
		       c->holds ? " holds" : "");
		for (k = 0; c->holds && k < c->pieces; k++)
			printf(" %u", c->slot[k]);
		if (c->taker)
			printf(", to claim %d", (int)(c->taker - w->claims));
		printf("\n");
	}
}

/* The end: an invariant does not hold between before and now. */
static void violated(const struct world *now, const struct wts_policy_claim *before,
		     const char *what)
{
	printf("not ok - %s # %s\n# the operations, the last one failed:\n", part, what);
	print_sequence();
	printf("# usable registers 0x%lx\n", now->usable);
	print_claims("# before the step:", now, before);
	print_claims("# after it:", now, now->claims);
	exit(1);
}

/* Said here once more, so that the policy is not measured with its own yardstick. */
static bool is_stronger(const struct wts_policy_claim *a, const struct wts_policy_claim *b)
{
	return a->priority > b->priority ||
	       (a->priority == b->priority && a->seniority < b->seniority);
}

/* Those that take part, strongest first. */
static unsigned int line_up(struct world *w, struct wts_policy_claim **ret)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < w->n; i++) {
		if (!takes_part(&w->claims[i]))
			continue;
		for (j = n++; j && is_stronger(&w->claims[i], ret[j - 1]); j--)
			ret[j] = ret[j - 1];
		ret[j] = &w->claims[i];
	}
	return n;
}

/* A claim's pieces, from their numbers. */
static void set_shape(struct world *w, unsigned int i, uint64_t ids)
{
	struct wts_policy_claim *claim = &w->claims[i];
	unsigned int id, set;

	w->ids[i] = ids;
	for (set = 0; i < FEW && set < 1u << FEW; set++)
		if (set >> i & 1)
			w->unions[set] |= ids;
	claim->pieces = 0;
	FOR_EACH(id, ids)
		claim->piece[claim->pieces++] = arch_piece(w->arch, id);
}

static void set_off(struct wts_policy_claim *claim)
{
	claim->asks = claim->waits = claim->holds = claim->loses = claim->gains = false;
	claim->taker = NULL;
	memset(claim->slot, 0, sizeof(claim->slot));
}

/* Who waits asks with the priority and the age that it has. */
static void ask(struct world *w, unsigned int i, int priority)
{
	struct wts_policy_claim *claim = &w->claims[i];

	if (!claim->waits) {
		claim->seniority = ++w->seniority;
		claim->priority = priority;
	}
	claim->waits = false;
	claim->asks = true;
}

/* A batch was refused: who waited before goes on, others wait or are off. */
static void refuse(struct world *w, uint64_t waited, bool later)
{
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		if (!w->claims[i].asks)
			continue;
		w->claims[i].asks = false;
		if (later || waited >> i & 1)
			w->claims[i].waits = true;
		else
			set_off(&w->claims[i]);
	}
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every sequence of operations on the register policy, up to a size, against
 * the invariants written at the top of kernel/policy.c.
 *
 *	cc -O2 -Wall -Wextra -I../../../kernel -o policy_test policy_test.c && ./policy_test
 *
 * Prints "ok N - ..." or "not ok N - ..."; exits 1 if anything was not ok.
 *
 * A world is a handful of claims with pieces and priorities and a number of
 * registers.  An operation enables a batch (every subset of up to two claims)
 * or disables a claim.  The walk is depth first, so that a common beginning is
 * run once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.c"

#define CLAIMS	4
#define STEPS	5

struct world {
	unsigned int registers;
	struct wts_policy_claim claims[CLAIMS];
};

static const char *broken;		/* the first invariant that did not hold */
static unsigned long calls;

#define MUST(condition, what) \
	do { if (!(condition) && !broken) broken = what; } while (0)

/* Different pieces of the claims in a set: bit i is claim i. */
static unsigned int distinct(const struct world *w, unsigned int set)
{
	const struct wts_piece *seen[CLAIMS * WTS_POLICY_PIECES];
	unsigned int i, k, j, n = 0;

	for (i = 0; i < CLAIMS; i++)
		for (k = 0; set >> i & 1 && k < w->claims[i].pieces; k++) {
			const struct wts_piece *p = &w->claims[i].piece[k];

			for (j = 0; j < n; j++)
				if (seen[j]->address == p->address && seen[j]->length == p->length &&
				    seen[j]->access == p->access)
					break;
			if (j == n)
				seen[n++] = p;
		}
	return n;
}

/* Said here once more, so that the policy is not measured with its own yardstick. */
static bool weaker(const struct wts_policy_claim *a, const struct wts_policy_claim *b)
{
	return a->priority < b->priority ||
	       (a->priority == b->priority && a->seniority > b->seniority);
}

static void check(const struct world *before, const struct world *after,
		  unsigned int batch, unsigned int missing)
{
	unsigned int i, j, k, l, held = 0, holds = 0, lost = 0, may = 0;
	int floor = 1 << 30;

	for (i = 0; i < CLAIMS; i++) {
		held |= before->claims[i].holds << i;
		holds |= after->claims[i].holds << i;
		if (batch >> i & 1 && after->claims[i].priority < floor)
			floor = after->claims[i].priority;
	}
	for (i = 0; i < CLAIMS; i++)
		if (held >> i & 1 && before->claims[i].priority < floor)
			may |= 1u << i;
	lost = held & ~holds;

	if (missing) {
		MUST(holds == held, "1: a refusal changed who holds");
		MUST(distinct(before, (held & ~may) | batch) > before->registers,
		     "6: refused what would have fitted");
		MUST(missing == distinct(before, (held & ~may) | batch) - before->registers,
		     "6: the number of missing registers is wrong");
	} else {
		MUST((holds & batch) == batch, "1: a batch was placed in part");
		MUST(!(holds & ~(held | batch)), "1: one that did not ask was placed");
	}

	for (i = 0; i < CLAIMS; i++)
		for (k = 0; holds >> i & 1 && k < after->claims[i].pieces; k++) {
			MUST(after->claims[i].slot[k] < after->registers, "2: no such register");
			for (j = 0; j < CLAIMS; j++)
				for (l = 0; holds >> j & 1 && l < after->claims[j].pieces; l++) {
					const struct wts_piece *a = &after->claims[i].piece[k];
					const struct wts_piece *b = &after->claims[j].piece[l];
					bool same = a->address == b->address &&
						    a->length == b->length && a->access == b->access;

					MUST(same == (after->claims[i].slot[k] == after->claims[j].slot[l]),
					     "2: equal pieces share, different ones do not");
				}
			if (held >> i & 1)
				MUST(after->claims[i].slot[k] == before->claims[i].slot[k],
				     "3: a holder was moved");
		}

	for (i = 0; i < CLAIMS; i++) {
		MUST(after->claims[i].loses == (lost >> i & 1), "4: loses is wrong");
		if (!(lost >> i & 1))
			continue;
		MUST(may >> i & 1, "4: lost to one that is not stronger");
		MUST(distinct(before, holds | 1u << i) > before->registers, "5: lost without need");
		/* One that kept its registers, is weaker, and would have served as well. */
		for (j = 0; j < CLAIMS; j++)
			if (may & ~lost & 1u << j &&
			    weaker(&before->claims[j], &before->claims[i]))
				MUST(distinct(before, (holds | 1u << i) & ~(1u << j)) > before->registers,
				     "4: a weaker one kept its register");
	}
}

static void walk(const struct world *w, unsigned int steps)
{
	unsigned int i, batch, missing;
	struct world next;

	if (!steps || broken)
		return;
	for (batch = 1; batch < 1u << CLAIMS; batch++) {
		bool fits = __builtin_popcount(batch) <= 2;

		next = *w;
		for (i = 0; i < CLAIMS; i++) {
			next.claims[i].asks = batch >> i & 1;
			if (next.claims[i].asks && next.claims[i].holds)
				fits = false;
		}
		if (!fits)
			continue;
		missing = wts_policy_grant(next.claims, CLAIMS, next.registers);
		calls++;
		check(w, &next, batch, missing);
		walk(&next, steps - 1);
	}
	for (i = 0; i < CLAIMS; i++) {
		if (!w->claims[i].holds)
			continue;
		next = *w;
		next.claims[i].holds = false;
		walk(&next, steps - 1);
	}
}

/* Pieces are drawn from three: bits of a mask, one claim's shape. */
static void shape(struct wts_policy_claim *claim, unsigned int mask)
{
	unsigned int bit;

	claim->pieces = 0;
	for (bit = 0; bit < 4; bit++)
		if (mask >> bit & 1)
			claim->piece[claim->pieces++] = (struct wts_piece) {
				.address = 0x1000 + 8 * (bit / 2),
				.length = bit == 3 ? 4 : 8,
				.access = bit % 2 ? 3 : 1,
			};
}

int main(void)
{
	static const unsigned int shapes[][CLAIMS] = {
		{ 1, 2, 4, 8 },		/* four different words */
		{ 1, 1, 2, 2 },		/* two pairs that share */
		{ 3, 1, 2, 4 },		/* one wide claim over two single ones */
		{ 3, 6, 12, 1 },	/* wide claims that overlap in part */
		{ 15, 1, 3, 12 },	/* one that wants everything */
		{ 7, 8, 8, 4 },
	};
	static const int priorities[][CLAIMS] = {
		{ 0, 0, 0, 0 }, { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 0, 1, 0 }, { -1, 2, 2, -1 },
	};
	unsigned int s, p, i, test = 0;
	int failed = 0;

	for (p = 0; p < sizeof(priorities) / sizeof(*priorities); p++)
		for (s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
			struct world w;

			broken = NULL;
			for (w.registers = 0; w.registers <= 4; w.registers++) {
				memset(w.claims, 0, sizeof(w.claims));
				for (i = 0; i < CLAIMS; i++) {
					w.claims[i].priority = priorities[p][i];
					w.claims[i].seniority = i;
					shape(&w.claims[i], shapes[s][i]);
				}
				walk(&w, STEPS);
			}
			printf("%sok %u - shapes %u, priorities %u, 0 to 4 registers%s%s\n",
			       broken ? "not " : "", ++test, s, p, broken ? " # " : "",
			       broken ? broken : "");
			failed |= broken != NULL;
		}
	printf("1..%u\n# %lu grants looked at\n", test, calls);
	return failed;
}

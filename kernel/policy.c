// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who gets which register.
 *
 * Invariants, checked for every sequence of operations up to a size by
 * testsuite/unit/policy/policy_test.c:
 *
 *  1. A batch is placed whole or not at all, and a refusal changes nothing.
 *  2. Equal pieces (address, length, access) sit in one register; different
 *     pieces never do.  No register number reaches the number of registers.
 *  3. Who keeps its registers keeps the same ones: nobody is moved.
 *  4. A holder loses only to a batch all of whose claims are strictly
 *     stronger; among those it may take from, the weakest lose first and of
 *     equals the youngest.  While all priorities are equal this is first come,
 *     first served.
 *  5. No one loses without need: with any single loser put back, the batch
 *     would not fit.  So a weak claim that shares a register with a strong one
 *     keeps it, as taking it would free nothing.
 *  6. What fits is never refused: a refusal means that even without every
 *     claim that may lose the batch needs more registers than there are.
 */
#include "policy.h"

static bool wts_policy_same(const struct wts_piece *a, const struct wts_piece *b)
{
	return a->address == b->address && a->length == b->length &&
	       a->access == b->access;
}

/* Is the piece among those of the first upto claims that take part? */
static bool wts_policy_seen(const struct wts_policy_claim *claims, unsigned int upto,
			    const struct wts_piece *piece)
{
	unsigned int i, k;

	for (i = 0; i < upto; i++) {
		if (!claims[i].holds && !claims[i].asks)
			continue;
		for (k = 0; k < claims[i].pieces; k++)
			if (wts_policy_same(&claims[i].piece[k], piece))
				return true;
	}
	return false;
}

/* Registers that holders and batch need together: their different pieces. */
static unsigned int wts_policy_need(const struct wts_policy_claim *claims, unsigned int n)
{
	unsigned int i, k, need = 0;

	for (i = 0; i < n; i++) {
		if (!claims[i].holds && !claims[i].asks)
			continue;
		for (k = 0; k < claims[i].pieces; k++)
			need += !wts_policy_seen(claims, i, &claims[i].piece[k]);
	}
	return need;
}

static bool wts_policy_weaker(const struct wts_policy_claim *a,
			      const struct wts_policy_claim *b)
{
	if (a->priority != b->priority)
		return a->priority < b->priority;
	return a->seniority > b->seniority;
}

/* The weakest holder below the batch's own weakest claim, or NULL. */
static struct wts_policy_claim *wts_policy_victim(struct wts_policy_claim *claims,
						  unsigned int n)
{
	struct wts_policy_claim *victim = NULL;
	bool any = false;
	int floor = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (claims[i].asks && (!any || claims[i].priority < floor)) {
			floor = claims[i].priority;
			any = true;
		}

	for (i = 0; i < n; i++)
		if (claims[i].holds && claims[i].priority < floor &&
		    (!victim || wts_policy_weaker(&claims[i], victim)))
			victim = &claims[i];
	return victim;
}

/* The strongest of those that would lose and was not looked at yet, or NULL. */
static struct wts_policy_claim *wts_policy_reprieve(struct wts_policy_claim *claims,
						    unsigned int n)
{
	struct wts_policy_claim *best = NULL;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (claims[i].loses && !claims[i].settled &&
		    (!best || wts_policy_weaker(best, &claims[i])))
			best = &claims[i];
	return best;
}

/* The register in which a holder already watches the piece, or registers. */
static unsigned int wts_policy_find(const struct wts_policy_claim *claims, unsigned int n,
				    const struct wts_piece *piece, unsigned int registers)
{
	unsigned int i, k;

	for (i = 0; i < n; i++)
		for (k = 0; claims[i].holds && k < claims[i].pieces; k++)
			if (wts_policy_same(&claims[i].piece[k], piece))
				return claims[i].slot[k];
	return registers;
}

/* Gives every piece of the batch a register; there are enough. */
static void wts_policy_place(struct wts_policy_claim *claims, unsigned int n,
			     unsigned int registers)
{
	bool used[WTS_POLICY_REGISTERS] = { false };
	unsigned int i, k, slot;

	for (i = 0; i < n; i++)
		for (k = 0; claims[i].holds && k < claims[i].pieces; k++)
			used[claims[i].slot[k]] = true;

	for (i = 0; i < n; i++) {
		if (!claims[i].asks)
			continue;
		for (k = 0; k < claims[i].pieces; k++) {
			slot = wts_policy_find(claims, n, &claims[i].piece[k], registers);
			if (slot == registers)
				for (slot = 0; used[slot]; slot++)
					;
			used[slot] = true;
			claims[i].slot[k] = slot;
		}
		claims[i].holds = true;
	}
}

/* Pure: any context that owns claims[]. */
unsigned int wts_policy_grant(struct wts_policy_claim *claims, unsigned int n,
			      unsigned int registers)
{
	struct wts_policy_claim *claim;
	unsigned int i, need;

	if (registers > WTS_POLICY_REGISTERS)
		registers = WTS_POLICY_REGISTERS;
	for (i = 0; i < n; i++)
		claims[i].loses = claims[i].settled = false;

	/* Take from the weakest until the batch fits. */
	while ((need = wts_policy_need(claims, n)) > registers) {
		claim = wts_policy_victim(claims, n);
		if (!claim)
			break;
		claim->holds = false;
		claim->loses = true;
	}

	/* Give back what was not needed after all; everything, if it was in vain. */
	while ((claim = wts_policy_reprieve(claims, n))) {
		claim->settled = true;
		claim->holds = true;
		claim->loses = false;
		if (need <= registers && wts_policy_need(claims, n) > registers) {
			claim->holds = false;
			claim->loses = true;
		}
	}
	if (need > registers)
		return need - registers;

	wts_policy_place(claims, n, registers);
	return 0;
}

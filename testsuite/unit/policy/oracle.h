/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the policy should have decided, found out by trying, and the invariants
 * at the top of kernel/policy.c, checked one by one.  Pieces are numbers here,
 * so registers needed are members of a union; nothing of policy.c is used.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "world.h"

#define MUST(condition, what) \
	do { if (!(condition)) violated(now, before, what); } while (0)

/* Candidates up to which all subsets are tried. */
#define TRY_ALL	6

static uint64_t pieces_of(const struct world *w, uint64_t claims)
{
	uint64_t all = w->unions[claims % (1 << FEW)];
	unsigned int i;

	FOR_EACH(i, claims & ~((1ull << FEW) - 1))
		all |= w->ids[i];
	return all;
}

static unsigned int registers_of(const struct world *w)
{
	return count(w->usable & 0xffff);
}

static bool fits(const struct world *w, uint64_t pieces)
{
	return count(pieces) <= registers_of(w);
}

/* The strongest or the weakest of a set that is not empty. */
static unsigned int extreme(const struct world *w, uint64_t set, bool strongest)
{
	unsigned int i, best = lowest(set);

	FOR_EACH(i, set)
		if (is_stronger(&w->claims[i], &w->claims[best]) == strongest)
			best = i;
	return best;
}

/* Who of candidates loses so that the rest fits beside pieces; it is possible. */
static uint64_t losers_by_rule(const struct world *w, uint64_t pieces, uint64_t candidates)
{
	uint64_t losers = 0, left;

	while (!fits(w, pieces | pieces_of(w, candidates & ~losers)))
		losers |= 1ull << extreme(w, candidates & ~losers, false);
	for (left = losers; left;) {
		uint64_t one = 1ull << extreme(w, left, true);

		left &= ~one;
		if (fits(w, pieces | pieces_of(w, (candidates & ~losers) | one)))
			losers &= ~one;
	}
	return losers;
}

/*
 * The same by trying all subsets: of two that serve, that one is better that
 * spares the strongest claim in which they differ.  Returns false if none
 * serves.
 */
static bool losers_by_trying(const struct world *w, uint64_t pieces, uint64_t candidates,
			     uint64_t *ret)
{
	uint64_t try = candidates, differ;
	bool found = false;

	*ret = 0;
	if (fits(w, pieces | pieces_of(w, candidates)))
		return true;
	for (;; try = (try - 1) & candidates) {
		if (fits(w, pieces | pieces_of(w, candidates & ~try))) {
			differ = found ? try ^ *ret : 0;
			if (!found || !(try >> extreme(w, differ, true) & 1))
				*ret = try;
			found = true;
		}
		if (!try)
			return found;
	}
}

/*
 * Who has to lose so that pieces can be had as well, if only candidates may;
 * false: it cannot be had.
 */
static bool find_losers(const struct world *now, const struct wts_policy_claim *before,
			uint64_t pieces, uint64_t candidates, uint64_t *ret)
{
	const bool possible = fits(now, pieces);
	uint64_t tried;
	unsigned int i;

	*ret = 0;
	if (possible)
		*ret = losers_by_rule(now, pieces, candidates);
	if (count(candidates) <= TRY_ALL) {
		MUST(losers_by_trying(now, pieces, candidates, &tried) == possible,
		     "the oracle contradicts itself: possible or not");
		MUST(!possible || tried == *ret, "the oracle contradicts itself: losers");
	}
	FOR_EACH(i, *ret)
		MUST(!fits(now, pieces | pieces_of(now, candidates & ~*ret) | now->ids[i]),
		     "the oracle contradicts itself: one loses without need");
	return possible;
}

static uint64_t weaker_holders(const struct world *w, uint64_t holders, int priority)
{
	uint64_t weaker = 0;
	unsigned int i;

	FOR_EACH(i, holders)
		weaker |= (uint64_t)(w->claims[i].priority < priority) << i;
	return weaker;
}

/* What a step should have made of the claims, but for the slots of who gains. */
struct expected {
	uint64_t holds, waits, loses, gains;
	const struct wts_policy_claim *taker[CLAIMS];
};

static void expect_before(struct expected *e, const struct world *now,
			  const struct wts_policy_claim *before)
{
	unsigned int i;

	e->holds = e->waits = e->loses = e->gains = 0;
	for (i = 0; i < now->n; i++) {
		e->holds |= (uint64_t)before[i].holds << i;
		e->waits |= (uint64_t)before[i].waits << i;
		e->loses |= (uint64_t)before[i].loses << i;
		e->gains |= (uint64_t)before[i].gains << i;
		e->taker[i] = before[i].taker;
	}
}

static void expect_loss(struct expected *e, uint64_t losers, const struct wts_policy_claim *taker)
{
	unsigned int i;

	e->holds &= ~losers;
	e->gains &= ~losers;
	e->waits |= losers;
	e->loses |= losers;
	FOR_EACH(i, losers)
		e->taker[i] = taker;
}

static void expect_gain(struct expected *e, uint64_t winners)
{
	e->waits &= ~winners;
	e->holds |= winners;
	e->gains |= winners;
}

/* Compares; may_move: who may have got other registers. */
static void compare(const struct world *now, const struct wts_policy_claim *before,
		    const struct expected *e, uint64_t may_move)
{
	unsigned int i;

	for (i = 0; i < now->n; i++) {
		const struct wts_policy_claim *claim = &now->claims[i];

		MUST(claim->holds == (e->holds >> i & 1), "the wrong claims hold");
		MUST(claim->waits == (e->waits >> i & 1), "the wrong claims wait");
		MUST(!claim->asks, "one still asks");
		MUST(claim->loses == (e->loses >> i & 1), "loses is wrong");
		MUST(claim->gains == (e->gains >> i & 1), "gains is wrong");
		MUST(claim->taker == e->taker[i], "the wrong taker");
		MUST(may_move >> i & 1 || !memcmp(claim->slot, before[i].slot, sizeof(claim->slot)),
		     "3: moved without need");
	}
}

/* Equal pieces sit together, different ones do not. */
static void check_registers(const struct world *now, const struct wts_policy_claim *before,
			    bool all_usable)
{
	unsigned int home[PIECES], i, id, k;
	uint64_t known = 0, slots = 0;

	for (i = 0; i < now->n; i++) {
		k = 0;
		if (!now->claims[i].holds)
			continue;
		FOR_EACH(id, now->ids[i]) {
			const unsigned int slot = now->claims[i].slot[k++];

			MUST(slot < WTS_POLICY_REGISTERS, "2: no such register");
			MUST(!all_usable || now->usable >> slot & 1, "2: a register that is not usable");
			if (known >> id & 1) {
				MUST(home[id] == slot, "2: equal pieces in two registers");
				continue;
			}
			MUST(!(slots >> slot & 1), "2: two pieces in one register");
			known |= 1ull << id;
			slots |= 1ull << slot;
			home[id] = slot;
		}
	}
	MUST(!all_usable || fits(now, known), "2: more registers than there are");
}

/* What was watched already, by who lost as well, stays in its register. */
static void check_stays(const struct world *now, const struct wts_policy_claim *before,
			uint64_t batch)
{
	unsigned int home[PIECES], i, id, k;
	uint64_t known = 0;

	for (i = 0; i < now->n; i++) {
		k = 0;
		if (before[i].holds)
			FOR_EACH(id, now->ids[i])
				home[id] = before[i].slot[k++];
		known |= before[i].holds ? now->ids[i] : 0;
	}
	FOR_EACH(i, batch) {
		k = 0;
		FOR_EACH(id, now->ids[i]) {
			MUST(!(known >> id & 1) || now->claims[i].slot[k] == home[id],
			     "3: a piece left its register");
			k++;
		}
	}
}

static void check_grant(const struct world *now, const struct wts_policy_claim *before,
			unsigned int missing)
{
	const struct wts_policy_claim *taker = NULL;
	uint64_t batch = 0, may_lose, pieces, losers;
	struct expected e;
	unsigned int i;
	bool possible;

	total.decisions++;
	for (i = 0; i < now->n; i++)
		batch |= (uint64_t)before[i].asks << i;
	expect_before(&e, now, before);
	taker = &now->claims[extreme(now, batch, true)];
	may_lose = weaker_holders(now, e.holds, now->claims[extreme(now, batch, false)].priority);
	pieces = pieces_of(now, (e.holds & ~may_lose) | batch);
	possible = find_losers(now, before, pieces, may_lose, &losers);

	if (!possible) {
		total.refused++;
		MUST(missing, "granted what cannot be had");
		MUST(!memcmp(before, now->claims, now->n * sizeof(*before)),
		     "1: a refusal changed something");
		/* Of more fresh pieces than any CPU has registers, it counts some. */
		if (count(pieces_of(now, batch) & ~pieces_of(now, e.holds)) <= WTS_POLICY_REGISTERS)
			MUST(missing == count(pieces) - registers_of(now), "the wrong number is missing");
		else
			MUST(missing > WTS_POLICY_REGISTERS - registers_of(now) &&
			     missing <= count(pieces) - registers_of(now), "the wrong number is missing");
		return;
	}
	total.granted++;
	MUST(!missing, "7: refused what fits");
	expect_loss(&e, losers, taker);
	expect_gain(&e, batch);
	compare(now, before, &e, batch);
	check_registers(now, before, now->settled);
	check_stays(now, before, batch);
}

/* What no order of events can excuse, read off the result alone. */
static void check_settled(const struct world *now, const struct wts_policy_claim *before,
			  const struct expected *e, uint64_t served)
{
	uint64_t holders, may_lose, later;
	unsigned int i, j;

	FOR_EACH(i, e->waits) {
		may_lose = weaker_holders(now, e->holds, now->claims[i].priority);
		MUST(!fits(now, pieces_of(now, e->holds & ~may_lose) | now->ids[i]),
		     "8: one waits who could be granted");
		/* Would it have fitted, had those after it not been served? */
		later = 0;
		FOR_EACH(j, served)
			later |= (uint64_t)is_stronger(&now->claims[i], &now->claims[j]) << j;
		holders = e->holds & ~later;
		may_lose = weaker_holders(now, holders, now->claims[i].priority);
		MUST(!fits(now, pieces_of(now, holders & ~may_lose) | now->ids[i]),
		     "9: one before it went away empty");
	}
}

static void check_settle(const struct world *now, const struct wts_policy_claim *before)
{
	uint64_t losers, may_lose, left, served = 0, moved = 0;
	const struct wts_policy_claim *claim;
	struct expected e;
	unsigned int i, k;

	total.decisions++;
	expect_before(&e, now, before);

	/* Too few registers: the same rule, and anyone may lose. */
	MUST(find_losers(now, before, 0, e.holds, &losers), "the oracle contradicts itself");
	expect_loss(&e, losers, NULL);

	/* Again and again the strongest who can be served, until nobody can be. */
	for (left = e.waits; left;) {
		i = extreme(now, left, true);
		left &= ~(1ull << i);
		may_lose = weaker_holders(now, e.holds, now->claims[i].priority);
		if (!find_losers(now, before, pieces_of(now, e.holds & ~may_lose) | now->ids[i],
				 may_lose, &losers))
			continue;
		expect_loss(&e, losers, &now->claims[i]);
		expect_gain(&e, 1ull << i);
		served |= 1ull << i;
		served &= ~losers;
		left = e.waits;
	}

	/* Who still has a register that is gone must have got another one. */
	FOR_EACH(i, e.holds & ~served) {
		claim = &now->claims[i];
		for (k = 0; k < claim->pieces; k++) {
			if (before[i].slot[k] >= WTS_POLICY_REGISTERS ||
			    !(now->usable >> before[i].slot[k] & 1))
				moved |= 1ull << i;
			else
				MUST(claim->slot[k] == before[i].slot[k], "3: moved without need");
		}
	}
	e.gains |= moved;
	compare(now, before, &e, moved | served);
	check_registers(now, before, true);
	check_settled(now, before, &e, served);
}

/* What the header promises of a whole decision, for who looks at its outcome only. */
static void check_decision(const struct world *now, const struct wts_policy_claim *before,
			   uint64_t batch, bool granted)
{
	unsigned int i, k;

	for (i = 0; i < now->n; i++) {
		const struct wts_policy_claim *claim = &now->claims[i], *was = &before[i];
		bool same = true;

		total.lost += claim->loses;
		total.regained += claim->loses && claim->gains;
		total.moved += was->holds && claim->gains && !claim->loses;
		MUST(!memcmp(claim, was, offsetof(struct wts_policy_claim, asks)),
		     "what only goes in has changed");
		for (k = 0; k < claim->pieces; k++)
			same &= claim->slot[k] == was->slot[k];
		MUST(claim->holds || !claim->gains, "gains and does not hold");
		MUST(claim->loses || !claim->taker, "has a taker and does not lose");
		MUST(!claim->taker || claim->taker->priority > claim->priority,
		     "4: lost to one that is not strictly stronger");
		MUST(!claim->taker || !now->settled || (claim->taker->holds && claim->taker->gains),
		     "lost to one that gained nothing");
		if (was->holds) {
			MUST(claim->holds || claim->loses, "lost its registers and is not told");
			MUST(claim->holds || same, "one who lost does not know what it had");
			MUST(claim->gains || same, "other registers and is not told");
			MUST(!claim->gains || claim->loses || !same, "told of a move that was none");
		} else {
			MUST(claim->gains == claim->holds, "gains is not what it got");
			MUST(!now->settled || !claim->loses, "granted and lost in one decision");
		}
		MUST(!granted || !now->settled || !(batch >> i & 1) || claim->holds,
		     "1: of a batch that was granted one does not hold");
	}
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who gets which register.
 *
 * Invariants, checked for every sequence of operations up to a size by
 * testsuite/unit/policy against an oracle that tries all subsets:
 *
 *  1. A batch is placed whole or not at all, and a refusal changes nothing.
 *  2. Equal pieces (address, length, access) sit in one register; different
 *     pieces never do.  After settle every held register is usable.
 *  3. Nobody is moved without need: who keeps a register that is usable keeps
 *     that one; one that is not is exchanged for all who share it.  What a
 *     claim shares with those it takes from stays in its register.
 *  4. A holder loses only to claims that are strictly stronger, the weakest of
 *     a batch included.  While all priorities are equal this is first come,
 *     first served.  Only where registers went away may it lose to an elder.
 *  5. The weakest lose first, of equals the youngest; then, from the strongest
 *     loser to the weakest, whoever can be put back is put back.  Who keeps
 *     its registers is therefore decided from the strongest down: it keeps
 *     them if they fit beside those of everyone kept before it.
 *  6. No one loses without need: with any single loser put back, it would not
 *     fit.  So a register has the priority of the strongest of those that share
 *     it: a weaker one keeps its part, as taking it would free nothing.
 *  7. What fits is never refused: a refusal means that even without every
 *     holder that may lose there are too few registers.
 *  8. After settle no waiting claim could be granted.
 *  9. Of the waiting the stronger goes first, of equals the elder: what a claim
 *     in waiting gets is never what one before it lacked.
 *
 * Why one pass over the waiting is enough for 8: what a claim cannot be given
 * is what those who are at least as strong as itself hold.  Whoever comes after
 * it in the pass takes only from strictly weaker ones, so that set only grows;
 * and whoever loses comes later in the pass.
 *
 * Costs, for n claims: grant O(n + batch * registers), settle O(n * registers)
 * at most (each steal makes the registers out of reach of all that follow at
 * least one more); less than 500 bytes of stack, calls included.
 */
#include "policy.h"

/* The registers: sets of them are bit sets. */
struct wts_policy_table {
	unsigned long usable;
	unsigned int count;		/* of the usable */
	unsigned long held;
	const struct wts_piece *piece[WTS_POLICY_REGISTERS];	/* what the held ones watch */
};

/* What those who want registers need, beside a table. */
struct wts_policy_need {
	unsigned long shared;		/* registers that watch a part of it already */
	unsigned int fresh;		/* other pieces */
	const struct wts_piece *piece[WTS_POLICY_REGISTERS];	/* those, all different */
};

/* Members of a set of registers.  By hand: no call of the kernel's or libgcc's. */
static unsigned int wts_policy_count(unsigned long set)
{
	set -= set >> 1 & 0x5555;
	set = (set & 0x3333) + (set >> 2 & 0x3333);
	set = (set + (set >> 4)) & 0x0f0f;
	return (set + (set >> 8)) & 0x1f;
}

static bool wts_policy_same(const struct wts_piece *a, const struct wts_piece *b)
{
	return a->address == b->address && a->length == b->length &&
	       a->access == b->access;
}

/* The registers of a claim that holds. */
static unsigned long wts_policy_slots(const struct wts_policy_claim *claim)
{
	unsigned long slots = 0;
	unsigned int k;

	for (k = 0; k < claim->pieces; k++)
		slots |= 1ul << claim->slot[k];
	return slots;
}

static void wts_policy_survey(struct wts_policy_table *table,
			      struct wts_policy_claim *const *claims, unsigned int n,
			      unsigned long usable)
{
	unsigned int i, k;

	table->usable = usable & ((1ul << WTS_POLICY_REGISTERS) - 1);
	table->count = wts_policy_count(table->usable);
	table->held = 0;
	for (i = 0; i < n; i++)
		for (k = 0; claims[i]->holds && k < claims[i]->pieces; k++) {
			table->held |= 1ul << claims[i]->slot[k];
			table->piece[claims[i]->slot[k]] = &claims[i]->piece[k];
		}
}

/* The held register that watches a piece, or WTS_POLICY_REGISTERS. */
static unsigned int wts_policy_find(const struct wts_policy_table *table,
				    const struct wts_piece *piece)
{
	unsigned long left = table->held;
	unsigned int slot;

	for (slot = 0; left; slot++, left >>= 1)
		if (left & 1 && wts_policy_same(table->piece[slot], piece))
			return slot;
	return WTS_POLICY_REGISTERS;
}

/*
 * Adds a claim's pieces to a need.  With more than most fresh ones it is enough
 * to know that: the rest is not looked at.  most <= WTS_POLICY_REGISTERS.
 */
static void wts_policy_add(struct wts_policy_need *need, const struct wts_policy_table *table,
			   const struct wts_policy_claim *claim, unsigned int most)
{
	unsigned int k, j, slot;

	for (k = 0; k < claim->pieces && need->fresh <= most; k++) {
		slot = wts_policy_find(table, &claim->piece[k]);
		if (slot < WTS_POLICY_REGISTERS) {
			need->shared |= 1ul << slot;
			continue;
		}
		for (j = 0; j < need->fresh; j++)
			if (wts_policy_same(need->piece[j], &claim->piece[k]))
				break;
		if (j < need->fresh)
			continue;
		if (j < most)
			need->piece[j] = &claim->piece[k];
		need->fresh++;
	}
}

/* Registers that the holders of a set and a need take together. */
static unsigned int wts_policy_together(unsigned long held, const struct wts_policy_need *need)
{
	return wts_policy_count(held | need->shared) + need->fresh;
}

/*
 * Walks over the holders that are at least as strong as priority, from
 * claims[*from]: adds what they hold to *firm, and leaves *from at the first
 * claim that is strictly weaker.
 */
static void wts_policy_reach(struct wts_policy_claim *const *claims, unsigned int n, int priority,
			     unsigned int *from, unsigned long *firm)
{
	for (; *from < n && claims[*from]->priority >= priority; (*from)++)
		if (claims[*from]->holds)
			*firm |= wts_policy_slots(claims[*from]);
}

/*
 * Makes room for a need beside the registers in firm, which is known to be
 * possible, at the cost of the holders from claims[from] on (rule 5).
 */
static void wts_policy_make_room(struct wts_policy_table *table,
				 struct wts_policy_claim *const *claims, unsigned int n,
				 unsigned int from, unsigned long firm,
				 const struct wts_policy_need *need,
				 const struct wts_policy_claim *taker)
{
	unsigned long slots;

	if (wts_policy_together(table->held, need) <= table->count)
		return;
	for (; from < n; from++) {
		if (!claims[from]->holds)
			continue;
		slots = wts_policy_slots(claims[from]);
		if (wts_policy_together(firm | slots, need) <= table->count) {
			firm |= slots;
			continue;
		}
		claims[from]->holds = claims[from]->gains = false;
		claims[from]->waits = claims[from]->loses = true;
		claims[from]->taker = taker;
	}
	/* What the need shares with a loser stays where it is. */
	table->held = firm | need->shared;
}

/* A usable register that is not held; there is one.  It is held then. */
static unsigned int wts_policy_take_free(struct wts_policy_table *table,
					 const struct wts_piece *piece)
{
	unsigned int slot = 0;

	while (!(table->usable & ~table->held & 1ul << slot))
		slot++;
	table->held |= 1ul << slot;
	table->piece[slot] = piece;
	return slot;
}

/* Gives every piece of a claim a register; there are enough. */
static void wts_policy_place(struct wts_policy_table *table, struct wts_policy_claim *claim)
{
	unsigned int k, slot;

	for (k = 0; k < claim->pieces; k++) {
		slot = wts_policy_find(table, &claim->piece[k]);
		if (slot == WTS_POLICY_REGISTERS)
			slot = wts_policy_take_free(table, &claim->piece[k]);
		claim->slot[k] = slot;
	}
	claim->asks = claim->waits = false;
	claim->holds = claim->gains = true;
}

/* Exchanges held registers that are not usable; there are enough others. */
static void wts_policy_exchange(struct wts_policy_table *table,
				struct wts_policy_claim *const *claims, unsigned int n)
{
	const unsigned long gone = table->held & ~table->usable;
	unsigned char other[WTS_POLICY_REGISTERS];
	unsigned int i, k, slot;

	if (!gone)
		return;
	for (slot = 0; slot < WTS_POLICY_REGISTERS; slot++)
		if (gone >> slot & 1)
			other[slot] = wts_policy_take_free(table, table->piece[slot]);
	table->held &= ~gone;

	for (i = 0; i < n; i++)
		for (k = 0; claims[i]->holds && k < claims[i]->pieces; k++)
			if (gone >> claims[i]->slot[k] & 1) {
				claims[i]->slot[k] = other[claims[i]->slot[k]];
				claims[i]->gains = true;
			}
}

bool wts_policy_stronger(const struct wts_policy_claim *a, const struct wts_policy_claim *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return a->seniority < b->seniority;
}

void wts_policy_begin(struct wts_policy_claim *const *claims, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		claims[i]->loses = claims[i]->gains = false;
		claims[i]->taker = NULL;
	}
}

unsigned int wts_policy_grant(struct wts_policy_claim *const *claims, unsigned int n,
			      unsigned long usable)
{
	const struct wts_policy_claim *strongest = NULL, *weakest = NULL;
	struct wts_policy_table table;
	struct wts_policy_need need;
	unsigned int i, from = 0, registers;
	unsigned long firm = 0;

	wts_policy_survey(&table, claims, n, usable);
	need.shared = need.fresh = 0;
	for (i = 0; i < n; i++)
		if (claims[i]->asks) {
			strongest = strongest ?: claims[i];
			weakest = claims[i];
			wts_policy_add(&need, &table, claims[i], WTS_POLICY_REGISTERS);
		}
	if (!strongest)
		return 0;

	wts_policy_reach(claims, n, weakest->priority, &from, &firm);
	registers = wts_policy_together(firm, &need);
	if (registers > table.count)
		return registers - table.count;

	wts_policy_make_room(&table, claims, n, from, firm, &need, strongest);
	for (i = 0; i < from; i++)
		if (claims[i]->asks)
			wts_policy_place(&table, claims[i]);
	return 0;
}

void wts_policy_settle(struct wts_policy_claim *const *claims, unsigned int n, unsigned long usable)
{
	struct wts_policy_table table;
	struct wts_policy_need need;
	unsigned int i, from = 0;
	unsigned long firm = 0;

	wts_policy_survey(&table, claims, n, usable);
	need.shared = need.fresh = 0;
	wts_policy_make_room(&table, claims, n, 0, 0, &need, NULL);

	for (i = 0; i < n; i++) {
		if (!claims[i]->waits)
			continue;
		wts_policy_reach(claims, n, claims[i]->priority, &from, &firm);
		need.shared = need.fresh = 0;
		wts_policy_add(&need, &table, claims[i], table.count - wts_policy_count(firm));
		if (wts_policy_together(firm, &need) > table.count)
			continue;
		wts_policy_make_room(&table, claims, n, from, firm, &need, claims[i]);
		wts_policy_place(&table, claims[i]);
		firm |= wts_policy_slots(claims[i]);
	}
	/* Last, so that nobody is moved who loses. */
	wts_policy_exchange(&table, claims, n);
}

unsigned int wts_policy_demand(struct wts_policy_claim *const *claims, unsigned int n)
{
	struct wts_policy_table none;
	struct wts_policy_need need;
	unsigned int i;

	none.held = 0;
	need.shared = need.fresh = 0;
	for (i = 0; i < n && need.fresh <= WTS_POLICY_REGISTERS; i++)
		if (claims[i]->asks || claims[i]->waits || claims[i]->holds)
			wts_policy_add(&need, &none, claims[i], WTS_POLICY_REGISTERS);
	return need.fresh;
}

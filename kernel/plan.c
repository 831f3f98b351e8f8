// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan: what each register is aimed at, and for whom.
 *
 * There are two, for even and odd generations.  A CPU's register points into
 * the plan that it has applied, so a plan is written only when every CPU has
 * applied the other one.  Each claim has room for its part in both, so nothing
 * is allocated.
 *
 * A plan is the same for all CPUs.  What is per-CPU in it becomes an address
 * where a register is aimed, or somebody asks about a certain CPU's copy.
 */
#include "slots.h"

/* The place that a piece means on a CPU, which is possible.  Any context. */
static struct wts_piece wts_piece_on(const struct wts_piece *piece, unsigned int cpu)
{
	struct wts_piece place = *piece;

	if (place.access & WTS_OWN_COPY) {
		place.access &= ~WTS_OWN_COPY;
		place.address += per_cpu_offset(cpu);
	}
	return place;
}

/* What goes before an address that is shown to people. */
static const char *wts_kind(unsigned int access)
{
	return access & WTS_OWN_COPY ? "per-CPU " : "";
}

static struct wts_target wts_plans[WTS_PLANS][WTS_ARCH_REGISTERS];

/* The plan of a generation. */
static struct wts_target *wts_plan(u64 generation)
{
	return wts_plans[generation % WTS_PLANS];
}

/* Adds one piece of a claim to a plan. */
static void wts_plan_add(struct wts_target *plan, struct wts_claim *claim, unsigned int k,
			 struct wts_share *share)
{
	struct wts_target *target = &plan[claim->place.slot[k]];

	share->claim = claim;
	share->open = claim->open;
	share->slots = wts_claim_slots(claim);
	share->mark = claim->place.pieces > 1 ? BIT(share->slots) : 0;
	share->first = k == 0;
	share->range = claim->aim.range_of[k];
	share->next = target->share;
	target->piece = claim->place.piece[k];
	target->alone = !target->share && !share->mark;
	target->share = share;
}
static_assert(WTS_ARCH_REGISTERS <= 4, "a trap mark is one of 16 bits");

/*
 * Writes the next plan from what claims have; it is in force from the store of
 * its generation on.  Under wts_lock; every CPU has applied the last one.
 */
static void wts_plan_write(void)
{
	const u64 generation = wts_generation + 1, open = wts_gate_open(generation);
	struct wts_target *plan = wts_plan(generation);
	unsigned int i, k;

	lockdep_assert_held(&wts_lock);
	memset(plan, 0, sizeof(wts_plans[0]));
	for (i = 0; i < wts_nstanding; i++) {
		struct wts_claim *claim = wts_claim_of(wts_standing[i]);

		if (!claim->has || !claim->arms)
			continue;
		/* one that was shut since it was granted is about to be released */
		if (!claim->open &&
		    atomic64_cmpxchg(&claim->gate, WTS_GATE_GRANTED, wts_gate_arming(open)) !=
		    WTS_GATE_GRANTED)
			continue;
		if (!claim->open)
			claim->open = open;
		for (k = 0; k < claim->place.pieces; k++)
			wts_plan_add(plan, claim, k, &claim->share[generation % WTS_PLANS][k]);
	}
	wts_dirty = false;
	smp_store_release(&wts_generation, generation);
}

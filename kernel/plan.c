// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what claims hold to the plan that the CPUs apply, and back: what shut
 * claims still hold is released.  In the arbiter's kworker, with
 * cpus_read_lock() and wts_mutex held; sleeps.
 */
#include "slots.h"

#include <linux/slab.h>

/* The registers that a claim occupies, as a bit set. */
static unsigned long wts_claim_slots(const struct wts_claim *claim)
{
	unsigned long slots = 0;
	unsigned int k;

	for (k = 0; k < claim->place.pieces; k++)
		slots |= BIT(claim->place.slot[k]);
	return slots;
}

/* The first who holds a register, or NULL.  With wts_mutex. */
static struct wts_claim *wts_holder(unsigned int slot)
{
	struct wts_claim *claim;

	list_for_each_entry(claim, &wts_claims, link)
		if (claim->hold == WTS_HOLDS && wts_claim_slots(claim) & BIT(slot))
			return claim;
	return NULL;
}

/* Is a claim one of those that a register traps for? */
static bool wts_is_aimed(const struct wts_claim *claim, unsigned int slot)
{
	return claim->hold == WTS_HOLDS && claim->open && wts_claim_slots(claim) & BIT(slot);
}

/* The target of one register: everyone it traps for.  NULL: nobody. */
static struct wts_target *wts_build_target(unsigned int slot)
{
	struct wts_target *target;
	struct wts_claim *claim;
	unsigned int n = 0, k;

	list_for_each_entry(claim, &wts_claims, link)
		n += wts_is_aimed(claim, slot);
	if (!n)
		return NULL;

	/* A release must not fail; it is some hundred bytes. */
	target = kzalloc(struct_size(target, share, n), GFP_KERNEL | __GFP_NOFAIL);
	list_for_each_entry(claim, &wts_claims, link) {
		if (!wts_is_aimed(claim, slot))
			continue;
		for (k = 0; claim->place.slot[k] != slot; k++)
			;
		target->piece = claim->place.piece[k];
		target->share[target->n++] = (struct wts_share){
			.claim = claim,
			.open = claim->open,
			.mark = claim->place.pieces > 1 ? BIT(wts_claim_slots(claim)) : 0,
		};
	}
	target->alone = n == 1 && !target->share[0].mark;
	return target;
}
static_assert(WTS_ARCH_REGISTERS <= 4, "a trap mark is one of 16 bits");

/* Writes the plan of some registers anew and puts it in force; as wts_broadcast(). */
static int wts_replan(unsigned long slots)
{
	const struct wts_target *old[WTS_ARCH_REGISTERS];
	unsigned int slot;
	int error;

	for_each_set_bit(slot, &slots, WTS_ARCH_REGISTERS) {
		old[slot] = wts_plan[slot];
		WRITE_ONCE(wts_plan[slot], wts_build_target(slot));
	}
	error = wts_broadcast();
	for_each_set_bit(slot, &slots, WTS_ARCH_REGISTERS)
		kfree(old[slot]);
	return error;
}

/*
 * Releases what shut claims still hold, and gives perf back the registers that
 * are idle then.  A claim shut meanwhile has queued another sweep.
 */
static void wts_sweep(void)
{
	struct wts_claim *claim;
	unsigned long slots = 0;
	unsigned int slot;

	lockdep_assert_held(&wts_mutex);
	list_for_each_entry(claim, &wts_claims, link)
		if (claim->hold == WTS_HOLDS && !atomic64_read(&claim->gate)) {
			claim->hold = WTS_LEAVES;
			slots |= wts_claim_slots(claim);
		}
	if (!slots)
		return;

	/* A register that perf has put out of action does not fire either. */
	wts_replan(slots);
	list_for_each_entry(claim, &wts_claims, link)
		if (claim->hold == WTS_LEAVES) {
			claim->hold = WTS_HOLDS_NOTHING;
			claim->open = 0;
		}
	for_each_set_bit(slot, &slots, WTS_ARCH_REGISTERS)
		if (!wts_holder(slot))
			wts_backend_give_back(slot);
}

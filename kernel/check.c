// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * May an address be watched?  arch/x86.c knows most that must not be, and the
 * rest is given at load.  Where it was not, perf is asked, which takes a
 * register that is free outside: if there is none the claim can wait for that,
 * too.
 *
 * In the kworker, with wts_mutex held; sleeps.
 */
#include "slots.h"

/* Was a register granted for exactly that already? */
static bool wts_is_granted(const struct wts_piece *piece)
{
	struct wts_claim *claim;
	unsigned int k;

	list_for_each_entry(claim, &wts_claims, link)
		for (k = 0; READ_ONCE(claim->has) && k < claim->place.pieces; k++)
			if (wts_policy_same(&claim->place.piece[k], piece))
				return true;
	return false;
}

/* What perf's answer means.  -ENOSPC is passed on, and says nothing. */
static int wts_refuse_address(struct wts_reason *why, int error, u64 address)
{
	if (error == -EACCES)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, error,
				  "cannot watch 0x%llx: the kernel refuses it", address);
	if (error && error != -ENOSPC)
		return wts_refuse(why, WTS_CAUSE_PERF, error,
				  "perf could not check 0x%llx (error %d)", address, error);
	return error;
}

/* Asks with a register of ours that nobody holds, if there is one. */
static int wts_check_with_parked(const struct wts_piece *piece)
{
	struct wts_section section;
	unsigned long idle;
	int error;

	wts_lock_must_enter(&section);
	idle = wts_usable & ~wts_held();
	idle = idle ? BIT(__fls(idle)) : 0;
	wts_usable &= ~idle;
	wts_lock_leave(&section);
	if (!idle)
		return -ENOSPC;

	wts_wait_carried();
	error = wts_backend_check_with(__fls(idle), piece);
	wts_lock_must_enter(&section);
	wts_usable |= idle;
	wts_settle(WTS_CAUSE_NONE, 0, "");
	wts_lock_leave(&section);
	return error;
}

/*
 * Asks perf about the addresses of a claim, once; not where the list given at
 * load makes that needless.  -ENOSPC: no register was free to ask with.
 */
static int wts_check_claim(struct wts_claim *claim, struct wts_reason *why)
{
	const struct wts_piece *piece;
	unsigned int k;
	int error;

	for (k = 0; !claim->checked && k < claim->place.pieces; k++) {
		piece = &claim->place.piece[k];
		if (wts_is_granted(piece))
			continue;
		error = wts_backend_check(piece);
		if (error == -ENOSPC)
			error = wts_check_with_parked(piece);
		if (error)
			return wts_refuse_address(why, error, piece->address);
	}
	WRITE_ONCE(claim->checked, true);
	return 0;
}

/*
 * From here until wts_release_plans() no new plan is made.  Returns a register
 * that is parked in the plan that is in force, or -ENOSPC.
 */
static int wts_hold_plans(void)
{
	const struct wts_target *plan;
	struct wts_section section;
	unsigned int slot;
	bool held = false;

	while (!held) {
		wts_wait_carried();
		wts_lock_must_enter(&section);
		held = wts_plans_held = !wts_busy && wts_all_applied();
		wts_lock_leave(&section);
	}
	plan = wts_plan(wts_generation);
	for_each_set_bit(slot, &wts_taken, WTS_ARCH_REGISTERS)
		if (!plan[slot].share)
			return slot;
	return -ENOSPC;
}

static void wts_release_plans(void)
{
	struct wts_section section;

	wts_lock_must_enter(&section);
	wts_plans_held = false;
	wts_lock_leave(&section);
	wts_kick_soon();
}

/*
 * Asks for claims of a batch that were granted registers before perf could be
 * asked: now there is one to ask with, as whoever lost it is in no plan any
 * more and the batch in none yet.  Where perf refuses one, the batch is taken
 * back.
 */
static int wts_check_granted(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	const int slot = wts_hold_plans();
	struct wts_section section;
	unsigned int i, k;
	int error = 0;

	for (i = 0; i < n && !error; i++) {
		struct wts_claim *claim = claims[i];

		if (claim->checked)
			continue;
		for (k = 0; k < claim->place.pieces && !error; k++)
			error = slot < 0 ? slot : wts_backend_check_with(slot, &claim->place.piece[k]);
		if (error && why) {
			wts_refuse_address(why, error, claim->place.piece[k - 1].address);
			why->claim = i;
		}
		WRITE_ONCE(claim->checked, !error);
	}

	wts_lock_must_enter(&section);
	for (i = 0; i < n; i++) {
		struct wts_claim *claim = claims[i];

		if (!error) {
			/* somebody may have asked for it meanwhile */
			if (claim->has && claim->wants_arms && !claim->arms)
				claim->arms = wts_dirty = true;
		} else if (!claim->arms && wts_stands(claim)) {
			wts_unstand(claim);
			claim->place.holds = claim->place.waits = claim->has = false;
			atomic64_set(&claim->gate, 0);
		}
	}
	if (error)
		wts_settle(WTS_CAUSE_NONE, 0, "");
	if (error == -ENOSPC && why)
		wts_refuse_space(why, 1, 1);
	wts_lock_leave(&section);
	wts_release_plans();
	return error;
}

/* Asks again for the claims that wait until perf can be asked. */
static void wts_check_waiting(void)
{
	struct wts_reason why = { .size = sizeof(why) };
	struct wts_section section;
	struct wts_claim *claim;
	unsigned int demand;
	int error;

	if (!READ_ONCE(wts_nunchecked))
		return;
	list_for_each_entry(claim, &wts_claims, link) {
		if (!READ_ONCE(claim->waits_unchecked))
			continue;
		error = wts_check_claim(claim, &why);
		if (error == -ENOSPC)
			break;
		/* nobody is to lose what it would get otherwise */
		if (!error) {
			wts_lock_must_enter(&section);
			demand = wts_demand() + claim->place.pieces;
			wts_lock_leave(&section);
			wts_grow(demand);
		}
		wts_lock_must_enter(&section);
		/* not if it was disabled meanwhile */
		if (claim->waits_unchecked) {
			wts_wait_unchecked(claim, false);
			if (error)
				wts_note_unavailable(claim, why.cause, error, why.text);
			else if (!wts_decide_enable(claim, WTS_LATER | WTS_QUIET, &why) &&
				 !claim->place.waits)
				wts_note_unavailable(claim, why.cause, why.error, why.text);
		}
		wts_lock_leave(&section);
		wts_follow_up();
	}
}

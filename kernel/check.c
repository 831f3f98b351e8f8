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
	struct wts_section section;
	bool granted = false;
	unsigned int i, k;

	wts_lock_must_enter(&section);
	for (i = 0; i < wts_nstanding && !granted; i++) {
		const struct wts_claim *claim = wts_claim_of(wts_standing[i]);

		for (k = 0; claim->has && k < claim->place.pieces; k++)
			granted |= wts_policy_same(&claim->place.piece[k], piece);
	}
	wts_lock_leave(&section);
	return granted;
}

/*
 * A claim's pieces, in *ret, as it may be aimed elsewhere while perf is being
 * asked.  Returns the aim's number.
 */
static u64 wts_copy_pieces(const struct wts_claim *claim, struct wts_policy_claim *ret)
{
	struct wts_section section;
	u64 aims;

	wts_lock_must_enter(&section);
	*ret = claim->place;
	aims = claim->aims;
	wts_lock_leave(&section);
	return aims;
}

/* perf has answered about the aim of that number.  False: there is another by now. */
static bool wts_set_checked(struct wts_claim *claim, u64 aims, bool checked)
{
	struct wts_section section;
	bool same;

	wts_lock_must_enter(&section);
	same = claim->aims == aims;
	if (same)
		WRITE_ONCE(claim->checked, checked);
	wts_lock_leave(&section);
	return same;
}

/* What perf's answer means.  -ENOSPC is passed on, and says nothing. */
static int wts_refuse_address(struct wts_reason *why, int error, const struct wts_piece *piece)
{
	if (error == -EACCES)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, error,
				  "cannot watch %s0x%llx: the kernel refuses it",
				  wts_kind(piece->access), piece->address);
	if (error && error != -ENOSPC)
		return wts_refuse(why, WTS_CAUSE_PERF, error,
				  "perf could not check %s0x%llx (error %d)",
				  wts_kind(piece->access), piece->address, error);
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
 * load makes that needless.  -ENOSPC: no register was free to ask with;
 * -EAGAIN: it has been aimed elsewhere meanwhile.
 */
static int wts_check_claim(struct wts_claim *claim, struct wts_reason *why)
{
	const struct wts_piece *piece = NULL;
	struct wts_policy_claim place;
	unsigned int k;
	int error = 0;
	u64 aims;

	if (READ_ONCE(claim->checked))
		return 0;
	aims = wts_copy_pieces(claim, &place);
	for (k = 0; k < place.pieces && !error; k++) {
		piece = &place.piece[k];
		if (wts_is_granted(piece))
			continue;
		error = wts_backend_check(piece);
		if (error == -ENOSPC)
			error = wts_check_with_parked(piece);
	}
	if (!wts_set_checked(claim, aims, !error))
		return -EAGAIN;
	return error ? wts_refuse_address(why, error, piece) : 0;
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
	struct wts_policy_claim place;
	struct wts_section section;
	unsigned int i, k;
	int error = 0;
	u64 aims;

	for (i = 0; i < n && !error; i++) {
		if (READ_ONCE(claims[i]->checked))
			continue;
		aims = wts_copy_pieces(claims[i], &place);
		for (k = 0; k < place.pieces && !error; k++)
			error = slot < 0 ? slot : wts_backend_check_with(slot, &place.piece[k]);
		if (error && why) {
			wts_refuse_address(why, error, &place.piece[k - 1]);
			why->claim = i;
		}
		/* it is not the one that was granted if it was aimed elsewhere since */
		wts_set_checked(claims[i], aims, !error);
	}

	wts_lock_must_enter(&section);
	for (i = 0; i < n; i++) {
		struct wts_claim *claim = claims[i];

		if (!error) {
			/* somebody may have asked for it meanwhile */
			if (claim->has && claim->wants_arms && !claim->arms &&
			    wts_is_checked(claim))
				claim->arms = wts_dirty = true;
		} else if (!claim->arms && wts_stands(claim)) {
			wts_unstand(claim);
			claim->place.holds = claim->place.waits = claim->has = false;
			claim->only_granted = false;
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
	unsigned int demand, flags;
	int error;
	u64 aims;

	if (!READ_ONCE(wts_nunchecked))
		return;
	list_for_each_entry(claim, &wts_claims, link) {
		if (!READ_ONCE(claim->waits_unchecked))
			continue;
		aims = READ_ONCE(claim->aims);
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
		/* not if it was disabled meanwhile; aimed elsewhere, it has asked anew */
		if (claim->waits_unchecked && claim->aims == aims) {
			flags = WTS_LATER | WTS_QUIET | (claim->only_granted ? WTS_GRANT : 0);
			wts_wait_unchecked(claim, false);
			claim->only_granted = false;
			if (error)
				wts_note_unavailable(claim, why.cause, error, why.text);
			else if (!wts_decide_enable(claim, flags, &why) && !claim->place.waits)
				wts_note_unavailable(claim, why.cause, why.error, why.text);
		}
		wts_lock_leave(&section);
		wts_follow_up();
	}
}

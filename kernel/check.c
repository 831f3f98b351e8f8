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

/*
 * Asks perf about the addresses of a claim, once; not where the list given at
 * load makes that needless.  -ENOSPC: no register was free to ask with.
 * Kworker.
 */
static int wts_check_claim(struct wts_claim *claim, struct wts_reason *why)
{
	unsigned int k;
	int error;

	for (k = 0; !claim->checked && k < claim->place.pieces; k++) {
		if (wts_is_granted(&claim->place.piece[k]))
			continue;
		error = wts_backend_check(&claim->place.piece[k]);
		/* one that is only kept ready does for that */
		if (error == -ENOSPC && wts_shrink(1))
			error = wts_backend_check(&claim->place.piece[k]);
		if (error == -EACCES)
			return wts_refuse(why, WTS_CAUSE_ADDRESS, error,
					  "cannot watch 0x%llx: the kernel refuses it",
					  claim->place.piece[k].address);
		if (error == -ENOSPC)
			return error;
		if (error)
			return wts_refuse(why, WTS_CAUSE_PERF, error,
					  "perf could not check 0x%llx (error %d)",
					  claim->place.piece[k].address, error);
	}
	WRITE_ONCE(claim->checked, true);
	return 0;
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
			else
				wts_decide_enable(claim, WTS_LATER | WTS_QUIET, NULL);
		}
		wts_lock_leave(&section);
		wts_follow_up();
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Granting: a batch is placed by the policy, and the registers that it needs
 * are taken from perf and proven, or it is told why not.  In the arbiter's
 * kworker, with cpus_read_lock() and wts_mutex held; sleeps.
 */
#include "slots.h"

#include <linux/slab.h>

/* Refuses for want of registers, and says who has them. */
static int wts_refuse_space(struct wts_reason *why, unsigned int need, unsigned int left,
			    unsigned int outside)
{
	char who[WTS_REASON_LEN] = "";
	unsigned int slot, other, count;
	struct wts_claim *holder;
	const char *client;
	size_t used = 0;

	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++) {
		holder = wts_holder(slot);
		if (!holder)
			continue;
		client = holder->client;
		for (other = 0, count = 0; other < WTS_ARCH_REGISTERS; other++) {
			holder = wts_holder(other);
			if (!holder || strcmp(holder->client, client))
				continue;
			if (other < slot)
				break;		/* counted there */
			count++;
		}
		if (other == WTS_ARCH_REGISTERS)
			used += scnprintf(who + used, sizeof(who) - used, "%s%u held by \"%s\"",
					  used ? ", " : ": ", count, client);
	}
	if (outside)
		scnprintf(who + used, sizeof(who) - used, "%s%u outside watchtap",
			  used ? ", " : ": ", outside);

	if (!*who)
		return wts_refuse(why, -ENOSPC, "%u registers are needed at once and a CPU has %u",
				  need, WTS_ARCH_REGISTERS);
	if (!left)
		return wts_refuse(why, -ENOSPC, "no free register%s", who);
	return wts_refuse(why, -ENOSPC, "%u registers are needed and %u %s free%s", need, left,
			  left == 1 ? "is" : "are", who);
}

/*
 * Asks the policy.  On success each claim that asks knows its registers, and
 * *fresh is the set of those that are not taken yet.
 */
static int wts_place_batch(struct wts_reason *why, unsigned long *fresh)
{
	const unsigned int held = hweight_long(wts_taken);
	struct wts_policy_claim *places;
	struct wts_claim *claim;
	unsigned int n = 0, i = 0, missing;

	list_for_each_entry(claim, &wts_claims, link)
		n++;
	places = kvcalloc(n, sizeof(*places), GFP_KERNEL);
	if (!places)
		return wts_refuse(why, -ENOMEM, "out of memory");

	list_for_each_entry(claim, &wts_claims, link) {
		places[i] = claim->place;
		places[i].holds = claim->hold == WTS_HOLDS;
		places[i++].asks = claim->asks;
	}
	missing = wts_policy_grant(places, n, WTS_ARCH_REGISTERS);

	/* Nobody loses: all priorities are equal so far. */
	i = 0;
	*fresh = 0;
	list_for_each_entry(claim, &wts_claims, link) {
		if (!missing && claim->asks) {
			claim->place = places[i];
			*fresh |= wts_claim_slots(claim) & ~wts_taken;
		}
		i++;
	}
	kvfree(places);
	if (missing)
		return wts_refuse_space(why, missing + WTS_ARCH_REGISTERS - held,
					WTS_ARCH_REGISTERS - held, 0);
	return 0;
}

/* Takes registers and proves them; all or none. */
static int wts_take(unsigned long fresh, struct wts_reason *why)
{
	const unsigned int held = hweight_long(wts_taken), need = hweight_long(fresh);
	unsigned int slot, left = 0;
	int error = 0;

	for_each_set_bit(slot, &fresh, WTS_ARCH_REGISTERS) {
		error = wts_backend_take(slot);
		if (error)
			break;
		left++;
		if (!wts_prove(slot)) {
			error = -ENODEV;
			break;
		}
	}
	if (!error)
		return 0;

	/* What was not taken is not there to be given back. */
	fresh &= wts_taken;
	for_each_set_bit(slot, &fresh, WTS_ARCH_REGISTERS)
		wts_backend_give_back(slot);
	if (error == -ENOSPC)
		return wts_refuse_space(why, need, left, WTS_ARCH_REGISTERS - held - left);
	if (error == -ENODEV)
		return wts_refuse(why, error, "this machine's debug registers do not fire");
	return wts_refuse(why, error, "perf refused a register (error %d)", error);
}

/* Was a register granted for exactly that already? */
static bool wts_is_granted(const struct wts_piece *piece)
{
	struct wts_claim *claim;
	unsigned int k;

	list_for_each_entry(claim, &wts_claims, link)
		for (k = 0; claim->hold == WTS_HOLDS && k < claim->place.pieces; k++)
			if (wts_policy_same(&claim->place.piece[k], piece))
				return true;
	return false;
}

/*
 * Asks perf about the addresses of a claim, once.  Where no register was free
 * to ask with, the list given at load has to do; without one perf is asked
 * again by wts_grant_batch(), which needs a free register anyway, but for what
 * it can share.
 */
static int wts_check_claim(struct wts_claim *claim, struct wts_reason *why)
{
	unsigned int k;
	int error;

	for (k = 0; !claim->checked && k < claim->place.pieces; k++) {
		if (wts_is_granted(&claim->place.piece[k]))
			continue;
		error = wts_backend_check(&claim->place.piece[k]);
		if (error == -EACCES)
			return wts_refuse(why, error, "cannot watch 0x%llx: the kernel refuses it",
					  claim->place.piece[k].address);
		if (error == -ENOSPC)
			return error;
		if (error)
			return wts_refuse(why, error, "perf could not check 0x%llx (error %d)",
					  claim->place.piece[k].address, error);
	}
	claim->checked = true;
	return 0;
}

/* Grants a batch, all or none; its registers are parked until it is armed. */
static int wts_grant_batch(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	static u64 seniority;
	struct wts_claim *claim;
	unsigned long fresh;
	unsigned int i;
	int error = 0;

	wts_sweep();
	for (i = 0; i < n; i++) {
		claim = claims[i];
		/* Shut since the sweep: its next grant begins with the next sweep. */
		while (claim->hold == WTS_HOLDS && !atomic64_read(&claim->gate))
			wts_sweep();
		if (claim->hold == WTS_HOLDS || claim->asks)
			continue;
		claim->asks = true;
		claim->place.seniority = ++seniority;
		if (!error && !claim->checked && !wts_arch_knows_all_forbidden()) {
			error = wts_check_claim(claim, why);
			if (error == -ENOSPC)
				wts_refuse_space(why, claim->place.pieces, 0,
						 WTS_ARCH_REGISTERS - hweight_long(wts_taken));
			if (error && why)
				why->claim = i;
		}
	}

	if (!error)
		error = wts_place_batch(why, &fresh);
	if (!error)
		error = wts_take(fresh, why);
	if (error)
		goto out;

	list_for_each_entry(claim, &wts_claims, link)
		if (claim->asks) {
			claim->hold = WTS_HOLDS;
			atomic64_set(&claim->gate, WTS_GATE_GRANTED);
		}
out:
	list_for_each_entry(claim, &wts_claims, link)
		claim->asks = false;
	return error;
}

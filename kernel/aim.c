// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a claim watches: checked and split into pieces as far as can be done
 * anywhere, and exchanged while the claim is idle.
 *
 * Idle is who has nothing to do with what it was aimed at any more: it neither
 * holds nor waits, D has been, and it is told all of it, so no plan that any
 * CPU is in leads to it, no handler of it runs, and what its client is told
 * from now on is of the new aim.  The kworker may be asking perf about the old
 * one; it sees by the number of aims that the answer is of no use (check.c).
 */
#include "slots.h"

#include <linux/export.h>

/* Is a byte in both?  Neither is empty or wraps. */
static bool wts_share_bytes(const struct wts_range *a, const struct wts_range *b)
{
	return a->address <= b->address + b->length - 1 && b->address <= a->address + a->length - 1;
}

/*
 * Is there anything against a range's addresses?  Of a per-CPU range each copy
 * is looked at, also those of CPUs that are not online: they may come.  Any
 * context.
 */
static int wts_check_addresses(const struct wts_range *range, unsigned int access,
			       struct wts_reason *why)
{
	const struct wts_piece whole = { .address = range->address, .access = access };
	const char *what;
	unsigned int cpu;
	u64 address;

	if (!(access & WTS_OWN_COPY)) {
		what = wts_arch_forbidden(range->address, range->length);
		return !what ? 0 : wts_refuse(why, WTS_CAUSE_ADDRESS, -EACCES,
					      "cannot watch 0x%llx: it is %s", range->address, what);
	}
	for_each_possible_cpu(cpu) {
		address = wts_piece_on(&whole, cpu).address;
		/* it was split as it lies before the offset is added */
		if (WARN_ON_ONCE(per_cpu_offset(cpu) % sizeof(u64)))
			what = "aligned in another way";
		else if (address + range->length - 1 < address)
			what = "beyond the last address";
		else
			what = wts_arch_forbidden(address, range->length);
		if (what)
			return wts_refuse(why, WTS_CAUSE_ADDRESS, -EACCES,
					  "cannot watch per-CPU 0x%llx: CPU %u's copy, 0x%llx, is %s",
					  range->address, cpu, address, what);
	}
	return 0;
}

/* Checks range i of an aim, and adds its pieces to place.  Any context. */
static int wts_check_range(struct wts_aim *aim, unsigned int i, unsigned int access,
			   struct wts_policy_claim *place, struct wts_reason *why)
{
	const struct wts_range *range = &aim->range[i];
	unsigned int n, j;
	int error;

	n = wts_arch_split(range->address, range->length, access, place->piece + place->pieces,
			   WTS_POLICY_PIECES - place->pieces);
	if (!n)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL,
				  "cannot watch %llu bytes at 0x%llx: not a range",
				  range->length, range->address);
	for (j = 0; j < i; j++)
		if (wts_share_bytes(range, &aim->range[j]))
			return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL,
					  "cannot watch %llu bytes at 0x%llx beside %llu at 0x%llx in one claim: they overlap",
					  range->length, range->address, aim->range[j].length,
					  aim->range[j].address);
	if (n > WTS_POLICY_PIECES)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -E2BIG,
				  "%llu bytes at 0x%llx need %u aligned pieces of 1, 2, 4 or 8 bytes, and a CPU has %u registers",
				  range->length, range->address, n, WTS_ARCH_REGISTERS);
	if (n > WTS_POLICY_PIECES - place->pieces)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -E2BIG,
				  "%llu bytes at 0x%llx need %u more aligned pieces of 1, 2, 4 or 8 bytes beside %u of the claim's other ranges, and a CPU has %u registers",
				  range->length, range->address, n, place->pieces,
				  WTS_ARCH_REGISTERS);
	error = wts_check_addresses(range, access, why);
	if (error)
		return error;
	for (j = 0; j < n; j++)
		aim->range_of[place->pieces++] = i;
	return 0;
}

/*
 * What can be said of ranges without a register.  Fills *aim and place's
 * pieces.  Any context.
 */
static int wts_check_ranges(const struct wts_range *ranges, unsigned int n, unsigned int access,
			    struct wts_aim *aim, struct wts_policy_claim *place,
			    struct wts_reason *why)
{
	unsigned int i;
	int error = 0;

	if (!n)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -EINVAL, "no range to watch was given");
	if (n > WTS_MAX_PIECES)
		return wts_refuse(why, WTS_CAUSE_ADDRESS, -E2BIG,
				  "%u ranges need a register each, and a CPU has %u", n,
				  WTS_ARCH_REGISTERS);
	memcpy(aim->range, ranges, n * sizeof(*ranges));
	aim->nranges = n;
	place->pieces = 0;
	for (i = 0; i < n && !error; i++)
		error = wts_check_range(aim, i, access, place, why);
	return error;
}

/* What keeps a claim from being aimed, or NULL.  Under the lock, or a moment's truth. */
static const char *wts_not_idle(const struct wts_claim *claim)
{
	unsigned int i;

	if (READ_ONCE(claim->has) || READ_ONCE(claim->place.holds))
		return "it has its registers";
	if (READ_ONCE(claim->place.waits) || READ_ONCE(claim->place.asks) ||
	    READ_ONCE(claim->waits_unchecked))
		return "it waits for a register";
	if (READ_ONCE(claim->leaves))
		return "a CPU may not have released it yet";
	if (atomic_read(&claim->is_wished) || atomic_read(&claim->wish))
		return "what was asked of it last has not been decided yet";
	for (i = 0; i < WTS_NOTES; i++)
		if (READ_ONCE(claim->notes[i].state) != WTS_NOTE_IDLE)
			return "its client has not been told yet what became of it";
	/* the callback itself may aim it */
	if (READ_ONCE(claim->is_told) && !(in_task() && wts_is_telling()))
		return "its client is being told what became of it";
	return READ_ONCE(claim->dying) ? "it is being destroyed" : NULL;
}

/* Was each piece of place one of the claim's before? */
static bool wts_had_pieces(const struct wts_claim *claim, const struct wts_policy_claim *place)
{
	unsigned int k, j;

	for (k = 0; k < place->pieces; k++) {
		for (j = 0; j < claim->place.pieces; j++)
			if (wts_policy_same(&place->piece[k], &claim->place.piece[j]))
				break;
		if (j == claim->place.pieces)
			return false;
	}
	return true;
}

/* The decision behind wts_claim_aim(). */
static int wts_decide_aim(struct wts_claim *claim, const struct wts_aim *aim,
			  const struct wts_policy_claim *place, struct wts_reason *why)
{
	const char *what;

	lockdep_assert_held(&wts_lock);
	what = wts_not_idle(claim);
	if (what)
		return wts_refuse(why, WTS_CAUSE_NONE, -EBUSY, "cannot be aimed elsewhere: %s",
				  what);
	claim->checked = claim->checked && wts_had_pieces(claim, place);
	claim->aims++;
	claim->aim = *aim;
	claim->place.pieces = place->pieces;
	memcpy(claim->place.piece, place->piece, sizeof(place->piece));
	return 0;
}

int wts_claim_aim(struct wts_claim *claim, const struct wts_range *ranges, unsigned int n,
		  struct wts_reason *why)
{
	struct wts_policy_claim place = { };
	struct wts_section section;
	struct wts_aim aim = { };
	int error;

	error = wts_check_ranges(ranges, n, claim->access, &aim, &place, why);
	if (error)
		return error;
	if (!wts_lock_enter(&section))
		return wts_refuse(why, WTS_CAUSE_BUSY, -EBUSY, "the arbiter is busy on this CPU");
	error = wts_decide_aim(claim, &aim, &place, why);
	wts_lock_leave(&section);
	return error;
}
EXPORT_SYMBOL_GPL(wts_claim_aim);

bool wts_claim_is_idle(const struct wts_claim *claim)
{
	return !wts_not_idle(claim);
}
EXPORT_SYMBOL_GPL(wts_claim_is_idle);

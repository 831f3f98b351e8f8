// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The gate, and the path of every hit.
 *
 * A claim's gate is one word:
 *
 *	0			shut
 *	2			granted, in no plan yet
 *	generation * 2		arming: a plan of that generation is on its way
 *	generation * 2 + 1	open
 *
 *   O  the store "open", by the one who saw the last CPU confirm (broadcast.c)
 *   C  the store 0, by whoever disables the claim or takes its register
 *   D  every CPU has confirmed a plan without the claim
 *
 * A hit is delivered if its handler's acquire load sees "open" with the
 * generation that this CPU's register was aimed with.  An access after O and
 * before C is delivered; one concurrent with O or C may go either way, and if
 * not delivered is counted.  A handler that passed the gate before C has ended
 * before D, because a CPU confirms in an IPI and an IPI does not arrive inside
 * a #DB.
 */
#include "slots.h"

/* No plan that arms has generation 1: see wts_generation. */
#define WTS_GATE_GRANTED	2

/* The value of an open gate, and of one that waits to be. */
static u64 wts_gate_open(u64 generation)
{
	return generation * 2 + 1;
}

static u64 wts_gate_arming(u64 open)
{
	return open - 1;
}

/* One access for one claim.  In #DB. */
static __always_inline void wts_deliver(const struct wts_share *share, struct pt_regs *regs)
{
	struct wts_claim *claim = share->claim;

	if (likely((u64)atomic64_read_acquire(&claim->gate) == share->open)) {
		this_cpu_inc(claim->counts->delivered);
		if (claim->hit)
			claim->hit(claim->data, regs);
		else
			claim->hit_range(claim->data, regs, share->range);
		return;
	}
	/* Counted first: the opener takes a changed count as "observe again". */
	this_cpu_inc(claim->counts->arming);
	if (claim->observe)
		claim->observe(claim->data);
}

/* A parked register, or one that is shared, or one piece of several.  In #DB. */
static noinline void wts_deliver_all(const struct wts_target *target, struct pt_regs *regs)
{
	unsigned long marks = wts_arch_trap_marks(regs), seen = marks;
	const struct wts_share *share;

	if (!target->share)
		__this_cpu_inc(wts_cpu.proofs);

	/*
	 * A claim of several pieces is marked by the set of its registers.
	 * Two claims of one set watch the same bytes, so they have been served
	 * together.
	 */
	for (share = target->share; share; share = share->next) {
		if (share->mark & seen)
			continue;
		marks |= share->mark;
		wts_deliver(share, regs);
	}
	if (marks != seen)
		wts_arch_set_trap_marks(regs, marks);
}

/* perf's overflow handler: one register has trapped.  In #DB, NMI-like. */
static void wts_trap(struct perf_event *event, struct perf_sample_data *data,
		     struct pt_regs *regs)
{
	const struct wts_register *reg = event->overflow_handler_context;
	const struct wts_target *target = reg->target;

	if (likely(target->alone))
		wts_deliver(target->share, regs);
	else
		wts_deliver_all(target, regs);
}

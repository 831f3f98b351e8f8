// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arming: the registers of granted claims are aimed on every CPU, and when all
 * have confirmed the gates open.  In the arbiter's kworker, with
 * cpus_read_lock() and wts_mutex held; sleeps.
 */
#include "slots.h"

/* The client's own read must not trap: a .rw watch would see it. */
static void wts_observe_quietly(struct wts_claim *claim)
{
	unsigned long flags, was;

	local_irq_save(flags);
	was = wts_arch_suspend_watches();
	claim->observe(claim->data);
	wts_arch_resume_watches(was);
	local_irq_restore(flags);
}

/*
 * O.  A client that keeps the last value must not be left with one read before
 * a write whose trap it saw already: so it observes again until no access fell
 * in between, but not for ever where the word is hot.
 */
static void wts_open(struct wts_claim *claim)
{
	struct wts_claim_stats before = { sizeof(before) }, after = { sizeof(after) };
	unsigned int tries = 100;

	if ((u64)atomic64_read(&claim->gate) != wts_gate_arming(claim->open))
		return;
	while (claim->observe && tries--) {
		wts_claim_stats(claim, &before);
		wts_observe_quietly(claim);
		wts_claim_stats(claim, &after);
		if (before.arming == after.arming)
			break;
	}
	/* Fails if it was disabled meanwhile: then it stays shut, and is swept. */
	atomic64_cmpxchg(&claim->gate, wts_gate_arming(claim->open), claim->open);
}

/*
 * Arms those of the batch that are granted and not armed; on return their
 * gates are open.  0, or -EIO: then none of them is open and all are released.
 */
static int wts_arm_batch(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	const u64 open = wts_gate_open(wts_generation + 1);
	unsigned long slots = 0;
	unsigned int i;
	int error;

	for (i = 0; i < n; i++) {
		struct wts_claim *claim = claims[i];

		/* Armed already; or disabled since it was granted, and to be swept. */
		if (claim->hold != WTS_HOLDS || claim->open ||
		    atomic64_cmpxchg(&claim->gate, WTS_GATE_GRANTED, wts_gate_arming(open)) !=
		    WTS_GATE_GRANTED)
			continue;
		claim->open = open;
		slots |= wts_claim_slots(claim);
	}
	if (!slots)
		return 0;

	error = wts_replan(slots);
	for (i = 0; i < n; i++)
		if (claims[i]->hold == WTS_HOLDS && claims[i]->open == open) {
			if (error)
				atomic64_set(&claims[i]->gate, 0);
			else
				wts_open(claims[i]);
		}
	if (error) {
		wts_refuse(why, error, "perf has put a register out of action");
		wts_sweep();
	}
	return error;
}

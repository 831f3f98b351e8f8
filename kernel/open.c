// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gates open: the client reads the watched bytes, then O.  By the last CPU
 * that has confirmed, or by the kworker that tells, if something was still to
 * be told before.
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

/* Accesses that came while the gate was shut, so far. */
static u64 wts_count_arming(const struct wts_claim *claim)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(claim->counts, cpu)->arming);
	return sum;
}

/*
 * O, if the claim is arming in the plan with that value for "open".  A client
 * that keeps the last value must not be left with one read before a write
 * whose trap it saw already: so it observes again until no access fell in
 * between, but not for ever where the word is hot.  Interrupt or process
 * context, wts_lock not held; the claim cannot go.
 */
static void wts_open_gate(struct wts_claim *claim, u64 open)
{
	const u64 arming = wts_gate_arming(open);
	struct wts_section section;
	unsigned int tries = 100;
	u64 before;

	if ((u64)atomic64_read(&claim->gate) != arming || !wts_may_open(claim))
		return;
	while (claim->observe && tries--) {
		before = wts_count_arming(claim);
		wts_observe_quietly(claim);
		if (before == wts_count_arming(claim))
			break;
	}
	/* Under the lock, so that whoever releases the claim knows whether O has been. */
	wts_lock_must_enter(&section);
	if (claim->has && claim->open == open && wts_may_open(claim)) {
		const u64 time = ktime_get_mono_fast_ns();

		/* Fails if it was shut meanwhile, or opened by the other of the two. */
		if ((u64)atomic64_cmpxchg(&claim->gate, arming, open) == arming) {
			claim->told_open = true;
			claim->since = time;
			wts_note_armed(claim, time);
		}
	}
	wts_lock_leave(&section);
}

/* A claim whose gate waits only for what was to be told, or NULL.  Under the lock. */
static struct wts_claim *wts_is_late(void)
{
	unsigned int i;

	lockdep_assert_held(&wts_lock);
	for (i = 0; i < wts_nstanding; i++) {
		struct wts_claim *claim = wts_claim_of(wts_standing[i]);

		if (claim->has && claim->open && claim->open <= wts_gate_open(wts_finished) &&
		    (u64)atomic64_read(&claim->gate) == wts_gate_arming(claim->open) &&
		    wts_may_open(claim))
			return claim;
	}
	return NULL;
}

/* Kworker. */
static void wts_open_late(struct wts_claim *claim)
{
	u64 open = READ_ONCE(claim->open);

	if (open)
		wts_open_gate(claim, open);
}

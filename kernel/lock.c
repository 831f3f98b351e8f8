// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lock of all decisions.  It can be asked for anywhere: in #DB handlers,
 * kprobes, timers, interrupts and NMIs.
 *
 *  1. Who has it has interrupts off, this CPU's watches suspended and the
 *     CPU's depth raised, in this order: interrupts, depth, watches, lock.
 *  2. Who finds the depth raised has interrupted an owner, or one that is
 *     about to be, on his own CPU.  He must not spin: he leaves a wish on the
 *     claim (wts_wish) and goes.
 *  3. Whoever leaves the lock has granted the wishes first.  One that was left
 *     after that and before the depth fell is seen when it has fallen, and an
 *     interrupt of our own comes back for it; who has the lock before that
 *     grants it before he decides anything, so that calls take effect in the
 *     order in which they were made.
 *  4. All others spin by trylock: an NMI may not wait for a lock in the eyes
 *     of lockdep.  Owners are not long: what they do is bounded by
 *     WTS_MAX_STANDING, and nothing interrupts them but NMIs and probes.
 *  5. Under it no client is called, nobody is woken, nothing is printed, no
 *     register is rewritten, no IPI is sent.
 *
 * As watches are suspended no #DB comes to an owner.  Functions under the lock
 * may have kprobes all the same (they call the kernel's own string functions),
 * so rule 2, and not the absence of probes, is what makes it safe.
 */
#include "slots.h"

static DEFINE_RAW_SPINLOCK(wts_lock);
static LLIST_HEAD(wts_wishes);

struct wts_section {
	unsigned long flags;
	unsigned long watches;
	bool wishes;			/* some were granted */
};

static void wts_grant_wish(struct wts_claim *claim, unsigned int wish);
static void wts_apply_priority(struct wts_claim *claim, s32 priority);
static void wts_kick_soon(void);
static void wts_grant_wishes(void);

/* Any context.  False: this CPU is at the lock already (rule 2). */
static bool wts_lock_enter(struct wts_section *section)
{
	local_irq_save(section->flags);
	if (this_cpu_inc_return(wts_cpu.depth) != 1) {
		this_cpu_dec(wts_cpu.depth);
		local_irq_restore(section->flags);
		return false;
	}
	section->watches = wts_arch_suspend_watches();
	while (!raw_spin_trylock(&wts_lock))
		cpu_relax();
	/* one that was left too late for its owner comes before what is decided now */
	section->wishes = !llist_empty(&wts_wishes);
	if (section->wishes)
		wts_grant_wishes();
	return true;
}

static void wts_grant_wishes(void)
{
	struct llist_node *list, *next;

	lockdep_assert_held(&wts_lock);
	/* once: a probe on what is called here may wish again each time */
	for (list = llist_reverse_order(llist_del_all(&wts_wishes)); list; list = next) {
		struct wts_claim *claim = container_of(list, struct wts_claim, wished);

		/* from here on it can be put on the list again */
		next = list->next;
		atomic_set(&claim->is_wished, 0);
		smp_mb__after_atomic();
		if (atomic_xchg(&claim->wish_priority_set, 0))
			wts_apply_priority(claim, READ_ONCE(claim->wish_priority));
		wts_grant_wish(claim, atomic_xchg(&claim->wish, WTS_WISH_NOTHING));
	}
}

static void wts_lock_leave(const struct wts_section *section)
{
	bool wishes = section->wishes;

	if (!llist_empty(&wts_wishes)) {
		wts_grant_wishes();
		wishes = true;
	}
	raw_spin_unlock(&wts_lock);
	wts_arch_resume_watches(section->watches);
	this_cpu_dec(wts_cpu.depth);
	/* rule 3; and what was granted is to be carried and told, whoever had the lock */
	barrier();
	if (wishes || !llist_empty(&wts_wishes))
		wts_kick_soon();
	local_irq_restore(section->flags);
}

/* Where no owner can have been interrupted: process context, interrupts, IPIs. */
static void wts_lock_must_enter(struct wts_section *section)
{
	while (WARN_ON_ONCE(!wts_lock_enter(section)))
		cpu_relax();
}

/* Leaves the claim for the owner that was interrupted.  Rule 2. */
static void wts_leave_wish(struct wts_claim *claim)
{
	if (!atomic_xchg(&claim->is_wished, 1))
		llist_add(&claim->wished, &wts_wishes);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lock of the global variables.
 *
 * Rules:
 *  1. Handlers that touch more than counters hold it for their whole run, so a
 *     handler is atomic to all others. begin, end and error probes run alone
 *     and do without.
 *  2. It is asked for in #DB and in timers, on top of a holder on the same CPU
 *     perhaps: so it knows its owner's CPU and is only ever tried.
 *  3. A holder runs with interrupts off, calls nothing that sleeps, and can be
 *     interrupted only by a hit, which gives up (rule 2).
 */
static atomic_t wt_lock_owner;	/* CPU number + 1, 0 when free */

/* Interrupts off. False when it cannot be had in time: the handler is skipped. */
static bool wt_lock_take(void)
{
	return wt_word_take(&wt_lock_owner) == WT_HELD;
}

static void wt_lock_give(void)
{
	atomic_set_release(&wt_lock_owner, 0);
}

/* Waits for it in a process; from here on interrupts are off. Undone by wt_lock_end(). */
static unsigned long wt_lock_wait(void)
{
	unsigned long flags;

	for (;;) {
		local_irq_save(flags);
		if (wt_lock_take())
			return flags;
		local_irq_restore(flags);
		usleep_range(50, 200);
	}
}

static void wt_lock_end(unsigned long flags)
{
	wt_lock_give();
	local_irq_restore(flags);
}

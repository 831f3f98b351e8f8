// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A word that names the CPU of its holder, 0 where there is none: what the lock
 * of the globals is, and the tables of aggregates have. It is only ever tried, as
 * who asks may have interrupted the holder on the same CPU.
 */
enum wt_hold {
	WT_HELD,
	WT_BENEATH,	/* this CPU has it: the holder is interrupted by the caller */
	WT_BUSY,	/* another CPU has it, for longer than MAXTRYLOCK allows */
};

/* Any context; the caller stays on the CPU. */
static __always_inline enum wt_hold wt_word_take(atomic_t *word)
{
	int me = raw_smp_processor_id() + 1;
	int tries, owner;

	for (tries = 0; tries <= wt_script.limits.try_lock; tries++) {
		owner = atomic_cmpxchg_acquire(word, 0, me);
		if (likely(owner == 0))
			return WT_HELD;
		if (owner == me)
			return WT_BENEATH;
		if (tries < 100)
			cpu_relax();
		else
			udelay(wt_script.limits.try_lock_delay);
	}
	return WT_BUSY;
}

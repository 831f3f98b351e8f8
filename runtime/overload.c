// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What handlers cost a CPU. Cycles, as in SystemTap; both ends are read on one
 * CPU, so an unstable TSC does no harm. A hit that interrupts a handler is
 * charged twice, and what two of them add at once may be lost: it is a budget,
 * no account.
 */

/*
 * Charges this CPU with what began at start, and trap cycles more. True when it
 * has spent more than the threshold within one interval.
 */
static __always_inline bool wt_overload(struct wt_cpu *pc, u64 start, unsigned int trap)
{
	u64 now;

	if (wt_script.limits.no_overload)
		return false;
	now = get_cycles();
	if (unlikely(start - pc->interval_start > wt_script.limits.overload_interval)) {
		pc->interval_start = start;
		pc->interval_spent = 0;
	}
	pc->interval_spent += now - start + trap;
	return pc->interval_spent > wt_script.limits.overload_threshold;
}

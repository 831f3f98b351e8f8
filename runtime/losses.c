// SPDX-License-Identifier: GPL-2.0-or-later
/* What was not delivered, by cause. Any context. */

static void wt_lose(enum wt_loss cause)
{
	this_cpu_inc(wt_cpus.lost[cause]);
}

/* A handler that should have run did not: beyond MAXSKIPPED the script ends. */
static noinline void wt_skip(enum wt_loss cause, unsigned int probe)
{
	wt_lose(cause);
	/* as in SystemTap, where handlers may interrupt one another that is to be expected */
	if (wt_script.limits.interruptible && cause == WT_LOSS_reentry)
		return;
	if (atomic_inc_return(&wt_skipped) == wt_script.limits.skipped + 1) {
		wt_emit_text(WT_ITEM_ERROR, probe, "more handlers skipped than MAXSKIPPED allows");
		wt_end(true);
	}
}

static void wt_losses_sum(struct wt_counters *ret)
{
	int cpu, i;

	memset(ret, 0, sizeof(*ret));
	for_each_possible_cpu(cpu) {
		const struct wt_cpu *pc = per_cpu_ptr(&wt_cpus, cpu);

		for (i = 0; i < WT_LOSS_COUNT; i++)
			ret->lost[i] += READ_ONCE(pc->lost[i]);
		ret->hits += READ_ONCE(pc->hits);
	}
	ret->errors = atomic_read(&wt_errors);
}

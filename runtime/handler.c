// SPDX-License-Identifier: GPL-2.0-or-later
/* A timer's or a function's handler runs. Interrupts are off. A hit's is in hit.c. */

/* The script ends: unlike a watch, a timer or a function cannot be switched off for itself. */
static noinline void wt_overload_end(struct wt_cpu *pc, unsigned int probe)
{
	pc->interval_spent = 0;
	if (READ_ONCE(wt_state) != WT_RUNNING)
		return;
	wt_emit_text(WT_ITEM_ERROR, probe, "the handlers took too much of a CPU (STP_OVERLOAD_THRESHOLD)");
	wt_end(true);
}

/* The context is taken. */
static void wt_run_in(struct wt_context *x, const struct wt_probe *probe)
{
	if (!probe->locks) {
		probe->handler(&x->c);
	} else if (wt_lock_take()) {
		probe->handler(&x->c);
		if (probe->decides)
			wt_decide(x);
		wt_lock_give();
	} else {
		wt_skip(WT_LOSS_lock, probe - wt_script.probes);
	}
}

static void wt_run_handler(enum wt_level level, const struct wt_probe *probe, struct pt_regs *regs)
{
	struct wt_cpu *pc = this_cpu_ptr(&wt_cpus);
	struct wt_context *x = pc->contexts[level];
	u64 start = get_cycles();

	if (unlikely(x->busy)) {
		wt_skip(WT_LOSS_reentry, probe - wt_script.probes);
		return;
	}
	/* taken before its members are looked at */
	wt_context_enter(x, probe, regs, wt_script.limits.action);
	if (likely(wt_has_room(x)))
		wt_run_in(x, probe);
	else
		wt_skip(WT_LOSS_stack, probe - wt_script.probes);
	wt_context_leave(x);
	if (unlikely(wt_overload(pc, start, 0)))
		wt_overload_end(pc, probe - wt_script.probes);
}

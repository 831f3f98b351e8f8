// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A trap arrives. All of this runs in #DB context: NMI-like, interrupts off,
 * on the 8 KiB IST stack, DR7 cleared. What it costs is the product's figure.
 */

/* May anything of the script still happen, though no watch is left? */
static bool wt_lives_on(void)
{
	unsigned int i;

	for (i = 0; i < wt_watch_count; i++)
		if (wt_watches[i].claim && !READ_ONCE(wt_watches[i].overloaded) && !wt_is_left_out(wt_watches[i].def))
			return true;
	for (i = 0; i < wt_script.probe_count; i++)
		if (wt_script.probes[i].kind == WT_TIMER || wt_script.probes[i].kind == WT_FUNCTION ||
		    wt_script.probes[i].kind == WT_DISABLED)
			return true;
	return false;
}

static noinline void wt_overload_cut(struct wt_cpu *pc, struct wt_watch *w)
{
	static const char reason[] = "its handlers took too much of a CPU (STP_OVERLOAD_THRESHOLD)";

	pc->interval_spent = 0;
	if (xchg(&w->overloaded, true))
		return;
	wts_claim_disable_for(w->claim, reason);
	WRITE_ONCE(w->wanted, false);
	if (!wt_is_told(w, WT_DISABLED))
		wt_warn_of(w, "switched off: ", reason);
	if (wt_lives_on())
		return;
	wt_emit_text(WT_ITEM_ERROR, w->handled_by, "no watch is left");
	wt_end(true);
}

/* The handler of a hit does not run; which loss it is. */
static noinline void wt_hit_refused(struct wt_watch *w, struct wt_context *x)
{
	if (READ_ONCE(wt_state) != WT_RUNNING)
		wt_lose(WT_LOSS_stopped);
	else if (READ_ONCE(w->overloaded))
		wt_lose(WT_LOSS_overload);
	else if (x->busy)
		wt_skip(WT_LOSS_reentry, w->handled_by);
	else
		wt_skip(WT_LOSS_stack, w->handled_by);
}

/* One access to a range of the watch. own: to this CPU's copy, and each has one. */
static __always_inline void wt_hit_range(struct wt_watch *w, struct pt_regs *regs, unsigned int range, bool own)
{
	const unsigned long offset = own ? __my_cpu_offset : 0;
	struct wt_cpu *pc = this_cpu_ptr(&wt_cpus);
	struct wt_context *x = pc->contexts[WT_LEVEL_HIT];
	const struct wt_probe *probe = &wt_script.probes[w->handled_by];
	u64 start = get_cycles();

	if (unlikely(READ_ONCE(wt_state) != WT_RUNNING || w->overloaded || x->busy || !wt_hit_has_room(regs))) {
		if (own)
			wt_observe_own(w);
		else
			wt_observe(w);
		wt_hit_refused(w, x);
		return;
	}
	wt_context_enter(x, probe, regs, wt_script.limits.action);
	x->c.address = w->address[range] + offset;
	x->c.length = w->def->ranges[range].length;
	x->c.args = w->args;
	if (wt_keeps_values(w->def) &&
	    !wt_values_take(w, range, own ? this_cpu_ptr(w->own) : &w->shadow, offset, &x->c) && w->def->change) {
		/* as if there had been no access, but for what it cost */
	} else if (!probe->locks) {
		probe->handler(&x->c);
		pc->hits++;
	} else if (unlikely(!wt_lock_take())) {
		wt_skip(WT_LOSS_lock, w->handled_by);
	} else {
		/* the watch may have been shut while we waited: who shut it sees no hit after */
		if (likely(wts_claim_is_open(w->claim))) {
			probe->handler(&x->c);
			pc->hits++;
			if (probe->decides)
				wt_decide(x);
		} else {
			wt_lose(WT_LOSS_stopped);
		}
		wt_lock_give();
	}
	wt_context_leave(x);
	if (unlikely(wt_overload(pc, start, wt_script.limits.overload_trap)))
		wt_overload_cut(pc, w);
}

static void wt_hit(void *data, struct pt_regs *regs)
{
	wt_hit_range(data, regs, 0, false);
}

/* Of a watch with several ranges. */
static void wt_hit_one_of(void *data, struct pt_regs *regs, unsigned int range)
{
	wt_hit_range(data, regs, range, false);
}

/* Of a watch of which each CPU has its own copy. */
static void wt_hit_own(void *data, struct pt_regs *regs, unsigned int range)
{
	wt_hit_range(data, regs, range, true);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A trap arrives. All of this runs in #DB context: NMI-like, interrupts off,
 * on the 8 KiB IST stack, DR7 cleared. What it costs is the product's figure.
 */

/*
 * Charges a hit to this CPU. True when the CPU has spent more than the
 * threshold in hits within one interval. Cycles, as in SystemTap; both ends
 * are read on one CPU, so an unstable TSC does no harm.
 */
static __always_inline bool wt_overload(struct wt_cpu *pc, u64 start)
{
	u64 now = get_cycles();

	if (unlikely(start - pc->interval_start > STP_OVERLOAD_INTERVAL)) {
		pc->interval_start = start;
		pc->interval_spent = 0;
	}
	pc->interval_spent += now - start + STP_OVERLOAD_TRAP;
	return pc->interval_spent > STP_OVERLOAD_THRESHOLD;
}

static noinline void wt_overload_cut(struct wt_cpu *pc, struct wt_watch *w)
{
	unsigned int i;

	pc->interval_spent = 0;
	if (xchg(&w->overloaded, true))
		return;
	wts_claim_disable(w->claim);
	wt_emit_text(WT_ITEM_WARNING, w->handled_by,
		     "watch switched off: its handlers took too much of a CPU (STP_OVERLOAD_THRESHOLD)");
	for (i = 0; i < wt_script.watch_count; i++)
		if (!READ_ONCE(wt_watches[i].overloaded))
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
	else
		wt_skip(WT_LOSS_reentry, w->handled_by);
}

static void wt_observe(void *data)
{
	struct wt_watch *w = data;
	long value;

	if (w->def->values && wt_read_long(w->address, w->def->length, &value))
		atomic64_set(&w->shadow, value);
}

static void wt_hit(void *data, struct pt_regs *regs)
{
	struct wt_watch *w = data;
	struct wt_cpu *pc = this_cpu_ptr(&wt_cpus);
	struct wt_context *x = pc->contexts[WT_LEVEL_HIT];
	const struct wt_probe *probe = &wt_script.probes[w->handled_by];
	u64 start = get_cycles();

	if (unlikely(READ_ONCE(wt_state) != WT_RUNNING || w->overloaded || x->busy)) {
		wt_observe(w);
		wt_hit_refused(w, x);
		return;
	}
	wt_context_enter(x, probe, regs, MAXACTION);
	x->c.address = w->address;
	x->c.length = w->def->length;
	if (w->def->values) {
		wt_read_long(w->address, w->def->length, &x->c.value);
		x->c.old = atomic64_xchg(&w->shadow, x->c.value);
	}
	if (!probe->locks) {
		probe->handler(&x->c);
		pc->hits++;
	} else if (unlikely(!wt_lock_take())) {
		wt_skip(WT_LOSS_lock, w->handled_by);
	} else {
		/* the watch may have been shut while we waited: who shut it sees no hit after */
		if (likely(wts_claim_is_open(w->claim))) {
			probe->handler(&x->c);
			pc->hits++;
		} else {
			wt_lose(WT_LOSS_stopped);
		}
		wt_lock_give();
	}
	wt_context_leave(x);
	if (unlikely(wt_overload(pc, start)))
		wt_overload_cut(pc, w);
}

/* A watch that has lost its register is told of: its silence means nothing. */
static void wt_tell_loss(struct wt_watch *w, const struct wts_event *event)
{
	char text[WTS_REASON_LEN + 32];

	if (event->cause == WTS_CAUSE_DISABLED || READ_ONCE(wt_state) != WT_RUNNING)
		return;
	w->lost = true;
	snprintf(text, sizeof(text), "watch not armed: %s", event->reason);
	wt_emit_text(WT_ITEM_WARNING, w->handled_by, text);
}

/* The arbiter's kworker, one at a time. */
static void wt_disarmed(void *data, const struct wts_event *event)
{
	wt_tell_loss(data, event);
}

static void wt_unavailable(void *data, const struct wts_event *event)
{
	wt_tell_loss(data, event);
}

static void wt_armed(void *data, const struct wts_event *event)
{
	struct wt_watch *w = data;

	if (w->lost && READ_ONCE(wt_state) == WT_RUNNING)
		wt_emit_text(WT_ITEM_WARNING, w->handled_by, "watch armed again");
	w->lost = false;
}

static const struct wts_ops wt_watch_ops = {
	.size = sizeof(wt_watch_ops),
	.hit = wt_hit,
	.observe = wt_observe,
	.armed = wt_armed,
	.disarmed = wt_disarmed,
	.unavailable = wt_unavailable,
};

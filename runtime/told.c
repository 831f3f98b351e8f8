// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sub-probes: what the arbiter tells a watch runs its .enabled, .disabled and
 * .unavailable, in the order in which it happened. In the arbiter's kworker,
 * one event at a time, or in the process that starts the script.
 *
 * They see nothing of a script that is still starting: the begin probes run
 * first, and alone.
 */
static DECLARE_WAIT_QUEUE_HEAD(wt_begun);
static bool wt_ran;		/* the watches were armed, or about to be */
static u64 wt_begun_at;		/* when the begin probes were through; ktime_get_mono_fast_ns() */

/* Has the script a sub-probe of that kind for it? */
static bool wt_is_told(const struct wt_watch *w, enum wt_probe_kind kind)
{
	unsigned int i;

	for (i = 0; i < wt_script.probe_count; i++)
		if (wt_script.probes[i].kind == kind && wt_script.probes[i].watch == wt_definition(w))
			return true;
	return false;
}

/* Runs one; never skipped, so it waits for the lock. Process context. */
static void wt_run_told(const struct wt_probe *probe, const struct wt_watch *w,
			const struct wts_event *event)
{
	struct wt_context *x;
	unsigned long flags = 0;

	if (probe->locks)
		flags = wt_lock_wait();
	preempt_disable();
	x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_PROCESS]);
	wt_context_enter(x, probe, NULL, probe->locks ? wt_script.limits.action : wt_script.limits.action_interruptible);
	/* what was refused at the start is told after the begin probes, and sorts there */
	x->time = max(event->time, wt_begun_at);
	x->timed = true;
	x->c.address = w->address[0];
	x->c.length = w->def->ranges[0].length;
	x->c.args = w->args;
	x->c.reason = event->reason;
	x->c.priority = event->priority;
	probe->handler(&x->c);
	if (probe->decides)
		wt_decide(x);
	wt_context_leave(x);
	x->timed = false;
	preempt_enable();
	if (probe->locks)
		wt_lock_end(flags);
}

/*
 * Sub-probes that make one another run for ever would keep the arbiter's kworker
 * busy: so many in a second end the script.
 */
#define WT_MOST_TOLD 10000

static bool wt_told_too_much(const struct wt_probe *probe)
{
	static u64 second_start;
	static unsigned int count;
	u64 now = ktime_get_mono_fast_ns();

	if (now - second_start > NSEC_PER_SEC) {
		second_start = now;
		count = 0;
	}
	if (++count <= WT_MOST_TOLD)
		return false;
	if (count == WT_MOST_TOLD + 1 && READ_ONCE(wt_state) == WT_RUNNING) {
		wt_emit_text(WT_ITEM_ERROR, probe - wt_script.probes,
			     "more than 10000 sub-probes ran in a second");
		wt_end(true);
	}
	return READ_ONCE(wt_state) == WT_RUNNING;
}

/* False: the script has no sub-probe for it. Process context. */
static bool wt_tell(const struct wt_watch *w, enum wt_probe_kind kind, const struct wts_event *event)
{
	bool told = false;
	unsigned int i;

	WRITE_ONCE(wt_telling, w);
	for (i = 0; i < wt_script.probe_count; i++) {
		const struct wt_probe *probe = &wt_script.probes[i];

		if (probe->kind != kind || probe->watch != wt_definition(w))
			continue;
		if (!wt_told_too_much(probe))
			wt_run_told(probe, w, event);
		told = true;
	}
	WRITE_ONCE(wt_telling, NULL);
	return told;
}

/* Waits until the begin probes are through. Is there anybody to tell? */
static bool wt_may_tell(void)
{
	wait_event(wt_begun, READ_ONCE(wt_state) != WT_LOADED && READ_ONCE(wt_state) != WT_STARTING);
	return READ_ONCE(wt_ran) && READ_ONCE(wt_state) != WT_STOPPED;
}

/* For a watch that no sub-probe speaks for. Any context. */
static void wt_warn_of(const struct wt_watch *w, const char *what, const char *reason)
{
	char text[WTS_REASON_LEN];

	snprintf(text, sizeof(text), "%s %s%s", w->def->name, what, reason);
	wt_emit_text(WT_ITEM_WARNING, w->handled_by, text);
}

static void wt_armed(void *data, const struct wts_event *event)
{
	struct wt_watch *w = data;

	if (!wt_may_tell())
		return;
	if (!wt_tell(w, WT_ENABLED, event) && w->lost)
		wt_warn_of(w, "armed again", "");
	w->lost = false;
}

/* A watch without sub-probes that has lost its register is told of: its silence means nothing. */
static void wt_disarmed(void *data, const struct wts_event *event)
{
	struct wt_watch *w = data;

	if (!wt_may_tell() || wt_tell(w, WT_DISABLED, event))
		return;
	if (event->cause == WTS_CAUSE_DISABLED || READ_ONCE(wt_state) != WT_RUNNING)
		return;
	w->lost = true;
	wt_warn_of(w, "not armed: ", event->reason);
}

static void wt_unavailable(void *data, const struct wts_event *event)
{
	struct wt_watch *w = data;
	u64 times = min_t(u64, event->repeats, WT_MOST_TOLD);
	bool told = false;

	if (!wt_may_tell())
		return;
	/* each refusal is told, though the arbiter counts those that come too fast */
	do
		told = wt_tell(w, WT_UNAVAILABLE, event);
	while (told && --times);
	if (told)
		return;
	/* whoever enables a watch has the answer */
	if ((w->def->dynamic && !w->def->starts) || READ_ONCE(wt_state) != WT_RUNNING)
		return;
	w->lost = true;
	wt_warn_of(w, "not armed: ", event->reason);
}

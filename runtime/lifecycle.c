// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Start and stop.
 *
 * Start: (a) the watches are granted their registers (startup.c), or the start
 * fails and nothing has run; (b) functions are probed; (c) begin probes; (d)
 * arming on every CPU, sub-probes run from here on; (e) timers. Where a begin
 * probe ends the script, (d) and (e) are left out.
 *
 * Stop: (a) the state leaves RUNNING, so that no handler starts; (b) every
 * claim is shut, so that all gates close together; (c) timers and functions'
 * probes are stopped, which waits for their handlers, and an interrupt to every
 * CPU waits for those of hits: now nobody can name a claim any more, as exit()
 * does; (d) claims are destroyed, and tell what is still to be told; (e) end
 * probes, or error probes, run alone.
 */
static DEFINE_MUTEX(wt_lifecycle_mutex);

/* exit(), or too many errors. Any context. User space sees POLLPRI and stops us. */
static void wt_end(bool failed)
{
	if (failed)
		WRITE_ONCE(wt_failed, true);
	WRITE_ONCE(wt_wants_end, true);
	if (cmpxchg(&wt_state, WT_RUNNING, WT_ENDING) == WT_RUNNING)
		wt_claims_shut();
	wt_wake();
}

/* By sequence numbers; of one number, in script order. */
static bool wt_runs_before(const struct wt_probe *a, const struct wt_probe *b)
{
	return a->sequence != b->sequence ? a->sequence < b->sequence : a < b;
}

/* The first probe of a kind that runs after that one, or of all; NULL: there is none. */
static const struct wt_probe *wt_next_probe(enum wt_probe_kind kind, const struct wt_probe *after)
{
	const struct wt_probe *p, *next = NULL;

	for (p = wt_script.probes; p < wt_script.probes + wt_script.probe_count; p++)
		if (p->kind == kind && (!after || wt_runs_before(after, p)) && (!next || wt_runs_before(p, next)))
			next = p;
	return next;
}

/* Runs the begin, end or error probes in their order. Process context. */
static void wt_run_probes(enum wt_probe_kind kind)
{
	const struct wt_probe *probe = NULL;

	while ((probe = wt_next_probe(kind, probe))) {
		struct wt_context *x;

		if (kind == WT_BEGIN && READ_ONCE(wt_wants_end))
			break;
		preempt_disable();
		x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_PROCESS]);
		wt_context_enter(x, probe, NULL, wt_script.limits.action_interruptible);
		probe->handler(&x->c);
		if (probe->decides && kind == WT_BEGIN)
			wt_decide(x);
		wt_context_leave(x);
		preempt_enable();
		if (probe->once)
			wt_end(false);
	}
}

static void wt_nothing(void *unused)
{
}

/* Process context; no handler runs any more when it returns. The state is not RUNNING. */
static void wt_handlers_wait(void)
{
	wt_timers_stop();
	wt_profile_stop();
	wt_functions_stop();
	/* an interrupt does not arrive inside a #DB */
	on_each_cpu(wt_nothing, NULL, 1);
}

/* What is wrong with a range's address, or NULL. */
static const char *wt_range_problem(const struct wt_watch *w, unsigned int r)
{
	if (w->unbound || wt_is_left_out(w->def))
		return NULL;
	if (!wt_has_cpu(&w->def->ranges[r]))
		return wt_no_cpu;
	return !w->bound[r] && !w->def->args ? "its address was not bound" : NULL;
}

/* Is every address known, or that there is none? */
static int wt_check_bound(struct wt_start *ret)
{
	unsigned int i, r;

	for (i = 0; i < wt_watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];

		for (r = 0; r < w->def->range_count; r++) {
			const char *problem = wt_range_problem(w, r);

			if (!problem || (problem == wt_no_cpu && w->def->may_fail && !wt_unbind(w, problem)))
				continue;
			ret->range = w->def->first_range + r;
			strscpy(ret->text, problem, sizeof(ret->text));
			return -EINVAL;
		}
	}
	return 0;
}

/* What happens between (a) and (e). */
static int wt_start_armed(struct wt_start *ret)
{
	int error = wt_functions_start(ret);

	if (error)
		return error;
	WRITE_ONCE(wt_state, WT_STARTING);
	wt_run_probes(WT_BEGIN);
	if (READ_ONCE(wt_wants_end))
		return 0;
	wt_begun_at = ktime_get_mono_fast_ns();
	/* before the gates open: an access right behind must find handlers running */
	WRITE_ONCE(wt_ran, true);
	WRITE_ONCE(wt_state, WT_RUNNING);
	wake_up_all(&wt_begun);
	error = wt_startup_arm();
	if (error) {
		strscpy(ret->text, "perf has put a debug register out of action", sizeof(ret->text));
		return error;
	}
	wt_timers_start();
	error = wt_profile_start();
	if (error)
		snprintf(ret->text, sizeof(ret->text), "no timers on every CPU: the kernel refuses them (error %d)", error);
	return error;
}

/* Process context, wt_lifecycle_mutex held. */
static int wt_start(struct wt_start *ret)
{
	struct wt_startup startup = { };
	int error;

	if (wt_state != WT_LOADED)
		return -EBUSY;
	error = wt_check_bound(ret);
	if (error)
		return error;
	error = wt_startup_alloc(&startup);
	if (error)
		return error;
	error = wt_claims_create(ret);
	if (!error)
		error = wt_startup_grant(&startup, ret);
	if (!error)
		error = wt_start_armed(ret);
	if (error) {
		/* arming may have failed with some gates open */
		WRITE_ONCE(wt_state, WT_STOPPING);
		wake_up_all(&wt_begun);
		wt_claims_shut();
		wt_handlers_wait();
		wt_claims_destroy();
	}
	wt_startup_free(&startup);
	return error;
}

/*
 * Process context, wt_lifecycle_mutex held. orderly: the end or error probes
 * run; false when the program that ran us is gone.
 */
static void wt_stop(bool orderly)
{
	bool started = wt_state != WT_LOADED;

	if (wt_state == WT_STOPPED)
		return;
	WRITE_ONCE(wt_state, WT_STOPPING);
	wake_up_all(&wt_begun);
	if (!orderly)
		WRITE_ONCE(wt_ran, false);
	wt_claims_shut();
	wt_handlers_wait();
	wt_claims_destroy();
	if (orderly && started)
		wt_run_probes(READ_ONCE(wt_failed) ? WT_ERROR : WT_END);
	WRITE_ONCE(wt_state, WT_STOPPED);
	wake_up_interruptible(&wt_readers);
}

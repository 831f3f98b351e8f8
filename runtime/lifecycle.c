// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Start and stop.
 *
 * Start, one transaction: (a) every watch is granted its registers, or the
 * start fails and nothing has run; (b) begin probes; (c) arming on every CPU;
 * (d) timers. Where a begin probe ends the script, (c) and (d) are left out.
 *
 * Stop: (a) the state leaves RUNNING, so that no handler starts; (b) every
 * claim is shut, so that all gates close together; (c) timers are cancelled,
 * which waits for their handlers, and an interrupt to every CPU waits for those
 * of hits: now nobody can name a claim any more, as exit() does; (d) claims are
 * destroyed; (e) end probes, or error probes, run alone.
 */
static DEFINE_MUTEX(wt_lifecycle_mutex);

/* exit(), or too many errors. Any context. User space sees POLLPRI and stops us. */
static void wt_end(bool failed)
{
	unsigned int i;

	if (failed)
		WRITE_ONCE(wt_failed, true);
	WRITE_ONCE(wt_wants_end, true);
	if (cmpxchg(&wt_state, WT_RUNNING, WT_ENDING) == WT_RUNNING)
		for (i = 0; i < wt_script.watch_count; i++)
			wts_claim_disable(wt_watches[i].claim);
	wt_wake();
}

/* Runs the begin, end or error probes in script order. Process context. */
static void wt_run_probes(enum wt_probe_kind kind)
{
	unsigned int i;

	for (i = 0; i < wt_script.probe_count; i++) {
		const struct wt_probe *probe = &wt_script.probes[i];
		struct wt_context *x;

		if (probe->kind != kind)
			continue;
		if (kind == WT_BEGIN && READ_ONCE(wt_wants_end))
			break;
		preempt_disable();
		x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_PROCESS]);
		wt_context_enter(x, probe, NULL, MAXACTION_INTERRUPTIBLE);
		probe->handler(&x->c);
		wt_context_leave(x);
		preempt_enable();
	}
}

static void wt_claims_shut(void)
{
	unsigned int i;

	for (i = 0; i < wt_script.watch_count; i++)
		if (wt_watches[i].claim)
			wts_claim_disable(wt_watches[i].claim);
}

static void wt_nothing(void *unused)
{
}

/* Process context; no handler runs any more when it returns. The state is not RUNNING. */
static void wt_handlers_wait(void)
{
	wt_timers_stop();
	/* an interrupt does not arrive inside a #DB */
	on_each_cpu(wt_nothing, NULL, 1);
}

/* No handler runs. */
static void wt_claims_destroy(void)
{
	unsigned int i;

	for (i = 0; i < wt_script.watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];
		struct wts_claim_stats stats = { .size = sizeof(stats) };

		if (!w->claim)
			continue;
		wts_claim_stats(w->claim, &stats);
		wts_claim_destroy(w->claim);
		w->claim = NULL;
		raw_cpu_add(wt_cpus.lost[WT_LOSS_arming], stats.arming);
	}
}

static int wt_claims_create(struct wts_claim **claims, struct wt_start *ret)
{
	struct wts_reason why = { .size = sizeof(why) };
	unsigned int i;

	for (i = 0; i < wt_script.watch_count; i++) {
		struct wt_watch *w = &wt_watches[i];
		struct wts_claim_attr attr = {
			.size = sizeof(attr),
			.access = w->def->reads ? WTS_READ_WRITE : WTS_WRITE,
			.address = w->address,
			.length = w->def->length,
			.name = w->def->spelling,
			.client = THIS_MODULE->name,
			.ops = &wt_watch_ops,
			.data = w,
			.owner = THIS_MODULE,
		};

		w->claim = claims[i] = wts_claim_create(&attr, &why);
		if (!w->claim) {
			ret->watch = i;
			strscpy(ret->text, why.text, sizeof(ret->text));
			return why.error;
		}
	}
	return 0;
}

/* Process context, wt_lifecycle_mutex held. */
static int wt_start(struct wt_start *ret)
{
	struct wts_reason why = { .size = sizeof(why) };
	struct wts_claim **claims;
	unsigned int i;
	int error;

	if (wt_state != WT_LOADED)
		return -EBUSY;
	for (i = 0; i < wt_script.watch_count; i++) {
		if (!wt_watches[i].address) {
			ret->watch = i;
			strscpy(ret->text, "its address was not bound", sizeof(ret->text));
			return -EINVAL;
		}
	}
	claims = kcalloc(wt_script.watch_count + 1, sizeof(*claims), GFP_KERNEL);
	if (!claims)
		return -ENOMEM;
	error = wt_claims_create(claims, ret);
	if (error)
		goto fail;
	error = wts_claims_grant(claims, wt_script.watch_count, &why);
	if (error) {
		ret->watch = why.claim;
		strscpy(ret->text, why.text, sizeof(ret->text));
		goto fail;
	}
	wt_state = WT_STARTING;
	wt_run_probes(WT_BEGIN);
	if (READ_ONCE(wt_wants_end))
		goto out;
	/* before the gates open: an access right behind must find handlers running */
	WRITE_ONCE(wt_state, WT_RUNNING);
	error = wts_claims_arm(claims, wt_script.watch_count);
	if (error) {
		strscpy(ret->text, "perf has put a debug register out of action", sizeof(ret->text));
		goto fail;
	}
	wt_timers_start();
out:
	kfree(claims);
	return 0;
fail:
	/* arming may have failed with some gates open */
	if (wt_state != WT_LOADED)
		WRITE_ONCE(wt_state, WT_STOPPING);
	wt_claims_shut();
	wt_handlers_wait();
	wt_claims_destroy();
	kfree(claims);
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
	wt_claims_shut();
	wt_handlers_wait();
	wt_claims_destroy();
	if (orderly && started)
		wt_run_probes(READ_ONCE(wt_failed) ? WT_ERROR : WT_END);
	WRITE_ONCE(wt_state, WT_STOPPED);
	wake_up_interruptible(&wt_readers);
}

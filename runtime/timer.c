// SPDX-License-Identifier: GPL-2.0-or-later
/* Timer probes: one hrtimer each, fired in hard interrupt context. */
struct wt_timer {
	struct hrtimer timer;
	const struct wt_probe *probe;
};
static struct wt_timer *wt_timers;
static unsigned int wt_timer_count;

static enum hrtimer_restart wt_timer_fire(struct hrtimer *timer)
{
	struct wt_timer *t = container_of(timer, struct wt_timer, timer);

	if (READ_ONCE(wt_state) != WT_RUNNING)
		return HRTIMER_NORESTART;
	wt_run_handler(WT_LEVEL_TIMER, t->probe, get_irq_regs());
	hrtimer_forward_now(timer, ns_to_ktime(t->probe->period_ns));
	return HRTIMER_RESTART;
}

static int wt_timers_alloc(void)
{
	unsigned int i;

	wt_timers = kvcalloc(wt_script.probe_count + 1, sizeof(*wt_timers), GFP_KERNEL);
	if (!wt_timers)
		return -ENOMEM;
	for (i = 0; i < wt_script.probe_count; i++) {
		struct wt_timer *t = &wt_timers[wt_timer_count];

		if (wt_script.probes[i].kind != WT_TIMER)
			continue;
		t->probe = &wt_script.probes[i];
		wt_hrtimer_setup(&t->timer, wt_timer_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
		wt_timer_count++;
	}
	return 0;
}

static void wt_timers_free(void)
{
	kvfree(wt_timers);
}

/* Process context. */
static void wt_timers_start(void)
{
	unsigned int i;

	for (i = 0; i < wt_timer_count; i++)
		hrtimer_start(&wt_timers[i].timer, ns_to_ktime(wt_timers[i].probe->period_ns),
			      HRTIMER_MODE_REL_HARD);
}

/* Process context; no timer's handler runs when it returns. */
static void wt_timers_stop(void)
{
	unsigned int i;

	for (i = 0; i < wt_timer_count; i++)
		hrtimer_cancel(&wt_timers[i].timer);
}

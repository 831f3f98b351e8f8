// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timer probes: one hrtimer each, fired in hard interrupt context. Those that
 * fire on every CPU are profile.c's, and share what makes one timer.
 */
struct wt_timer {
	struct hrtimer timer;
	const struct wt_probe *probe;
	u64 period, spread;		/* ns */
	struct rnd_state random;	/* its own, so that none waits for another's */
};
static struct wt_timer *wt_timers;
static unsigned int wt_timer_count;

/* A randomized period may come out as 0, which would leave its CPU no time for anything else. */
#define WT_SHORTEST_PERIOD	10000

/* From a firing to the next, in ns: the period, or what is spread evenly around it. */
static u64 wt_timer_period(struct wt_timer *t)
{
	u64 random, period;

	if (!t->spread)
		return t->period;
	random = (u64)prandom_u32_state(&t->random) << 32 | prandom_u32_state(&t->random);
	period = t->period - t->spread + random % (2 * t->spread + 1);
	return max_t(u64, period, WT_SHORTEST_PERIOD);
}

static enum hrtimer_restart wt_timer_fire(struct hrtimer *timer)
{
	struct wt_timer *t = container_of(timer, struct wt_timer, timer);

	if (READ_ONCE(wt_state) != WT_RUNNING)
		return HRTIMER_NORESTART;
	wt_run_handler(WT_LEVEL_TIMER, t->probe, get_irq_regs());
	/* from when it was due, so that it keeps its pace; firings that are past are left out */
	hrtimer_forward_now(timer, ns_to_ktime(wt_timer_period(t)));
	return HRTIMER_RESTART;
}

static void wt_timer_init(struct wt_timer *t, const struct wt_probe *probe, enum hrtimer_mode mode)
{
	u64 unit = probe->period_jiffies ? TICK_NSEC : 1;

	t->probe = probe;
	t->period = probe->period_jiffies ? probe->period_jiffies * unit : probe->period_ns;
	t->spread = probe->spread * unit;
	prandom_seed_state(&t->random, get_random_u64());
	wt_hrtimer_setup(&t->timer, wt_timer_fire, CLOCK_MONOTONIC, mode);
}

static void wt_timer_start(struct wt_timer *t, enum hrtimer_mode mode)
{
	if (t->probe->kind == WT_NEVER)
		return;
	hrtimer_start(&t->timer, ns_to_ktime(wt_timer_period(t)), mode);
}

static int wt_timers_alloc(void)
{
	unsigned int i;

	wt_timers = kvcalloc(wt_script.probe_count + 1, sizeof(*wt_timers), GFP_KERNEL);
	if (!wt_timers)
		return -ENOMEM;
	for (i = 0; i < wt_script.probe_count; i++) {
		const struct wt_probe *probe = &wt_script.probes[i];

		if (probe->kind == WT_TIMER && !probe->each_cpu)
			wt_timer_init(&wt_timers[wt_timer_count++], probe, HRTIMER_MODE_REL_HARD);
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
		wt_timer_start(&wt_timers[i], HRTIMER_MODE_REL_HARD);
}

/* Process context; no timer's handler runs when it returns. */
static void wt_timers_stop(void)
{
	unsigned int i;

	for (i = 0; i < wt_timer_count; i++)
		hrtimer_cancel(&wt_timers[i].timer);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timer probes that fire on every CPU: timer.profile and its like.
 *
 * Each CPU has its own hrtimer, pinned, so that a handler sees what that CPU was
 * at. Not the kernel's own tick: that has no hook for modules, and stops on idle
 * CPUs; these wake them. CPUs that come and go get theirs and lose them by the
 * hotplug callbacks, which also start and stop all: the kernel calls them on each
 * CPU, one after the other, so the CPUs do not fire at one instant and do not
 * all want the lock of the globals then.
 */
static struct wt_timer __percpu *wt_profile_timers;	/* wt_profile_count on each CPU */
static unsigned int wt_profile_count;
static int wt_profile_state;		/* the callbacks', or 0: not started. Under wt_lifecycle_mutex */

/* On the CPU, in its hotplug thread. */
static int wt_profile_online(unsigned int cpu)
{
	struct wt_timer *timers = per_cpu_ptr(wt_profile_timers, cpu);
	unsigned int i;

	for (i = 0; i < wt_profile_count; i++)
		wt_timer_start(&timers[i], HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}

/* Likewise; no handler of these timers runs there when it returns. */
static int wt_profile_offline(unsigned int cpu)
{
	struct wt_timer *timers = per_cpu_ptr(wt_profile_timers, cpu);
	unsigned int i;

	for (i = 0; i < wt_profile_count; i++)
		hrtimer_cancel(&timers[i].timer);
	return 0;
}

static void wt_profile_init_cpu(int cpu)
{
	struct wt_timer *t = per_cpu_ptr(wt_profile_timers, cpu);
	unsigned int i;

	for (i = 0; i < wt_script.probe_count; i++)
		if (wt_script.probes[i].each_cpu)
			wt_timer_init(t++, &wt_script.probes[i], HRTIMER_MODE_REL_PINNED_HARD);
}

/* Process context; 0 or -ENOMEM. */
static int wt_profile_alloc(void)
{
	unsigned int i;
	int cpu;

	for (i = 0; i < wt_script.probe_count; i++)
		wt_profile_count += wt_script.probes[i].each_cpu;
	if (!wt_profile_count)
		return 0;
	wt_profile_timers = __alloc_percpu(wt_profile_count * sizeof(struct wt_timer), __alignof__(struct wt_timer));
	if (!wt_profile_timers)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		wt_profile_init_cpu(cpu);
	return 0;
}

static void wt_profile_free(void)
{
	free_percpu(wt_profile_timers);
}

/* Process context, wt_lifecycle_mutex held. 0, or why the kernel takes no callbacks. */
static int wt_profile_start(void)
{
	int state;

	if (!wt_profile_count)
		return 0;
	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "watchtap:profile", wt_profile_online, wt_profile_offline);
	if (state < 0)
		return state;
	wt_profile_state = state;
	return 0;
}

/* Process context, wt_lifecycle_mutex held; no handler of these timers runs when it returns. */
static void wt_profile_stop(void)
{
	if (wt_profile_state)
		cpuhp_remove_state(wt_profile_state);
	wt_profile_state = 0;
}

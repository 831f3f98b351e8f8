// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf, ptrace and kgdb want the same registers and come and go as they like.
 * perf tells nobody, so two of its functions are probed on their return:
 *
 *	bp_perf_event_destroy	a register may be free: who waits tries again
 *	hw_breakpoint_event_init	failed for want of a register: one that is
 *				parked is let go, so that the next try succeeds
 *
 * A register is free machine-wide only when the last CPU's event has gone, and
 * a destroyed event is followed by others; so one try would be too early.
 * Where the probes are not to be had the kworker asks often (request.c).
 *
 * Probes run in whatever context perf does, with wts_lock possibly held by
 * this CPU: they only note and raise an interrupt.
 */
#include "slots.h"

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

/* Tries again so many milliseconds after an outsider's event has gone. */
static const unsigned int wts_tries[] = { 1, 10, 50 };
static unsigned int wts_try;		/* kworker */
static atomic_t wts_gone;		/* events of others destroyed since load */
static atomic_t wts_gone_seen;		/* by the kworker */
static atomic_t wts_retry_due;		/* a try for who has gone is on its way */
static atomic_t wts_own_gone;		/* events of our own: the probe works */
static atomic_t wts_had;		/* times that others got a register since load */
static int wts_had_before;		/* (M) the last refusal */

/* Who was refused; written by the probe that finds nobody else at it. */
struct wts_refusal {
	u64 time;
	pid_t pid;
	char command[TASK_COMM_LEN];
};
static struct wts_refusal wts_last_refusal;
static atomic_t wts_refusal_busy;
static atomic_t wts_refusals;		/* since load */
static atomic_t wts_refusals_seen;

/* For tests: as on a kernel without kretprobes. */
static bool no_probes;
module_param(no_probes, bool, 0444);
MODULE_PARM_DESC(no_probes, "for tests: do not probe perf, ask it often instead");

static void wts_retry_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(wts_retrier, wts_retry_work);

/* Interrupt of our own. */
static void wts_wake_for_outsiders(struct irq_work *work)
{
	/* once until it begins: who comes and goes all the time must not put it off */
	if (atomic_read(&wts_gone) != atomic_read(&wts_gone_seen) &&
	    !atomic_xchg(&wts_retry_due, 1))
		mod_delayed_work(wts_queue, &wts_retrier, msecs_to_jiffies(wts_tries[0]));
	if (atomic_read(&wts_refusals) != atomic_read(&wts_refusals_seen))
		wts_tend_soon();
}
static struct irq_work wts_outside_waker = IRQ_WORK_INIT_HARD(wts_wake_for_outsiders);

static bool wts_is_ours(void)
{
	return READ_ONCE(wts_backend_task) == current;
}

#ifdef CONFIG_KRETPROBES
static int wts_saw_destroy(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (wts_is_ours()) {
		atomic_inc(&wts_own_gone);
		return 0;
	}
	atomic_inc(&wts_gone);
	irq_work_queue(&wts_outside_waker);
	return 0;
}

static int wts_saw_init(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (wts_is_ours())
		return 0;
	if (!(int)regs_return_value(regs))
		atomic_inc(&wts_had);
	if ((int)regs_return_value(regs) != -ENOSPC)
		return 0;
	if (!atomic_xchg(&wts_refusal_busy, 1)) {
		wts_last_refusal.time = ktime_get_mono_fast_ns();
		wts_last_refusal.pid = current->pid;
		memcpy(wts_last_refusal.command, current->comm, TASK_COMM_LEN);
		wts_last_refusal.command[TASK_COMM_LEN - 1] = 0;
		atomic_set_release(&wts_refusal_busy, 0);
	}
	atomic_inc(&wts_refusals);
	irq_work_queue(&wts_outside_waker);
	return 0;
}

static struct kretprobe wts_probes[] = {
	{ .kp.symbol_name = "bp_perf_event_destroy", .handler = wts_saw_destroy },
	{ .kp.symbol_name = "hw_breakpoint_event_init", .handler = wts_saw_init },
};
static bool wts_probed;

/* Are we told when a register comes free elsewhere? */
static bool wts_sees_outsiders(void)
{
	return wts_probed;
}

static void wts_unprobe(void)
{
	unsigned int i;

	if (wts_probed)
		for (i = 0; i < ARRAY_SIZE(wts_probes); i++)
			unregister_kretprobe(&wts_probes[i]);
	wts_probed = false;
}

/* Sees whether the probe fires for an event of our own.  Kworker. */
static int wts_try_probe(struct wts_request *request)
{
	const int before = atomic_read(&wts_own_gone);

	/* Where none is free nothing is known against it. */
	if (wts_backend_take(0))
		return 0;
	wts_backend_give_back(0);
	return atomic_read(&wts_own_gone) != before ? 0 : -ENXIO;
}

/*
 * At load; process context.  Not in the kworker: kprobes take the CPU lock, and
 * a mutex of theirs is held around that.  Undone by wts_unprobe().
 */
static void wts_probe(void)
{
	struct wts_request works = { .run = wts_try_probe };
	unsigned int i;
	int error = no_probes ? -EOPNOTSUPP : 0;

	for (i = 0; i < ARRAY_SIZE(wts_probes) && !error; i++) {
		wts_probes[i].maxactive = 16;
		error = register_kretprobe(&wts_probes[i]);
	}
	wts_probed = !error;
	if (error)
		while (!no_probes && --i)
			unregister_kretprobe(&wts_probes[i - 1]);
	else if (wts_request(&works))
		wts_unprobe();
	if (!wts_probed)
		pr_info("perf's functions cannot be probed; it is asked often instead\n");
}
#else
static bool wts_sees_outsiders(void)
{
	return false;
}

static void wts_unprobe(void) {}
static void wts_probe(void) {}
#endif

/* An outsider's event has gone: do we need what it had?  Kworker. */
static void wts_retry_work(struct work_struct *work)
{
	struct wts_section section;
	int gone;

	atomic_xchg(&wts_retry_due, 0);
	gone = atomic_read(&wts_gone);
	if (gone != atomic_read(&wts_gone_seen)) {
		atomic_set(&wts_gone_seen, gone);
		wts_try = 0;
		WRITE_ONCE(wts_hold_off, jiffies);
		/* not when who was refused gives up what little it has got */
		if (atomic_read(&wts_had) != READ_ONCE(wts_had_before))
			WRITE_ONCE(wts_no_spare, jiffies);
		/* how many have remained is found out when one is wanted */
		wts_lock_must_enter(&section);
		wts_outside = 0;
		wts_lock_leave(&section);
	}
	wts_tend(false);
	if (++wts_try < ARRAY_SIZE(wts_tries))
		queue_delayed_work(wts_queue, &wts_retrier,
				   msecs_to_jiffies(wts_tries[wts_try]));
}

/*
 * Somebody outside found no register: lets a parked one go at once, and takes
 * none on our own account for a while.  With wts_mutex; sleeps.
 */
static void wts_yield(void)
{
	const int refusals = atomic_read(&wts_refusals);
	char command[TASK_COMM_LEN] = "?";
	unsigned int gone;
	pid_t pid = 0;

	lockdep_assert_held(&wts_mutex);
	if (refusals == atomic_read(&wts_refusals_seen))
		return;
	atomic_set(&wts_refusals_seen, refusals);
	if (!atomic_xchg_acquire(&wts_refusal_busy, 1)) {
		memcpy(command, wts_last_refusal.command, sizeof(command));
		pid = wts_last_refusal.pid;
		atomic_set_release(&wts_refusal_busy, 0);
	}
	gone = wts_shrink(1);
	if (gone) {
		WRITE_ONCE(wts_held_off, wts_wanted(false));
		WRITE_ONCE(wts_had_before, atomic_read(&wts_had));
		WRITE_ONCE(wts_hold_off, jiffies + 2 * HZ);
		WRITE_ONCE(wts_no_spare, jiffies + 30 * HZ);
	}
	pr_info_ratelimited("%*pE (%d) found no free debug register; %s\n",
			    (int)strnlen(command, sizeof(command)), command, pid,
			    gone ? "one that was parked is free now" :
			    wts_taken ? "all that watchtap has are in use" :
					"watchtap has none");
}

/* At unload, when nothing can be taken or released any more. */
static void wts_outside_exit(void)
{
	wts_unprobe();
	irq_work_sync(&wts_outside_waker);
	cancel_delayed_work_sync(&wts_retrier);
}

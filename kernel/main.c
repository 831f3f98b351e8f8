// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watchtap_slots: one arbiter for the CPU's data watchpoint registers.
 *
 * The files, in the order in which a claim goes through them:
 *
 *	watchtap_slots.h  what a client sees
 *	slots.h           what the files share; the locks
 *	arch/x86.c        lengths, pieces, forbidden addresses, aiming a register
 *	lock.c            the lock that can be asked for anywhere
 *	gate.c            a hit: from perf's handler to the client
 *	policy.c          who gets which register; pure
 *	tell.c            what happened is told to clients, in order
 *	decide.c          what is asked for, and what the policy makes of it
 *	record.c          decisions are recorded, for tests
 *	plan.c            what each register is aimed at, and for whom
 *	open.c            gates open
 *	backend.c         registers are taken from perf and given back
 *	broadcast.c       the plan reaches every CPU
 *	modify.c          the same by way of perf, where the fast way fails
 *	proof.c           a register that is taken is seen to fire
 *	reserve.c         how many registers are taken
 *	check.c           perf is asked whether an address may be watched
 *	request.c         the kworker, and who waits for it
 *	outside.c         perf, ptrace and kgdb come and go
 *	tend.c            the kworker looks after the registers
 *	aim.c             the ranges of a claim, which may change while it is idle
 *	claim.c           create, enable, disable, destroy
 *	hotplug.c         CPUs come and go
 *	suspend.c         the machine slept
 *	show.c            the state of it all, as a table and as JSON
 *	procfs.c          /proc/watchtap
 *	main.c            load and unload
 *
 * slots.c compiles them as one.
 */
#include "slots.h"

#include <linux/module.h>

/*
 * Set by the watchtap program when it loads the module for a script of its
 * own: then it may unload it after the last one.  An administrator's stays.
 */
static bool managed;
module_param(managed, bool, 0444);
MODULE_PARM_DESC(managed, "loaded by the watchtap program, which may unload it again");

/* Tries a register once: do they fire, and how can they be rewritten?  Kworker. */
static int wts_try_one(struct wts_request *request)
{
	if (!wts_backend_take(0)) {
		if (wts_prove(0))
			wts_choose_mechanism(0);
		wts_backend_give_back(0);
	}
	return 0;
}

static int __init wts_init(void)
{
	struct wts_request first = { .run = wts_try_one };
	int error;

	error = wts_arch_init();
	if (error)
		return error;
	wts_broadcast_init();
	error = wts_record_init();
	if (error)
		return error;
	error = wts_tell_init();
	if (error)
		goto no_tell;
	error = wts_request_init();
	if (error)
		goto no_request;
	error = wts_hotplug_init();
	if (error)
		goto no_hotplug;
	wts_request(&first);
	wts_probe();
	error = wts_claim_init();
	if (error)
		goto no_claim;
	error = wts_suspend_init();
	if (error)
		goto no_suspend;
	error = wts_proc_init();
	if (error)
		goto no_proc;
	error = wts_record_proc_init();
	if (error)
		goto no_record_proc;
	return 0;

no_record_proc:
	wts_proc_exit();
no_proc:
	wts_suspend_exit();
no_suspend:
	wts_claim_exit();
no_claim:
	wts_outside_exit();
	wts_hotplug_exit();
no_hotplug:
	wts_request_exit();
no_request:
	wts_tell_exit();
no_tell:
	wts_record_exit();
	wts_broadcast_exit();
	return error;
}

/*
 * Clients use our symbols, so the last one has gone, and the claims with it:
 *  a. nobody reads /proc/watchtap any more, no notifier calls us;
 *  b. what perf does elsewhere is no longer heard of;
 *  c. every CPU leaves the mask and gives back what it has; one that comes or
 *     goes no longer calls us;
 *  d. the kworkers have nothing left to do;
 *  e. no call to a CPU and no interrupt is on its way into our text.
 */
static void __exit wts_exit(void)
{
	wts_proc_exit();
	wts_suspend_exit();
	wts_claim_exit();
	wts_outside_exit();
	wts_hotplug_exit();
	wts_request_exit();
	wts_tell_exit();
	wts_record_exit();
	wts_broadcast_exit();
}

module_init(wts_init);
module_exit(wts_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An arbiter for the CPU's data watchpoint registers");

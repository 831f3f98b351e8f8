// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watchtap_slots: one arbiter for the CPU's data watchpoint registers.
 *
 * The files, in the order in which a claim goes through them:
 *
 *	watchtap_slots.h  what a client sees
 *	slots.h           what the files share; the locks
 *	arch/x86.c        lengths, pieces, forbidden addresses, aiming a register
 *	gate.c            a hit: from perf's handler to the client
 *	policy.c          who gets which register; pure
 *	backend.c         registers are taken from perf and given back
 *	broadcast.c       the plan reaches every CPU
 *	proof.c           a register that is taken is seen to fire
 *	plan.c            who holds what makes the plan; what is shut is released
 *	grant.c           a batch gets its registers, or a reason
 *	arm.c             they are aimed everywhere, and the gates open
 *	request.c         the kworker that all of this runs in
 *	claim.c           create, enable, disable, destroy
 *	hotplug.c         CPUs come and go
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

/* Tries a register once, so that it is known early whether they fire.  Kworker. */
static int wts_try_one(struct wts_request *request)
{
	if (wts_backend_take(0))
		return 0;
	if (!wts_prove(0))
		pr_notice("this machine's debug registers do not fire; every claim will be refused\n");
	wts_backend_give_back(0);
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
	error = wts_request_init();
	if (error)
		return error;
	error = wts_hotplug_init();
	if (error)
		goto no_hotplug;
	error = wts_proc_init();
	if (error)
		goto no_proc;
	wts_request(&first);
	return 0;

no_proc:
	wts_hotplug_exit();
no_hotplug:
	wts_request_exit();
	wts_broadcast_exit();
	return error;
}

/*
 * Clients use our symbols, so the last one has gone:
 *  a. nobody reads /proc/watchtap any more;
 *  b. no request can come, and the last sweep has run: every destroyed claim
 *     has left the plan, every idle register is given back;
 *  c. the mask is emptied; a CPU that comes or goes no longer calls us;
 *  d. no call to a CPU is on its way into our text.
 */
static void __exit wts_exit(void)
{
	wts_proc_exit();
	wts_request_exit();
	wts_hotplug_exit();
	wts_broadcast_exit();
}

module_init(wts_init);
module_exit(wts_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An arbiter for the CPU's data watchpoint registers");

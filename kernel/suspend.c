// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Across suspend the kernel does not restore the debug registers of the CPU
 * that stays; the others go offline and come back (hotplug.c).  So when the
 * machine has resumed every register is written again, and proven on the way.
 */
#include "slots.h"

#include <linux/suspend.h>

/* Writes each register anew and sees it fire.  This CPU, interrupts off. */
static void wts_rewrite(void *unused)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	unsigned int slot;

	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++) {
		struct wts_register *reg = &me->reg[slot];
		struct wts_piece parking = wts_parking_place(reg);
		struct wts_piece place = wts_place(reg, smp_processor_id(), reg->target);
		const struct wts_target *target = reg->target;

		if (!reg->event || reg->event->state != PERF_EVENT_STATE_ACTIVE)
			continue;
		wts_arch_disarm(reg->event);
		WRITE_ONCE(reg->target, &wts_parked);
		wts_arch_arm(reg->event, &parking);
		wts_provoke((void *)(unsigned long)slot);
		wts_arch_disarm(reg->event);
		WRITE_ONCE(reg->target, target);
		wts_arch_arm(reg->event, &place);
		me->fires = me->proven ? WTS_FIRES : WTS_DOES_NOT_FIRE;
	}
}

/* Kworker. */
static int wts_resume(struct wts_request *request)
{
	wts_wait_carried();
	on_each_cpu_mask(&wts_cpus, wts_rewrite, NULL, true);
	wts_judge_proof();
	return 0;
}

/* Process context; user space has just begun to run again. */
static int wts_power_event(struct notifier_block *block, unsigned long event, void *unused)
{
	struct wts_request request = { .run = wts_resume };

	if (event == PM_POST_SUSPEND || event == PM_POST_HIBERNATION || event == PM_POST_RESTORE)
		wts_request(&request);
	return NOTIFY_DONE;
}

static struct notifier_block wts_power_notifier = { .notifier_call = wts_power_event };

/* At load.  Undone by wts_suspend_exit(). */
static int wts_suspend_init(void)
{
	return register_pm_notifier(&wts_power_notifier);
}

static void wts_suspend_exit(void)
{
	unregister_pm_notifier(&wts_power_notifier);
}

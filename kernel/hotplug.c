// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPUs come and go.  The arbiter's own mask says which CPUs a plan must reach;
 * it changes here alone, in callbacks on the CPU in question, which hold the
 * CPU lock for writing: so nothing is being taken from perf, and no CPU leaves
 * while someone in the kworker waits for it.
 */
#include "slots.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

static enum cpuhp_state wts_hotplug_state;

/* Takes what is taken elsewhere; returns the registers that are not to be had. */
static unsigned long wts_join_registers(unsigned int cpu)
{
	unsigned long missing = 0;
	unsigned int slot;

	for_each_set_bit(slot, &wts_taken, WTS_ARCH_REGISTERS) {
		if (wts_backend_take_on(cpu, slot))
			missing |= BIT(slot);
		else
			wts_prove_here(slot);
	}
	/* Nothing is taken: one is tried, so that its kind is known. */
	if (!wts_taken && !wts_backend_take_on(cpu, 0)) {
		wts_prove_here(0);
		wts_backend_give_back_on(cpu, 0);
	}
	return missing;
}

/*
 * A CPU came online: it gets what all the others have.  On that CPU, before
 * any task of a user runs there.  Never fails: where it has fewer registers
 * to give, the weakest claims lose theirs everywhere, as a watch that is not
 * armed everywhere is not armed.
 *
 *  a. it takes its registers; those that it cannot have are not used any more;
 *  b. it joins the mask and applies the plan in force, so that it confirms
 *     whatever comes after;
 *  c. when the plan without those registers is in force, they are given back.
 */
static int wts_cpu_online(unsigned int cpu)
{
	struct wts_section section;
	unsigned long missing, flags;
	char reason[64];

	snprintf(reason, sizeof(reason), "CPU %u came online and has no free register", cpu);
	mutex_lock(&wts_mutex);
	per_cpu(wts_cpu, cpu).fires = WTS_UNPROVEN;
	missing = wts_join_registers(cpu);

	wts_lock_must_enter(&section);
	wts_usable &= ~missing;
	if (missing)
		wts_settle(WTS_CAUSE_CPU, -ENOSPC, reason);
	cpumask_set_cpu(cpu, &wts_cpus);
	wts_lock_leave(&section);

	if (wts_mechanism == WTS_MODIFY) {
		wts_modify_cpu(cpu);
		wts_finish();
	} else {
		local_irq_save(flags);
		per_cpu(wts_cpu, cpu).pending = 1;
		wts_retarget(NULL);
		local_irq_restore(flags);
	}
	wts_judge_proof();
	wts_drop_unusable();
	mutex_unlock(&wts_mutex);
	wts_tend_soon();
	return 0;
}

/*
 * A CPU goes.  On that CPU, when no task of a user runs there any more.  If a
 * broadcast waited for it alone, it is through.
 */
static int wts_cpu_offline(unsigned int cpu)
{
	struct wts_section section;
	unsigned int slot;

	mutex_lock(&wts_mutex);
	wts_lock_must_enter(&section);
	cpumask_clear_cpu(cpu, &wts_cpus);
	wts_lock_leave(&section);
	wts_finish();
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		wts_backend_give_back_on(cpu, slot);
	wts_judge_proof();
	mutex_unlock(&wts_mutex);
	return 0;
}

/* At load: calls wts_cpu_online() on each CPU.  Undone by wts_hotplug_exit(). */
static int wts_hotplug_init(void)
{
	int state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "watchtap/slots:online",
				      wts_cpu_online, wts_cpu_offline);

	if (state < 0)
		return state;
	wts_hotplug_state = state;
	return 0;
}

/* Calls wts_cpu_offline() on each CPU. */
static void wts_hotplug_exit(void)
{
	cpuhp_remove_state(wts_hotplug_state);
}

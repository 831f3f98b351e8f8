// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPUs come and go.  The arbiter's own mask says which CPUs a plan must reach;
 * it changes here alone, in callbacks on the CPU in question, which hold the
 * CPU lock for writing: so no grant is under way and no CPU leaves while
 * someone waits for it.
 */
#include "slots.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

static enum cpuhp_state wts_hotplug_state;

/* Shuts the gates of all who hold a register; says why in the log. */
static void wts_lose(unsigned int slot, unsigned int cpu, const char *why)
{
	struct wts_claim *claim;

	list_for_each_entry(claim, &wts_claims, link) {
		if (claim->hold != WTS_HOLDS || !(wts_claim_slots(claim) & BIT(slot)))
			continue;
		pr_notice("%s of \"%s\" is disabled: CPU %u came online and %s\n", claim->name,
			  claim->client, cpu, why);
		wts_claim_disable(claim);
	}
}

/*
 * A CPU came online: it gets what all the others have.  On that CPU, before
 * any task of a user runs there.  Never fails: a claim that cannot be armed
 * here is disabled everywhere, as a watch that is not armed everywhere is not
 * armed.
 */
static int wts_cpu_online(unsigned int cpu)
{
	struct wts_cpu *me = &per_cpu(wts_cpu, cpu);
	unsigned long flags;
	unsigned int slot;

	mutex_lock(&wts_mutex);
	for_each_set_bit(slot, &wts_taken, WTS_ARCH_REGISTERS) {
		if (wts_backend_take_on(cpu, slot)) {
			wts_lose(slot, cpu, "has no free register");
			continue;
		}
		local_irq_save(flags);
		wts_provoke((void *)(unsigned long)slot);
		local_irq_restore(flags);
		if (!me->proven)
			wts_lose(slot, cpu, "its debug registers do not fire");
	}
	cpumask_set_cpu(cpu, &wts_cpus);

	local_irq_save(flags);
	me->pending = 1;
	wts_retarget(NULL);
	local_irq_restore(flags);
	mutex_unlock(&wts_mutex);
	return 0;
}

/* A CPU goes.  On that CPU, when no task of a user runs there any more. */
static int wts_cpu_offline(unsigned int cpu)
{
	unsigned int slot;

	mutex_lock(&wts_mutex);
	cpumask_clear_cpu(cpu, &wts_cpus);
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		wts_backend_give_back_on(cpu, slot);
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

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A register that is granted is proven: some hypervisors accept a watch and
 * never fire.  So whenever a register is taken each CPU writes the word on
 * which its register is parked, and must trap; and once, at load, each CPU
 * tries whether a register can be rewritten the fast way.
 */
#include "slots.h"

#include <linux/moduleparam.h>

/* For tests: a machine whose registers do not fire, one where rewriting does nothing. */
static bool fail_proof;
module_param(fail_proof, bool, 0644);
MODULE_PARM_DESC(fail_proof, "for tests: behave as if the registers did not fire");
static bool fail_retarget;
module_param(fail_retarget, bool, 0444);
MODULE_PARM_DESC(fail_retarget, "for tests: behave as if registers could not be rewritten");

/* Does a write to a word of our own trap?  This CPU, interrupts off. */
static bool wts_provoke_at(unsigned long *word)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	unsigned long before = READ_ONCE(me->proofs);

	if (!READ_ONCE(fail_proof))
		WRITE_ONCE(*word, before);
	/* The trap is synchronous, but the compiler does not know of it. */
	barrier();
	return READ_ONCE(me->proofs) != before;
}

/* Provokes a trap on this CPU.  info is the register, which is parked.  Interrupts off. */
static void wts_provoke(void *info)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);

	me->proven = wts_provoke_at(&me->reg[(unsigned long)info].parking);
}

/* Aims a parked register elsewhere and back: does it follow?  As wts_provoke(). */
static void wts_provoke_elsewhere(void *info)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	struct wts_register *reg = &me->reg[(unsigned long)info];
	struct wts_piece parking = wts_parking_place(reg), elsewhere = parking;

	elsewhere.address = (unsigned long)&me->elsewhere;
	me->proven = false;
	if (reg->event->state != PERF_EVENT_STATE_ACTIVE)
		return;
	wts_arch_disarm(reg->event);
	wts_arch_arm(reg->event, &elsewhere);
	me->proven = wts_provoke_at(&me->elsewhere) && !wts_provoke_at(&reg->parking);
	wts_arch_disarm(reg->event);
	wts_arch_arm(reg->event, &parking);
	me->proven &= wts_provoke_at(&reg->parking) && !wts_provoke_at(&me->elsewhere);
}

/* Does it on every CPU; did all succeed?  With wts_mutex. */
static bool wts_prove_everywhere(smp_call_func_t provoke, unsigned int slot)
{
	unsigned int cpu;
	bool all = true;

	lockdep_assert_held(&wts_mutex);
	on_each_cpu_mask(&wts_cpus, provoke, (void *)(unsigned long)slot, true);
	for_each_cpu(cpu, &wts_cpus)
		all &= per_cpu(wts_cpu, cpu).proven;
	return all;
}

/* What all CPUs together have shown; tells decisions.  With wts_mutex. */
static enum wts_fires wts_fires(void)
{
	enum wts_fires all = cpumask_empty(&wts_cpus) ? WTS_UNPROVEN : WTS_FIRES;
	unsigned int cpu;

	for_each_cpu(cpu, &wts_cpus) {
		enum wts_fires one = READ_ONCE(per_cpu(wts_cpu, cpu).fires);

		if (one == WTS_DOES_NOT_FIRE)
			return one;
		if (one == WTS_UNPROVEN)
			all = one;
	}
	return all;
}

/* Takes what is known of the CPUs into account: nobody has anything where one does not fire. */
static void wts_judge_proof(void)
{
	struct wts_section section;

	lockdep_assert_held(&wts_mutex);
	wts_lock_must_enter(&section);
	wts_all_fire = wts_fires() != WTS_DOES_NOT_FIRE;
	if (!wts_all_fire)
		wts_lose_all(WTS_CAUSE_NO_TRAP, -ENODEV,
			     "this machine's debug registers do not fire");
	wts_lock_leave(&section);
	wts_follow_up();
}

/* Does a register, taken and parked, fire on every CPU?  Kworker. */
static bool wts_prove(unsigned int slot)
{
	const bool proven = wts_prove_everywhere(wts_provoke, slot);
	unsigned int cpu;

	for_each_cpu(cpu, &wts_cpus)
		per_cpu(wts_cpu, cpu).fires = per_cpu(wts_cpu, cpu).proven ? WTS_FIRES
									   : WTS_DOES_NOT_FIRE;
	if (!proven)
		pr_notice_once("this machine's debug registers do not fire; every claim is refused\n");
	wts_judge_proof();
	return proven;
}

/* The same for one CPU that comes online, by itself.  With wts_mutex. */
static void wts_prove_here(unsigned int slot)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	unsigned long flags;

	local_irq_save(flags);
	wts_provoke((void *)(unsigned long)slot);
	local_irq_restore(flags);
	me->fires = me->proven ? WTS_FIRES : WTS_DOES_NOT_FIRE;
}

/* Chooses the mechanism with a register that was proven.  Kworker, at load. */
static void wts_choose_mechanism(unsigned int slot)
{
	if (fail_retarget || !wts_prove_everywhere(wts_provoke_elsewhere, slot))
		wts_mechanism = WTS_MODIFY;
	if (wts_mechanism == WTS_MODIFY)
		pr_notice("registers cannot be rewritten in place here; using perf's slower way\n");
}

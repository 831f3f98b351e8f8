// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan, and how it reaches the registers: one asynchronous call to each
 * CPU, which aims its own registers.
 *
 *  1. One broadcaster at a time: wts_mutex.
 *  2. The plan is written, then its generation (release).  A CPU reads the
 *     generation (acquire), then the plan, and publishes the generation that
 *     it has applied.  The broadcaster writes the next plan only when every
 *     CPU of wts_cpus has published this one, so no CPU reads a plan in the
 *     making.
 *  3. A CPU's pending flag says that a call is on its way.  The CPU clears it
 *     by a full-barrier xchg before it reads the generation, and does nothing
 *     if it was clear; so who finds it raised need not call again, and a call
 *     that is sent twice is applied once.
 *  4. -EBUSY from the call (its data is in use) is normal: whoever is not done
 *     after a while is called again.
 */
#include "slots.h"

#include <linux/completion.h>

static const struct wts_target *wts_plan[WTS_ARCH_REGISTERS];	/* NULL: parked */
static u64 wts_generation = 1;	/* the empty plan's; gate.c counts from 2 */
static DECLARE_COMPLETION(wts_confirmed);

/*
 * Aims one register of this CPU.  Interrupts off, not in #DB or NMI.
 * A trap on this register cannot come between disarm and arm, so it always
 * finds the target that it was armed for.
 */
static bool wts_retarget_register(struct wts_register *reg, const struct wts_target *target)
{
	struct perf_event *event = READ_ONCE(reg->event);
	const struct wts_target *old = reg->target;
	struct wts_piece place = wts_parking_place(reg);

	if (!event || old == target)
		return !event || event->state == PERF_EVENT_STATE_ACTIVE;

	/* The same bytes, for more or fewer claims: the register stays as it is. */
	if (target != &wts_parked && old != &wts_parked &&
	    wts_policy_same(&old->piece, &target->piece)) {
		WRITE_ONCE(reg->target, target);
		return event->state == PERF_EVENT_STATE_ACTIVE;
	}

	if (target != &wts_parked)
		place = target->piece;
	if (event->state != PERF_EVENT_STATE_ACTIVE) {
		wts_arch_aim(event, &place);
		WRITE_ONCE(reg->target, target);
		return false;
	}
	wts_arch_disarm(event);
	WRITE_ONCE(reg->target, target);
	wts_arch_arm(event, &place);
	return true;
}

/* Has every CPU applied that generation?  Any context. */
static bool wts_all_applied(u64 generation)
{
	unsigned int cpu;

	for_each_cpu(cpu, &wts_cpus)
		if (smp_load_acquire(&per_cpu(wts_cpu, cpu).applied) < generation)
			return false;
	return true;
}

/* Applies the plan on this CPU.  Hard interrupt, or interrupts off. */
static void wts_retarget(void *unused)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	bool active = true;
	unsigned int slot;
	u64 generation;

	if (!xchg(&me->pending, 0))
		return;
	generation = smp_load_acquire(&wts_generation);
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		active &= wts_retarget_register(&me->reg[slot],
						READ_ONCE(wts_plan[slot]) ?: &wts_parked);
	me->inactive = !active;
	smp_store_release(&me->applied, generation);
	/* Of two that finish together, one must see the other. */
	smp_mb();
	if (wts_all_applied(generation))
		complete(&wts_confirmed);
}

/*
 * Puts the plan in force on every CPU; returns when all have confirmed: then
 * no handler that began under an earlier plan is still running.  Kworker or
 * hotplug callback; sleeps.  -EIO if perf has put a taken register out of
 * action somewhere, else 0.
 */
static int wts_broadcast(void)
{
	unsigned int cpu;
	u64 generation;
	int error = 0;

	lockdep_assert_held(&wts_mutex);
	generation = wts_generation + 1;
	reinit_completion(&wts_confirmed);
	smp_store_release(&wts_generation, generation);

	for_each_cpu(cpu, &wts_cpus)
		if (!xchg(&per_cpu(wts_cpu, cpu).pending, 1))
			smp_call_function_single_async(cpu, &per_cpu(wts_cpu, cpu).csd);

	while (!wts_all_applied(generation)) {
		if (wait_for_completion_timeout(&wts_confirmed, HZ / 20 + 1))
			continue;
		for_each_cpu(cpu, &wts_cpus)
			if (READ_ONCE(per_cpu(wts_cpu, cpu).pending))
				smp_call_function_single_async(cpu, &per_cpu(wts_cpu, cpu).csd);
	}

	for_each_cpu(cpu, &wts_cpus)
		if (per_cpu(wts_cpu, cpu).inactive)
			error = -EIO;
	return error;
}

/* Before the first call.  At load. */
static void wts_broadcast_init(void)
{
	unsigned int cpu, slot;

	for_each_possible_cpu(cpu) {
		struct wts_cpu *c = &per_cpu(wts_cpu, cpu);

		INIT_CSD(&c->csd, wts_retarget, NULL);
		for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
			c->reg[slot].target = &wts_parked;
	}
}

static void wts_nothing(void *unused)
{
}

/*
 * After the last broadcast: a call that was sent twice may still be queued.
 * Each CPU runs its queue in order, so what comes back from all has passed it.
 */
static void wts_broadcast_exit(void)
{
	on_each_cpu(wts_nothing, NULL, 1);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the plan reaches the registers: one asynchronous call to each CPU, which
 * aims its own registers; the last to confirm opens the gates.
 *
 *  1. One broadcast at a time (wts_busy).  It begins in an interrupt of our
 *     own (wts_kick), after whoever decided has dropped the lock and has his
 *     watches back; it ends when the gates are open (wts_finish).
 *  2. The plan is written, then its generation (release).  A CPU reads the
 *     generation (acquire), then the plan, and publishes the generation that
 *     it has applied.  The next plan is written only when every CPU of
 *     wts_cpus has published this one, so no CPU reads a plan in the making.
 *  3. A CPU's pending flag says that a call is on its way.  The CPU clears it
 *     by a full-barrier xchg before it reads the generation, and does nothing
 *     if it was clear; so who finds it raised need not call again, and a call
 *     that is sent twice is applied once.
 *  4. -EBUSY from the call (its data is in use) is normal: the call that it is
 *     in use for has not begun.  Whoever waits in the kworker calls those again
 *     that are not done after a while; -ENXIO (the CPU went) is settled by
 *     the hotplug callback, which takes the CPU out of the mask.
 *  5. A CPU that joins the mask has applied an older plan, or none: until it
 *     has caught up nothing new is written.
 */
#include "slots.h"

#include <linux/completion.h>
#include <linux/irq_work.h>

static bool wts_finishing;		/* (L) every CPU has confirmed */
static DECLARE_COMPLETION(wts_carried);	/* who holds wts_mutex waits on it */

static void wts_modify_all(void);
static void wts_kick(struct irq_work *work);
static struct irq_work wts_kicker = IRQ_WORK_INIT_HARD(wts_kick);

/* Any context. */
static void wts_kick_soon(void)
{
	irq_work_queue(&wts_kicker);
}

/* What a CPU's register is aimed at under a target. */
static struct wts_piece wts_place(const struct wts_register *reg, unsigned int cpu,
				  const struct wts_target *target)
{
	return target->share ? wts_piece_on(&target->piece, cpu) : wts_parking_place(reg);
}

/* The same bytes on a CPU, be it for more or fewer claims: its register stays as it is. */
static bool wts_same_place(const struct wts_target *a, const struct wts_target *b)
{
	return a->share && b->share ? wts_policy_same(&a->piece, &b->piece)
				    : !a->share && !b->share;
}

/*
 * Aims one register of this CPU.  Interrupts off, not in #DB or NMI.
 * A trap on this register cannot come between disarm and arm, so it always
 * finds the target that it was armed for.  False: perf has put it out of action.
 */
static bool wts_retarget_register(struct wts_register *reg, const struct wts_target *target)
{
	struct perf_event *event = READ_ONCE(reg->event);
	struct wts_piece place = wts_place(reg, smp_processor_id(), target);
	bool active, moves;

	if (!event)
		return true;
	active = event->state == PERF_EVENT_STATE_ACTIVE;
	moves = !wts_same_place(reg->target, target);
	if (moves && active)
		wts_arch_disarm(event);
	WRITE_ONCE(reg->target, target);
	if (moves && active)
		wts_arch_arm(event, &place);
	else if (moves)
		wts_arch_aim(event, &place);
	return active;
}

/* Has every CPU applied the last plan?  Any context. */
static bool wts_all_applied(void)
{
	u64 generation = READ_ONCE(wts_generation);
	unsigned int cpu;

	for_each_cpu(cpu, &wts_cpus)
		if (smp_load_acquire(&per_cpu(wts_cpu, cpu).applied) < generation)
			return false;
	return true;
}

/* Registers that some CPU found out of action when it applied the plan. */
static unsigned long wts_inactive(void)
{
	unsigned long slots = 0;
	unsigned int cpu;

	for_each_cpu(cpu, &wts_cpus)
		slots |= READ_ONCE(per_cpu(wts_cpu, cpu).inactive);
	return slots;
}

/* Every CPU may have confirmed: if so, and nobody else does it, ends the broadcast. */
static void wts_finish(void)
{
	const struct wts_target *plan;
	struct wts_section section;
	struct wts_claim *claim, *next;
	struct wts_share *share;
	unsigned long inactive;
	unsigned int slot;
	bool mine, again;

	/* Of two CPUs that confirm together, one must see the other. */
	smp_mb();
	if (!wts_all_applied())
		return;

	/* D, for who is not in the plan. */
	wts_lock_must_enter(&section);
	mine = wts_busy && !wts_finishing && wts_all_applied();
	again = !wts_busy && wts_dirty;
	if (mine) {
		wts_finishing = true;
		list_for_each_entry_safe(claim, next, &wts_leaving, leaving) {
			wts_note_released(claim, wts_generation, ktime_get_mono_fast_ns());
			if (claim->leaves > wts_generation)
				continue;
			claim->leaves = 0;
			list_del_init(&claim->leaving);
		}
	}
	wts_lock_leave(&section);
	if (again)
		wts_kick_soon();
	if (!mine)
		return;

	/* O, for who is new in it.  Nobody writes the plan before wts_busy falls. */
	inactive = wts_inactive();
	plan = wts_plan(wts_generation);
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		for (share = plan[slot].share; share; share = share->next)
			if (share->first && !(share->slots & inactive))
				wts_open_gate(share->claim, share->open);

	wts_lock_must_enter(&section);
	if (inactive)
		wts_lose_registers(inactive);
	wts_busy = wts_finishing = false;
	wts_finished = wts_generation;
	again = wts_dirty;
	wts_lock_leave(&section);
	if (again)
		wts_kick_soon();
	wts_tell_soon();
	wts_tend_soon();
	complete(&wts_carried);
}

/* Applies the plan on this CPU.  Hard interrupt, or interrupts off. */
static void wts_retarget(void *unused)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	const struct wts_target *plan;
	unsigned long inactive = 0;
	unsigned int slot;
	u64 generation;

	if (!xchg(&me->pending, 0))
		return;
	generation = smp_load_acquire(&wts_generation);
	plan = wts_plan(generation);
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		if (!wts_retarget_register(&me->reg[slot], &plan[slot]) && plan[slot].share)
			inactive |= BIT(slot);
	WRITE_ONCE(me->inactive, inactive);
	smp_store_release(&me->applied, generation);
	wts_finish();
}

/* Calls one CPU.  Interrupts or preemption off. */
static void wts_call(unsigned int cpu)
{
	smp_call_function_single_async(cpu, &per_cpu(wts_cpu, cpu).csd);
}

/* Begins a broadcast if one is due.  Interrupt of our own. */
static void wts_kick(struct irq_work *work)
{
	struct wts_section section;
	unsigned int cpu;
	bool mine;

	wts_lock_must_enter(&section);
	mine = wts_dirty && !wts_busy && !wts_plans_held && wts_all_applied();
	if (mine) {
		wts_busy = true;
		wts_plan_write();
	}
	wts_lock_leave(&section);

	/* The other mechanism is the kworker's: wts_tend(). */
	if (mine && wts_mechanism == WTS_RETARGET)
		for_each_cpu(cpu, &wts_cpus)
			if (!xchg(&per_cpu(wts_cpu, cpu).pending, 1))
				wts_call(cpu);
	/* What was decided in a handler may have to be told, and registers be found. */
	wts_tell_soon();
	wts_tend_soon();
}

/* After a decision in process context: what it needs is begun, what it says is told. */
static void wts_follow_up(void)
{
	if (READ_ONCE(wts_dirty))
		wts_kick_soon();
	wts_tell_soon();
}

/* The generation that will have in it what was decided so far. */
static u64 wts_next_generation(void)
{
	struct wts_section section;
	u64 generation;

	wts_lock_must_enter(&section);
	generation = wts_generation + wts_dirty;
	wts_lock_leave(&section);
	return generation;
}

static bool wts_is_finished(u64 generation)
{
	struct wts_section section;
	bool finished;

	wts_lock_must_enter(&section);
	finished = wts_finished >= generation;
	wts_lock_leave(&section);
	return finished;
}

/*
 * Returns when everything that was decided before is in force on every CPU and
 * its gates are open: no handler that began under an earlier plan is still
 * running.  With wts_mutex held; sleeps.
 */
static void wts_wait_carried(void)
{
	const u64 generation = wts_next_generation();
	unsigned int cpu;

	lockdep_assert_held(&wts_mutex);
	for (;;) {
		reinit_completion(&wts_carried);
		if (wts_is_finished(generation))
			return;
		wts_kick_soon();
		if (wts_mechanism == WTS_MODIFY) {
			irq_work_sync(&wts_kicker);
			wts_modify_all();
			continue;
		}
		if (wait_for_completion_timeout(&wts_carried, HZ / 20 + 1))
			continue;
		preempt_disable();
		for_each_cpu(cpu, &wts_cpus)
			if (READ_ONCE(per_cpu(wts_cpu, cpu).pending))
				wts_call(cpu);
		preempt_enable();
	}
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
	irq_work_sync(&wts_kicker);
	on_each_cpu(wts_nothing, NULL, 1);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other way from the plan to the registers, where retargeting was found
 * not to work: perf is asked to take each event out of service, to change it
 * and to put it back.  It sleeps, so the kworker does it; all else, the plan,
 * the gate and D, is the same.
 */
#include "slots.h"

struct wts_switch {
	const struct wts_target *plan;
	unsigned long slots;
};

/* On the CPU in question: no handler runs.  IPI. */
static void wts_switch_targets(void *info)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	struct wts_switch *s = info;
	unsigned int slot;

	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		WRITE_ONCE(me->reg[slot].target, &s->plan[slot]);
}

/* Applies the plan on one CPU, which is online.  With wts_mutex held; sleeps. */
static void wts_modify_cpu(unsigned int cpu)
{
	struct wts_cpu *c = &per_cpu(wts_cpu, cpu);
	const u64 generation = smp_load_acquire(&wts_generation);
	struct wts_switch s = { .plan = wts_plan(generation) };
	struct perf_event_attr attr;
	unsigned long inactive = 0;
	unsigned int slot;

	lockdep_assert_held(&wts_mutex);
	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++)
		if (c->reg[slot].event && !wts_same_place(c->reg[slot].target, &s.plan[slot])) {
			s.slots |= BIT(slot);
			perf_event_disable(c->reg[slot].event);
		}
	smp_call_function_single(cpu, wts_switch_targets, &s, true);
	for_each_set_bit(slot, &s.slots, WTS_ARCH_REGISTERS) {
		struct wts_piece place = wts_place(&c->reg[slot], cpu, &s.plan[slot]);

		wts_arch_attr(&attr, &place);
		if (modify_user_hw_breakpoint(c->reg[slot].event, &attr))
			inactive |= BIT(slot);
	}
	c->inactive = inactive;
	smp_store_release(&c->applied, generation);
}

/* Applies the plan everywhere, if it is not.  With wts_mutex held; sleeps. */
static void wts_modify_all(void)
{
	unsigned int cpu;

	if (wts_all_applied())
		return;
	for_each_cpu(cpu, &wts_cpus)
		wts_modify_cpu(cpu);
	wts_finish();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many registers are taken from perf: what enabled and waiting claims
 * need, those to spare that a claim needs which may be enabled from a handler,
 * never more than the administrator's limit, none when idle.  Taken registers
 * that nobody holds are parked (backend.c).
 *
 * In the kworker or a hotplug callback, with wts_mutex held; sleeps.
 */
#include "slots.h"

#include <linux/jiffies.h>
#include <linux/moduleparam.h>

/* Until then none is kept to spare, for who was refused: a person's next try takes a while; jiffies. */
static unsigned long wts_no_spare = INITIAL_JIFFIES;

static int wts_set_limit(const char *value, const struct kernel_param *param)
{
	int error = param_set_uint_minmax(value, param, 0, WTS_ARCH_REGISTERS);

	if (!error)
		wts_tend_soon();
	return error;
}

static const struct kernel_param_ops wts_limit_ops = {
	.set = wts_set_limit,
	.get = param_get_uint,
};
module_param_cb(limit, &wts_limit_ops, &wts_limit, 0644);
MODULE_PARM_DESC(limit, "registers of each CPU that may be taken; the rest is kept for gdb and perf");

/* Gives back what decisions may not use any more. */
static void wts_drop_unusable(void)
{
	unsigned long lost = wts_taken & ~READ_ONCE(wts_usable);
	unsigned int slot;

	if (!lost)
		return;
	wts_wait_carried();
	for_each_set_bit(slot, &lost, WTS_ARCH_REGISTERS)
		wts_backend_give_back(slot);
}

/* Lets at most so many parked registers go; returns how many. */
static unsigned int wts_shrink(unsigned int excess)
{
	struct wts_section section;
	unsigned int slot, gone = 0;
	unsigned long idle;

	wts_lock_must_enter(&section);
	idle = wts_usable & ~wts_held();
	for (slot = WTS_ARCH_REGISTERS; slot-- && gone < excess;)
		if (idle & BIT(slot)) {
			wts_usable &= ~BIT(slot);
			gone++;
		}
	wts_lock_leave(&section);
	wts_drop_unusable();
	return gone;
}

/*
 * Takes registers until there are so many, and proves them; whoever waits gets
 * them, when the caller follows up.
 */
static int wts_grow(unsigned int wanted)
{
	struct wts_section section;
	unsigned int slot;
	int error = 0;

	wanted = min3(wanted, READ_ONCE(wts_limit), (unsigned int)WTS_ARCH_REGISTERS);
	while (hweight_long(wts_taken) < wanted && !error) {
		slot = ffz(wts_taken);
		error = wts_backend_take(slot);
		if (!error && !wts_prove(slot)) {
			wts_backend_give_back(slot);
			error = -ENODEV;
		}
		wts_lock_must_enter(&section);
		if (!error) {
			wts_usable |= BIT(slot);
			wts_settle(WTS_CAUSE_NONE, 0, "");
		}
		wts_outside = error == -ENOSPC ?
			      WTS_ARCH_REGISTERS - hweight_long(wts_taken) :
			      min(wts_outside, WTS_ARCH_REGISTERS -
					       (unsigned int)hweight_long(wts_taken));
		wts_lock_leave(&section);
	}
	return error;
}

/*
 * What a handler may ask for that nobody holds yet: as many as the largest of
 * the claims needs that may be enabled from one.  Under the lock.
 */
static unsigned int wts_spare(void)
{
	const struct wts_claim *claim;
	unsigned int most = 0;

	lockdep_assert_held(&wts_lock);
	list_for_each_entry(claim, &wts_claims, link)
		if (claim->dynamic && !wts_stands(claim))
			most = max3(most, claim->place.pieces, 1u);
	return most;
}

/* Registers that are to be had for who stands, and to spare if any. */
static unsigned int wts_wanted(bool spare)
{
	struct wts_section section;
	unsigned int wanted;

	wts_lock_must_enter(&section);
	wanted = wts_demand() + (spare ? wts_spare() : 0);
	wts_lock_leave(&section);
	return min3(wanted, READ_ONCE(wts_limit), (unsigned int)WTS_ARCH_REGISTERS);
}

/* The administrator wants more left than is: the weakest give way. */
static void wts_keep_limit(void)
{
	const unsigned int limit = READ_ONCE(wts_limit);
	struct wts_section section;
	char reason[64];
	unsigned long idle;

	if (hweight_long(wts_taken) <= limit)
		return;
	snprintf(reason, sizeof(reason), "the administrator's limit is %u register%s", limit,
		 limit == 1 ? "" : "s");
	wts_lock_must_enter(&section);
	while (hweight_long(wts_usable) > limit) {
		idle = wts_usable & ~wts_held();
		wts_usable &= ~BIT(__fls(idle ?: wts_usable));
	}
	wts_settle(WTS_CAUSE_LIMIT, -ENOSPC, reason);
	wts_lock_leave(&section);
	wts_drop_unusable();
}

/* On each CPU: registers that are not armed though they are taken.  IPI. */
static void wts_look(void *unused)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	unsigned long inactive = 0;
	unsigned int slot;

	for (slot = 0; slot < WTS_ARCH_REGISTERS; slot++) {
		struct perf_event *event = READ_ONCE(me->reg[slot].event);

		if (event && event->state != PERF_EVENT_STATE_ACTIVE)
			inactive |= BIT(slot);
	}
	WRITE_ONCE(me->inactive, inactive);
}

/* perf may put an event out of action and tells nobody. */
static void wts_check_events(void)
{
	struct wts_section section;
	unsigned long inactive;

	if (!wts_taken)
		return;
	on_each_cpu_mask(&wts_cpus, wts_look, NULL, true);
	inactive = wts_inactive() & READ_ONCE(wts_usable);
	if (!inactive)
		return;
	pr_notice("perf has put a register out of action\n");
	wts_lock_must_enter(&section);
	wts_lose_registers(inactive);
	wts_lock_leave(&section);
	wts_follow_up();
	wts_drop_unusable();
}

/* Brings what is taken in line with what is wanted. */
static void wts_balance(void)
{
	unsigned int wanted;

	wts_drop_unusable();
	wts_keep_limit();
	wanted = wts_wanted(!time_before(jiffies, READ_ONCE(wts_no_spare)));
	if (hweight_long(wts_taken) > wanted)
		wts_shrink(hweight_long(wts_taken) - wanted);
	else if (!time_before(jiffies, READ_ONCE(wts_hold_off)) ||
		 wts_wanted(false) > READ_ONCE(wts_held_off))
		wts_grow(wanted);
	wts_follow_up();
}

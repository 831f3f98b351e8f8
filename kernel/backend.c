// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers are taken from perf, as pinned events on each CPU: so perf, ptrace
 * and kgdb see that they are taken and we see what they have.  A register that
 * is taken is aimed at a parking word of that CPU until the plan says else.
 *
 * Everything here runs in the arbiter's kworker or in a hotplug callback, with
 * wts_mutex held: perf asks whether current may watch the kernel, and a
 * client's process need not.
 */
#include "slots.h"

/* Who is at it: what perf then does is our own doing (outside.c). (M) */
static struct task_struct *wts_backend_task;

static struct wts_piece wts_parking_place(const struct wts_register *reg)
{
	return (struct wts_piece){
		.address = (unsigned long)&reg->parking,
		.length = sizeof(reg->parking),
		.access = WTS_WRITE,
	};
}

/* Takes a register on one CPU, which is online.  0, -ENOSPC or another errno. */
static int wts_backend_take_on(unsigned int cpu, unsigned int slot)
{
	struct wts_register *reg = &per_cpu(wts_cpu, cpu).reg[slot];
	struct wts_piece place = wts_parking_place(reg);
	struct perf_event_attr attr;
	struct perf_event *event;

	lockdep_assert_held(&wts_mutex);
	WRITE_ONCE(reg->target, &wts_parked);
	wts_arch_attr(&attr, &place);
	WRITE_ONCE(wts_backend_task, current);
	event = perf_event_create_kernel_counter(&attr, cpu, NULL, wts_trap, reg);
	WRITE_ONCE(wts_backend_task, NULL);
	if (IS_ERR(event))
		return PTR_ERR(event);
	WRITE_ONCE(reg->event, event);
	return 0;
}

/*
 * Gives it back.  Nothing to do if it was not taken here.  The order matters:
 * a retarget that runs after the store does not see the event, and one that
 * saw it has ended when perf's own call to that CPU returns.
 */
static void wts_backend_give_back_on(unsigned int cpu, unsigned int slot)
{
	struct wts_register *reg = &per_cpu(wts_cpu, cpu).reg[slot];
	struct perf_event *event = reg->event;

	lockdep_assert_held(&wts_mutex);
	if (!event)
		return;
	WRITE_ONCE(reg->event, NULL);
	WRITE_ONCE(wts_backend_task, current);
	perf_event_release_kernel(event);
	WRITE_ONCE(wts_backend_task, NULL);
}

/* No plan aims it at anything. */
static void wts_backend_give_back(unsigned int slot)
{
	unsigned int cpu;

	for_each_cpu(cpu, &wts_cpus)
		wts_backend_give_back_on(cpu, slot);
	__clear_bit(slot, &wts_taken);
}

/* Takes a register on every CPU, or on none. */
static int wts_backend_take(unsigned int slot)
{
	unsigned int cpu;
	int error;

	__set_bit(slot, &wts_taken);
	for_each_cpu(cpu, &wts_cpus) {
		error = wts_backend_take_on(cpu, slot);
		if (error) {
			wts_backend_give_back(slot);
			return error;
		}
	}
	return 0;
}

/*
 * perf's answer about a piece, on each possible CPU where these differ, asked
 * with an event that is left disabled.
 */
static int wts_backend_ask(struct perf_event *event, const struct wts_piece *piece)
{
	struct perf_event_attr attr;
	struct wts_piece place;
	unsigned int cpu;
	int error = 0;

	for_each_possible_cpu(cpu) {
		place = wts_piece_on(piece, cpu);
		wts_arch_attr(&attr, &place);
		attr.disabled = 1;
		error = modify_user_hw_breakpoint(event, &attr);
		if (error || !(piece->access & WTS_OWN_COPY))
			break;
	}
	return error;
}

/*
 * What perf thinks of an address: it knows some that must not be watched and
 * are not exported.  0, -EACCES, -ENOSPC where no register is free to ask
 * with, or another errno.
 */
static int wts_backend_check(const struct wts_piece *piece)
{
	struct wts_piece place = wts_piece_on(piece, cpumask_first(cpu_possible_mask));
	struct perf_event_attr attr;
	struct perf_event *event;
	int error;

	lockdep_assert_held(&wts_mutex);
	wts_arch_attr(&attr, &place);
	attr.disabled = 1;
	WRITE_ONCE(wts_backend_task, current);
	event = perf_event_create_kernel_counter(&attr, cpumask_first(&wts_cpus), NULL, wts_trap,
						 NULL);
	error = PTR_ERR_OR_ZERO(event);
	if (!error && piece->access & WTS_OWN_COPY)
		error = wts_backend_ask(event, piece);
	if (!IS_ERR(event))
		perf_event_release_kernel(event);
	WRITE_ONCE(wts_backend_task, NULL);
	return error == -EINVAL ? -EACCES : error;
}

/*
 * The same with a register of ours that is parked: perf checks what it is asked
 * to modify, and leaves the event as it is when it refuses.
 */
static int wts_backend_check_with(unsigned int slot, const struct wts_piece *piece)
{
	struct wts_register *reg = &per_cpu(wts_cpu, cpumask_first(&wts_cpus)).reg[slot];
	struct wts_piece parking = wts_parking_place(reg);
	struct perf_event_attr attr;
	int error, back;

	lockdep_assert_held(&wts_mutex);
	error = wts_backend_ask(reg->event, piece);
	wts_arch_attr(&attr, &parking);
	back = modify_user_hw_breakpoint(reg->event, &attr);
	return error == -EINVAL ? -EACCES : error ?: back;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is there room for a handler on the stack that it would run on? MINSTACKSPACE.
 *
 * begin, end and error probes and the sub-probes run on stacks that the runtime
 * or the arbiter has begun: nothing lies there yet, and they are not asked. A
 * timer's or a function's handler runs on whatever stack was in use.
 */

/*
 * A hit's. #DB has a stack of its own on each CPU, and what it interrupted is
 * saved at that one's top: the rest of its size lies below. Four instructions.
 */
static __always_inline bool wt_hit_has_room(const struct pt_regs *regs)
{
	const unsigned long most = EXCEPTION_STKSZ - sizeof(*regs) - wt_script.limits.stack_space;

	return (unsigned long)regs <= current_stack_pointer + most;
}

static __always_inline bool wt_stack_is_known(const struct wt_context *x, unsigned long sp)
{
	return sp - x->stack < x->stack_bytes;
}

/*
 * The CPU's other stacks, for interrupts and exceptions, are not exported, but
 * the unwinder knows which one it begins on. They stay where they are, so this
 * is done once for each.
 */
static noinline void wt_stack_find(struct wt_context *x)
{
	struct unwind_state state;

	unwind_start(&state, current, NULL, NULL);
	x->stack = (unsigned long)state.stack_info.begin;
	x->stack_bytes = (unsigned long)state.stack_info.end - x->stack;
}

/* A timer's or a function's, with its context x. A stack that nobody knows has room. */
static bool wt_has_room(struct wt_context *x)
{
	unsigned long sp = current_stack_pointer;
	unsigned long bottom = (unsigned long)task_stack_page(current);

	if (sp - bottom < THREAD_SIZE)
		return sp - bottom >= wt_script.limits.stack_space;
	if (!wt_stack_is_known(x, sp))
		wt_stack_find(x);
	return !wt_stack_is_known(x, sp) || sp - x->stack >= wt_script.limits.stack_space;
}

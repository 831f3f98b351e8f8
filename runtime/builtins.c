// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a handler runs and how it ends. Any context that runs handlers. */

long wt_cpu(struct wt_ctx *c)
{
	return raw_smp_processor_id();
}

long wt_num_online_cpus(struct wt_ctx *c)
{
	return num_online_cpus();
}

long wt_num_possible_cpus(struct wt_ctx *c)
{
	return num_possible_cpus();
}

long wt_cpu_to_node(struct wt_ctx *c, long cpu, const char *place)
{
	if (cpu >= 0 && cpu < nr_cpu_ids && cpu_possible(cpu))
		return cpu_to_node(cpu);
	wt_fail_saying(c, place, "cpu_to_node: there is no CPU %ld", cpu);
	return 0;
}

void wt_pp(struct wt_ctx *c, char *ret)
{
	wt_copy(ret, container_of(c, struct wt_context, c)->probe->point);
}

void wt_probe_type(struct wt_ctx *c, char *ret)
{
	static const char *const names[] = {
		[WT_BEGIN] = "begin_end", [WT_END] = "begin_end", [WT_ERROR] = "begin_end", [WT_TIMER] = "hrtimer",
		[WT_DATA] = "hardware_data_breakpoint", [WT_FUNCTION] = "kprobe",
		[WT_ENABLED] = "watch", [WT_DISABLED] = "watch", [WT_UNAVAILABLE] = "watch",
	};
	const struct wt_probe *probe = container_of(c, struct wt_context, c)->probe;
	const char *name = probe->kind < ARRAY_SIZE(names) ? names[probe->kind] : NULL;

	wt_copy(ret, probe->returns ? "kretprobe" : name ?: "");
}

long wt_is_return(struct wt_ctx *c)
{
	return container_of(c, struct wt_context, c)->probe->returns;
}

/* The registers of kernel code that was interrupted, or NULL. */
static struct pt_regs *wt_kernel_regs(struct wt_ctx *c)
{
	struct pt_regs *regs = container_of(c, struct wt_context, c)->regs;

	return regs && !user_mode(regs) ? regs : NULL;
}

long wt_user_mode(struct wt_ctx *c)
{
	struct pt_regs *regs = container_of(c, struct wt_context, c)->regs;

	return regs && user_mode(regs);
}

/* In a data handler: the instruction after the access. 0 where no code was interrupted. */
long wt_addr(struct wt_ctx *c)
{
	struct pt_regs *regs = container_of(c, struct wt_context, c)->regs;

	return regs ? instruction_pointer(regs) : 0;
}

/* Where the task is in user space, or was when it entered the kernel. */
long wt_uaddr(struct wt_ctx *c)
{
	struct pt_regs *regs = container_of(c, struct wt_context, c)->regs;

	if (regs && user_mode(regs))
		return instruction_pointer(regs);
	return current->mm ? instruction_pointer(task_pt_regs(current)) : 0;
}

long wt_stack_size(struct wt_ctx *c)
{
	return THREAD_SIZE;
}

/* Of the stack that was interrupted; all of the kernel's are aligned to their size. */
long wt_stack_used(struct wt_ctx *c)
{
	struct pt_regs *regs = wt_kernel_regs(c);
	unsigned long at = regs ? kernel_stack_pointer(regs) : (unsigned long)&regs;

	if (wt_user_mode(c))
		return 0;
	return THREAD_SIZE - (at & (THREAD_SIZE - 1));
}

long wt_stack_unused(struct wt_ctx *c)
{
	return THREAD_SIZE - wt_stack_used(c);
}

void wt_error(struct wt_ctx *c, const char *message, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	wt_copy(x->message, message);
	wt_fail(c, place, x->message);
}

void wt_assert(struct wt_ctx *c, long holds, const char *place)
{
	if (!holds)
		wt_fail(c, place, "Assertion failed");
}

void wt_assert_saying(struct wt_ctx *c, long holds, const char *message, const char *place)
{
	if (!holds)
		wt_error(c, message, place);
}

void wt_exit(struct wt_ctx *c)
{
	wt_end(false);
}

/* The handler is left at once, without an error's message; try does not catch it. */
void wt_abort(struct wt_ctx *c, const char *place)
{
	wt_end(false);
	wt_fail(c, place, wt_aborted);
}

/* A command for whoever reads our output. */
void wt_system(struct wt_ctx *c, const char *command)
{
	wt_item_text(container_of(c, struct wt_context, c), WT_ITEM_SYSTEM, command);
}

/* At the entry of a function: its argument n, from 1, as a number of 64 bits. */
long wt_long_arg(struct wt_ctx *c, long n, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	if (x->probe->kind != WT_FUNCTION || (x->probe->returns && !x->entering)) {
		wt_fail(c, place, "long_arg: this is no function's entry");
		return 0;
	}
	/* the registers' six, then as many on the stack as anybody passes */
	if (n < 1 || n > 16) {
		wt_fail(c, place, "long_arg: arguments are counted from 1 to 16");
		return 0;
	}
	return regs_get_kernel_argument(x->regs, n - 1);
}

/* At the return of a function. */
long wt_returnval(struct wt_ctx *c, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	if (x->probe->kind != WT_FUNCTION || !x->probe->returns || x->entering) {
		wt_fail(c, place, "returnval: this is no function's return");
		return 0;
	}
	return regs_return_value(x->regs);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The small functions of builtins.def. Any context that runs handlers. */

void wt_execname(struct wt_ctx *c, char *ret)
{
	_Static_assert(MAXSTRINGLEN >= 8, "room");
	strscpy(ret, current->comm, min_t(size_t, MAXSTRINGLEN, sizeof(current->comm)));
}

long wt_pid(struct wt_ctx *c)
{
	return current->tgid;
}

long wt_tid(struct wt_ctx *c)
{
	return current->pid;
}

long wt_uid(struct wt_ctx *c)
{
	return __kuid_val(current_uid());
}

long wt_cpu(struct wt_ctx *c)
{
	return raw_smp_processor_id();
}

void wt_pp(struct wt_ctx *c, char *ret)
{
	wt_copy(ret, container_of(c, struct wt_context, c)->probe->point);
}

/* In a data handler: the instruction after the access. */
long wt_addr(struct wt_ctx *c, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	if (!x->regs) {
		wt_fail(c, place, "addr: no code was interrupted here");
		return 0;
	}
	return instruction_pointer(x->regs);
}

/* Wall-clock time; NMI-safe. */
long wt_gettimeofday_ns(struct wt_ctx *c)
{
	return ktime_get_real_fast_ns();
}

void wt_error(struct wt_ctx *c, const char *message, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	wt_copy(x->message, message);
	wt_fail(c, place, x->message);
}

void wt_exit(struct wt_ctx *c)
{
	wt_end(false);
}

/* At the entry of a function: its argument n, from 1, as a number of 64 bits. */
long wt_long_arg(struct wt_ctx *c, long n, const char *place)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	if (x->probe->kind != WT_FUNCTION || x->probe->returns) {
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

	if (x->probe->kind != WT_FUNCTION || !x->probe->returns) {
		wt_fail(c, place, "returnval: this is no function's return");
		return 0;
	}
	return regs_return_value(x->regs);
}

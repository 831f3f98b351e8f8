// SPDX-License-Identifier: GPL-2.0-or-later
/* Backtraces. Any context. */

/* Addresses and a symbol at the same time in wt_scratch(). */
#define WT_TRACE_BYTES	((MAXTRACE + 1) * sizeof(u64))
_Static_assert(WT_TRACE_BYTES + KSYM_SYMBOL_LEN <= WT_EVENT_BYTES, "a backtrace and a name fit into an item's room");

/*
 * The kernel's own unwinder, from the registers of what was interrupted: the
 * only way that is exported to modules. Any context; the frames lie on the
 * current task's stacks, which cannot go away under us.
 */
static unsigned int wt_unwind(struct pt_regs *regs, u64 *frames, unsigned int max)
{
	struct unwind_state state;
	unsigned int n = 0;

	/* the unwinder begins with the caller of the interrupted function */
	frames[n++] = instruction_pointer(regs);
	for (unwind_start(&state, current, regs, NULL); n < max && !unwind_done(&state);
	     unwind_next_frame(&state)) {
		unsigned long address = unwind_get_return_address(&state);

		if (!address)
			break;
		frames[n++] = address;
	}
	return n;
}

/* The backtrace into wt_scratch(), the innermost first; none where no kernel code was interrupted. */
static unsigned int wt_frames(struct wt_ctx *c, unsigned int max, u64 **ret)
{
	struct pt_regs *regs = wt_kernel_regs(c);

	*ret = PTR_ALIGN((u64 *)wt_scratch(c), sizeof(u64));
	return regs ? wt_unwind(regs, *ret, max) : 0;
}

/* Where a symbol's text goes, beside the addresses. */
static char *wt_symbol_room(struct wt_ctx *c)
{
	return (char *)wt_scratch(c) + WT_TRACE_BYTES;
}

/* id is 0 or WT_STACK_LINES. */
static void wt_print_frames(struct wt_ctx *c, unsigned int id)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	struct pt_regs *regs = wt_kernel_regs(c);

	wt_item_open(x, WT_ITEM_STACK, id);
	if (regs)
		c->out += sizeof(u64) * wt_unwind(regs, (u64 *)c->out, MAXTRACE);
	wt_item_close(x);
}

void wt_print_backtrace(struct wt_ctx *c)
{
	wt_print_frames(c, 0);
}

void wt_print_backtrace_fileline(struct wt_ctx *c)
{
	wt_print_frames(c, WT_STACK_LINES);
}

/* The next hexadecimal number of a list that backtrace() or callers() made; false behind the last. */
static bool wt_next_address(const char **list, u64 *ret)
{
	const char *s = *list + strspn(*list, " \n\t");
	bool found = false;

	if (s[0] == '0' && s[1] == 'x')
		s += 2;
	for (*ret = 0; wt_digit(*s) < 16; s++, found = true)
		*ret = *ret << 4 | wt_digit(*s);
	*list = s;
	return found;
}

void wt_print_syms(struct wt_ctx *c, const char *list)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	unsigned int n = 0;
	u64 address;

	if (!wt_next_address(&list, &address))
		return;
	wt_item_open(x, WT_ITEM_STACK, 0);
	do {
		memcpy(c->out, &address, sizeof(address));
		c->out += sizeof(address);
	} while (++n < MAXTRACE && wt_next_address(&list, &address));
	wt_item_close(x);
}

/* Adds n addresses in hex, as many as there is room for. */
static void wt_hex_list(char *ret, const u64 *frames, unsigned int n)
{
	unsigned int i, used = 0;
	char one[24];

	for (i = 0; i < n; i++) {
		unsigned int length = sprintf(one, "%s0x%llx", i ? " " : "", frames[i]);

		if (used + length >= MAXSTRINGLEN)
			break;
		memcpy(ret + used, one, length);
		used += length;
	}
	ret[used] = '\0';
}

void wt_backtrace(struct wt_ctx *c, char *ret)
{
	u64 *frames;
	unsigned int n = wt_frames(c, MAXTRACE, &frames);

	wt_hex_list(ret, frames, n);
}

/* The first n + 1 of it; -1: all. */
void wt_callers(struct wt_ctx *c, long n, char *ret, const char *place)
{
	unsigned int there;
	u64 *frames;

	there = wt_frames(c, MAXTRACE, &frames);
	if (n != -1 && (n < -1 || n >= there)) {
		ret[0] = '\0';
		wt_fail_saying(c, place, "callers: the backtrace has %u addresses, not %ld", there, n + 1);
		return;
	}
	wt_hex_list(ret, frames, n == -1 ? there : n + 1);
}

long wt_stack(struct wt_ctx *c, long n, const char *place)
{
	unsigned int there;
	u64 *frames;

	there = wt_frames(c, n < 0 || n >= MAXTRACE ? MAXTRACE : n + 1, &frames);
	if (n >= 0 && n < there)
		return frames[n];
	wt_fail_saying(c, place, "stack: the backtrace has %u addresses, none with number %ld", there, n);
	return 0;
}

long wt_caller_addr(struct wt_ctx *c, const char *place)
{
	return wt_stack(c, 1, place);
}

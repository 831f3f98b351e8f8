// SPDX-License-Identifier: GPL-2.0-or-later
/* Backtraces and the kernel's symbol names. */

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

void wt_print_backtrace(struct wt_ctx *c)
{
	struct wt_context *x = container_of(c, struct wt_context, c);

	wt_item_open(x, WT_ITEM_STACK, 0);
	if (x->regs && !user_mode(x->regs))
		c->out += sizeof(u64) * wt_unwind(x->regs, (u64 *)c->out, MAXTRACE);
	wt_item_close(x);
}

/*
 * The function that an address lies in, or the address in hex. sprint_symbol
 * takes no lock. Its text may be KSYM_SYMBOL_LEN long: cut to a string's room.
 */
void wt_symname(struct wt_ctx *c, long address, char *ret)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol_no_offset(name, address);
	name[strcspn(name, " ")] = '\0';	/* " [module]" */
	wt_copy(ret, name);
}

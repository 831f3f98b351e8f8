// SPDX-License-Identifier: GPL-2.0-or-later
/* Entering and leaving a handler. */

/* The error of abort(): not told, and no catch takes it. */
const char wt_aborted[] = "aborted";

/* Any context that runs handlers; message is a literal or lives in the context. */
void wt_fail(struct wt_ctx *c, const char *place, const char *message)
{
	if (!c->error) {
		c->place = place;
		c->error = message;
	}
}

/*
 * Makes the context ready for probe. The caller owns it (busy was 0) and stays
 * on this CPU. Kept short: it is on the path of every hit.
 */
static __always_inline void wt_context_enter(struct wt_context *x, const struct wt_probe *probe,
					     struct pt_regs *regs, long actions)
{
	x->busy = 1;
	x->probe = probe;
	x->regs = regs;
	x->c.error = NULL;
	x->c.actions = actions;
	x->c.nesting = wt_script.nesting;
	x->c.out = x->area + sizeof(struct wt_event);
	x->c.strings = x->strings;
	if (x->c.match)
		x->c.match->groups = 0;
}

static noinline void wt_context_failed(struct wt_context *x)
{
	if (x->c.error == wt_aborted)
		return;
	wt_error_item(x);
	if (atomic_inc_return(&wt_errors) > wt_script.limits.errors)
		wt_end(true);
}

static __always_inline void wt_context_leave(struct wt_context *x)
{
	if (unlikely(x->c.error))
		wt_context_failed(x);
	if (x->c.out != x->area + sizeof(struct wt_event))
		wt_output_flush(x, x->c.out);
	barrier();
	x->busy = 0;
}

static void wt_contexts_free(void)
{
	int cpu, level;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < WT_LEVELS; level++) {
			struct wt_context *x = per_cpu(wt_cpus, cpu).contexts[level];

			if (!x)
				continue;
			kvfree(x->c.match);
			kvfree(x->strings);
			kvfree(x);
			per_cpu(wt_cpus, cpu).contexts[level] = NULL;
		}
	}
}

/* Process context; 0 or -ENOMEM, then nothing is left allocated. */
static int wt_contexts_alloc(void)
{
	/* One more than needed: a script without strings has a valid pointer too. */
	size_t bytes = (size_t)(wt_script.strings + 1) * sizeof(wt_string);
	int cpu, level;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < WT_LEVELS; level++) {
			struct wt_context *x;

			x = kvzalloc_node(sizeof(*x), GFP_KERNEL, cpu_to_node(cpu));
			if (!x)
				goto fail;
			x->level = level;
			per_cpu(wt_cpus, cpu).contexts[level] = x;
			x->strings = kvzalloc_node(bytes, GFP_KERNEL, cpu_to_node(cpu));
			if (!x->strings)
				goto fail;
			if (!wt_script.matches)
				continue;
			x->c.match = kvzalloc_node(sizeof(*x->c.match), GFP_KERNEL, cpu_to_node(cpu));
			if (!x->c.match)
				goto fail;
		}
	}
	return 0;
fail:
	wt_contexts_free();
	return -ENOMEM;
}

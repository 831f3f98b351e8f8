// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who gets registers at the start, as one transaction: the watches that must
 * be there are granted theirs together, or the start fails and nothing has
 * been taken from anybody. Those that may fail are left out where they do not
 * fit, and are told so after the begin probes.
 *
 * One of these that is stronger than a watch that must be there would take its
 * register: so it goes into the same batch, out of which nobody steals, or it
 * is left out.
 */
struct wt_startup {
	struct wts_claim **claims;	/* the batch: who must, then who may */
	struct wt_watch **watches;	/* the same ones */
	s32 *priorities;
	unsigned int must, may;
};

static void wt_startup_free(struct wt_startup *s)
{
	kvfree(s->claims);
	kvfree(s->watches);
	kvfree(s->priorities);
}

static int wt_startup_alloc(struct wt_startup *s)
{
	const unsigned int n = wt_watch_count + 1;

	s->claims = kvcalloc(n, sizeof(*s->claims), GFP_KERNEL);
	s->watches = kvcalloc(n, sizeof(*s->watches), GFP_KERNEL);
	s->priorities = kvcalloc(n, sizeof(*s->priorities), GFP_KERNEL);
	if (s->claims && s->watches && s->priorities)
		return 0;
	wt_startup_free(s);
	return -ENOMEM;
}

/* Left out: it is told so after the begin probes, and waits if it is one to wait. */
static void wt_startup_refuse(struct wt_watch *w, const char *why)
{
	wts_claim_refuse(w->claim, -ENOSPC, why);
	w->wanted = w->waits;
	if (w->waits && !w->unbound)
		wts_claim_enable(w->claim, WTS_LATER | WTS_QUIET | WTS_GRANT, NULL);
}

/* Behind those that are as strong; from is where who may fail begins. */
static void wt_startup_add(struct wt_startup *s, struct wt_watch *w, s32 priority, unsigned int from)
{
	unsigned int i = s->must + s->may;

	for (; i > from && s->priorities[i - 1] < priority; i--) {
		s->watches[i] = s->watches[i - 1];
		s->priorities[i] = s->priorities[i - 1];
	}
	s->watches[i] = w;
	s->priorities[i] = priority;
}

/* Conditions and priorities of the watches that are enabled at the start, then their order. */
static void wt_startup_sort(struct wt_startup *s)
{
	const struct wt_probe *probe;
	struct wt_context *x;
	unsigned int i, pass;

	preempt_disable();
	x = this_cpu_read(wt_cpus.contexts[WT_LEVEL_PROCESS]);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < wt_watch_count; i++) {
			struct wt_watch *w = &wt_watches[i];
			const char *problem;
			s32 priority;

			if (!w->def->starts || w->def->may_fail != pass || wt_is_left_out(w->def))
				continue;
			probe = &wt_script.probes[w->handled_by];
			wt_context_enter(x, probe, NULL, wt_script.limits.action_interruptible);
			w->wanted = true;
			w->waits = w->def->later;
			w->holds_back = !wt_condition_holds(&x->c, w);
			priority = wt_priority(&x->c, w);
			problem = w->unbound ?: wt_watch_follow(x, w);
			wt_context_leave(x);
			wts_claim_set_priority(w->claim, priority);
			if (problem && pass && !w->holds_back) {
				w->waits &= problem == w->unbound;
				wt_startup_refuse(w, problem);
			} else if (!w->holds_back) {
				wt_startup_add(s, w, priority, pass ? s->must : 0);
				if (pass)
					s->may++;
				else
					s->must++;
			}
		}
	preempt_enable();
	for (i = 0; i < s->must + s->may; i++)
		s->claims[i] = s->watches[i]->claim;
}

/* How many of those that may fail could steal from one that must be there. */
static unsigned int wt_startup_strong(const struct wt_startup *s)
{
	unsigned int n = 0;

	while (s->must && n < s->may && s->priorities[s->must + n] > s->priorities[s->must - 1])
		n++;
	return n;
}

/* The first n together. Of nobody at all it is not asked: where no register fires that is refused, too. */
static int wt_startup_batch(struct wt_startup *s, unsigned int n, struct wts_reason *why)
{
	return n ? wts_claims_grant(s->claims, n, why) : 0;
}

/* Process context. 0, or an error with *ret filled. */
static int wt_startup_grant(struct wt_startup *s, struct wt_start *ret)
{
	struct wts_reason why = { .size = sizeof(why) }, left_out = { .text = "" };
	unsigned int strong, with, i;
	int error;

	wt_startup_sort(s);
	strong = with = wt_startup_strong(s);
	while ((error = wt_startup_batch(s, s->must + with, &why)) && with) {
		left_out = why;
		with--;
	}
	if (error) {
		ret->range = s->watches[why.claim]->def->first_range;
		strscpy(ret->text, why.text, sizeof(ret->text));
		return error;
	}
	for (i = s->must + with; i < s->must + strong; i++)
		wt_startup_refuse(s->watches[i], left_out.text);
	for (; i < s->must + s->may; i++)
		if (wts_claims_grant(&s->claims[i], 1, &why))
			wt_startup_refuse(s->watches[i], why.text);
	return 0;
}

/* After the begin probes: arms all, and those that they have enabled. Process context. */
static int wt_startup_arm(void)
{
	struct wts_claim **claims = kvcalloc(wt_watch_count + 1, sizeof(*claims), GFP_KERNEL);
	unsigned int i;
	int error;

	if (!claims)
		return -ENOMEM;
	for (i = 0; i < wt_watch_count; i++)
		claims[i] = wt_watches[i].claim;
	error = wts_claims_arm(claims, wt_watch_count);
	kvfree(claims);
	return error;
}

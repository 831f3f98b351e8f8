/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge: when all is over, holds what writers saw against what the clients
 * asked for and were told.
 *
 * A window is what lies between the times of an armed and the disarmed that
 * follows.  A gate may be open in a window only, and shuts in it for good; so
 * a gate that was open at two moments of one window was open in between.
 */
#ifndef STORM_TEST_JUDGE_H
#define STORM_TEST_JUDGE_H

#include <linux/sort.h>

#include "storm_test_schedule.h"

/* Seconds until a claim that is granted has to be armed, on a busy machine. */
#define PATIENCE	20

struct window {
	u64 armed;
	u64 disarmed;		/* U64_MAX: that was not told */
	u8 cause;
	bool in_vain;
};

static struct window *windows;
static unsigned int nwindows, in_vain;
static u64 kept, judged;		/* writes; and those that had to be delivered */

static int call_order(const void *a, const void *b)
{
	const struct call *c = a, *d = b;

	if (c->life != d->life)
		return c->life < d->life ? -1 : 1;
	return c->begin < d->begin ? -1 : c->begin > d->begin;
}

static bool enables(const struct call *call)
{
	switch (call->kind) {
	case CALL_ENABLE:
		return call->granted || call->flags & WTS_LATER;
	case CALL_BATCH:
		return call->granted || call->error == -EIO;
	default:
		return call->kind == CALL_GRANT;
	}
}

#define for_each_call(call, of) \
	for (call = calls + (of)->first_call; call < calls + (of)->first_call + (of)->calls; call++)

#define for_each_window(window, of) \
	for (window = windows + (of)->first_window; \
	     window < windows + (of)->first_window + (of)->windows; window++)

/* Sorts the calls by life, and makes windows of what was told.  0 or -ENOMEM. */
static int judge_sort(void)
{
	unsigned int i, n = 0;
	struct window *window;
	struct life *life;

	sort(calls, min_t(u32, atomic_read(&ncalls), max_calls), sizeof(*calls), call_order, NULL);
	for (i = min_t(u32, atomic_read(&ncalls), max_calls); i--;) {
		lives[calls[i].life].first_call = i;
		lives[calls[i].life].calls++;
	}
	windows = vzalloc(array_size(ntolds + 1, sizeof(*windows)));
	if (!windows)
		return -ENOMEM;
	for (i = 0; i < ntolds; i++)
		lives[tolds[i].life].windows += tolds[i].kind == TOLD_ARMED;
	for (life = lives; life < lives + atomic_read(&nlives); life++) {
		life->first_window = n;
		n += life->windows;
		life->windows = 0;
	}
	for (i = 0; i < ntolds; i++) {
		life = &lives[tolds[i].life];
		if (tolds[i].kind == TOLD_ARMED) {
			window = &windows[life->first_window + life->windows++];
			window->armed = tolds[i].time;
			window->disarmed = U64_MAX;
		} else if (tolds[i].kind == TOLD_DISARMED && life->windows) {
			window = &windows[life->first_window + life->windows - 1];
			window->disarmed = tolds[i].time;
			window->cause = tolds[i].cause;
			window->in_vain = tolds[i].in_vain;
			in_vain += tolds[i].in_vain;
		}
	}
	nwindows = n;
	return 0;
}

/* What a client asked for and was told about then, for people. */
static void show_around(const struct life *life, u64 begin, u64 end)
{
	const struct call *call;
	unsigned int i, n = 0;

	for_each_call(call, life)
		if (call->end + NSEC_PER_MSEC >= begin && call->begin <= end + NSEC_PER_MSEC &&
		    n++ < 12)
			pr_info("#   %s (%s) %llu to %llu: %s, error %d, flags %x, state %u\n",
				call_names[call->kind], context_names[call->context], call->begin,
				call->end, call->granted ? "granted" : "not granted", call->error,
				call->flags, call->state);
	for (i = 0, n = 0; i < ntolds; i++)
		if (&lives[tolds[i].life] == life && tolds[i].told_at + NSEC_PER_MSEC >= begin &&
		    tolds[i].time <= end + NSEC_PER_MSEC && n++ < 12)
			pr_info("#   told %u: %llu, at %llu, cause %u, repeats %u%s\n", tolds[i].kind,
				tolds[i].time, tolds[i].told_at, tolds[i].cause, tolds[i].repeats,
				tolds[i].in_vain ? ", in vain" : "");
}

/* Complains, and shows what happened to the life about then. */
#define WRONG_ABOUT(check, life, begin, end, format, ...) \
	do { \
		WRONG(check, format ", life %u (%s)", ##__VA_ARGS__, number_of(life), \
		      (life)->place->name); \
		if (atomic_read(&wrong[check]) <= 6) \
			show_around(life, begin, end); \
	} while (0)

/* Could a gate be open then, and nobody was told, as the claim ended in a callback? */
static bool untold(const struct life *life, u64 begin, u64 end)
{
	const struct window *last = &windows[life->first_window + life->windows - 1];

	return life->ended_in_callback && end <= life->ended &&
	       (!life->windows || begin >= last->disarmed);
}

/* Has it lost its registers then, or perhaps, where several times are told as one? */
static bool lost_since(const struct life *life, u64 time)
{
	unsigned int i;

	for (i = 0; i < ntolds; i++)
		if (&lives[tolds[i].life] == life && tolds[i].kind != TOLD_ARMED &&
		    ((tolds[i].time >= time && tolds[i].cause != WTS_CAUSE_DISABLED) ||
		     (tolds[i].repeats > 1 && tolds[i].told_at >= time)))
			return true;
	return life->ended_in_callback;
}

static void judge_hit(const struct record *r, const struct life *life)
{
	const u64 begin = r->begin + r->hit_begin, end = r->begin + r->hit_end;
	const struct window *window, *in = NULL;
	const struct call *call;
	u64 shut = 0;

	for_each_window(window, life)
		if (window->armed <= begin && end <= window->disarmed)
			in = window;
	if (!in) {
		if (!untold(life, begin, end))
			WRONG_ABOUT(WINDOW, life, begin, end,
				    "write %u of writer %u on CPU %u, delivered %llu to %llu",
				    r->sequence, r->writer, r->cpu, begin, end);
		return;
	}
	for_each_call(call, life)
		if (call->kind == CALL_DISABLE && call->end && call->end < r->begin)
			shut = max(shut, call->begin);
	if (in->armed < shut)
		WRONG_ABOUT(AFTER_DISABLE, life, in->armed, end,
			    "write %u of writer %u on CPU %u, begun %llu: armed %llu, disabled %llu",
			    r->sequence, r->writer, r->cpu, r->begin, in->armed, shut);
}

static void judge_record(const struct record *r)
{
	const struct life *life = &lives[r->life];
	const struct window *window;

	kept++;
	if (r->hits)
		judge_hit(r, life);
	if (!r->open)
		return;
	for_each_window(window, life) {
		if (r->begin <= window->armed || r->begin + r->end > window->disarmed)
			continue;
		judged++;
		if (!r->hits)
			WRONG_ABOUT(NO_LOSS, life, r->begin, r->begin + r->end,
				    "write %u of writer %u on CPU %u, %llu to %llu, in the window %llu to %llu",
				    r->sequence, r->writer, r->cpu, r->begin, r->begin + r->end,
				    window->armed, window->disarmed);
	}
}

/*
 * A window begins by an enable that no disable came after, and ends for its
 * cause.  (One that is told in vain begins with the disable.)
 */
static void judge_window(const struct window *window, const struct life *life)
{
	u64 shut = 0, enabled = 0;
	const struct call *call;
	bool disabled = false;

	for_each_call(call, life) {
		const u64 end = call->end ?: U64_MAX;

		if (call->kind == CALL_DISABLE && end < window->armed)
			shut = max(shut, call->begin);
		if (enables(call) && call->begin <= window->armed)
			enabled = max(enabled, end);
		/* who has interrupted the arbiter is heard when it goes on */
		disabled |= call->kind == CALL_DISABLE && call->begin <= window->disarmed &&
			    (end >= window->armed ||
			     (window->in_vain && call->context == PROBE));
	}
	if (enabled < shut && !window->in_vain)
		WRONG_ABOUT(ARMING, life, window->armed, window->armed,
			    "armed %llu, until %llu for cause %d, after a disable %llu, without an enable",
			    window->armed, window->disarmed, window->cause, shut);
	if (window->disarmed < window->armed)
		WRONG_ABOUT(CALLBACKS, life, window->disarmed, window->armed,
			    "disarmed %llu, before it was armed %llu", window->disarmed,
			    window->armed);
	if (window > windows + life->first_window && window->armed < window[-1].disarmed)
		WRONG_ABOUT(CALLBACKS, life, window->armed, window->disarmed,
			    "armed %llu, before it was disarmed %llu", window->armed,
			    window[-1].disarmed);
	if (window->cause == WTS_CAUSE_DISABLED && window->disarmed != U64_MAX && !disabled)
		WRONG_ABOUT(ARMING, life, window->armed, window->disarmed,
			    "armed %llu, disarmed %llu as disabled, by nobody", window->armed,
			    window->disarmed);
}

/* Is there another call that explains a state? */
static bool meanwhile(const struct call *call, const struct life *life, bool disabled)
{
	const struct call *other;

	for_each_call(other, life)
		if ((other->kind == CALL_DISABLE) == disabled && other != call &&
		    (!other->end || other->end >= call->begin) && other->begin <= call->end)
			return true;
	return false;
}

/* When it was armed, or something came between. */
static u64 armed_or_not(const struct call *call, const struct life *life)
{
	const struct window *window;
	const struct call *other;
	u64 first = U64_MAX;

	for_each_window(window, life)
		if (window->disarmed >= call->begin)
			first = min(first, window->armed);
	for_each_call(other, life)
		if (other->kind == CALL_DISABLE && (!other->end || other->end >= call->begin))
			first = min(first, other->begin);
	return first;
}

/* The state that a call left behind is the one that it was to bring about. */
static void judge_call(const struct call *call, const struct life *life)
{
	const bool on = call->state == WTS_ARMING || call->state == WTS_ARMED;
	const bool batch = call->kind == CALL_BATCH && call->context != CALLBACK;
	u64 first;

	if (!call->end) {
		WRONG(SCHEDULE, "%s of life %u has not returned", call_names[call->kind], call->life);
	} else if (call->kind == CALL_DISABLE) {
		/* who has interrupted the arbiter is heard when it goes on */
		if ((on || call->state == WTS_WAITING) && call->context != PROBE &&
		    !meanwhile(call, life, false))
			WRONG_ABOUT(ARMING, life, call->begin, call->end,
				    "disable (%s) %llu to %llu left it in state %u",
				    context_names[call->context], call->begin, call->end,
				    call->state);
	} else if (call->kind != CALL_GRANT && call->granted) {
		if ((!on || (batch && call->state != WTS_ARMED)) &&
		    !meanwhile(call, life, true) && !lost_since(life, call->begin))
			WRONG_ABOUT(ARMING, life, call->begin, call->end,
				    "%s (%s) %llu to %llu left it in state %u", call_names[call->kind],
				    context_names[call->context], call->begin, call->end,
				    call->state);
		first = armed_or_not(call, life);
		if (first > call->end + PATIENCE * NSEC_PER_SEC &&
		    !lost_since(life, call->begin))
			WRONG_ABOUT(ARMING, life, call->begin, call->end,
				    "%s %llu to %llu: nothing came of it until %llu",
				    call_names[call->kind], call->begin, call->end, first);
	}
}

/* Each refusal is told. */
static void judge_refusals(const struct life *life)
{
	const struct call *call;
	u64 refused = 0, was_told = 0;
	unsigned int i;

	for_each_call(call, life)
		refused += call->kind == CALL_ENABLE && call->error && call->error != -EBUSY &&
			   !(call->flags & WTS_QUIET);
	if (!refused || life->ended_in_callback)
		return;
	for (i = 0; i < ntolds; i++)
		if (&lives[tolds[i].life] == life && tolds[i].kind == TOLD_UNAVAILABLE)
			was_told += tolds[i].repeats;
	if (was_told < refused)
		WRONG(REFUSALS, "life %u (%s): %llu refused, %llu told", number_of(life),
		      life->place->name, refused, was_told);
}

/*
 * In the order in which it was told: no more than four registers are in use, so
 * who loses one is told before who takes it.
 */
static void judge_registers(void)
{
	u8 uses[WORDS] = { };
	unsigned int i, word, n;

	for (i = 0; i < atomic_read(&nlives); i++)
		lives[i].windows = 0;
	for (i = 0; i < ntolds; i++) {
		const struct told *t = &tolds[i];
		struct life *life = &lives[t->life];
		const bool begins = t->kind == TOLD_ARMED;
		const struct window *window;

		if (t->kind == TOLD_UNAVAILABLE || (!begins && !life->windows))
			continue;
		life->windows += begins;
		window = &windows[life->first_window + life->windows - 1];
		/* one that ended in a callback may have been told in vain */
		if (window->in_vain || window->disarmed == U64_MAX || t->kind == TOLD_NO_MORE)
			continue;
		for (word = 0, n = 0; word < WORDS; word++) {
			if (watches(life->place, word))
				uses[word] += begins ? 1 : -1;
			n += uses[word] > 0;
		}
		if (n > 4)
			WRONG(REGISTERS, "%u registers in use at sequence %llu, with life %u (%s)",
			      n, t->sequence, t->life, life->place->name);
	}
}

static void judge(void)
{
	const struct window *window;
	const struct call *call;
	struct life *life;
	unsigned int i, k;

	if (judge_sort()) {
		WRONG(SCHEDULE, "no memory to judge");
		return;
	}
	for (i = 0; i < nwriters; i++)
		for (k = 0; k < writers[i].n; k++) {
			judge_record(&writers[i].record[k]);
			if (k % 1024 == 0)
				cond_resched();
		}
	for (life = lives; life < lives + atomic_read(&nlives); life++) {
		for_each_window(window, life)
			judge_window(window, life);
		for_each_call(call, life)
			judge_call(call, life);
		judge_refusals(life);
		cond_resched();
	}
	judge_registers();
	vfree(windows);
}

#endif

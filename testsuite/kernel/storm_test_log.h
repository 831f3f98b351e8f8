/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is noted while the storm lasts, for the judge: calls of the arbiter,
 * and what it told.  (What the writers note is theirs.)
 */
#ifndef STORM_TEST_LOG_H
#define STORM_TEST_LOG_H

#include "storm_test_places.h"

enum call_kind {
	CALL_ENABLE,		/* wts_claim_enable() */
	CALL_BATCH,		/* wts_claims_enable(); wts_claims_grant() with _arm() */
	CALL_GRANT,		/* wts_claims_grant() alone */
	CALL_DISABLE,		/* wts_claim_disable(), wts_claim_destroy() */
};

static const char * const call_names[] = { "enable", "batch", "grant", "disable" };

struct call {
	u64 begin;
	u64 end;		/* 0: it has not returned */
	u32 life;
	s32 error;		/* as why has it */
	u8 kind;
	u8 context;
	u8 flags;		/* of wts_claim_enable() */
	u8 state;		/* of the claim, when it had returned */
	bool granted;
};

enum told_kind {
	TOLD_ARMED, TOLD_DISARMED, TOLD_UNAVAILABLE,
	TOLD_NO_MORE,		/* the claim was destroyed in a callback */
};

struct told {
	u64 time;
	u64 told_at;
	u64 sequence;
	u32 life;
	u32 repeats;
	u8 kind;
	u8 cause;
	bool in_vain;		/* disarmed: it never was armed */
};

static struct call *calls;
static unsigned int max_calls;
static atomic_t ncalls;

static struct told *tolds;
static unsigned int max_tolds, ntolds;	/* written by who is told */

/* Any context.  NULL: the log is full. */
static struct call *call_begin(const struct life *life, enum call_kind kind, enum context context)
{
	unsigned int i = atomic_inc_return(&ncalls) - 1;

	if (i >= max_calls)
		return NULL;
	calls[i].life = number_of(life);
	calls[i].kind = kind;
	calls[i].context = context;
	calls[i].begin = now();
	return &calls[i];
}

static void call_end(struct call *call, bool granted, int error)
{
	struct wts_claim_stats stats = { .size = sizeof(stats) };

	if (!call)
		return;
	wts_claim_stats(lives[call->life].claim, &stats);
	call->state = stats.state;
	call->granted = granted;
	call->error = error;
	call->end = now();
}

/* The same for wts_claim_destroy(). */
static void call_end_of_life(struct call *call)
{
	if (!call)
		return;
	call->state = WTS_OFF;
	call->end = now();
}

static void tell_log(const struct life *life, enum told_kind kind, const struct wts_event *event)
{
	struct told *told;

	if (ntolds == max_tolds) {
		WRONG(SCHEDULE, "more is told than can be noted");
		return;
	}
	told = &tolds[ntolds++];
	told->kind = kind;
	told->life = number_of(life);
	told->told_at = now();
	told->time = event ? event->time : told->told_at;
	if (!event)
		return;
	told->sequence = event->sequence;
	told->repeats = event->repeats;
	told->cause = event->cause;
	told->in_vain = !strcmp(event->reason, "disabled before it was armed");
}

#endif

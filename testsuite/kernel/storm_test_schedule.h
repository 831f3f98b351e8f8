/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schedule: what is done, where and to whom follows from the seed alone.
 * Each operation is for one context; contexts do theirs in order, as soon as
 * the front of the schedule has passed them: so the same seed has the same
 * operations in about the same order.
 */
#ifndef STORM_TEST_SCHEDULE_H
#define STORM_TEST_SCHEDULE_H

#include "storm_test_claims.h"
#include "storm_test_outside.h"

enum kind {
	ENABLE, LATER, DISABLE, PRIORITY,	/* any context */
	BATCH, GRANT, ARM, RENEW, END, BEGIN, FLUSH,	/* process context */
	PLUG, OUTSIDE_WIDE, OUTSIDE_TASK, LIMIT, SHOW,
	KINDS
};

static const char * const kind_names[KINDS] = {
	"enable", "enable-later", "disable", "priority", "enable-batch", "grant", "arm", "renew",
	"destroy", "create", "flush", "hotplug", "perf-wide", "perf-task", "limit", "show",
};

static const char * const context_names[CONTEXTS] = {
	"process", "timer", "hit", "probe", "callback", "hotplug", "outsider", "admin",
};

struct operation {
	u8 context;
	u8 kind;
	u8 place;
	bool own;		/* of the claim whose handler or callback it is */
	u32 argument;
};

/* Of a hundred operations, so many are for each context. */
static const u8 shares[CONTEXTS] = { 42, 14, 12, 12, 12, 3, 4, 1 };

/* Of a context's operations, so many of the sum are of each kind. */
static const u8 weights[CONTEXTS][KINDS] = {
	[PROCESS] = {
		[ENABLE] = 8, [LATER] = 12, [DISABLE] = 18, [PRIORITY] = 14, [BATCH] = 30,
		[GRANT] = 6, [ARM] = 3, [RENEW] = 22, [END] = 3, [BEGIN] = 8, [FLUSH] = 2,
	},
	[TIMER] = { [ENABLE] = 8, [LATER] = 12, [DISABLE] = 14, [PRIORITY] = 12 },
	[HIT] = { [ENABLE] = 8, [LATER] = 12, [DISABLE] = 14, [PRIORITY] = 12 },
	[PROBE] = { [ENABLE] = 8, [LATER] = 12, [DISABLE] = 14, [PRIORITY] = 12 },
	[CALLBACK] = {
		[ENABLE] = 8, [LATER] = 8, [DISABLE] = 8, [PRIORITY] = 6, [BATCH] = 5,
		[GRANT] = 2, [RENEW] = 4, [END] = 3, [BEGIN] = 5, [FLUSH] = 1,
	},
	[HOTPLUG] = { [PLUG] = 1 },
	[OUTSIDER] = { [OUTSIDE_WIDE] = 3, [OUTSIDE_TASK] = 2 },
	[ADMIN] = { [LIMIT] = 2, [SHOW] = 1 },
};

/* The operations of a context. */
static struct queue {
	u32 *list;
	unsigned int n;
	atomic_t next;
} queues[CONTEXTS];

static struct operation *plan;
static unsigned int front;
static atomic_t done[CONTEXTS][KINDS];
static atomic_t missed;			/* of them found no claim to do it to */

static unsigned int schedule_front(void)
{
	return READ_ONCE(front);
}

/* The next operation of a context, or NULL.  Any context. */
static const struct operation *schedule_next(enum context context)
{
	struct queue *queue = &queues[context];
	unsigned int next = atomic_read(&queue->next);

	if (next >= queue->n || queue->list[next] >= schedule_front() ||
	    atomic_cmpxchg(&queue->next, next, next + 1) != next)
		return NULL;
	return &plan[queue->list[next]];
}

/* An index by weights. */
static unsigned int draw_weighted(u64 *series, const u8 *weight, unsigned int n)
{
	unsigned int sum = 0, i;
	int left;

	for (i = 0; i < n; i++)
		sum += weight[i];
	left = draw(series, sum);
	for (i = 0; (left -= weight[i]) >= 0; i++)
		;
	return i;
}

/* Undone by schedule_free(). */
static int schedule_init(void)
{
	u64 series = mix(seed);
	unsigned int i, context;

	plan = vzalloc(array_size(operations, sizeof(*plan)));
	if (!plan)
		return -ENOMEM;
	for (i = 0; i < CONTEXTS; i++) {
		queues[i].list = vzalloc(array_size(operations, sizeof(u32)));
		if (!queues[i].list)
			return -ENOMEM;
	}
	for (i = 0; i < operations; i++) {
		struct operation *operation = &plan[i];

		context = draw_weighted(&series, shares, CONTEXTS);
		if ((context == HOTPLUG && !hotplug) || (context == OUTSIDER && !outsiders) ||
		    (context == PROBE && !probes))
			context = PROCESS;
		operation->context = context;
		operation->kind = draw_weighted(&series, weights[context], KINDS);
		operation->place = draw(&series, nplaces);
		operation->own = (context == HIT || context == CALLBACK) && draw(&series, 2);
		operation->argument = draw(&series, U32_MAX);
		queues[context].list[queues[context].n++] = i;
	}
	return 0;
}

static void schedule_free(void)
{
	unsigned int i;

	for (i = 0; i < CONTEXTS; i++)
		vfree(queues[i].list);
	vfree(plan);
}

/* Up to four claims, with those that are in no way at the same time. */
static void perform_batch(const struct operation *operation)
{
	unsigned int n = 0, i, k, want = (operation->argument >> 8) % 4 + 1;
	struct life *life[4];

	for (i = 0; i < want; i++) {
		k = (operation->place + (operation->argument >> (12 + 4 * i)) % nplaces) % nplaces;
		life[n] = READ_ONCE(places[k].life);
		n += life_use(life[n]);
		if (operation->kind == ARM && n)
			break;
	}
	if (!n) {
		atomic_inc(&missed);
	} else if (operation->kind == ARM) {
		for (i = 0; i < n; i++) {
			struct call *call = call_begin(life[i], CALL_GRANT, operation->context);

			wts_claims_arm(&life[i]->claim, 1);
			call_end(call, false, 0);
		}
	} else {
		do_batch(life, n, operation->kind == GRANT, operation->argument,
			 operation->context);
	}
	for (i = 0; i < n; i++)
		life_leave(life[i]);
}

/* Some to be stolen from, some to steal. */
static int priority_of(u32 argument)
{
	return (int)((argument >> 4) % 5) - 2;
}

/* To one claim, in any context. */
static void perform_one(const struct operation *operation, struct life *life)
{
	const unsigned int quiet = operation->argument & 1 ? WTS_QUIET : 0;

	switch (operation->kind) {
	case ENABLE:
		do_enable(life, quiet, operation->context);
		break;
	case LATER:
		do_enable(life, quiet | WTS_LATER, operation->context);
		break;
	case DISABLE:
		do_disable(life, operation->context);
		break;
	case PRIORITY:
		wts_claim_set_priority(life->claim, priority_of(operation->argument));
		break;
	}
}

/* A place that has a life, or has none: the one that the schedule names, or the next. */
static struct place *next_place(const struct operation *operation, bool with_life)
{
	unsigned int i;

	for (i = 0; i < nplaces; i++) {
		struct place *place = &places[(operation->place + i) % nplaces];

		if (with_life ? !!READ_ONCE(place->life) : !atomic_read(&place->busy))
			return place;
	}
	return &places[operation->place];
}

/* own: the life whose handler or callback it is.  The operation's context. */
static void perform(const struct operation *operation, struct life *own)
{
	const bool on_own = own && operation->own;
	struct place *place = on_own ? own->place : next_place(operation, operation->kind != BEGIN);
	struct life *life = on_own ? own : READ_ONCE(place->life);

	switch (operation->kind) {
	case ENABLE:
	case LATER:
	case DISABLE:
	case PRIORITY:
		if (on_own && !(atomic_read(&own->users) & CLOSING)) {
			perform_one(operation, life);
		} else if (!on_own && life_use(life)) {
			perform_one(operation, life);
			life_leave(life);
		} else {
			atomic_inc(&missed);
		}
		break;
	case BATCH:
	case GRANT:
	case ARM:
		perform_batch(operation);
		break;
	case RENEW:
	case END:
		if (!life || !life_end(life, operation->argument & 1, operation->context)) {
			atomic_inc(&missed);
			break;
		}
		if (operation->kind == END)
			break;
		fallthrough;
	case BEGIN:
		life = life_begin(place, priority_of(operation->argument));
		if (!life)
			atomic_inc(&missed);
		/* most are to be in use */
		if (life && operation->argument & 6 && life_use(life)) {
			do_enable(life, WTS_LATER, operation->context);
			life_leave(life);
		}
		break;
	case FLUSH:
		wts_flush();
		break;
	}
	atomic_inc(&done[operation->context][operation->kind]);
}

/* In the context that it names; own as in perform(). */
static void perform_next(enum context context, struct life *own)
{
	const struct operation *operation = schedule_next(context);

	if (operation)
		perform(operation, own);
}

#endif

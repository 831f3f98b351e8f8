/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two clients: claims begin and end, are enabled, disabled, given other
 * priorities; and what they are told.  Who uses a claim keeps it from ending
 * (life_use), but for its own handlers, which the arbiter waits for.
 */
#ifndef STORM_TEST_CLAIMS_H
#define STORM_TEST_CLAIMS_H

#include <linux/delay.h>

#include "storm_test_writers.h"

static const char * const client_names[] = { "storm-a", "storm-b" };

static u64 last_sequence;		/* of what was told */
static atomic_t telling;

/* A reason that has no room for a text; the arbiter fills in what fits. */
struct short_reason {
	u32 size;
	s32 error;
	u32 claim;
};

static struct wts_reason *short_reason(struct short_reason *why)
{
	why->size = sizeof(*why);
	why->error = 0;
	return (struct wts_reason *)why;
}

static void observe(void *data)
{
	struct life *life = data;
	unsigned int i, cpu;

	/* must not trap, though it reads */
	for (i = 0; i < words_of(life->place); i++)
		for_each_possible_cpu(cpu)
			READ_ONCE(*word_on(cpu, life->place->word + i));
	atomic_inc(&life->observed);
}

static void told(struct life *life, enum told_kind kind, const struct wts_event *event)
{
	static const char * const names[] = { "armed", "disarmed", "unavailable" };

	if (atomic_inc_return(&telling) != 1)
		WRONG(CALLBACKS, "two callbacks at once");
	if (event->sequence <= last_sequence)
		WRONG(CALLBACKS, "sequence %llu after %llu", event->sequence, last_sequence);
	last_sequence = event->sequence;
	if (READ_ONCE(life->ended))
		WRONG(CALLBACKS, "%s after the end of life %u (%s)", names[kind],
		      number_of(life), life->place->name);
	if (event->time > now())
		WRONG(CALLBACKS, "%s at a time to come", names[kind]);
	if (event->repeats < 1 || (kind == TOLD_ARMED && event->repeats != 1))
		WRONG(CALLBACKS, "%s repeats %llu", names[kind], event->repeats);
	if (kind != TOLD_UNAVAILABLE) {
		if (life->told_armed == (kind == TOLD_ARMED))
			WRONG(CALLBACKS, "%s twice: life %u (%s)", names[kind], number_of(life),
			      life->place->name);
		life->told_armed = kind == TOLD_ARMED;
	}
	tell_log(life, kind, event);
	perform_next(CALLBACK, life);
	atomic_dec(&telling);
}

static void armed(void *data, const struct wts_event *event)
{
	told(data, TOLD_ARMED, event);
}

static void disarmed(void *data, const struct wts_event *event)
{
	told(data, TOLD_DISARMED, event);
}

static void unavailable(void *data, const struct wts_event *event)
{
	told(data, TOLD_UNAVAILABLE, event);
}

static const struct wts_ops storm_ops = {
	.size = sizeof(storm_ops), .hit = hit, .observe = observe,
	.armed = armed, .disarmed = disarmed, .unavailable = unavailable,
};

/* Begins a life if the place has none.  Process context. */
static struct life *life_begin(struct place *place, int priority)
{
	struct wts_reason why = { .size = sizeof(why) };
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = place->access,
		.address = address_of(place->word), .length = place->length,
		.name = place->name, .client = client_names[place->client],
		.ops = &storm_ops, .owner = THIS_MODULE,
		.priority = priority, .flags = place->flags,
	};
	struct life *life;
	unsigned int i;

	if (atomic_cmpxchg(&place->busy, 0, 1))
		return NULL;
	i = atomic_inc_return(&nlives) - 1;
	if (i >= max_lives) {
		WRONG(SCHEDULE, "more lives than there is room for");
		atomic_set(&place->busy, 0);
		return NULL;
	}
	life = &lives[i];
	life->place = place;
	attr.data = life;
	life->claim = wts_claim_create(&attr, &why);
	if (!life->claim) {
		WRONG(STATS, "\"%s\" was not created: %d, %s", place->name, why.error, why.text);
		life->ended = now();
		atomic_set(&place->busy, 0);
		return NULL;
	}
	smp_store_release(&place->life, life);
	return life;
}

static int do_disable(struct life *life, enum context context)
{
	struct call *call = call_begin(life, CALL_DISABLE, context);
	int was_on = wts_claim_disable(life->claim);

	call_end(call, was_on, 0);
	return was_on;
}

static void do_enable(struct life *life, unsigned int flags, enum context context)
{
	struct call *call = call_begin(life, CALL_ENABLE, context);
	struct short_reason why;
	int granted = wts_claim_enable(life->claim, flags, short_reason(&why));

	if (call)
		call->flags = flags;
	call_end(call, granted, granted ? 0 : why.error);
}

static u64 life_hits(const struct life *life)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < nwriters; i++)
		sum += READ_ONCE(life->hits[i]);
	return sum;
}

/*
 * What was counted for the client is what it has seen.  Twice, as a handler
 * that ran when the first disable came may have enabled its own claim again.
 */
static void check_stats(struct life *life, enum context context)
{
	struct wts_claim_stats stats = { .size = sizeof(stats) };

	do_disable(life, context);
	wts_flush();
	do_disable(life, context);
	wts_flush();
	wts_claim_stats(life->claim, &stats);
	if (stats.delivered != life_hits(life))
		WRONG(STATS, "life %u (%s): %llu delivered, %llu seen", number_of(life),
		      life->place->name, stats.delivered, life_hits(life));
	if (stats.state != WTS_OFF)
		WRONG(STATS, "life %u (%s) is in state %u when it is disabled", number_of(life),
		      life->place->name, stats.state);
	if (life->told_armed)
		WRONG(STATS, "life %u (%s) is not told disarmed", number_of(life),
		      life->place->name);
}

/* Ends a life, if nobody else does; from a callback, if nobody uses it.  Process context. */
static bool life_end(struct life *life, bool check, enum context context)
{
	const bool in_callback = context == CALLBACK;
	struct wts_claim_stats stats = { .size = sizeof(stats) };
	struct place *place = life->place;
	struct call *call;

	if (in_callback) {
		if (atomic_cmpxchg(&life->users, 0, CLOSING))
			return false;
	} else {
		if (atomic_fetch_or(CLOSING, &life->users) & CLOSING)
			return false;
		while (atomic_read(&life->users) != CLOSING)
			usleep_range(50, 200);
	}
	WRITE_ONCE(place->life, NULL);
	if (check && !in_callback)
		check_stats(life, context);
	wts_claim_stats(life->claim, &stats);
	life->stolen = stats.stolen;
	life->arming = stats.arming;

	life->ended_in_callback = in_callback;
	life->end_began = now();
	call = call_begin(life, CALL_DISABLE, context);
	wts_claim_destroy(life->claim);
	call_end_of_life(call);
	WRITE_ONCE(life->ended, now());
	if (in_callback)
		tell_log(life, TOLD_NO_MORE, NULL);
	else if (life->told_armed)
		WRONG(CALLBACKS, "life %u (%s) has ended and was not told disarmed",
		      number_of(life), place->name);
	atomic_set(&place->busy, 0);
	return true;
}

/*
 * Enables several claims at once.  When wts_claims_enable() has returned their
 * gates are open, but of those that lost meanwhile, which the judge looks at.
 */
static void do_batch(struct life **life, unsigned int n, bool grants, u32 argument,
		     enum context context)
{
	struct wts_reason why = { .size = sizeof(why) };
	struct wts_claim *claims[4];
	struct call *call[4];
	unsigned int i;
	int error;

	for (i = 0; i < n; i++) {
		claims[i] = life[i]->claim;
		call[i] = call_begin(life[i], grants && argument & 1 ? CALL_GRANT : CALL_BATCH,
				     context);
	}
	if (grants) {
		error = wts_claims_grant(claims, n, &why);
		if (argument & 2)
			usleep_range(100, 1000);
		if (!error && !(argument & 1))
			error = wts_claims_arm(claims, n);
	} else {
		error = wts_claims_enable(claims, n, &why);
	}
	for (i = 0; i < n; i++)
		call_end(call[i], !error, error);
	if (error && error != -ENOSPC && error != -EIO)
		WRONG(STATS, "a batch was refused: %d, %s", error, why.text);
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a claim's life: what each call does to a claim that is off,
 * waits, is arming or armed, and what its client is told of that, and what it
 * is not.  With check.h.
 */
#define pr_fmt(fmt) "life_test: " fmt

#include <linux/completion.h>

#include "check.h"

/* h* hold registers and are strong, c is the claim in question. */
static struct client h1, h2, h3, h4, c, t;

/* Makes them all; so many of h* are enabled.  Nothing is left to be told. */
static bool begin(unsigned int holders)
{
	struct client *const h[] = { &h1, &h2, &h3, &h4 };
	bool ok = true;
	unsigned int i;

	CHECK(make(&h1, "h1", 1, 10) && make(&h2, "h2", 2, 10) && make(&h3, "h3", 3, 10) &&
	      make(&h4, "h4", 4, 10) && make(&c, "c", 0, 0) && make(&t, "t", 5, 20));
	for (i = 0; i < holders; i++)
		CHECK(enable(h[i]) == 0);
	wts_flush();
	nseen = nsteps;
	return ok;
}

static void end(void)
{
	DESTROY_ALL(&c, &t, &h1, &h2, &h3, &h4);
}

/* Nothing of ours can run on this CPU while it decides, so it stays arming. */
#define WHILE_ARMING(statement) \
	do { \
		unsigned long arming_flags; \
		local_irq_save(arming_flags); \
		statement; \
		local_irq_restore(arming_flags); \
	} while (0)

static bool test_off(void)
{
	bool ok = begin(3);

	CHECK(state(&c) == WTS_OFF && !wts_claim_disable(c.claim) && told(""));
	CHECK(enable_here(&c, 0) == 1 && !why.error && told("c+") && state(&c) == WTS_ARMED);
	CHECK(wts_claim_disable(c.claim) == 1 && is_quiet(&c) && told("c-"));
	CHECK(!*last_of(&c)->reason && !last_of(&c)->error && state(&c) == WTS_OFF);
	CHECK(enable_here(&c, WTS_LATER) == 1 && told("c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));
	CHECK(!wts_claim_disable(c.claim) && told(""));

	CHECK(enable(&h4) == 0 && told("h4+"));
	CHECK(enable_here(&c, 0) == 0 && why.cause == WTS_CAUSE_TAKEN && why.error == -ENOSPC);
	CHECK(!strcmp(why.text, "no free register: 4 held by \"test\""));
	CHECK(told("c!") && !strcmp(last_of(&c)->reason, why.text) &&
	      last_of(&c)->error == -ENOSPC && last_of(&c)->cause == WTS_CAUSE_TAKEN);
	CHECK(state(&c) == WTS_OFF && !wts_claim_disable(c.claim));
	CHECK(enable_here(&c, WTS_QUIET) == 0 && why.cause == WTS_CAUSE_TAKEN && told(""));
	CHECK(wts_claim_enable(c.claim, WTS_QUIET, NULL) == 0 && told(""));
	CHECK(enable_here(&c, WTS_LATER) == 0 && told("c!") && state(&c) == WTS_WAITING);
	CHECK(wts_claim_disable(c.claim) == 1 && told("") && state(&c) == WTS_OFF);
	CHECK(enable_here(&c, WTS_LATER | WTS_QUIET) == 0 && why.cause == WTS_CAUSE_TAKEN);
	CHECK(told("") && state(&c) == WTS_WAITING);
	end();
	return ok;
}

static bool test_waiting(void)
{
	bool ok = begin(4);

	CHECK(enable_here(&c, WTS_LATER) == 0 && told("c!"));
	CHECK(enable_here(&c, 0) == 0 && why.cause == WTS_CAUSE_TAKEN && told("c!"));
	CHECK(state(&c) == WTS_WAITING);
	CHECK(enable_here(&c, WTS_QUIET) == 0 && told("") && state(&c) == WTS_WAITING);
	CHECK(enable_here(&c, WTS_LATER) == 0 && told("") && state(&c) == WTS_WAITING);
	/* as a batch it asks, too, and no callback comes of it */
	CHECK(enable(&c) == -ENOSPC && told("") && state(&c) == WTS_WAITING);
	CHECK(is_quiet(&c));
	wts_claim_disable(h2.claim);
	CHECK(told("h2- c+") && fires(&c));
	/* it has what it waited for: it does not wait any more */
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-") && state(&c) == WTS_OFF);

	CHECK(enable(&h2) == 0 && enable_here(&c, WTS_LATER) == 0 && told("h2+ c!"));
	CHECK(wts_claim_disable(c.claim) == 1 && told("") && state(&c) == WTS_OFF);
	wts_claim_disable(h2.claim);
	CHECK(told("h2-") && state(&c) == WTS_OFF);
	/* destroyed while it waits: told nothing */
	CHECK(enable(&h2) == 0 && enable_here(&c, WTS_LATER) == 0 && told("h2+ c!"));
	destroy(&c);
	CHECK(told(""));
	wts_claim_disable(h2.claim);
	CHECK(told("h2-"));
	end();
	return ok;
}

static bool test_arming(void)
{
	bool ok = begin(3);

	WHILE_ARMING(
		CHECK(enable_here(&c, 0) == 1 && state(&c) == WTS_ARMING);
		CHECK(enable_here(&c, 0) == 1 && enable_here(&c, WTS_LATER) == 1);
		CHECK(!wts_claim_is_open(c.claim)));
	CHECK(told("c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));

	/* disabled before it was armed: the grant was an answer, so both are told */
	WHILE_ARMING(
		CHECK(enable_here(&c, 0) == 1);
		CHECK(wts_claim_disable(c.claim) == 1);
		CHECK(wts_claim_disable(c.claim) == 0));
	CHECK(told("c+ c-") && is_quiet(&c) && state(&c) == WTS_OFF);
	WHILE_ARMING(
		CHECK(enable_here(&c, 0) == 1);
		CHECK(wts_claim_disable(c.claim) == 1);
		CHECK(enable_here(&c, 0) == 1));
	CHECK(told("c+ c- c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));

	/* granted, and lost before it was armed */
	CHECK(enable(&t) == 0 && told("t+"));
	CHECK(wts_claim_disable(t.claim) == 1 && told("t-"));
	WHILE_ARMING(
		CHECK(enable_here(&c, 0) == 1);
		CHECK(enable_here(&t, 0) == 1);
		CHECK(state(&c) == WTS_WAITING));
	CHECK(told("c!:stolen t+") && is_quiet(&c) && fires(&t));
	CHECK(!strcmp(last_of(&c)->reason, "stolen by \"test\" (priority 20)"));
	CHECK(stats(&c).stolen == 1 && last_of(&c)->error == -ENOSPC);
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c));
	end();
	return ok;
}

static bool test_armed(void)
{
	bool ok = begin(3);

	CHECK(enable_here(&c, 0) == 1 && told("c+"));
	CHECK(enable_here(&c, 0) == 1 && enable_here(&c, WTS_LATER) == 1 && enable(&c) == 0);
	CHECK(told("") && fires(&c));
	CHECK(enable(&t) == 0 && told("c-:stolen t+") && state(&c) == WTS_WAITING);
	/* what it does while it waits for that reason is the same */
	CHECK(enable_here(&c, WTS_LATER) == 0 && told(""));
	CHECK(enable_here(&c, 0) == 0 && told("c!"));
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c));
	CHECK(enable(&t) == 0 && told("c-:stolen t+"));
	CHECK(wts_claim_disable(c.claim) == 1 && told(""));
	wts_claim_disable(t.claim);
	CHECK(told("t-") && state(&c) == WTS_OFF && is_quiet(&c));
	/* destroyed while it is armed: told, before that returns */
	CHECK(enable_here(&c, 0) == 1 && told("c+"));
	destroy(&c);
	CHECK(steps_are("c-", nseen, nsteps) && told("c-"));
	end();
	return ok;
}

/* In a batch: granted and not armed yet. */
static bool test_granted(void)
{
	bool ok = begin(3);

	CHECK(wts_claims_grant(&c.claim, 1, &why) == 0 && told("") && state(&c) == WTS_ARMING);
	CHECK(poke(&c) == 0 && !stats(&c).arming);
	CHECK(enable_here(&c, 0) == 1 && told("c+") && fires(&c));
	wts_claim_disable(c.claim);
	CHECK(told("c-"));
	CHECK(wts_claims_grant(&c.claim, 1, &why) == 0 && wts_claim_disable(c.claim) == 1);
	CHECK(told("c+ c-") && state(&c) == WTS_OFF);
	CHECK(wts_claims_arm(&c.claim, 1) == 0 && told("") && state(&c) == WTS_OFF);
	CHECK(wts_claims_grant(&c.claim, 1, &why) == 0 && enable(&t) == 0);
	CHECK(told("c!:stolen t+") && state(&c) == WTS_WAITING);
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c));
	end();
	return ok;
}

/* The one who tells is kept from going on, by a client of its own. */
static struct client plug;
static DECLARE_COMPLETION(pull);
static DECLARE_COMPLETION(plugged);

static void plug_told(struct client *client, enum told what)
{
	if (what != UNAVAILABLE)
		return;
	complete(&plugged);
	wait_for_completion(&pull);
}

/* The registers are all taken, so it is refused. */
static void put_plug(void)
{
	plug.on_told = plug_told;
	wts_claim_enable(plug.claim, 0, NULL);
	wait_for_completion(&plugged);
}

/* What is decided is carried out, though nothing can be told. */
static void settle(void)
{
	msleep(60);
}

static bool test_coalescing(void)
{
	bool ok = true;
	int i;

	CHECK(make(&plug, "plug", 6, 0));
	ok &= begin(4);

	/* refusals */
	put_plug();
	for (i = 0; i < 5; i++)
		CHECK(enable_here(&c, 0) == 0);
	CHECK(enable_here(&h1, 0) == 1);
	complete(&pull);
	CHECK(told("plug! c!*5"));

	/* a pair that comes too fast */
	put_plug();
	wts_claim_disable(h4.claim);
	settle();
	for (i = 0; i < 3; i++) {
		CHECK(enable_here(&c, 0) == 1);
		CHECK(wts_claim_disable(c.claim) == 1);
	}
	settle();
	CHECK(is_quiet(&c));
	complete(&pull);
	CHECK(told("plug! h4- c+ c-*3"));
	CHECK(last_of(&c)->repeats == 3 && state(&c) == WTS_OFF);

	/* the gate of one that is enabled again waits until that is told */
	CHECK(enable(&h4) == 0 && told("h4+"));
	put_plug();
	wts_claim_disable(h4.claim);
	settle();
	CHECK(enable_here(&c, 0) == 1);
	settle();
	CHECK(fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1);
	CHECK(enable_here(&c, 0) == 1);
	settle();
	CHECK(state(&c) == WTS_ARMING && poke(&c) == 0 && stats(&c).arming);
	complete(&pull);
	CHECK(told("plug! h4- c+ c- c+") && fires(&c));

	end();
	destroy(&plug);
	return ok;
}

static bool test_lost_while_untold(void)
{
	bool ok = true;

	CHECK(make(&plug, "plug", 6, -1));
	ok &= begin(3);
	CHECK(enable_here(&c, 0) == 1 && told("c+"));
	put_plug();
	CHECK(enable_here(&t, 0) == 1);		/* c- */
	settle();
	CHECK(wts_claim_disable(t.claim) == 1);	/* t+ t-, c is granted, and its gate shut */
	settle();
	CHECK(state(&c) == WTS_ARMING);
	CHECK(enable_here(&t, 0) == 1);		/* so c! */
	settle();
	CHECK(state(&c) == WTS_WAITING && state(&t) == WTS_ARMING);
	complete(&pull);
	CHECK(told("plug! c-:stolen t+ t- c!:stolen t+"));
	CHECK(fires(&t) && is_quiet(&c) && stats(&c).stolen == 2);
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c));
	end();
	destroy(&plug);
	return ok;
}

/* Flush: what was decided before is told when it returns, each time. */
static bool test_flush(void)
{
	bool ok = begin(4);
	int i;

	for (i = 0; i < 60 && ok; i++) {
		CHECK(enable_here(&t, 0) == 1 && told("h4-:stolen t+"));
		CHECK(wts_claim_disable(t.claim) == 1 && told("t- h4+"));
	}
	end();
	return ok;
}

/* So many may be enabled or waiting. */
static bool test_limit(void)
{
	const unsigned int n = WTS_MAX_STANDING;
	struct client *many = kvcalloc(n, sizeof(*many), GFP_KERNEL);
	struct wts_claim **claims = kvcalloc(n, sizeof(*claims), GFP_KERNEL);
	unsigned int i;
	bool ok;

	if (!many || !claims)
		return false;
	/* made before the registers are taken: perf is asked about each */
	ok = begin(0);
	for (i = 0; i < n; i++) {
		CHECK(make(&many[i], "m", 8 + i % 8, 0));
		claims[i] = many[i].claim;
	}
	CHECK(ENABLE_ALL(&h1, &h2, &h3, &h4) == 0 && told("{h1+ h2+ h3+ h4+}"));
	for (i = 0; i < n - 4; i++)
		CHECK(enable_here(&many[i], WTS_LATER | WTS_QUIET) == 0);
	CHECK(state(&many[n - 5]) == WTS_WAITING && told(""));
	CHECK(enable_here(&c, WTS_LATER) == 0 && why.cause == WTS_CAUSE_TAKEN);
	CHECK(!strcmp(why.text, "256 claims are enabled or waiting, and more cannot be"));
	CHECK(told("c!") && state(&c) == WTS_OFF && !wts_claim_disable(c.claim));
	CHECK(enable(&c) == -ENOSPC && told("") && state(&c) == WTS_OFF);
	/* who stands already is not refused for that, nor who is stronger */
	CHECK(enable_here(&many[0], 0) == 0 && !strncmp(why.text, "no free register", 16));
	CHECK(told("m!"));
	/* a batch that does not find room leaves nothing behind */
	CHECK(wts_claims_enable(claims, n, &why) == -ENOSPC && told(""));
	CHECK(state(&many[n - 1]) == WTS_OFF && state(&many[0]) == WTS_WAITING);
	CHECK(fires(&h1) && fires(&h4));
	CHECK(wts_claim_disable(many[0].claim) == 1);
	CHECK(enable_here(&c, WTS_LATER) == 0 && told("c!") && state(&c) == WTS_WAITING);
	for (i = 0; i < n; i++)
		destroy(&many[i]);
	CHECK(told(""));
	wts_claim_disable(h1.claim);
	CHECK(told("h1- c+") && fires(&c));
	end();
	kvfree(claims);
	kvfree(many);
	return ok;
}

/*
 * Without the list of forbidden addresses perf is asked about each, which takes
 * a register: a claim that was made while there was none can wait for that.
 */
static bool test_unchecked(void)
{
	bool ok = begin(4);

	destroy(&c);
	destroy(&t);
	CHECK(make(&c, "c", 7, 0) && make(&t, "t", 8, 30));
	CHECK(enable_here(&c, 0) == 0 && why.cause == WTS_CAUSE_TAKEN && why.error == -ENOSPC);
	CHECK(told("c!") && state(&c) == WTS_OFF && fires(&h1) && fires(&h4));
	CHECK(enable(&c) == -ENOSPC && why.cause == WTS_CAUSE_TAKEN && told(""));
	CHECK(enable_here(&c, WTS_LATER) == 0 && told("c!") && state(&c) == WTS_WAITING);
	CHECK(enable_here(&c, WTS_LATER) == 0 && told(""));
	CHECK(enable_here(&c, 0) == 0 && told("c!") && state(&c) == WTS_WAITING);
	CHECK(enable(&c) == -ENOSPC && told("") && state(&c) == WTS_WAITING);
	CHECK(wts_claim_disable(c.claim) == 1 && told("") && state(&c) == WTS_OFF);
	CHECK(enable_here(&c, WTS_LATER | WTS_QUIET) == 0 && told(""));
	/* one comes free, and one is kept ready all the same */
	wts_claim_disable(h1.claim);
	CHECK(told_within(3000, "h1- c+") && fires(&c));
	/* a process can have it checked with the register that it takes */
	CHECK(enable(&t) == 0 && told("c-:stolen t+") && fires(&t) && is_quiet(&c));
	end();
	return ok;
}

/* As above, in a process: the register that is kept ready is no obstacle. */
static bool test_unchecked_batch(void)
{
	bool ok = begin(3);

	destroy(&c);
	CHECK(make(&c, "c", 7, 0));
	CHECK(enable(&c) == 0 && told("c+") && fires(&c));
	end();
	return ok;
}

/* It waits unchecked; when perf can be asked it is refused: it waits on. */
static bool test_unchecked_wide(void)
{
	struct client wide;
	bool ok = true;
	int i;

	for (i = 0; i < REGISTERS; i++)
		CHECK(outsider_comes(i));
	CHECK(make_as(&wide, "wide", 8, 4, 0, 0));
	CHECK(enable_here(&wide, WTS_LATER) == 0 && told("wide!"));
	outsider_goes(0);
	CHECK(enable(&wide) == -ENOSPC && told("") && state(&wide) == WTS_WAITING);
	outsiders_go();
	CHECK(told_within(3000, "wide+") && fires(&wide));
	destroy(&wide);
	return ok;
}

static int __init life_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	RUN(off);
	RUN(waiting);
	RUN(arming);
	RUN(armed);
	RUN(granted);
	RUN(coalescing);
	RUN(lost_while_untold);
	RUN(flush);
	RUN(limit);
	if (parameter_is("forbidden", "(null)")) {
		RUN(unchecked);
		RUN(unchecked_batch);
		RUN(unchecked_wide);
	}
	RUN(nothing_left);
	return check_end();
}
module_init(life_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: a claim's life");

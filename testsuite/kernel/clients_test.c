// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clients that do odd things: callbacks that disable, enable and destroy,
 * claims destroyed while much is under way.  With check.h.
 */
#define pr_fmt(fmt) "clients_test: " fmt

#include <linux/completion.h>
#include <linux/kthread.h>

#include "check.h"

static struct client a, b, c, d, e, t;

static bool four(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 5) && make(&b, "b", 1, 5) && make(&c, "c", 2, 5) &&
	      make(&d, "d", 3, 1) && make(&e, "e", 4, 0) && make(&t, "t", 5, 9));
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told("{a+ b+ c+ d+}"));
	return ok;
}

static void none(void)
{
	DESTROY_ALL(&a, &b, &c, &d, &e, &t);
}

/* From armed, its own claim. */
static void disable_in_armed(struct client *client, enum told what)
{
	if (what == ARMED)
		wts_claim_disable(client->claim);
}

static bool test_disables_itself(void)
{
	bool ok = four();

	wts_claim_disable(d.claim);
	CHECK(told("d-"));
	d.on_told = disable_in_armed;
	CHECK(enable(&d) == 0 && told("d+ d-") && state(&d) == WTS_OFF && is_quiet(&d));
	/* it waits, and lets go of what it gets: the next one has it */
	CHECK(enable(&t) == 0 && told("t+"));
	CHECK(!enable_here(&d, WTS_LATER) && told("d!"));
	CHECK(!enable_here(&e, WTS_LATER) && told("e!"));
	wts_claim_disable(t.claim);
	CHECK(told_within(500, "t- d+ d- e+") && fires(&e));
	none();
	return ok;
}

/* From disarmed: asks for it again, in each of the ways. */
static int again_how, again_answer;

static void enable_in_disarmed(struct client *client, enum told what)
{
	struct wts_reason reason = { .size = sizeof(reason) };

	if (what != DISARMED || !again_how)
		return;
	if (again_how == 1)
		again_answer = wts_claim_enable(client->claim, 0, &reason);
	else
		again_answer = !wts_claims_enable(&client->claim, 1, &reason);
	again_how = 0;
}

static bool test_enables_itself_again(void)
{
	bool ok = four();
	int how;

	d.on_told = enable_in_disarmed;
	for (how = 1; how <= 2; how++) {
		again_how = how;
		wts_claim_disable(d.claim);
		CHECK(told_within(500, "d- d+") && again_answer == 1 && fires(&d));
	}
	none();
	return ok;
}

/* From unavailable: a now-or-fail is refused, and so on, but not without end. */
static int refusals;

static void enable_in_unavailable(struct client *client, enum told what)
{
	if (what == UNAVAILABLE && refusals++ < 5)
		wts_claim_enable(client->claim, 0, NULL);
}

static bool test_asks_when_refused(void)
{
	bool ok = four();

	refusals = 0;
	e.on_told = enable_in_unavailable;
	CHECK(!enable_here(&e, 0) && told_within(500, "e! e! e! e! e! e!") && refusals == 6);
	CHECK(state(&e) == WTS_OFF);
	none();
	return ok;
}

/* Its own claim is destroyed in a callback, and not told of again. */
static void destroy_itself(struct client *client, enum told what)
{
	destroy(client);
}

static void destroy_when_disarmed(struct client *client, enum told what)
{
	if (what == DISARMED)
		destroy(client);
}

static bool test_destroys_itself(void)
{
	bool ok = four();

	wts_claim_disable(d.claim);
	CHECK(told("d-"));
	d.on_told = destroy_itself;
	CHECK(enable_here(&d, 0) == 1 && told("d+") && !d.claim);
	CHECK(poke(&d) == 0);

	c.on_told = destroy_when_disarmed;
	wts_claim_disable(c.claim);
	CHECK(told("c-") && !c.claim);

	b.on_told = destroy_when_disarmed;	/* as it is stolen */
	CHECK(make_as(&c, "c", 8, 3, 7, 0) && enable(&c) == 0 && told("b-:stolen c+"));
	CHECK(!b.claim && fires(&a) && poke(&b) == 0);

	e.on_told = destroy_itself;
	CHECK(!wts_claim_enable(e.claim, WTS_LATER, NULL) && told("e!") && !e.claim);
	none();
	return ok;
}

/* Another's claim is destroyed in a callback, with what is still to be told to it. */
static struct client *victim;

static void destroy_other(struct client *client, enum told what)
{
	if (victim)
		destroy(victim);
	victim = NULL;
}

static bool test_destroys_another(void)
{
	bool ok = four();

	/* the thief is told last: its victim has been told, or is not any more */
	t.on_told = destroy_other;
	victim = &d;
	CHECK(enable(&t) == 0 && told("d-:stolen t+") && !d.claim && fires(&t));
	t.on_told = NULL;
	wts_claim_disable(t.claim);
	CHECK(told("t-"));

	/* the loser, who is told first, destroys the thief: t+ is not told */
	CHECK(make(&d, "d", 3, 1) && enable(&d) == 0 && told("d+"));
	d.on_told = destroy_other;
	victim = &t;
	CHECK(enable_here(&t, 0) == 1);
	CHECK(told_within(500, "d-:stolen d+") || steps_are("d-:stolen t+ d+", nseen, nsteps));
	CHECK(!t.claim && fires(&d) && poke(&t) == 0);
	d.on_told = NULL;
	none();
	return ok;
}

/* In a callback all the calls of a process are allowed. */
static bool called_ok;

static void call_everything(struct client *client, enum told what)
{
	struct client *const more = &e;
	struct client other;
	bool ok = true;

	if (what != ARMED)
		return;
	client->on_told = NULL;
	wts_flush();
	CHECK(make(&other, "other", 9, 0));
	CHECK(enable(&other) == -ENOSPC);
	wts_claim_disable(a.claim);
	CHECK(enable(&other) == 0 || why.error == -ENOSPC);
	/* its gate opens when this has returned */
	CHECK(!other.is_armed);
	destroy(&other);
	CHECK(wts_claims_grant(&more->claim, 1, &why) == 0);
	CHECK(wts_claims_arm(&more->claim, 1) == 0);
	called_ok = ok;
}

static bool test_calls_everything(void)
{
	bool ok = four();

	wts_claim_disable(d.claim);
	CHECK(told("d-"));
	d.on_told = call_everything;
	called_ok = false;
	CHECK(enable(&d) == 0 && told_within(1000, "d+ a- e+"));
	CHECK(called_ok && fires(&d) && fires(&e) && is_quiet(&a));
	none();
	return ok;
}

/* Hit handlers that enable and disable others. */
static void enable_e(struct client *client)
{
	wts_claim_enable(e.claim, 0, NULL);
}

static void exchange_for_e(struct client *client)
{
	wts_claim_disable(client->claim);
	wts_claim_enable(e.claim, 0, NULL);
}

static bool test_hit_enables_another(void)
{
	bool ok = four();

	a.on_hit = enable_e;
	WRITE_ONCE(words[a.word], 1);
	CHECK(told("e!") && is_quiet(&e) && wts_claim_is_open(a.claim));
	wts_claim_disable(d.claim);
	CHECK(told("d-"));
	WRITE_ONCE(words[a.word], 1);
	CHECK(told("e+") && fires(&e));
	wts_claim_disable(e.claim);
	CHECK(enable(&d) == 0 && told("e- d+"));
	a.on_hit = exchange_for_e;
	WRITE_ONCE(words[a.word], 1);
	CHECK(told("{a- e+}") && fires(&e) && is_quiet(&a));
	none();
	return ok;
}

/* Destroyed in the midst of it: while it is stolen, and while it arms. */
static int churn(void *unused)
{
	while (!kthread_should_stop()) {
		wts_claim_enable(t.claim, WTS_QUIET, NULL);
		usleep_range(50, 400);
		wts_claim_disable(t.claim);
		usleep_range(50, 400);
	}
	return 0;
}

static int write_all(void *unused)
{
	while (!kthread_should_stop()) {
		unsigned int i;

		for (i = 0; i < WORDS; i++)
			WRITE_ONCE(words[i], i);
		usleep_range(20, 200);
	}
	return 0;
}

static bool test_destroyed_in_the_midst(void)
{
	struct task_struct *task[2];
	bool ok = true;
	int i;

	CHECK(make(&a, "a", 0, 5) && make(&b, "b", 1, 5) && make(&c, "c", 2, 5) &&
	      make(&t, "t", 5, 9));
	CHECK(ENABLE_ALL(&a, &b, &c) == 0);
	task[0] = kthread_run(churn, NULL, "churn");
	task[1] = kthread_run(write_all, NULL, "write");
	for (i = 0; i < 60; i++) {
		struct client *victim = kmalloc(sizeof(*victim), GFP_KERNEL);

		if (!victim)
			break;
		if (make(victim, "v", 6, 1)) {
			wts_claim_enable(victim->claim, WTS_LATER, NULL);
			if (i % 3)
				usleep_range(50, 2000);
			if (i % 5 == 0)
				wts_claim_disable(victim->claim);
			destroy(victim);
		}
		/* who still knows it reads this */
		CHECK(!victim->is_armed);
		memset(victim, 0x5a, sizeof(*victim));
		kfree(victim);
	}
	for (i = 0; i < 2; i++)
		kthread_stop(task[i]);
	DESTROY_ALL(&t, &a, &b, &c);
	CHECK(!a.is_armed && !t.is_armed);
	return ok;
}

/* What is pending when a claim is destroyed is told before that returns. */
static DECLARE_COMPLETION(pull);
static DECLARE_COMPLETION(plugged);

static void plug(struct client *client, enum told what)
{
	if (what != UNAVAILABLE)
		return;
	complete(&plugged);
	wait_for_completion(&pull);
}

static int pull_soon(void *unused)
{
	msleep(100);
	complete(&pull);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static bool test_destroyed_with_pending(void)
{
	struct task_struct *task;
	bool ok = four();
	unsigned int from;

	e.on_told = plug;
	wts_claim_enable(e.claim, 0, NULL);
	wait_for_completion(&plugged);
	CHECK(enable_here(&t, 0) == 1);
	wts_claim_disable(t.claim);
	wts_claim_disable(c.claim);
	task = kthread_run(pull_soon, NULL, "pull");
	from = nsteps;
	destroy(&c);
	CHECK(!c.is_armed && last_of(&c)->sequence > steps[from - 1].event.sequence);
	destroy(&t);
	CHECK(!t.is_armed && last_as(&t, ARMED)->sequence && last_as(&t, DISARMED)->sequence);
	kthread_stop(task);
	wts_flush();
	CHECK(fires(&a) && fires(&b) && fires(&d));
	none();
	return ok;
}

static int __init clients_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	RUN(disables_itself);
	RUN(enables_itself_again);
	RUN(asks_when_refused);
	RUN(destroys_itself);
	RUN(destroys_another);
	RUN(calls_everything);
	RUN(hit_enables_another);
	RUN(destroyed_in_the_midst);
	RUN(destroyed_with_pending);
	RUN(nothing_left);
	return check_end();
}
module_init(clients_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: odd clients");

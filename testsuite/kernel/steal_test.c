// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stealing: who loses a register to whom, what both are told, and that hits
 * fall where they are said to.  With check.h.
 */
#define pr_fmt(fmt) "steal_test: " fmt

#include <linux/kthread.h>

#include "check.h"

static struct client a, b, c, d, e, t, u, w;

/* How the thief asks: both ways must come to the same. */
static bool from_anywhere;

/* 0, or a negative errno. */
static int take(struct client *thief)
{
	if (!from_anywhere)
		return enable(thief);
	if (wts_claim_enable(thief->claim, WTS_QUIET, &why))
		return 0;
	return why.error;
}

/* Four holders of one register each, of these priorities. */
static bool hold_four(s32 pa, s32 pb, s32 pc, s32 pd)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, pa) && make(&b, "b", 1, pb) && make(&c, "c", 2, pc) &&
	      make(&d, "d", 3, pd));
	return ok;
}

static bool all_hold(void)
{
	bool ok = true;

	CHECK(enable(&a) == 0 && told("a+"));
	CHECK(enable(&b) == 0 && told("b+"));
	CHECK(enable(&c) == 0 && told("c+"));
	CHECK(enable(&d) == 0 && told("d+"));
	return ok;
}

static void all_gone(void)
{
	DESTROY_ALL(&a, &b, &c, &d);
}

/* The weakest loses; an equal gets nothing; all comes back in order. */
static bool test_weakest(void)
{
	bool ok = true;

	CHECK(hold_four(4, 1, 3, 2) && make(&t, "t", 4, 5) && make(&u, "u", 5, 1));
	CHECK(all_hold());
	CHECK(take(&u) == -ENOSPC && why.cause == WTS_CAUSE_TAKEN && told(""));
	CHECK(!strcmp(why.text, "no free register: 4 held by \"test\""));
	CHECK(fires(&b));

	CHECK(take(&t) == 0 && told("b-:stolen t+"));
	CHECK(!strcmp(last_of(&b)->reason, "stolen by \"test\" (priority 5)"));
	CHECK(last_of(&b)->error == -ENOSPC && last_of(&b)->priority == 1);
	CHECK(last_of(&t)->priority == 5 && !*last_of(&t)->reason && !last_of(&t)->error);
	CHECK(state(&b) == WTS_WAITING && stats(&b).stolen == 1 && !stats(&t).stolen);
	CHECK(fires(&a) && is_quiet(&b) && fires(&c) && fires(&d) && fires(&t));
	CHECK(stats(&t).delivered == num_online_cpus() && !stats(&t).arming);

	CHECK(wts_claim_disable(t.claim) == 1 && told("t- b+"));
	CHECK(fires(&b) && is_quiet(&t) && !last_of(&b)->error);
	CHECK(stats(&b).stolen == 1 && state(&t) == WTS_OFF);
	all_gone();
	CHECK(told("a- b- c- d-"));
	DESTROY_ALL(&t, &u);
	CHECK(told(""));
	return ok;
}

static bool test_weakest_anywhere(void)
{
	bool ok;

	from_anywhere = true;
	ok = test_weakest();
	from_anywhere = false;
	return ok;
}

/* Of equals the youngest loses, and the eldest in waiting is served first. */
static bool test_youngest(void)
{
	bool ok = true;

	CHECK(hold_four(0, 0, 0, 0) && make(&t, "t", 4, 1) && make(&u, "u", 5, 2));
	CHECK(all_hold());
	CHECK(take(&t) == 0 && told("d-:stolen t+"));
	CHECK(take(&u) == 0 && told("c-:stolen u+"));
	CHECK(fires(&a) && fires(&b) && is_quiet(&c) && is_quiet(&d) && fires(&t) && fires(&u));
	wts_claim_disable(t.claim);
	CHECK(told("t- c+"));
	wts_claim_disable(u.claim);
	CHECK(told("u- d+"));

	/* its age is that of its enable, not that of its claim */
	wts_claim_disable(a.claim);
	CHECK(told("a-") && enable(&a) == 0 && told("a+"));
	CHECK(take(&t) == 0 && told("a-:stolen t+"));
	all_gone();
	DESTROY_ALL(&t, &u);
	CHECK(told("b- c- d- t-"));
	return ok;
}

/* The strongest in waiting is served first, whoever came before. */
static bool test_strongest_waits(void)
{
	bool ok = true;

	CHECK(hold_four(9, 9, 9, 9) && make(&t, "t", 4, 1) && make(&u, "u", 5, 2) &&
	      make(&e, "e", 6, 1));
	CHECK(all_hold());
	CHECK(!enable_here(&t, WTS_LATER) && told("t!"));
	CHECK(!enable_here(&u, WTS_LATER) && told("u!"));
	CHECK(!enable_here(&e, WTS_LATER) && told("e!"));
	wts_claim_disable(a.claim);
	CHECK(told("a- u+"));
	wts_claim_disable(b.claim);
	CHECK(told("b- t+"));
	wts_claim_disable(c.claim);
	CHECK(told("c- e+"));
	CHECK(fires(&u) && fires(&t) && fires(&e) && fires(&d));
	all_gone();
	DESTROY_ALL(&t, &u, &e);
	CHECK(told("d- t- u- e-"));
	return ok;
}

/* Nothing is taken unless the claimant's whole need is met. */
static bool test_in_vain(void)
{
	bool ok = true;

	CHECK(hold_four(0, 5, 1, 2) && make_as(&w, "w", 8, 4, 5, WTS_DYNAMIC) &&
	      make(&t, "t", 4, 5));
	CHECK(all_hold());
	CHECK(take(&w) == -ENOSPC && told(""));
	CHECK(!strncmp(why.text, "4 registers are needed and ", 27));
	CHECK(fires(&a) && fires(&b) && fires(&c) && fires(&d) && is_quiet(&w));
	CHECK(!stats(&a).stolen && !stats(&c).stolen && !stats(&d).stolen);
	CHECK(!wts_claim_enable(w.claim, 0, NULL) && told("w!") && state(&w) == WTS_OFF);
	CHECK(!wts_claim_enable(w.claim, WTS_LATER, NULL) && told("w!"));
	CHECK(state(&w) == WTS_WAITING && fires(&a) && fires(&c) && fires(&d));

	/* the equal goes: now it is all or nothing, and it is all */
	wts_claim_disable(b.claim);
	CHECK(told("{a-:stolen b- c-:stolen d-:stolen} w+"));
	CHECK(is_quiet(&a) && is_quiet(&b) && is_quiet(&c) && is_quiet(&d));
	CHECK(fires(&w));
	/* one register is taken from it: it loses all, and the rest is the weaker ones' */
	wts_claim_set_priority(t.claim, 6);
	CHECK(take(&t) == 0 && told("w-:stolen {t+ a+ c+ d+}"));
	CHECK(fires(&a) && fires(&c) && fires(&d) && fires(&t) && is_quiet(&w));
	all_gone();
	DESTROY_ALL(&w, &t);
	CHECK(told("a- c- d- t-"));
	return ok;
}

/* What a thief does not need it leaves: the strongest loser gets it back. */
static bool test_no_more_than_needed(void)
{
	bool ok = true;

	CHECK(make_as(&w, "w", 8, 2, 1, WTS_DYNAMIC) && make(&a, "a", 0, 2) &&
	      make(&b, "b", 1, 3) && make(&e, "e", 4, 0) && make(&t, "t", 5, 4));
	CHECK(ENABLE_ALL(&w, &a, &b) == 0 && told("{w+ a+ b+}"));
	CHECK(!enable_here(&e, WTS_LATER | WTS_QUIET) && told(""));
	CHECK(take(&t) == 0 && told("w-:stolen {t+ e+}"));
	CHECK(!strcmp(last_of(&w)->reason, "stolen by \"test\" (priority 4)"));
	CHECK(fires(&a) && fires(&b) && fires(&e) && fires(&t) && is_quiet(&w));
	wts_claim_disable(t.claim);
	CHECK(told("{t- e-:stolen} w+"));
	CHECK(fires(&w) && is_quiet(&e));
	DESTROY_ALL(&w, &a, &b, &e, &t);
	CHECK(told("w- {e+ a-} b- e-"));
	return ok;
}

/* A register that is shared has the priority of the strongest who shares it. */
static bool test_shared(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 0) && make(&b, "b", 0, 9) && make(&c, "c", 1, 3) &&
	      make(&d, "d", 2, 3) && make(&e, "e", 3, 3) && make(&t, "t", 4, 5) &&
	      make(&u, "u", 0, -5));
	CHECK(ENABLE_ALL(&a, &b, &c, &d, &e) == 0 && told("{a+ b+ c+ d+ e+}"));
	/* the weaker sharer keeps its part: to take it would free nothing */
	CHECK(take(&t) == 0 && told("e-:stolen t+"));
	CHECK(fires(&a) && fires(&b) && fires(&t));
	/* who wants what is watched already needs no register */
	CHECK(take(&u) == 0 && told("u+") && fires(&u));
	/* and without the strong one both sharers are weak */
	wts_claim_disable(b.claim);
	CHECK(told("{b- a-:stolen u-:stolen} e+"));
	CHECK(is_quiet(&a) && is_quiet(&u) && fires(&c) && fires(&d) && fires(&e) && fires(&t));
	/* when one of them gets a register again, both have it */
	wts_claim_disable(c.claim);
	CHECK(told("c- {a+ u+}") && fires(&a) && fires(&u));
	DESTROY_ALL(&a, &b, &c, &d, &e, &t, &u);
	CHECK(told("a- d- e- t- u-"));
	return ok;
}

/* A batch takes what it needs from the weakest, if that is enough for all of it. */
static bool test_batch(void)
{
	bool ok = true;

	CHECK(hold_four(1, 2, 3, 4) && make(&t, "t", 4, 3) && make(&u, "u", 5, 3) &&
	      make(&e, "e", 6, 3));
	CHECK(all_hold());
	/* three are needed, and two are weaker */
	CHECK(ENABLE_ALL(&t, &u, &e) == -ENOSPC && told(""));
	CHECK(fires(&a) && fires(&b) && fires(&c) && fires(&d));
	CHECK(state(&t) == WTS_OFF && state(&u) == WTS_OFF && state(&e) == WTS_OFF);
	CHECK(ENABLE_ALL(&t, &u) == 0 && told("{a-:stolen b-:stolen} {t+ u+}"));
	CHECK(fires(&c) && fires(&d) && fires(&t) && fires(&u));
	all_gone();
	DESTROY_ALL(&t, &u, &e);
	CHECK(told("c- d- t- u-"));
	return ok;
}

/* More than a CPU has: nobody loses, nothing changes. */
static bool test_batch_too_large(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 0) && make(&b, "b", 1, 0) && make(&c, "c", 2, 9) &&
	      make(&d, "d", 3, 9) && make(&e, "e", 4, 9) && make(&t, "t", 5, 9) &&
	      make(&u, "u", 6, 9));
	CHECK(ENABLE_ALL(&a, &b) == 0 && told("{a+ b+}"));
	CHECK(ENABLE_ALL(&c, &d, &e, &t, &u) == -ENOSPC && told(""));
	CHECK(!strcmp(why.text, "5 registers are needed at once and a CPU has 4"));
	CHECK(fires(&a) && fires(&b) && !stats(&a).stolen && !stats(&b).stolen);
	CHECK(state(&c) == WTS_OFF && state(&u) == WTS_OFF);
	/* one that is armed already does not count */
	CHECK(ENABLE_ALL(&a, &c, &d, &a, &c) == 0 && told("{c+ d+}"));
	CHECK(ENABLE_ALL(&a, &b, &c, &d) == 0 && told(""));
	CHECK(ENABLE_ALL(&a, &e) == 0 && told("b-:stolen e+"));
	DESTROY_ALL(&a, &b, &c, &d, &e, &t, &u);
	CHECK(told("{a- b+} b- c- d- e-"));
	return ok;
}

/* A priority that changes holds from then on, for holder and waiter. */
static bool test_priority(void)
{
	bool ok = true;

	CHECK(hold_four(5, 5, 5, 5) && make(&t, "t", 4, 1) && make(&u, "u", 5, 2));
	CHECK(all_hold());
	CHECK(!enable_here(&t, WTS_LATER) && told("t!"));
	CHECK(!enable_here(&u, WTS_LATER) && told("u!"));
	wts_claim_set_priority(t.claim, 5);	/* as strong is not stronger */
	CHECK(told(""));
	wts_claim_set_priority(t.claim, 6);
	CHECK(told("d-:stolen t+") && last_of(&t)->priority == 6);
	CHECK(!strcmp(last_of(&d)->reason, "stolen by \"test\" (priority 6)"));
	wts_claim_set_priority(t.claim, 7);	/* a holder grows stronger: nothing happens */
	CHECK(told("") && fires(&t));
	wts_claim_set_priority(a.claim, 4);	/* weaker than d, who waits */
	CHECK(told("a-:stolen d+") && last_of(&a)->priority == 4);
	wts_claim_set_priority(t.claim, 0);	/* weaker than all: the strongest waiting gets it */
	CHECK(told("t-:stolen a+") && last_of(&t)->priority == 0);
	wts_claim_set_priority(b.claim, 1);
	CHECK(told("b-:stolen u+"));
	wts_claim_set_priority(t.claim, 3);
	CHECK(told("u-:stolen t+"));
	/* and for who is off, at its next enable */
	wts_claim_disable(t.claim);
	CHECK(told("t- u+"));
	wts_claim_set_priority(t.claim, 100);
	CHECK(told("") && take(&t) == 0 && told("u-:stolen t+") && last_of(&t)->priority == 100);
	all_gone();
	DESTROY_ALL(&t, &u);
	return ok;
}

/* A thief that does not arm: its victim has lost, and nothing traps. */
static bool test_granted_only(void)
{
	struct client *const thief = &t;
	bool ok = true;

	CHECK(hold_four(0, 0, 0, 0) && make(&t, "t", 4, 1));
	CHECK(all_hold());
	CHECK(wts_claims_grant(&thief->claim, 1, &why) == 0 && told("d-:stolen"));
	CHECK(state(&t) == WTS_ARMING && poke(&t) == 0 && is_quiet(&d) && !stats(&t).arming);
	CHECK(wts_claims_arm(&thief->claim, 1) == 0 && told("t+") && fires(&t));
	wts_claim_disable(t.claim);
	CHECK(told("t- d+"));
	/* granted and given back: it was never armed, and its client is told both */
	CHECK(wts_claims_grant(&thief->claim, 1, &why) == 0 && told("d-:stolen"));
	wts_claim_disable(t.claim);
	CHECK(told("t+ t- d+"));
	CHECK(fires(&d));
	all_gone();
	destroy(&t);
	return ok;
}

/* Every hit, with its time. */
#define HITS	20000
static struct logged {
	struct client client;		/* first: on_hit is given it */
	atomic_t n;
	u64 *time;
} first, second;

static void log_hit(struct client *client)
{
	struct logged *l = container_of(client, struct logged, client);
	int i = atomic_inc_return(&l->n) - 1;

	if (i < HITS)
		l->time[i] = ktime_get_mono_fast_ns();
}

static int write_both(void *unused)
{
	while (!kthread_should_stop()) {
		int i;

		for (i = 0; i < 10; i++) {
			WRITE_ONCE(words[first.client.word], i);
			WRITE_ONCE(words[second.client.word], i);
		}
		schedule_timeout_interruptible(1);
	}
	return 0;
}

/* Hits that fall in none of the times between armed and disarmed, as told. */
static unsigned int hits_outside(const struct logged *l, unsigned int from)
{
	const unsigned int to = smp_load_acquire(&nsteps);
	unsigned int outside = 0, i, k;

	for (i = 0; i < atomic_read(&l->n); i++) {
		u64 armed = U64_MAX;
		bool inside = false;

		for (k = from; k < to; k++) {
			if (steps[k].client != &l->client)
				continue;
			if (steps[k].what == ARMED)
				armed = steps[k].event.time;
			else if (steps[k].what == DISARMED)
				inside |= l->time[i] >= armed && l->time[i] <= steps[k].event.time;
		}
		outside += !inside;
	}
	return outside;
}

/* Two take a register from each other while all CPUs write both their words. */
static bool test_windows(void)
{
	const unsigned int from = nsteps, rounds = 40;
	struct task_struct *task[8];
	unsigned int n = 0, i;
	bool ok = true;
	int cpu;

	first.time = kvcalloc(2 * HITS, sizeof(u64), GFP_KERNEL);
	if (!first.time)
		return false;
	second.time = first.time + HITS;
	atomic_set(&first.n, 0);
	atomic_set(&second.n, 0);
	CHECK(make(&b, "b", 1, 9) && make(&c, "c", 2, 9) && make(&d, "d", 3, 9));
	CHECK(make(&first.client, "first", 0, 0) && make(&second.client, "second", 4, 1));
	first.client.on_hit = second.client.on_hit = log_hit;
	CHECK(ENABLE_ALL(&first.client, &b, &c, &d) == 0);
	for_each_online_cpu(cpu) {
		if (n == ARRAY_SIZE(task))
			break;
		task[n] = kthread_create(write_both, NULL, "write/%d", cpu);
		kthread_bind(task[n], cpu);
		wake_up_process(task[n++]);
	}
	for (i = 0; i < rounds; i++) {
		msleep(8);
		CHECK(take(&second.client) == 0);
		msleep(8);
		CHECK(wts_claim_disable(second.client.claim) == 1);
	}
	while (n--)
		kthread_stop(task[n]);
	wts_claim_disable(first.client.claim);
	wts_flush();
	CHECK(!first.client.is_armed && !second.client.is_armed);
	CHECK(stats(&first.client).delivered == atomic_read(&first.n));
	CHECK(stats(&second.client).delivered == atomic_read(&second.n));
	CHECK(atomic_read(&first.n) > 0 && atomic_read(&first.n) < HITS);
	CHECK(atomic_read(&second.n) > 0 && atomic_read(&second.n) < HITS);
	CHECK(stats(&first.client).stolen == rounds);
	CHECK(hits_outside(&first, from) == 0 && hits_outside(&second, from) == 0);
	pr_info("# %d and %d hits, %llu and %llu while arming, %u and %u outside\n",
		atomic_read(&first.n), atomic_read(&second.n), stats(&first.client).arming,
		stats(&second.client).arming, hits_outside(&first, from),
		hits_outside(&second, from));
	DESTROY_ALL(&first.client, &second.client, &b, &c, &d);
	kvfree(first.time);
	return ok;
}

static bool test_windows_anywhere(void)
{
	bool ok;

	from_anywhere = true;
	ok = test_windows();
	from_anywhere = false;
	return ok;
}

static int __init steal_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	RUN(weakest);
	RUN(weakest_anywhere);
	RUN(youngest);
	RUN(strongest_waits);
	RUN(in_vain);
	RUN(no_more_than_needed);
	RUN(shared);
	RUN(batch);
	RUN(batch_too_large);
	RUN(priority);
	RUN(granted_only);
	RUN(windows);
	RUN(windows_anywhere);
	RUN(nothing_left);
	return check_end();
}
module_init(steal_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: stealing");

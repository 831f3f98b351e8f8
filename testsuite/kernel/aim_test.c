// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Claims of several ranges, claims that are aimed anew, grants that wait to be
 * armed, and reasons.  With check.h.
 *
 * Without the list of forbidden addresses (forbidden=) a claim that was aimed
 * anew can be enabled by a process, or wait; with it, from anywhere.
 */
#define pr_fmt(fmt) "aim_test: " fmt

#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/preempt.h>

#include "check.h"

/* A client whose claim has ranges, and is told which was accessed. */
struct ranged {
	struct client c;		/* first */
	atomic_t hits[WTS_MAX_PIECES];
	unsigned int last;
	atomic_t stray;			/* hits and observations of other words than c.word */
};

static struct client h1, h2, h3, h4, t, c;
static struct ranged r, s;
static bool knows_all;			/* the list was given */

/* The word that this CPU is writing to; for who looks for strays. */
static DEFINE_PER_CPU(unsigned int, writing);
static bool looks_for_strays;

static void look_for_stray(struct ranged *ranged)
{
	if (READ_ONCE(looks_for_strays) && in_nmi() &&
	    this_cpu_read(writing) != READ_ONCE(ranged->c.word))
		atomic_inc(&ranged->stray);
}

static void ranged_hit(void *data, struct pt_regs *regs, unsigned int range)
{
	struct ranged *ranged = data;

	look_for_stray(ranged);
	ranged->last = range;
	if (range < WTS_MAX_PIECES)
		atomic_inc(&ranged->hits[range]);
	check_hit(data, regs);
}

static void ranged_observe(void *data)
{
	look_for_stray(data);
	check_observe(data);
}

static void no_hit(void *data, struct pt_regs *regs)
{
	disorder++;
}

static const struct wts_ops ranged_ops = {
	.size = sizeof(ranged_ops), .hit_range = ranged_hit, .observe = ranged_observe,
	.armed = check_armed, .disarmed = check_disarmed, .unavailable = check_unavailable,
};
static const struct wts_ops both_ops = {
	.size = sizeof(both_ops), .hit = no_hit, .hit_range = ranged_hit,
	.armed = check_armed, .disarmed = check_disarmed, .unavailable = check_unavailable,
};

static struct wts_range word_range(unsigned int word, unsigned int n)
{
	return (struct wts_range){ (unsigned long)&words[word], n * sizeof(words[0]) };
}

static struct wts_claim_attr ranged_attr(struct ranged *ranged, const char *name,
					 const struct wts_range *ranges, unsigned int n)
{
	return (struct wts_claim_attr){
		.size = sizeof(struct wts_claim_attr), .access = WTS_WRITE, .name = name,
		.client = "test", .ops = &ranged_ops, .data = ranged, .owner = THIS_MODULE,
		.flags = WTS_DYNAMIC | (n ? 0 : WTS_AIMED_LATER), .ranges = ranges, .nranges = n,
	};
}

static bool make_with(struct ranged *ranged, const struct wts_claim_attr *attr)
{
	memset(ranged, 0, sizeof(*ranged));
	memset(&why, 0, sizeof(why));
	why.size = sizeof(why);
	ranged->c.name = attr->name;
	if (attr->nranges && attr->ranges)
		ranged->c.word = (attr->ranges[0].address - (unsigned long)words) / sizeof(words[0]);
	ranged->c.claim = wts_claim_create(attr, &why);
	return ranged->c.claim;
}

/* So many ranges; with none it is aimed later. */
static bool make_ranged(struct ranged *ranged, const char *name, const struct wts_range *ranges,
			unsigned int n)
{
	struct wts_claim_attr attr = ranged_attr(ranged, name, ranges, n);

	return make_with(ranged, &attr);
}

/* Is it refused with that error? */
static bool is_refused(const struct wts_claim_attr *attr, int error)
{
	const bool made = make_with(&s, attr);

	if (made)
		destroy(&s.c);
	return !made && why.error == error && why.cause == WTS_CAUSE_ADDRESS && *why.text;
}

static bool ranges_refused(const struct wts_range *ranges, unsigned int n, int error)
{
	struct wts_claim_attr attr = ranged_attr(&s, "s", ranges, n);

	return is_refused(&attr, error);
}

/* One write to a word on every CPU: is each told with that range, as one hit? */
static bool hits_range(struct ranged *ranged, unsigned int word, unsigned int range)
{
	const int before = atomic_read(&ranged->c.hits), in_range = atomic_read(&ranged->hits[range]);

	on_each_cpu(check_write_here, &words[word], 1);
	return atomic_read(&ranged->c.hits) - before == num_online_cpus() &&
	       atomic_read(&ranged->hits[range]) - in_range == num_online_cpus();
}

/* By wts_claim_aim() at one word. */
static int aim(struct client *client, unsigned int word)
{
	const struct wts_range range = word_range(word, 1);
	int error;

	memset(&why, 0, sizeof(why));
	why.size = sizeof(why);
	error = wts_claim_aim(client->claim, &range, 1, &why);
	if (!error)
		client->word = word;
	return error;
}

/* From anywhere if that can be.  0 or an error. */
static int on(struct client *client)
{
	if (!knows_all)
		return enable(client);
	return enable_here(client, 0) == 1 ? 0 : why.error;
}

/* Not idle, whatever of the three says so; and it is aimed where it was. */
static bool is_not_idle(struct client *client)
{
	const bool idle = wts_claim_is_idle(client->claim);

	/* where it is already, so that a failure has no consequences */
	return aim(client, client->word) == -EBUSY && why.error == -EBUSY && why.cause == WTS_CAUSE_NONE &&
	       *why.text && !idle;
}

static bool holders(unsigned int n)
{
	struct client *const h[] = { &h1, &h2, &h3, &h4 };
	bool ok = true;
	unsigned int i;

	CHECK(make(&h1, "h1", 8, 10) && make(&h2, "h2", 9, 10) && make(&h3, "h3", 10, 10) &&
	      make(&h4, "h4", 11, 10) && make(&t, "t", 12, 20) && make(&c, "c", 0, 0));
	for (i = 0; i < n; i++)
		CHECK(enable(h[i]) == 0);
	wts_flush();
	nseen = nsteps;
	return ok;
}

static void holders_go(void)
{
	DESTROY_ALL(&c, &t, &h1, &h2, &h3, &h4);
}

/* All or none, each with its index. */
static bool test_ranges(void)
{
	const struct wts_range three[] = { word_range(1, 1), word_range(3, 1), word_range(5, 1) };
	const struct wts_range two[] = { word_range(5, 1), word_range(1, 1) };
	const struct wts_range wide[] = { word_range(14, 1), word_range(2, 2) };
	bool ok = holders(2);
	int before;

	CHECK(make_ranged(&r, "r", three, 3) && make_ranged(&s, "s", two, 2));
	CHECK(enable(&r.c) == -ENOSPC && why.cause == WTS_CAUSE_TAKEN);
	CHECK(!strncmp(why.text, "3 registers are needed", 22) && told(""));
	CHECK(enable_here(&r.c, WTS_LATER) == 0 && told("r!") && state(&r.c) == WTS_WAITING);
	wts_claim_disable(h1.claim);
	CHECK(told("h1- r+"));
	CHECK(hits_range(&r, 1, 0) && hits_range(&r, 3, 1) && hits_range(&r, 5, 2));
	CHECK(stats(&r.c).delivered == 3 * num_online_cpus());

	/* the same registers, in another order */
	CHECK(enable(&s.c) == 0 && told("s+"));
	CHECK(hits_range(&s, 5, 0) && hits_range(&s, 1, 1) && hits_range(&r, 5, 2));
	CHECK(atomic_read(&s.c.hits) == 3 * num_online_cpus());

	/* one register lost is all lost; what it shares stays the other's */
	CHECK(enable(&t) == 0 && told("r-:stolen t+"));
	before = atomic_read(&r.hits[0]);
	CHECK(state(&r.c) == WTS_WAITING && fires(&t));
	CHECK(hits_range(&s, 1, 1) && atomic_read(&r.hits[0]) == before);
	DESTROY_ALL(&r.c, &s.c);
	CHECK(told("s-"));

	/* a range of two pieces is one */
	wts_claim_disable(t.claim);
	CHECK(make_ranged(&r, "r", wide, 2) && enable(&r.c) == 0 && told("t- r+"));
	CHECK(hits_range(&r, 14, 0) && hits_range(&r, 2, 1) && hits_range(&r, 3, 1));
	destroy(&r.c);
	holders_go();
	return ok;
}

/* Where both are given hit is not called. */
static bool test_hit_or_range(void)
{
	const struct wts_range one = word_range(1, 1);
	struct wts_claim_attr attr = ranged_attr(&r, "r", &one, 1);
	bool ok = true;

	attr.ops = &both_ops;
	CHECK(make_with(&r, &attr) && enable(&r.c) == 0 && hits_range(&r, 1, 0));
	/* address and length are not looked at beside ranges */
	destroy(&r.c);
	attr.address = attr.length = 1;
	CHECK(make_with(&r, &attr) && enable(&r.c) == 0 && hits_range(&r, 1, 0));
	destroy(&r.c);
	/* nor ranges for nranges 0 */
	attr.address = (unsigned long)&words[3];
	attr.length = sizeof(words[3]);
	attr.nranges = 0;
	CHECK(make_with(&r, &attr) && enable(&r.c) == 0 && hits_range(&r, 3, 0));
	destroy(&r.c);
	return ok;
}

static bool test_refused(void)
{
	const u64 w = (unsigned long)words;
	const struct wts_range overlap[] = { { w, 8 }, { w + 16, 8 }, { w + 4, 4 } };
	const struct wts_range equal[] = { { w, 8 }, { w, 8 } };
	const struct wts_range empty[] = { { w, 8 }, { w + 8, 0 } };
	const struct wts_range wraps[] = { { w, 8 }, { -8ull, 16 } };
	const struct wts_range many[] = { { w, 1 }, { w + 8, 1 }, { w + 16, 1 }, { w + 24, 1 },
					  { w + 32, 1 } };
	const struct wts_range pieces[] = { { w, 16 }, { w + 24, 8 }, { w + 33, 3 } };
	const struct wts_range huge[] = { { w, 8 }, { w + 8, -1ull - w - 8 } };
	const struct wts_range user[] = { { w, 8 }, { 0x1000, 8 } };
	const struct wts_range last[] = { { -8ull, 8 }, { w, 8 } };
	const struct wts_range fit[] = { { w, 8 }, { w + 8, 4 }, { w + 12, 2 }, { w + 14, 2 } };
	static const struct wts_ops none = { .size = sizeof(none) };
	struct wts_claim_attr attr;
	bool ok = true;

	CHECK(ranges_refused(overlap, 3, -EINVAL) && strstr(why.text, "they overlap"));
	CHECK(ranges_refused(equal, 2, -EINVAL) && strstr(why.text, "they overlap"));
	CHECK(ranges_refused(empty, 2, -EINVAL) && ranges_refused(wraps, 2, -EINVAL));
	CHECK(ranges_refused(many, 5, -E2BIG) && ranges_refused(pieces, 3, -E2BIG));
	CHECK(ranges_refused(huge, 2, -E2BIG) && ranges_refused(user, 2, -EACCES));
	CHECK(!ranges_refused(last, 2, -EINVAL));
	CHECK(make_ranged(&r, "r", fit, 4) && enable(&r.c) == 0 && hits_range(&r, 0, 0));
	destroy(&r.c);

	attr = ranged_attr(&s, "s", NULL, 1);
	CHECK(is_refused(&attr, -EINVAL));
	attr = ranged_attr(&s, "s", user, 0);
	attr.address = w;
	attr.length = 8;
	CHECK(is_refused(&attr, -EINVAL));
	attr = ranged_attr(&s, "s", equal, 1);
	attr.flags |= WTS_AIMED_LATER;
	CHECK(is_refused(&attr, -EINVAL));
	attr.flags = 2 * WTS_PER_CPU;
	CHECK(is_refused(&attr, -EINVAL));
	attr.flags = 0;
	attr.reserved = 1;
	CHECK(is_refused(&attr, -EINVAL));
	attr.reserved = 0;
	attr.ops = &none;
	CHECK(is_refused(&attr, -EINVAL));
	return ok;
}

/* One store over two ranges is one hit, be the registers that report it one or two. */
static bool test_one_access(void)
{
	const u64 w = (unsigned long)&words[1];
	const struct wts_range halves[] = { { w, 4 }, { w + 4, 4 } };
	bool ok = true;

	CHECK(make_ranged(&r, "r", halves, 2) && enable(&r.c) == 0);
	WRITE_ONCE(words[1], 1);
	CHECK(atomic_read(&r.c.hits) == 1 && atomic_read(&r.hits[0]) + atomic_read(&r.hits[1]) == 1);
	/* of one half it is that one */
	WRITE_ONCE(((u32 *)&words[1])[0], 2);
	CHECK(atomic_read(&r.c.hits) == 2 && r.last == 0);
	WRITE_ONCE(((u32 *)&words[1])[1], 2);
	CHECK(atomic_read(&r.c.hits) == 3 && r.last == 1);
	destroy(&r.c);
	return ok;
}

static bool test_aimed_later(void)
{
	struct wts_claim *claims[2];
	bool ok = holders(1);

	CHECK(make_ranged(&r, "r", NULL, 0) && wts_claim_is_idle(r.c.claim));
	CHECK(enable_here(&r.c, 0) == 0 && why.error == -EINVAL && why.cause == WTS_CAUSE_ADDRESS);
	CHECK(told("r!:address") && state(&r.c) == WTS_OFF);
	CHECK(enable_here(&r.c, WTS_LATER | WTS_QUIET) == 0 && told("") && state(&r.c) == WTS_OFF);
	claims[0] = h2.claim;
	claims[1] = r.c.claim;
	CHECK(wts_claims_enable(claims, 2, &why) == -EINVAL && why.claim == 1 && told(""));
	CHECK(state(&h2) == WTS_OFF && !wts_claim_disable(r.c.claim));
	CHECK(wts_claim_aim(r.c.claim, NULL, 0, &why) == -EINVAL);
	CHECK(aim(&r.c, 2) == 0 && aim(&r.c, 1) == 0 && on(&r.c) == 0);
	CHECK(told("r+") && hits_range(&r, 1, 0));
	destroy(&r.c);
	CHECK(told("r-"));
	/* one that is never aimed */
	CHECK(make_ranged(&r, "r", NULL, 0));
	destroy(&r.c);
	holders_go();
	return ok;
}

/* Several ranges, then one, then several: what is refused changes nothing. */
static bool test_aim(void)
{
	const struct wts_range two[] = { word_range(4, 1), word_range(2, 1) };
	const struct wts_range bad[] = { word_range(4, 1), { 0x1000, 8 } };
	const struct wts_range same[] = { word_range(4, 1), word_range(4, 1) };
	const int cpus = num_online_cpus();
	bool ok = true;

	CHECK(make_ranged(&r, "r", two, 1) && on(&r.c) == 0 && told("r+") && hits_range(&r, 4, 0));
	wts_claim_disable(r.c.claim);
	CHECK(told("r-") && wts_claim_aim(r.c.claim, bad, 2, &why) == -EACCES &&
	      wts_claim_aim(r.c.claim, same, 2, &why) == -EINVAL &&
	      wts_claim_aim(r.c.claim, two, 5, NULL) == -E2BIG);
	/* and it is as checked as it was */
	CHECK(enable_here(&r.c, 0) == 1 && told("r+") && hits_range(&r, 4, 0));
	wts_claim_disable(r.c.claim);
	/* in a process: one register is kept ready, and it needs two */
	CHECK(told("r-") && wts_claim_aim(r.c.claim, two, 2, NULL) == 0 && enable(&r.c) == 0);
	CHECK(told("r+") && hits_range(&r, 4, 0) && hits_range(&r, 2, 1));
	wts_claim_disable(r.c.claim);
	CHECK(told("r-") && wts_claim_aim(r.c.claim, two + 1, 1, NULL) == 0);
	/* nor does it become unchecked by a part of what it had */
	CHECK(enable_here(&r.c, 0) == 1 && told("r+") && hits_range(&r, 2, 0));
	on_each_cpu(check_write_here, &words[4], 1);
	CHECK(atomic_read(&r.c.hits) == 5 * cpus && stats(&r.c).delivered == 5 * cpus);
	destroy(&r.c);
	return ok;
}

/* As life_test.c: nothing can come to this CPU, so what was begun stays so. */
#define WHILE_BUSY(statement) \
	do { \
		unsigned long busy_flags; \
		local_irq_save(busy_flags); \
		statement; \
		local_irq_restore(busy_flags); \
	} while (0)

static DECLARE_COMPLETION(may_go_on);
static DECLARE_COMPLETION(is_held);

static void hold_armed(struct client *client, enum told what)
{
	if (what != ARMED)
		return;
	complete(&is_held);
	wait_for_completion(&may_go_on);
}

static bool test_not_idle(void)
{
	bool ok = holders(3);

	/* granted, arming, armed, releasing, waiting */
	CHECK(wts_claims_grant(&c.claim, 1, &why) == 0 && is_not_idle(&c));
	CHECK(wts_claims_arm(&c.claim, 1) == 0 && is_not_idle(&c) && told("c+") && fires(&c));
	WHILE_BUSY(
		CHECK(wts_claim_disable(c.claim) == 1 && state(&c) == WTS_RELEASING);
		CHECK(is_not_idle(&c)));
	CHECK(told("c-") && wts_claim_is_idle(c.claim));
	WHILE_BUSY(
		CHECK(enable_here(&c, 0) == 1 && is_not_idle(&c));
		CHECK(wts_claim_disable(c.claim) == 1 && is_not_idle(&c)));
	CHECK(told("c+ c-") && wts_claim_is_idle(c.claim));
	CHECK(enable(&h4) == 0 && enable_here(&c, WTS_LATER) == 0 && is_not_idle(&c));
	CHECK(told("h4+ c!") && is_not_idle(&c) && wts_claim_disable(c.claim) == 1);
	CHECK(wts_claim_is_idle(c.claim));
	CHECK(enable_here(&c, 0) == 0);
	CHECK(told("c!") && wts_claim_is_idle(c.claim));
	wts_claim_disable(h4.claim);

	/* untold, though no CPU has it any more */
	c.on_told = hold_armed;
	CHECK(enable_here(&c, 0) == 1);
	CHECK(wait_for_completion_timeout(&is_held, 5 * HZ));
	CHECK(fires(&c) && wts_claim_disable(c.claim) == 1);
	CHECK(WAIT_FOR(state(&c) == WTS_OFF, 2000) && is_not_idle(&c));
	complete(&may_go_on);
	CHECK(told("h4- c+ c-") && wts_claim_is_idle(c.claim) && aim(&c, 1) == 0);
	c.on_told = NULL;
	CHECK(on(&c) == 0 && told("c+") && fires(&c));
	/* stolen, it waits */
	CHECK(enable(&t) == 0 && told("c-:stolen t+") && is_not_idle(&c));
	holders_go();
	return ok;
}

/* Where it is aimed and enabled; as anywhere_test.c has it. */
static struct hrtimer timer;
static int answer, granted;
static bool was_idle;
static atomic_t done;

static void aim_there(void)
{
	was_idle = wts_claim_is_idle(c.claim);
	answer = aim(&c, c.word + 1);
	granted = wts_claim_enable(c.claim, WTS_LATER, NULL);
	atomic_inc(&done);
}

static void aim_in_trap(struct client *unused) { aim_there(); }

static enum hrtimer_restart aim_in_timer(struct hrtimer *unused)
{
	aim_there();
	return HRTIMER_NORESTART;
}

/* It was aimed there, off before and on after. */
static bool was_aimed(unsigned int times)
{
	bool ok = true;

	CHECK(WAIT_FOR(atomic_read(&done) == times, 2000) && was_idle && answer == 0);
	CHECK(granted == knows_all && told_within(3000, knows_all ? "c+" : "c! c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));
	return ok;
}

static bool test_places(void)
{
	struct client trap;
	bool ok = true;
	int i;

	atomic_set(&done, 0);
	CHECK(make(&c, "c", 0, 0) && make(&trap, "trap", 15, 5));
	trap.on_hit = aim_in_trap;
	CHECK(enable(&trap) == 0 && told("trap+"));
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(&timer, aim_in_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = aim_in_timer;
#endif
	for (i = 0; i < 4; i++) {
		hrtimer_start(&timer, ns_to_ktime(50000), HRTIMER_MODE_REL_HARD);
		CHECK(was_aimed(3 * i + 1));
		hrtimer_cancel(&timer);
		WRITE_ONCE(words[15], 1);
		CHECK(was_aimed(3 * i + 2));
		aim_there();
		CHECK(was_aimed(3 * i + 3));
	}
	DESTROY_ALL(&c, &trap);
	return ok;
}

/* Its disarmed aims it at the next word. */
static void aim_next(struct client *client, enum told what)
{
	if (what == DISARMED && client->word < 6 &&
	    (aim(client, client->word + 1) || on(client)))
		disorder++;
}

static bool test_in_disarmed(void)
{
	bool ok = true;
	int i;

	CHECK(make(&c, "c", 0, 0));
	c.on_told = aim_next;
	CHECK(enable(&c) == 0 && told("c+") && fires(&c));
	for (i = 1; i <= 6; i++) {
		CHECK(wts_claim_disable(c.claim) == 1 && told_within(3000, "c- c+"));
		CHECK(c.word == i && fires(&c));
	}
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));
	destroy(&c);
	return ok;
}

/* Writes all the words that it may be aimed at, on its CPU. */
static int write_all(void *unused)
{
	unsigned int word = 0;

	while (!kthread_should_stop()) {
		preempt_disable();
		this_cpu_write(writing, word);
		barrier();
		WRITE_ONCE(words[word], 1);
		preempt_enable();
		word = (word + 1) % 8;
		if (!word)
			usleep_range(20, 50);
	}
	return 0;
}

/* Aimed again and again under fire: each hit is one of the word in question. */
static bool test_again(void)
{
	const int rounds = knows_all && !parameter_is("fail_retarget", "Y") ? 1000 : 100;
	struct task_struct *task[2];
	unsigned long end;
	bool ok = true;
	int i, before;

	CHECK(make_ranged(&r, "r", NULL, 0));
	WRITE_ONCE(looks_for_strays, true);
	for (i = 0; i < 2; i++) {
		task[i] = kthread_create(write_all, NULL, "write/%d", i);
		kthread_bind(task[i], i % num_online_cpus());
		wake_up_process(task[i]);
	}
	for (i = 0; i < rounds && ok; i++) {
		before = atomic_read(&r.c.hits);
		CHECK(aim(&r.c, i * 3 % 8) == 0 && on(&r.c) == 0);
		CHECK(WAIT_FOR(atomic_read(&r.c.hits) != before, 2000));
		CHECK(wts_claim_disable(r.c.claim) == 1);
		for (end = jiffies + 2 * HZ; !wts_claim_is_idle(r.c.claim) && time_before(jiffies, end);)
			usleep_range(20, 50);
	}
	for (i = 0; i < 2; i++)
		kthread_stop(task[i]);
	WRITE_ONCE(looks_for_strays, false);
	CHECK(!atomic_read(&r.stray) && stats(&r.c).delivered == atomic_read(&r.c.hits));
	pr_info("# %d hits in %d aims\n", atomic_read(&r.c.hits), rounds);
	destroy(&r.c);
	return ok;
}

/* Without the list: perf has a say about each new address. */
static bool test_unchecked(void)
{
	bool ok = true;

	CHECK(make(&c, "c", 0, 0) && enable_here(&c, 0) == 1 && told("c+"));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));
	CHECK(aim(&c, 0) == 0 && enable_here(&c, 0) == 1 && told("c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-") && aim(&c, 1) == 0);
	CHECK(enable_here(&c, 0) == 0 && why.cause == WTS_CAUSE_TAKEN && told("c!"));
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER | WTS_QUIET) == 0 && is_not_idle(&c));
	CHECK(WAIT_FOR(state(&c) == WTS_ARMING, 3000) && told("") && is_quiet(&c));
	CHECK(enable_here(&c, 0) == 1 && told("c+") && fires(&c));
	destroy(&c);
	return ok;
}

/* WTS_GRANT: it has its registers, and nothing traps. */
static bool test_grant(void)
{
	bool ok = holders(3);

	CHECK(enable_here(&c, WTS_GRANT) == 1 && state(&c) == WTS_ARMING && told(""));
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 1 && told("") && is_quiet(&c));
	CHECK(!stats(&c).arming && wts_claims_arm(&c.claim, 1) == 0 && fires(&c) && told("c+"));
	CHECK(enable_here(&c, WTS_GRANT) == 1 && told("") && fires(&c));
	/* when it was armed it is armed again */
	CHECK(enable(&t) == 0 && told("c-:stolen t+"));
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 0 && told(""));
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c) && wts_claim_disable(c.claim) == 1 && told("c-"));
	CHECK(enable_here(&c, WTS_GRANT) == 1 && enable_here(&c, 0) == 1 && told("c+"));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));
	CHECK(enable_here(&c, WTS_GRANT) == 1 && wts_claim_disable(c.claim) == 1);
	CHECK(told("c+ c-") && enable_here(&c, 0) == 1 && told("c+"));
	CHECK(wts_claim_disable(c.claim) == 1 && told("c-"));

	/* lost before it was armed: not armed when it gets others */
	CHECK(enable_here(&c, WTS_GRANT) == 1 && enable(&t) == 0 && told("c!:stolen t+"));
	wts_claim_disable(t.claim);
	CHECK(told("t-") && state(&c) == WTS_ARMING && is_quiet(&c));
	CHECK(enable_here(&t, 0) == 1 && told("c!:stolen t+"));
	CHECK(wts_claims_arm(&c.claim, 1) == 0 && state(&c) == WTS_WAITING);
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c) && wts_claim_disable(c.claim) == 1 && told("c-"));
	holders_go();
	return ok;
}

static bool test_grant_later(void)
{
	bool ok = holders(4);

	/* refused without WTS_LATER it leaves nothing behind */
	CHECK(enable_here(&c, WTS_GRANT) == 0 && told("c!") && state(&c) == WTS_OFF);
	CHECK(enable_here(&c, WTS_LATER) == 0 && told("c!"));
	wts_claim_disable(h4.claim);
	CHECK(told("h4- c+") && wts_claim_disable(c.claim) == 1);
	CHECK(enable(&h4) == 0 && told("c- h4+"));

	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 0 && told("c!"));
	wts_claim_disable(h4.claim);
	CHECK(told("h4-") && state(&c) == WTS_ARMING && is_quiet(&c));
	CHECK(wts_claims_arm(&c.claim, 1) == 0 && fires(&c) && told("c+"));
	CHECK(wts_claim_disable(c.claim) == 1 && enable(&h4) == 0 && told("c- h4+"));

	/* armed while it waits; by an enable, too, and by one that is refused */
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 0 && told("c!"));
	CHECK(wts_claims_arm(&c.claim, 1) == 0 && state(&c) == WTS_WAITING);
	wts_claim_disable(h4.claim);
	CHECK(told("h4- c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && enable(&h4) == 0 && told("c- h4+"));
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 0 && told("c!"));
	CHECK(enable_here(&c, WTS_LATER) == 0 && told(""));
	wts_claim_disable(h4.claim);
	CHECK(told("h4- c+") && fires(&c));
	CHECK(wts_claim_disable(c.claim) == 1 && enable(&h4) == 0 && told("c- h4+"));
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 0 && enable_here(&c, WTS_QUIET) == 0);
	CHECK(enable_here(&c, WTS_GRANT | WTS_LATER) == 0 && told("c!"));
	wts_claim_disable(h4.claim);
	CHECK(told("h4- c+") && fires(&c));
	holders_go();
	return ok;
}

/* What the next step of c as disarmed gives as its reason. */
static bool reason_is(const char *expected, const char *reason)
{
	return told(expected) && !strcmp(last_as(&c, DISARMED)->reason, reason) &&
	       last_as(&c, DISARMED)->cause == WTS_CAUSE_DISABLED;
}

static bool test_reasons(void)
{
	bool ok = holders(3);

	CHECK(!wts_claim_disable_for(c.claim, "off already") && told(""));
	CHECK(enable(&c) == 0 && wts_claim_disable_for(c.claim, "asked") == 1);
	CHECK(reason_is("c+ c-", "asked") && is_quiet(&c));
	CHECK(enable(&c) == 0 && wts_claim_disable(c.claim) == 1 && reason_is("c+ c-", ""));
	CHECK(enable(&c) == 0 && wts_claim_disable_for(c.claim, NULL) == 1);
	CHECK(reason_is("c+ c-", ""));
	/* before it was armed */
	WHILE_BUSY(
		CHECK(enable_here(&c, 0) == 1);
		CHECK(wts_claim_disable_for(c.claim, "too early") == 1);
		CHECK(!wts_claim_disable_for(c.claim, "too late")));
	CHECK(reason_is("c+ c-", "too early"));
	/* twice, told as one, but for a teller on another CPU that comes in between */
	WHILE_BUSY(
		CHECK(enable_here(&c, 0) == 1 && wts_claim_disable(c.claim) == 1);
		CHECK(enable_here(&c, 0) == 1 && wts_claim_disable_for(c.claim, "b") == 1));
	wts_flush();
	if (nsteps - nseen == 4)
		CHECK(reason_is("c+ c- c+ c-", "b"));
	else
		CHECK(reason_is("c+ c-*2", "disabled before it was armed"));
	/* lost before: nothing more to be told */
	CHECK(enable(&c) == 0 && enable(&t) == 0 && told("c+ c-:stolen t+"));
	CHECK(wts_claim_disable_for(c.claim, "waits") == 1 && told(""));
	CHECK(enable_here(&c, WTS_LATER) == 0 && told("c!"));
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && wts_claim_disable_for(c.claim, "last") == 1);
	CHECK(reason_is("c-", "last"));
	holders_go();
	return ok;
}

/*
 * The arbiter is interrupted, as anywhere_test.c does it: vsnprintf(), which
 * writes the reason of a refusal under the lock, is probed.
 */
static struct kprobe under_lock;
static struct task_struct *interrupted;
static void (*by)(void);
static struct wts_reason busy;

static int came(struct kprobe *unused, struct pt_regs *regs)
{
	if (current == READ_ONCE(interrupted) && READ_ONCE(by)) {
		void (*what)(void) = by;

		WRITE_ONCE(by, NULL);
		what();
	}
	return 0;
}

static void by_aim(void)
{
	const struct wts_range range = word_range(7, 1);

	busy = (struct wts_reason){ .size = sizeof(busy) };
	answer = wts_claim_aim(c.claim, &range, 1, &busy);
}
static void by_enable_aim(void)
{
	wts_claim_enable(c.claim, WTS_LATER | WTS_GRANT, NULL);
	was_idle = wts_claim_is_idle(c.claim);
}
static void by_enable_twice(void)
{
	wts_claim_enable(c.claim, WTS_LATER, NULL);
	wts_claim_enable(c.claim, WTS_LATER | WTS_GRANT, NULL);
}
static void by_disable(void) { answer = wts_claim_disable_for(c.claim, "in passing"); }
static void by_disable_enable(void)
{
	by_disable();
	wts_claim_enable(c.claim, WTS_LATER | WTS_GRANT, NULL);
}

/* h4 is refused for want of a register, and interrupted as it is. */
static bool interrupt_by(void (*what)(void))
{
	bool refused;

	preempt_disable();
	WRITE_ONCE(interrupted, current);
	WRITE_ONCE(by, what);
	refused = !wts_claim_enable(h4.claim, WTS_QUIET, NULL);
	refused &= !READ_ONCE(by);
	WRITE_ONCE(by, NULL);
	WRITE_ONCE(interrupted, NULL);
	preempt_enable();
	return refused;
}

static bool interrupted_tests(void)
{
	bool ok = holders(3);

	/* c is between: h4 is weaker than it */
	wts_claim_set_priority(h4.claim, -1);
	CHECK(enable(&t) == 0 && told("t+"));
	CHECK(interrupt_by(by_aim) && answer == -EBUSY && busy.error == -EBUSY);
	CHECK(busy.cause == WTS_CAUSE_BUSY && *busy.text && wts_claim_is_idle(c.claim));
	CHECK(interrupt_by(by_enable_aim) && !was_idle && told("c!"));
	wts_claim_disable(t.claim);
	CHECK(told("t-") && state(&c) == WTS_ARMING && is_quiet(&c));
	CHECK(interrupt_by(by_disable) && answer == 1 && reason_is("c+ c-", "in passing"));
	CHECK(enable(&t) == 0 && interrupt_by(by_enable_twice) && told("t+ c!"));
	wts_claim_disable(t.claim);
	CHECK(told("t- c+") && fires(&c));
	CHECK(interrupt_by(by_disable) && answer == 1 && reason_is("c-", "in passing"));
	CHECK(enable(&c) == 0 && interrupt_by(by_disable_enable));
	CHECK(reason_is("c+ c-", "in passing") && state(&c) == WTS_ARMING && is_quiet(&c));
	CHECK(wts_claims_arm(&c.claim, 1) == 0 && told("c+") && fires(&c));
	holders_go();
	return ok;
}

static bool test_interrupted(void)
{
	bool ok = true;

	under_lock = (struct kprobe){ .symbol_name = "vsnprintf", .pre_handler = came };
	CHECK(register_kprobe(&under_lock) == 0);
	if (ok) {
		ok = interrupted_tests();
		unregister_kprobe(&under_lock);
	}
	return ok;
}

#define SHOWN	16384

/* Is there such a text in what the arbiter shows? */
static bool shows(const char *path, const char *expected)
{
	char *text = kvzalloc(SHOWN, GFP_KERNEL);
	bool found = text && read_file(path, text, SHOWN) > 0 && strstr(text, expected);

	kvfree(text);
	return found;
}

static bool test_shown(void)
{
	const struct wts_range two[] = { word_range(1, 1), word_range(5, 1) };
	char expected[128];
	bool ok = true;

	CHECK(make_ranged(&r, "two", two, 2) && make_ranged(&s, "none", NULL, 0));
	snprintf(expected, sizeof(expected),
		 "\"ranges\":[{\"address\":\"0x%llx\",\"length\":8},{\"address\":\"0x%llx\",\"length\":8}]",
		 two[0].address, two[1].address);
	CHECK(shows("/proc/watchtap/slots.json", expected));
	CHECK(shows("/proc/watchtap/slots.json", "\"ranges\":[]"));
	CHECK(shows("/proc/watchtap/slots", "two (test)") && !shows("/proc/watchtap/slots", "none (test)"));
	snprintf(expected, sizeof(expected), "0x%016llx       8", two[1].address);
	CHECK(shows("/proc/watchtap/slots", expected));
	CHECK(enable(&r.c) == 0 && shows("/proc/watchtap/slots", expected));
	CHECK(wts_claim_disable_for(r.c.claim, "enough seen") == 1);
	wts_flush();
	CHECK(shows("/proc/watchtap/slots", "enough seen"));
	DESTROY_ALL(&r.c, &s.c);
	return ok;
}

static int __init aim_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	knows_all = !parameter_is("forbidden", "(null)");
	RUN(ranges);
	RUN(hit_or_range);
	RUN(refused);
	RUN(one_access);
	RUN(aimed_later);
	RUN(aim);
	RUN(not_idle);
	RUN(places);
	RUN(in_disarmed);
	RUN(again);
	if (!knows_all)
		RUN(unchecked);
	RUN(grant);
	RUN(grant_later);
	RUN(reasons);
	RUN(interrupted);
	RUN(shown);
	RUN(nothing_left);
	return check_end();
}
module_init(aim_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: ranges, aims, grants and reasons");

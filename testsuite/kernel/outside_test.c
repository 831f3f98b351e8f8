// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Outsiders, who take registers by perf: how soon does who waits get what they
 * leave, does who was refused find what is only parked, and what are clients
 * told of it?  With check.h; prints the times that it has measured.
 *
 * Loaded with no_probes=1 the arbiter asks perf often and sees nobody refused.
 */
#define pr_fmt(fmt) "outside_test: " fmt

#include "check.h"

#define ROUNDS		5		/* at least; MOST_ROUNDS where each was late */
#define MOST_ROUNDS	20
#define MOST_US		50000		/* what is promised to who waits */
#define REFUSED_US	100000		/* and to who was refused */
#define THEIRS		8		/* outsiders' words, from here on */

static struct client held[REGISTERS], late;

/* One that is not dynamic: nothing is kept ready for it. */
static bool simple(struct client *c, const char *name, unsigned int word, unsigned int n)
{
	return make_as(c, name, word, n, 0, 0);
}

static bool hold(unsigned int n)
{
	static const char * const names[] = { "a", "b", "c", "d" };
	bool ok = true;
	unsigned int i;

	for (i = 0; i < n; i++)
		CHECK(simple(&held[i], names[i], i, 1) && !enable(&held[i]));
	return ok;
}

/* They have lost nothing. */
static bool still_hold(unsigned int n)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < n; i++)
		CHECK(!last_as(&held[i], DISARMED)->size && fires(&held[i]));
	return ok;
}

static void none(void)
{
	unsigned int i;

	for (i = 0; i < REGISTERS; i++)
		destroy(&held[i]);
	destroy(&late);
	outsiders_go();
	nsteps = nseen = 0;
}

struct wait {
	unsigned int holds;		/* claims that are armed before */
	unsigned int words;		/* that the claim watches which waits */
	bool task;			/* the outsider's watches follow a task */
	bool unchecked;			/* the claim is created when no register is free */
	unsigned int still;		/* ms that it waits at least */
};

/* us from when enough outsiders had gone until the gate was open; negative: it failed. */
static long wait_once(const struct wait *how)
{
	const unsigned int takes = REGISTERS - how->holds;
	struct perf_event *task[REGISTERS] = { };
	bool ok = hold(how->holds);
	unsigned int i;
	u64 gone = 0;

	if (!how->unchecked)
		CHECK(simple(&late, "l", 4, how->words));
	for (i = 0; i < takes && how->task; i++) {
		task[i] = outsider_task(THEIRS + i, -1);
		CHECK(!IS_ERR(task[i]));
	}
	for (i = 0; i < takes && !how->task; i++)
		CHECK(outsider_comes(THEIRS + i));
	if (how->unchecked)
		CHECK(simple(&late, "l", 4, how->words));

	CHECK(enable(&late) == -ENOSPC && !enable_here(&late, WTS_LATER));
	msleep(how->still);
	CHECK(state(&late) == WTS_WAITING);
	for (i = 0; i < how->words && how->task; i++) {
		if (!IS_ERR(task[i]))
			unregister_hw_breakpoint(task[i]);
		task[i] = NULL;
	}
	for (i = 0; i < how->words && !how->task; i++)
		outsider_goes(THEIRS + i);
	gone = ktime_get_mono_fast_ns();
	CHECK(WAIT_FOR(last_as(&late, ARMED)->size, 5000) && fires(&late) &&
	      still_hold(how->holds));
	for (i = 0; i < takes; i++)
		if (!IS_ERR_OR_NULL(task[i]))
			unregister_hw_breakpoint(task[i]);
	/* it may have been in time while the last one was going */
	return ok ? max(0ll, (s64)(last_as(&late, ARMED)->time - gone) / (s64)NSEC_PER_USEC) : -1;
}

/*
 * The best of some rounds counts, and of more on a busy machine: the VM's CPUs
 * stand still as long as the host's have something else to do.
 */
static bool waits(struct wait how)
{
	/* to take four on two CPUs that TCG emulates is most of that time */
	const long most = how.words == REGISTERS ? 2 * MOST_US : MOST_US;
	long best = LONG_MAX, once = 0;
	char line[160] = "";
	int i, used = 0;

	for (i = 0; (i < ROUNDS || best > most) && i < MOST_ROUNDS && once >= 0; i++) {
		once = wait_once(&how);
		none();
		best = min(best, once);
		used += scnprintf(line + used, sizeof(line) - used, " %ld", once);
	}
	pr_info("# us from the register's coming free to the open gate:%s\n", line);
	return once >= 0 && best <= most;
}

static bool test_waits_alone(void)
{
	return waits((struct wait){ 0, 1, .still = 100 });
}

static bool test_waits_beside_three(void)
{
	return waits((struct wait){ 3, 1, .still = 1100 });
}

static bool test_has_just_begun_to_wait(void)
{
	return waits((struct wait){ 3, 1 });
}

static bool test_waits_for_two(void)
{
	return waits((struct wait){ 1, 2, .still = 100 });
}

static bool test_waits_for_a_task(void)
{
	return waits((struct wait){ 0, 1, .task = true, .still = 100 });
}

static bool test_waits_for_all_of_a_task(void)
{
	return waits((struct wait){ 0, 4, .task = true, .still = 100 });
}

/* perf could not be asked about its address when it was created. */
static bool test_waits_unchecked(void)
{
	return waits((struct wait){ 0, 1, .unchecked = true, .still = 100 });
}

/* Others come and go all the time beside who waits: they do not keep it from trying. */
static bool test_waits_beside_a_crowd(void)
{
	long best = LONG_MAX, once;
	struct perf_event *task;
	char line[160] = "";
	int i, k, most = 0, used = 0;
	bool ok = true;
	u64 gone;

	for (i = 0; i < ROUNDS && ok; i++) {
		CHECK(simple(&late, "l", 4, 1));
		for (k = 0; k < REGISTERS; k++)
			CHECK(outsider_comes(THEIRS + k));
		CHECK(enable(&late) == -ENOSPC && !enable_here(&late, WTS_LATER));
		msleep(50);
		CHECK(state(&late) == WTS_WAITING);
		/* one for the claim and one for them */
		outsider_goes(THEIRS);
		outsider_goes(THEIRS + 1);
		gone = ktime_get_mono_fast_ns();
		for (k = 0; k < 1000 && !last_as(&late, ARMED)->size; k++) {
			task = outsider_task(THEIRS, -1);
			if (!IS_ERR(task))
				unregister_hw_breakpoint(task);
			usleep_range(500, 1000);
		}
		CHECK(last_as(&late, ARMED)->size);
		once = max(0ll, (s64)(last_as(&late, ARMED)->time - gone) / (s64)NSEC_PER_USEC);
		best = min(best, once);
		most = max(most, k);
		used += scnprintf(line + used, sizeof(line) - used, " %ld (%d)", once, k);
		none();
	}
	pr_info("# us from the register's coming free to the open gate (and how many came):%s\n", line);
	/* if they keep it from trying, then for hundreds of them: the worst counts here */
	return ok && best <= MOST_US && most <= 40;
}

/* The reasons to the letter. */
static bool test_reasons(void)
{
	bool ok = hold(1);
	int i;

	CHECK(simple(&held[1], "b", 1, 1) && simple(&held[2], "c", 2, 2));
	for (i = 0; i < 3; i++)
		CHECK(outsider_comes(THEIRS + i));
	CHECK(enable(&held[1]) == -ENOSPC && why.cause == WTS_CAUSE_TAKEN &&
	      !strcmp(why.text, "no free register: 1 held by \"test\", 3 outside watchtap"));
	outsider_goes(THEIRS);
	CHECK(enable(&held[2]) == -ENOSPC && why.cause == WTS_CAUSE_TAKEN &&
	      !strcmp(why.text, "2 registers are needed and 1 is free: 1 held by \"test\", 2 outside watchtap"));
	outsider_goes(THEIRS + 1);
	CHECK(!enable(&held[2]));
	none();
	return ok;
}

/* Nobody loses anything by another's refusal. */
static bool test_refused_when_full(void)
{
	bool ok = hold(REGISTERS);
	int i;

	for (i = 0; i < 3; i++) {
		CHECK(!outsider_comes(THEIRS));
		msleep(20);
	}
	CHECK(still_hold(REGISTERS));
	none();
	return ok;
}

/* So many registers are taken by the arbiter; /proc/watchtap/slots begins with that. */
static bool taken_are(unsigned int n)
{
	char text[64], want[16];

	snprintf(want, sizeof(want), ", taken %u,", n);
	return read_file("/proc/watchtap/slots", text, sizeof(text)) > 0 && strstr(text, want);
}

/* One is kept ready beside those that are held, at once or before long. */
static bool in_reserve(unsigned int holds)
{
	return WAIT_FOR(taken_are(holds + 1), 4000);
}

/* So many are held, and late is a claim for which one more is ready. */
static bool ready_beside(unsigned int holds)
{
	/* this ends what the arbiter does for the sake of who was refused before */
	if (outsider_comes(THEIRS))
		outsider_goes(THEIRS);
	return hold(holds) && make(&late, "l", 4, 0) && in_reserve(holds);
}

/* An outsider asks again and again.  us until it got one. */
static u64 ask_again(void)
{
	const u64 begin = ktime_get_mono_fast_ns();
	unsigned int tries = 0;

	do
		usleep_range(1000, 2000);
	while (!outsider_comes(THEIRS) && ++tries < 500);
	return tries == 500 ? U64_MAX : (ktime_get_mono_fast_ns() - begin) / NSEC_PER_USEC;
}

/* A register that is only parked is let go for who was refused. */
static bool refused(unsigned int holds, unsigned int outside)
{
	bool ok = ready_beside(holds);
	unsigned int i;
	u64 us;

	for (i = 0; i < outside; i++)
		CHECK(outsider_comes(THEIRS + 1 + i));
	CHECK(!outsider_comes(THEIRS));
	us = ask_again();
	pr_info("# us from the refusal until it was to be had: %llu\n", us);
	CHECK(us <= REFUSED_US && still_hold(holds));
	CHECK(!enable_here(&late, WTS_QUIET));
	outsider_goes(THEIRS);
	CHECK(in_reserve(holds) && enable_here(&late, WTS_QUIET));
	wts_flush();
	CHECK(fires(&late));
	none();
	return ok;
}

static bool test_refused_beside_three(void)
{
	return refused(3, 0);
}

static bool test_refused_beside_none(void)
{
	return refused(0, 3);
}

/* It takes a person some time to try again. */
static bool test_refused_patient(void)
{
	bool ok = ready_beside(3);

	CHECK(!outsider_comes(THEIRS));
	msleep(4000);
	CHECK(outsider_comes(THEIRS));
	none();
	return ok;
}

/* Who needs two, has one and is refused the other gives up both, to try again. */
static bool test_refused_second(void)
{
	bool ok = ready_beside(2);

	CHECK(outsider_comes(THEIRS) && !outsider_comes(THEIRS + 1));
	outsider_goes(THEIRS);
	msleep(300);
	CHECK(outsider_comes(THEIRS) && outsider_comes(THEIRS + 1));
	outsiders_go();
	CHECK(in_reserve(2));
	none();
	return ok;
}

/* us from a register's coming free to the open gate of who waits. */
static s64 armed_after(u64 free)
{
	bool ok = true;
	s64 us;

	CHECK(WAIT_FOR(last_as(&late, ARMED)->size, 5000));
	us = (s64)(last_as(&late, ARMED)->time - free) / (s64)NSEC_PER_USEC;
	pr_info("# us from the register's coming free to the open gate: %lld\n", us);
	return ok ? us : S64_MAX;
}

/* Who was refused does not come again: who begins to wait then is not kept waiting. */
static bool test_refused_and_gone(void)
{
	bool ok = ready_beside(3);

	CHECK(!outsider_comes(THEIRS));
	msleep(100);
	CHECK(!enable_here(&late, WTS_LATER));
	/* measured once, so the bound is wide */
	CHECK(armed_after(ktime_get_mono_fast_ns()) <= 10 * MOST_US);
	none();
	return ok;
}

/* Who was refused, took what was let go and has gone does not keep others waiting. */
static bool test_waits_for_who_was_refused(void)
{
	bool ok = ready_beside(3);

	CHECK(!outsider_comes(THEIRS) && ask_again() <= REFUSED_US);
	CHECK(!enable_here(&late, WTS_LATER));
	msleep(50);
	CHECK(state(&late) == WTS_WAITING);
	outsider_goes(THEIRS);
	CHECK(armed_after(ktime_get_mono_fast_ns()) <= 10 * MOST_US);
	none();
	return ok;
}

static int __init outside_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	RUN(waits_alone);
	RUN(waits_beside_three);
	RUN(has_just_begun_to_wait);
	RUN(waits_for_two);
	RUN(waits_for_a_task);
	RUN(waits_for_all_of_a_task);
	RUN(waits_unchecked);
	RUN(waits_beside_a_crowd);
	RUN(reasons);
	RUN(refused_when_full);
	if (parameter_is("no_probes", "N")) {
		RUN(refused_beside_three);
		RUN(refused_beside_none);
		RUN(refused_patient);
		RUN(refused_second);
		RUN(refused_and_gone);
		RUN(waits_for_who_was_refused);
	}
	RUN(nothing_left);
	return check_end();
}

module_init(outside_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("competes with watchtap's arbiter for registers");

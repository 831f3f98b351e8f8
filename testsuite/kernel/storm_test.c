// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two clients of watchtap_slots and outsiders, in a storm: a random schedule
 * of operations in every context there is, CPUs that come and go, and writers
 * that hammer every watched word.  When it is over each write and each step
 * that was told is held against the promises of watchtap_slots.h:
 *
 *	schedule	all operations were done; whatever was asked for, returned
 *	window		no hit is delivered but between armed and disarmed
 *	after-disable	no write that began after a disable is delivered, but
 *			in a window that was armed later
 *	no-loss		a write that lay wholly between gate-open and release is
 *			delivered
 *	once		none is delivered twice
 *	identity	each hit is a write that a writer has made just then
 *	callbacks	armed and disarmed take turns, in order, one at a time,
 *			nothing after the end
 *	registers	never more than four are in use by what was told
 *	arming		what an enable or a disable has returned is so
 *	refusals	each refusal is told
 *	stats		what the arbiter counted is what the clients saw
 *	outsiders	no write to an outsider's word is lost
 *	settled		in the end nobody waits for what is to be had
 *	nothing-left	no register stays taken
 *
 * Prints "storm_test: ok NAME" or "storm_test: not ok NAME" for each, then
 * "storm_test: done, N failed", and refuses to stay loaded.
 *
 *	insmod storm_test.ko [seed=N] [operations=N] [hotplug=0|1]
 *			[outsiders=0|1] [probes=N] [clients=1|2] [pace=US] [delay=S]
 *
 * The files, in the order in which things happen:
 *
 *	storm_test_places.h	places, lives
 *	storm_test_log.h	calls and what was told
 *	storm_test_writers.h	who writes, and what is hit
 *	storm_test_outside.h	perf's events
 *	storm_test_claims.h	the clients
 *	storm_test_schedule.h	which operations
 *	storm_test_contexts.h	where they are done
 *	storm_test_judge.h	what is to be said of it
 */
#define pr_fmt(fmt) "storm_test: " fmt

#include "storm_test_contexts.h"
#include "storm_test_judge.h"

static unsigned int failed;

/* Where a perf process may watch: what the writers write there is no client's. */
static int get_outside(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "0x%lx\n", (unsigned long)&words[WORDS + EVENTS]);
}

static const struct kernel_param_ops outside_ops = { .get = get_outside };
module_param_cb(outside, &outside_ops, NULL, 0444);
MODULE_PARM_DESC(outside, "a word that nobody watches and that is written all the time");

static unsigned int left_in(enum context context)
{
	return queues[context].n - min_t(u32, queues[context].n, atomic_read(&queues[context].next));
}

/* Operations that the front has passed and that are not done; late: of all contexts. */
static unsigned int behind(bool late)
{
	unsigned int n = 0, i, next;

	for (i = 0; i < CONTEXTS; i++) {
		if (!late && (i == HIT || i == CALLBACK || i == PROBE))
			continue;
		for (next = atomic_read(&queues[i].next);
		     next < queues[i].n && queues[i].list[next] < front; next++)
			n++;
	}
	return n;
}

/* Lets hits and callbacks happen until theirs are done; 30 seconds at most. */
static void run_late(void)
{
	unsigned long end = jiffies + 30 * HZ;
	struct life *life;
	unsigned int i;

	thread_stop(&outside_thread);
	thread_stop(&admin);
	outsiders_release();
	set_limit(4);
	for (i = 0; behind(true) && time_before(jiffies, end); i++) {
		life = READ_ONCE(places[i % nplaces].life);
		if (life_use(life)) {
			if (i / nplaces % 2)
				do_disable(life, PROCESS);
			else
				do_enable(life, WTS_LATER, PROCESS);
			life_leave(life);
		} else {
			life_begin(&places[i % nplaces], 0);
		}
		msleep(5);
	}
}

static void run_schedule(void)
{
	u64 series = mix(seed + 1);
	unsigned int i;

	while (front < operations) {
		WRITE_ONCE(front, front + 1);
		if (pace)
			usleep_range(1, 1 + draw(&series, 2 * pace));
		/* who is slow is waited for */
		for (i = 0; i < 10000 && behind(false) > 60; i++)
			usleep_range(500, 1000);
	}
	for (i = 0; i < 10000 && behind(false); i++)
		msleep(1);
	run_late();
	for (i = 0; i < CONTEXTS; i++)
		if (left_in(i))
			WRONG(SCHEDULE, "%u operations of %s were not done", left_in(i),
			      context_names[i]);
	WRITE_ONCE(front, 0);
}

/* Registers that a set of places uses, with one more. */
static unsigned int registers_of(unsigned long set)
{
	unsigned int word, i, n = 0;

	for (word = 0; word < WORDS; word++)
		for (i = 0; i < nplaces; i++)
			if (set & BIT(i) && watches(&places[i], word)) {
				n++;
				break;
			}
	return n;
}

/* What is wrong with who has registers and who waits, when all want some; NULL: nothing. */
static const char *unsettled(unsigned long *armed)
{
	struct wts_claim_stats stats;
	unsigned long firm;
	unsigned int i, k;

	*armed = 0;
	for (i = 0; i < nplaces; i++) {
		stats.size = sizeof(stats);
		wts_claim_stats(places[i].life->claim, &stats);
		if (stats.state == WTS_ARMED)
			*armed |= BIT(i);
		else if (stats.state != WTS_WAITING)
			return "a claim is neither armed nor waiting";
	}
	for (i = 0; i < nplaces; i++) {
		/* of equals the elder, which is the one with the smaller number */
		for (k = 0, firm = BIT(i); k < nplaces; k++)
			if (*armed & BIT(k) && k % 3 >= i % 3)
				firm |= BIT(k);
		if (!(*armed & BIT(i)) && registers_of(firm) <= 4)
			return "a claim waits for what it could have";
	}
	return registers_of(*armed) > 4 ? "too many are armed" : NULL;
}

/* Alone, each claim is served; as a perf process may be about, not always at once. */
static void check_alone(struct place *place, struct writer *writer)
{
	struct wts_reason why = { .size = sizeof(why) };
	struct life *life = place->life;
	unsigned int tries;
	struct call *call;
	int error;
	u32 before;

	do_disable(life, PROCESS);
	for (tries = 0; tries < 200; tries++) {
		call = call_begin(life, CALL_BATCH, PROCESS);
		error = wts_claims_enable(&life->claim, 1, &why);
		call_end(call, !error, error);
		if (!error)
			break;
		msleep(50);
	}
	before = life->hits[writer->number];
	write_word(writer, place->word);
	if (error || life->hits[writer->number] - before != 1)
		WRONG(SETTLED, "alone, \"%s\" (%s) is delivered %u writes of 1; error %d, %s",
		      place->name, client_names[place->client],
		      life->hits[writer->number] - before, error, why.text);
	do_disable(life, PROCESS);
}

/* The storm is over: everyone may want, and all that can be had is had. */
static void check_settled(void)
{
	struct writer *writer = &writers[nwriters - 1];
	const char *what = "it never settled";
	unsigned long armed = 0;
	unsigned int i, tries;
	u32 before;

	/* its own thread has ended */
	writer->task = current;
	for (i = 0; i < nplaces; i++) {
		if (!places[i].life)
			life_begin(&places[i], 0);
		if (!places[i].life)
			return;
		do_disable(places[i].life, PROCESS);
	}
	for (i = 0; i < nplaces; i++)
		check_alone(&places[i], writer);
	for (i = 0; i < nplaces; i++) {
		wts_claim_set_priority(places[i].life->claim, i % 3);
		do_enable(places[i].life, WTS_LATER, PROCESS);
	}
	for (tries = 0; what && tries < 500; tries++) {
		msleep(20);
		what = unsettled(&armed);
	}
	if (what)
		WRONG(SETTLED, "%s; armed are the places %lx", what, armed);
	for (i = 0; i < nplaces; i++) {
		before = places[i].life->hits[writer->number];
		write_word(writer, places[i].word);
		if (places[i].life->hits[writer->number] - before != !!(armed & BIT(i)))
			WRONG(SETTLED, "a write to \"%s\" (%s) was delivered %u times",
			      places[i].name, client_names[places[i].client],
			      places[i].life->hits[writer->number] - before);
	}
}

static void end_all(void)
{
	unsigned int i;

	for (i = 0; i < nplaces; i++)
		if (places[i].life)
			life_end(places[i].life, i % 2, PROCESS);
}

static void check_nothing_left(void)
{
	static char text[4096];
	unsigned int tries;

	wts_flush();
	for (tries = 0; tries < 100; tries++) {
		if (file_use("/proc/watchtap/slots.json", NULL, text, sizeof(text)))
			WRONG(NOTHING_LEFT, "/proc/watchtap/slots.json cannot be read");
		if (strstr(text, "\"reserved\":0,"))
			break;
		msleep(50);
	}
	if (tries == 100)
		WRONG(NOTHING_LEFT, "registers are reserved: %s", text);
	if (!strstr(text, "\"claims\":[]"))
		WRONG(NOTHING_LEFT, "there are claims: %s", text);
	if (!outsiders_can_have_all())
		WRONG(NOTHING_LEFT, "perf cannot have four registers");
}

/* How much was done; and sums that must agree. */
static void summary(u64 milliseconds)
{
	u64 seen = 0, here = 0, writes = 0, stolen = 0, unkept = 0, inactive = 0, trapped = 0;
	unsigned int i, k, n = 0;

	for (i = 0; i < CONTEXTS; i++)
		for (k = 0; k < KINDS; k++)
			if (atomic_read(&done[i][k])) {
				n += atomic_read(&done[i][k]);
				pr_info("# %s %s: %d\n", context_names[i], kind_names[k],
					atomic_read(&done[i][k]));
			}
	for (i = 0; i < nwriters; i++) {
		writes += writers[i].writes;
		unkept += writers[i].unkept;
		inactive += writers[i].inactive;
	}
	for (i = 0; i < atomic_read(&nlives); i++) {
		seen += life_hits(&lives[i]);
		stolen += lives[i].stolen;
		trapped += lives[i].arming;
	}
	for_each_possible_cpu(i)
		here += per_cpu(hits_here, i);
	if (here != seen)
		WRONG(STATS, "%llu hits on all CPUs, %llu of all claims", here, seen);
	pr_info("# %u operations in %llu ms, %d of them missed; %d calls\n", n, milliseconds,
		atomic_read(&missed), atomic_read(&ncalls));
	pr_info("# %d claims, %llu steals, %u steps told, %u windows, %u of them in vain\n",
		atomic_read(&nlives), stolen, ntolds, nwindows, in_vain);
	pr_info("# %llu writes, %llu hits, %llu trapped while a gate was shut\n", writes, seen,
		trapped);
	pr_info("# %llu writes were kept and %llu not; %llu had to be delivered\n", kept, unkept,
		judged);
	pr_info("# %llu were lost on a CPU that was online and not active yet\n", inactive);
	pr_info("# perf: %llu events granted, %llu refused, %llu of their writes checked\n",
		(u64)atomic64_read(&outside_granted), (u64)atomic64_read(&outside_refused),
		(u64)atomic64_read(&outside_writes));
}

static void storm(void)
{
	const u64 begin = now();
	unsigned int i;

	for (i = 0; i < nplaces; i++)
		life_begin(&places[i], i % 3);
	contexts_start();
	run_schedule();
	contexts_stop();
	check_settled();
	end_all();
	for (i = 0; i < nwriters - THREADS; i++)
		thread_stop(&writers[i].task);
	check_nothing_left();
	judge();
	summary((now() - begin) / NSEC_PER_MSEC);
	for (i = 0; i < CHECKS; i++) {
		pr_info("%sok %s\n", atomic_read(&wrong[i]) ? "not " : "", check_names[i]);
		if (atomic_read(&wrong[i]) > 6)
			pr_info("# %s: %d in all\n", check_names[i], atomic_read(&wrong[i]));
		failed += !!atomic_read(&wrong[i]);
	}
}

static int __init storm_test_init(void)
{
	int error = -ENOMEM;

	if (!seed)
		seed = now() >> 10 & 0xffffffff;
	nplaces = clients == 1 ? ARRAY_SIZE(places) / 2 : ARRAY_SIZE(places);
	max_lives = operations + 1000;
	max_calls = operations * 6 + 20000;
	max_tolds = operations * 10 + 20000;
	pr_info("seed %llu\n", seed);
	pr_info("# %u operations, %u clients, %u CPUs\n", operations, clients, num_online_cpus());

	lives = vzalloc(array_size(max_lives, sizeof(*lives)));
	calls = vzalloc(array_size(max_calls, sizeof(*calls)));
	tolds = vzalloc(array_size(max_tolds, sizeof(*tolds)));
	if (!lives || !calls || !tolds || writers_init() || schedule_init())
		goto out;
	ssleep(delay);
	storm();
	pr_info("done, %u failed\n", failed);
	error = -EAGAIN;
out:
	schedule_free();
	writers_free();
	vfree(tolds);
	vfree(calls);
	vfree(lives);
	return error;
}
module_init(storm_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A storm of operations on watchtap_slots");

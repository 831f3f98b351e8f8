/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the storm share: the watched words, the places, the lives.
 *
 * A place is what a client watches: some words, and how.  A life is one claim
 * of a place, from its creation to its end; lives are numbered and stay until
 * the module goes, so whoever comes too late with one finds out.
 */
#ifndef STORM_TEST_PLACES_H
#define STORM_TEST_PLACES_H

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "watchtap_slots.h"

#define PLAIN		16	/* words that are the same for all CPUs */
#define WORDS		18	/* with those of which each CPU has its own */
#define OUTSIDE		4	/* words that are no client's */
#define WATCHERS	3	/* places that a word is in, at most */
#define THREADS		4	/* that enable and disable in process context */
#define WRITERS		(16 + THREADS)

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "of the schedule; 0: one is chosen");
static unsigned int operations = 10000;
module_param(operations, uint, 0444);
MODULE_PARM_DESC(operations, "to do");
static unsigned int pace = 1000;
module_param(pace, uint, 0444);
MODULE_PARM_DESC(pace, "microseconds from operation to operation, on average");
static unsigned int clients = 2;
module_param(clients, uint, 0444);
MODULE_PARM_DESC(clients, "1 or 2");
static bool hotplug = true;
module_param(hotplug, bool, 0444);
MODULE_PARM_DESC(hotplug, "CPUs but the first come and go");
static bool outsiders = true;
module_param(outsiders, bool, 0444);
MODULE_PARM_DESC(outsiders, "perf events come and go");
static unsigned int probes = 16;
module_param(probes, uint, 0444);
MODULE_PARM_DESC(probes, "kprobes in the arbiter, at random places; 0: no kprobes at all");
static unsigned int delay;
module_param(delay, uint, 0444);
MODULE_PARM_DESC(delay, "seconds before it begins: time for a perf process to be there");
static unsigned int records;
module_param(records, uint, 0444);
MODULE_PARM_DESC(records, "writes that each writer can keep; 0: by the number of operations");

/* The watched words: no two registers on the same bytes (QEMU's TCG reports one). */
static u64 words[WORDS + OUTSIDE] __aligned(64);	/* [PLAIN] to [WORDS - 1] are not used: */
static DEFINE_PER_CPU_ALIGNED(u64, own_words[WORDS - PLAIN]);

struct life;

struct place {
	const char *name;
	unsigned int client;
	unsigned int word;		/* the first */
	unsigned int length;		/* bytes */
	u32 access;
	u32 flags;
	struct life *life;		/* NULL: none, or it is ending */
	atomic_t busy;			/* has a life, or is about to */
};

static struct place places[] = {
	{ "single", 0, 0, 8, WTS_WRITE, WTS_DYNAMIC },
	{ "shared", 0, 1, 8, WTS_WRITE, 0 },
	{ "half", 0, 2, 4, WTS_WRITE, WTS_DYNAMIC },
	{ "read-write", 0, 3, 8, WTS_READ_WRITE, 0 },
	{ "pair", 0, 4, 16, WTS_WRITE, WTS_DYNAMIC },
	{ "four", 0, 8, 32, WTS_WRITE, 0 },
	{ "own", 0, 16, 8, WTS_WRITE, WTS_DYNAMIC | WTS_PER_CPU },
	{ "single", 1, 6, 8, WTS_WRITE, WTS_DYNAMIC },
	{ "shared", 1, 1, 8, WTS_WRITE, WTS_DYNAMIC },
	{ "pair", 1, 4, 16, WTS_WRITE, 0 },
	{ "of the pair", 1, 5, 8, WTS_WRITE, WTS_DYNAMIC },
	{ "byte", 1, 7, 1, WTS_WRITE, 0 },
	{ "four", 1, 12, 32, WTS_WRITE, WTS_DYNAMIC },
	{ "own pair", 1, 16, 16, WTS_WRITE, WTS_DYNAMIC | WTS_PER_CPU },
};
static unsigned int nplaces;

/* In a life's users: it ends, nobody else may begin to use it. */
#define CLOSING		(1 << 30)

struct life {
	struct wts_claim *claim;
	struct place *place;
	atomic_t users;
	u32 hits[WRITERS];		/* each written by its writer alone */
	atomic_t observed;
	bool told_armed;		/* that was the last that it was told */
	bool ended_in_callback;
	u64 end_began;
	u64 ended;			/* when wts_claim_destroy() had returned */
	u64 stolen;
	u64 arming;
	u32 first_call, calls;		/* for the judge */
	u32 first_window, windows;
};

static struct life *lives;
static unsigned int max_lives;
static atomic_t nlives;

/* Where an operation is done. */
enum context {
	PROCESS, TIMER, HIT, PROBE, CALLBACK, HOTPLUG, OUTSIDER, ADMIN, CONTEXTS
};

/* What is found out. */
enum check {
	SCHEDULE, WINDOW, AFTER_DISABLE, NO_LOSS, ONCE, IDENTITY, CALLBACKS, REGISTERS,
	ARMING, REFUSALS, STATS, OUTSIDERS, SETTLED, NOTHING_LEFT, CHECKS
};

static const char * const check_names[CHECKS] = {
	[SCHEDULE] = "schedule", [WINDOW] = "window", [AFTER_DISABLE] = "after-disable",
	[NO_LOSS] = "no-loss", [ONCE] = "once", [IDENTITY] = "identity",
	[CALLBACKS] = "callbacks", [REGISTERS] = "registers", [ARMING] = "arming",
	[REFUSALS] = "refusals", [STATS] = "stats", [OUTSIDERS] = "outsiders",
	[SETTLED] = "settled", [NOTHING_LEFT] = "nothing-left",
};
static atomic_t wrong[CHECKS];

/* Any context. */
#define WRONG(check, format, ...) \
	do { \
		if (atomic_inc_return(&wrong[check]) <= 6) \
			pr_info("# %s: " format "\n", check_names[check], ##__VA_ARGS__); \
	} while (0)

/* The arbiter's clock.  Any context. */
static u64 now(void)
{
	return ktime_get_mono_fast_ns();
}

static u64 mix(u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

/* The next random number of a series, below a limit. */
static u32 draw(u64 *series, u32 below)
{
	*series += 0x9e3779b97f4a7c15;
	return (mix(*series) >> 32) * below >> 32;
}

static unsigned int number_of(const struct life *life)
{
	return life - lives;
}

static unsigned int words_of(const struct place *place)
{
	return DIV_ROUND_UP(place->length, 8);
}

static bool is_own(unsigned int word)
{
	return word >= PLAIN && word < WORDS;
}

/* What a claim on the word is given. */
static u64 address_of(unsigned int word)
{
	return is_own(word) ? (__force unsigned long)&own_words[word - PLAIN] :
			      (unsigned long)&words[word];
}

/* The word as a CPU has it. */
static u64 *word_on(unsigned int cpu, unsigned int word)
{
	return is_own(word) ? &per_cpu(own_words[word - PLAIN], cpu) : &words[word];
}

static bool watches(const struct place *place, unsigned int word)
{
	return word >= place->word && word < place->word + words_of(place);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vocabulary of the test modules.  Each defines pr_fmt with its own name
 * and prints "NAME: ok TEST" or "NAME: not ok TEST" for each test, then
 * "NAME: done, N failed", and refuses to stay loaded.
 *
 * A client is a claim and what came of it.  What clients are told is kept in
 * the order of telling, and told() holds it against a line such as
 *
 *	"b-:stolen {t+ e+} c!*3"
 *
 * b was disarmed for cause "stolen", then t and e were armed in whichever
 * order, then c was refused three times in one (cause "taken", the usual one).
 *
 * The watched words are disjoint: QEMU's TCG reports one register for a store.
 */
#ifndef CHECK_H
#define CHECK_H

#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hw_breakpoint.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "watchtap_slots.h"

#define REGISTERS	4
#define WORDS		16

static unsigned long words[WORDS] __aligned(128);
static int failed;
static struct wts_reason why;		/* of the last call that takes one */

enum told { ARMED = '+', DISARMED = '-', UNAVAILABLE = '!' };

struct client {
	struct wts_claim *claim;
	const char *name;		/* of one claim: a letter or a few */
	unsigned int word;
	atomic_t hits;
	atomic_t observed;
	int observed_at_first_hit;
	u64 last_hit;			/* when */
	void (*on_hit)(struct client *c);	/* what its handler does besides */
	void (*on_told)(struct client *c, enum told what);
	bool is_armed;			/* as told */
	u64 told_time;			/* the last time it was told of */
};

/* What was told, of all clients. */
struct step {
	struct client *client;
	enum told what;
	struct wts_event event;
};

#define STEPS	2048
static struct step *steps;
static unsigned int nsteps;		/* written by the one who tells */
static unsigned int nseen;		/* by told() */
static u64 last_sequence;
static int disorder;			/* promises about the order that were broken */

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			pr_info("# line %d: %s\n", __LINE__, #condition); \
			ok = false; \
		} \
	} while (0)

/* Waits up to so many milliseconds for it to come true. */
#define WAIT_FOR(condition, ms) \
	({ \
		unsigned long wait_end = jiffies + msecs_to_jiffies(ms); \
		while (!(condition) && time_before(jiffies, wait_end)) \
			msleep(2); \
		(condition); \
	})

static __maybe_unused void result(const char *name, bool ok)
{
	if (ok)
		pr_info("ok %s\n", name);
	else
		pr_info("not ok %s # last reason: %s\n", name, why.text);
	failed += !ok;
}

static __maybe_unused const char *dashes(const char *name)
{
	static char text[64];
	char *p;

	strscpy(text, name, sizeof(text));
	while ((p = strchr(text, '_')))
		*p = '-';
	return text;
}

static char *only;
module_param(only, charp, 0444);
MODULE_PARM_DESC(only, "the one test to run, as it is printed");
static int times = 1;
module_param(times, int, 0444);
MODULE_PARM_DESC(times, "run each so often");

/* A test is a function test_NAME(); its name is printed with dashes. */
#define RUN(test) \
	for (int run_i = 0; run_i < times && (!only || !strcmp(only, dashes(#test))); run_i++) { \
		bool run_ok; \
		nsteps = nseen = disorder = 0; \
		run_ok = test_##test(); \
		if (disorder) \
			pr_info("# %d times told out of order\n", disorder); \
		result(dashes(#test), run_ok && !disorder); \
	}

static void check_hit(void *data, struct pt_regs *regs)
{
	struct client *c = data;

	if (atomic_inc_return(&c->hits) == 1)
		c->observed_at_first_hit = atomic_read(&c->observed);
	c->last_hit = ktime_get_mono_fast_ns();
	if (c->on_hit)
		c->on_hit(c);
}

static void check_observe(void *data)
{
	struct client *c = data;

	atomic_inc(&c->observed);
}

/* Keeps a step, and what the header promises of all. */
static void check_told(struct client *c, enum told what, const struct wts_event *event)
{
	if (event->sequence <= last_sequence || event->time < c->told_time || !event->repeats ||
	    event->size < sizeof(*event) ||
	    (what == ARMED && c->is_armed) || (what == DISARMED && !c->is_armed) ||
	    (what == UNAVAILABLE && !*event->reason)) {
		disorder++;
		if (disorder < 5)
			pr_info("# out of order: %s%c\n", c->name, what);
	}
	if (what != UNAVAILABLE)
		c->is_armed = what == ARMED;
	c->told_time = event->time;
	last_sequence = event->sequence;
	/* a test that makes so many reads no more of them */
	if (steps && nsteps < STEPS) {
		steps[nsteps] = (struct step){ c, what, *event };
		smp_store_release(&nsteps, nsteps + 1);
	}
	if (c->on_told)
		c->on_told(c, what);
}

static void check_armed(void *data, const struct wts_event *event)
{
	check_told(data, ARMED, event);
}

static void check_disarmed(void *data, const struct wts_event *event)
{
	check_told(data, DISARMED, event);
}

static void check_unavailable(void *data, const struct wts_event *event)
{
	check_told(data, UNAVAILABLE, event);
}

static const struct wts_ops check_ops = {
	.size = sizeof(check_ops), .hit = check_hit, .observe = check_observe,
	.armed = check_armed, .disarmed = check_disarmed, .unavailable = check_unavailable,
};

/* At the beginning and at the end of a module's tests. */
static __maybe_unused int check_begin(void)
{
	steps = kvcalloc(STEPS, sizeof(*steps), GFP_KERNEL);
	return steps ? 0 : -ENOMEM;
}

static __maybe_unused int check_end(void)
{
	kvfree(steps);
	pr_info("done, %d failed\n", failed);
	return -EAGAIN;
}

/* A step as told() writes it. */
static __maybe_unused void step_text(const struct step *step, char *ret, size_t size)
{
	static const char * const causes[] = {
		[WTS_CAUSE_NONE] = "none", [WTS_CAUSE_DISABLED] = "disabled",
		[WTS_CAUSE_STOLEN] = "stolen", [WTS_CAUSE_TAKEN] = "taken",
		[WTS_CAUSE_BUSY] = "busy", [WTS_CAUSE_CPU] = "cpu",
		[WTS_CAUSE_NO_TRAP] = "no-trap", [WTS_CAUSE_PERF] = "perf",
		[WTS_CAUSE_LIMIT] = "limit", [WTS_CAUSE_ADDRESS] = "address",
	};
	const u32 cause = step->event.cause;
	const u32 usual = step->what == ARMED ? WTS_CAUSE_NONE :
			  step->what == DISARMED ? WTS_CAUSE_DISABLED : WTS_CAUSE_TAKEN;
	int n;

	n = scnprintf(ret, size, "%s%c", step->client->name, step->what);
	if (cause != usual)
		n += scnprintf(ret + n, size - n, ":%s",
			       cause < ARRAY_SIZE(causes) ? causes[cause] : "?");
	if (step->event.repeats > 1)
		scnprintf(ret + n, size - n, "*%llu", step->event.repeats);
}

/* Is it what the steps from one up to another were? */
static __maybe_unused bool steps_are(const char *expected, unsigned int from, unsigned int to)
{
	char copy[512], text[64], *rest = copy, *group[16], *word;
	unsigned int left = 0, i;
	bool in_group = false;

	strscpy(copy, expected, sizeof(copy));
	for (; from < to; from++) {
		/* the words that may come next */
		while (!left && (word = strsep(&rest, " "))) {
			if (!*word)
				continue;
			in_group = *word == '{';
			do {
				size_t length;

				word += *word == '{';
				length = strlen(word);
				if (length && word[length - 1] == '}') {
					in_group = false;
					word[length - 1] = 0;
				}
				group[left++] = word;
			} while (in_group && left < ARRAY_SIZE(group) &&
				 (word = strsep(&rest, " ")));
		}
		step_text(&steps[from], text, sizeof(text));
		for (i = 0; i < left && strcmp(group[i], text); i++)
			;
		if (i == left)
			return false;
		group[i] = group[--left];
	}
	return !left && (!rest || !*rest);
}

/*
 * Waits until all is told that has happened, and compares what was told since
 * the last call.
 */
static __maybe_unused bool told(const char *expected)
{
	unsigned int from = nseen, to;
	char text[64];

	wts_flush();
	to = smp_load_acquire(&nsteps);
	nseen = to;
	if (steps_are(expected, from, to))
		return true;
	pr_info("# expected to be told \"%s\", was told:\n", expected);
	for (; from < to; from++) {
		step_text(&steps[from], text, sizeof(text));
		pr_info("#   %s at %llu, sequence %llu, priority %d: %s\n", text,
			steps[from].event.time, steps[from].event.sequence,
			steps[from].event.priority, steps[from].event.reason);
	}
	return false;
}

/* The same for what comes by itself, within so many milliseconds. */
static __maybe_unused bool told_within(unsigned int ms, const char *expected)
{
	(void)WAIT_FOR(steps_are(expected, nseen, smp_load_acquire(&nsteps)), ms);
	return told(expected);
}

/* The last step of a kind that a client was told, or one with nothing in it. */
static __maybe_unused const struct wts_event *last_as(const struct client *c, enum told what)
{
	static const struct wts_event none;
	unsigned int i;

	for (i = smp_load_acquire(&nsteps); i--;)
		if (steps[i].client == c && (!what || steps[i].what == what))
			return &steps[i].event;
	return &none;
}

/* The same of any kind. */
static __maybe_unused const struct wts_event *last_of(const struct client *c)
{
	return last_as(c, 0);
}

/* A claim, off; NULL with why filled if it cannot be. */
static __maybe_unused struct wts_claim *create_as(struct client *c, const char *name,
						  unsigned long address, u64 length, u32 access,
						  s32 priority, u32 flags)
{
	struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = access, .address = address, .length = length,
		.name = name, .client = "test", .ops = &check_ops, .data = c,
		.owner = THIS_MODULE, .priority = priority, .flags = flags,
	};

	memset(c, 0, sizeof(*c));
	memset(&why, 0, sizeof(why));
	why.size = sizeof(why);
	c->name = name;
	c->word = (address - (unsigned long)words) / sizeof(words[0]) % WORDS;
	c->claim = wts_claim_create(&attr, &why);
	return c->claim;
}

/* Of so many words, for writes. */
static __maybe_unused bool make_as(struct client *c, const char *name, unsigned int word,
				   unsigned int n, s32 priority, u32 flags)
{
	return create_as(c, name, (unsigned long)&words[word], n * sizeof(words[0]), WTS_WRITE,
			 priority, flags);
}

/* One word, which may be enabled from anywhere. */
static __maybe_unused bool make(struct client *c, const char *name, unsigned int word,
				s32 priority)
{
	return make_as(c, name, word, 1, priority, WTS_DYNAMIC);
}

/* By wts_claims_enable(). */
static __maybe_unused int enable(struct client *c)
{
	memset(why.text, 0, sizeof(why.text));
	return wts_claims_enable(&c->claim, 1, &why);
}

/* By wts_claim_enable(). */
static __maybe_unused int enable_here(struct client *c, u32 flags)
{
	memset(&why, 0, sizeof(why));
	why.size = sizeof(why);
	return wts_claim_enable(c->claim, flags, &why);
}

/* All or none of up to eight; the list ends with NULL. */
static __maybe_unused int enable_all(struct client *const *list)
{
	struct wts_claim *claims[8];
	unsigned int n;

	memset(why.text, 0, sizeof(why.text));
	for (n = 0; list[n]; n++)
		claims[n] = list[n]->claim;
	return wts_claims_enable(claims, n, &why);
}
#define ENABLE_ALL(...) enable_all((struct client *const []){ __VA_ARGS__, NULL })

static __maybe_unused void destroy(struct client *c)
{
	wts_claim_destroy(c->claim);
	c->claim = NULL;
}

static __maybe_unused void destroy_all(struct client *const *list)
{
	for (; *list; list++)
		destroy(*list);
}
#define DESTROY_ALL(...) destroy_all((struct client *const []){ __VA_ARGS__, NULL })

static __maybe_unused struct wts_claim_stats stats(const struct client *c)
{
	struct wts_claim_stats s = { .size = sizeof(s) };

	wts_claim_stats(c->claim, &s);
	return s;
}

static __maybe_unused enum wts_state state(const struct client *c)
{
	return stats(c).state;
}

static void check_write_here(void *info)
{
	WRITE_ONCE(*(unsigned long *)info, 1);
}

/* One write on every CPU.  How many hits did that make? */
static __maybe_unused int poke(struct client *c)
{
	const int before = atomic_read(&c->hits);

	on_each_cpu(check_write_here, &words[c->word], 1);
	return atomic_read(&c->hits) - before;
}

/* Is it hit by each write on every CPU, or by none? */
static __maybe_unused bool fires(struct client *c)
{
	return poke(c) == num_online_cpus() && wts_claim_is_open(c->claim);
}

static __maybe_unused bool is_quiet(struct client *c)
{
	return poke(c) == 0 && !wts_claim_is_open(c->claim);
}

static __maybe_unused void outsider_overflow(struct perf_event *event,
					     struct perf_sample_data *data, struct pt_regs *regs)
{
}

/* Those who take a register by perf on every CPU, for a word each. */
static struct perf_event * __percpu *outsiders[WORDS];

static __maybe_unused bool outsider_comes(unsigned int word)
{
	struct perf_event * __percpu *events;
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&words[word];
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	events = register_wide_hw_breakpoint(&attr, outsider_overflow, NULL);
	if (IS_ERR_VALUE((unsigned long __force)events))
		return false;
	outsiders[word] = events;
	return true;
}

static __maybe_unused void outsider_goes(unsigned int word)
{
	if (outsiders[word])
		unregister_wide_hw_breakpoint(outsiders[word]);
	outsiders[word] = NULL;
}

static __maybe_unused void outsiders_go(void)
{
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		outsider_goes(i);
}

/* As gdb has it: a register in one task, on one CPU or on all (-1). */
static __maybe_unused struct perf_event *outsider_task(unsigned int word, int cpu)
{
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&words[word];
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	return perf_event_create_kernel_counter(&attr, cpu, current, outsider_overflow, NULL);
}

/* The end of each module: outsiders can have all registers. */
static __maybe_unused bool test_nothing_left(void)
{
	bool ok = true;
	int i;

	outsiders_go();
	wts_flush();
	for (i = 0; i < REGISTERS; i++)
		CHECK(outsider_comes(i));
	outsiders_go();
	return ok;
}

/* Writes a file of sysfs. */
static __maybe_unused int write_file(const char *path, const char *text)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	loff_t pos = 0;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_write(file, text, strlen(text), &pos);
	filp_close(file, NULL);
	return n < 0 ? n : 0;
}

/* Its first bytes, with a NUL; how many. */
static __maybe_unused ssize_t read_file(const char *path, char *ret, size_t size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	ssize_t n, sum = 0;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	while (sum < size - 1 && (n = kernel_read(file, ret + sum, size - 1 - sum, &pos)) > 0)
		sum += n;
	ret[sum] = 0;
	filp_close(file, NULL);
	return sum;
}

#define PARAMETERS "/sys/module/watchtap_slots/parameters/"

/* What the arbiter was loaded with, or set to; charp that was left out is "(null)". */
static __maybe_unused bool parameter_is(const char *parameter, const char *value)
{
	char path[96], text[64];

	snprintf(path, sizeof(path), PARAMETERS "%s", parameter);
	if (read_file(path, text, sizeof(text)) < 0)
		return false;
	return !strcmp(strim(text), value);
}

static __maybe_unused int set_parameter(const char *parameter, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), PARAMETERS "%s", parameter);
	return write_file(path, value);
}

#endif

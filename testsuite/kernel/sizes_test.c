// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clients of watchtap_slots that were built with another length of its
 * structs than the arbiter was: shorter as version 1 had them, or longer as a
 * later version may.  Prints as slots_test.c does, and refuses to stay loaded.
 *
 * What a client did not know of lies in other memory of its own; so behind
 * each struct is a pattern, which may neither be believed nor overwritten.
 */
#define pr_fmt(fmt) "sizes_test: " fmt

#include <linux/module.h>

#include "watchtap_slots.h"

/* As a number: a priority above all others, and with WTS_DYNAMIC set. */
#define PATTERN		0x77
#define BEYOND		64

/* The sizes that version 1 had. */
#define ATTR_1		offsetof(struct wts_claim_attr, priority)
#define ATTR_2		offsetof(struct wts_claim_attr, ranges)
#define OPS_2		offsetof(struct wts_ops, hit_range)
#define OPS_1		offsetof(struct wts_ops, armed)
#define REASON_1	offsetof(struct wts_reason, cause)
#define STATS_1		offsetof(struct wts_claim_stats, stolen)

#define WORDS		6
#define REGISTERS	4

enum callback { HIT, OBSERVE, ARMED, DISARMED, UNAVAILABLE, RANGE, TAIL, CALLBACKS };

static unsigned long words[WORDS] __aligned(64);
static int failed;

/* What the client of the test was told; only one at a time listens. */
static atomic_t called[CALLBACKS];
static s32 told_priority;
static u32 told_size;

static void told(enum callback callback, const struct wts_event *event)
{
	atomic_inc(&called[callback]);
	told_priority = event->priority;
	told_size = event->size;
}

static void hit(void *data, struct pt_regs *regs) { atomic_inc(&called[HIT]); }
static void observe(void *data) { atomic_inc(&called[OBSERVE]); }
static void armed(void *data, const struct wts_event *event) { told(ARMED, event); }
static void disarmed(void *data, const struct wts_event *event) { told(DISARMED, event); }
static void unavailable(void *data, const struct wts_event *event) { told(UNAVAILABLE, event); }
static void hit_range(void *data, struct pt_regs *regs, unsigned int range)
{
	atomic_inc(&called[RANGE]);
}
static void tail(void) { atomic_inc(&called[TAIL]); }
static void ignore(void *data, struct pt_regs *regs) { }

/* Longer than ours by callbacks of a later version. */
static struct {
	struct wts_ops ops;
	void (*tail[4])(void);
} ops = {
	.ops = {
		.hit = hit, .observe = observe, .armed = armed, .disarmed = disarmed,
		.unavailable = unavailable,
	},
	.tail = { tail, tail, tail, tail },
};
static const struct wts_ops quiet = { .size = sizeof(quiet), .hit = ignore };

static union {
	struct wts_reason reason;
	u8 bytes[sizeof(struct wts_reason) + BEYOND];
} why;

static void result(const char *name, bool ok)
{
	if (ok)
		pr_info("ok %s\n", name);
	else
		pr_info("not ok %s\n", name);
	failed += !ok;
}

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			pr_info("# line %d: %s\n", __LINE__, #condition); \
			ok = false; \
		} \
	} while (0)

/* As CHECK, in a loop over sizes. */
#define CHECK_AT(size, condition) \
	do { \
		if (!(condition)) { \
			pr_info("# line %d, size %u: %s\n", __LINE__, (unsigned int)(size), #condition); \
			ok = false; \
		} \
	} while (0)

/* Is the pattern still in bytes from..to of an object? */
static bool untouched(const void *object, size_t from, size_t to)
{
	return from >= to || !memchr_inv(object + from, PATTERN, to - from);
}

static void clear_called(void)
{
	unsigned int i;

	for (i = 0; i < CALLBACKS; i++)
		atomic_set(&called[i], 0);
}

static bool was_called(enum callback callback)
{
	return atomic_read(&called[callback]);
}

/*
 * A claim on a word by the client of the test, whose structs have these sizes.
 */
static struct wts_claim *create(unsigned int word, u32 attr_size, u32 ops_size, s32 priority)
{
	union {
		struct wts_claim_attr attr;
		u8 bytes[sizeof(struct wts_claim_attr) + BEYOND];
	} a;
	const size_t own = min_t(size_t, attr_size, sizeof(a.attr));

	memset(&a, 0, sizeof(a));
	a.attr = (struct wts_claim_attr){
		.size = attr_size, .access = WTS_WRITE, .address = (unsigned long)&words[word],
		.length = sizeof(words[word]), .name = "sizes", .client = "test", .ops = &ops.ops,
		.owner = THIS_MODULE, .priority = priority,
	};
	/* Not in place of pointers: who follows one by mistake is to fail this test only. */
	if (own >= ATTR_1)
		memset(a.bytes + own, PATTERN, sizeof(a) - own);
	memset(&why, 0, sizeof(why));
	why.reason.size = sizeof(why.reason);
	ops.ops.size = ops_size;
	clear_called();
	return wts_claim_create(&a.attr, &why.reason);
}

/* Too short for what a claim needs.  Nothing is left if it was taken all the same. */
static bool refuses(u32 attr_size, u32 ops_size)
{
	struct wts_claim *claim = create(0, attr_size, ops_size, 0);

	wts_claim_destroy(claim);
	return !claim && why.reason.error == -EINVAL;
}

static int enable(struct wts_claim *claim)
{
	return wts_claims_enable(&claim, 1, NULL);
}

/* Somebody else has all registers, with this priority; the words are the last ones. */
static bool hold_all(struct wts_claim **holder, s32 priority)
{
	unsigned int i;

	for (i = 0; i < REGISTERS; i++) {
		const struct wts_claim_attr attr = {
			.size = sizeof(attr), .access = WTS_WRITE,
			.address = (unsigned long)&words[WORDS - 1 - i], .length = sizeof(words[0]),
			.name = "holder", .client = "holder", .ops = &quiet, .owner = THIS_MODULE,
			.priority = priority,
		};

		holder[i] = wts_claim_create(&attr, NULL);
	}
	return holder[0] && holder[1] && holder[2] && holder[3] &&
	       !wts_claims_enable(holder, REGISTERS, NULL);
}

static void let_go(struct wts_claim **holder)
{
	unsigned int i;

	for (i = 0; i < REGISTERS; i++)
		wts_claim_destroy(holder[i]);
}

/* That the other tests can find anything: everyone has the same length. */
static void test_equal(void)
{
	struct wts_claim *holder[REGISTERS], *claim = create(0, sizeof(struct wts_claim_attr),
							     sizeof(struct wts_ops), 3);
	bool ok = true;

	if (!claim) {
		result("equal", false);
		return;
	}
	CHECK(!enable(claim));
	wts_flush();
	CHECK(was_called(OBSERVE) && was_called(ARMED) && told_priority == 3);
	CHECK(told_size >= sizeof(struct wts_event));
	WRITE_ONCE(words[0], 1);
	CHECK(atomic_read(&called[HIT]) == 1);
	CHECK(hold_all(holder, 4));
	wts_flush();
	CHECK(was_called(DISARMED));
	CHECK(wts_claim_disable(claim) == 1 && wts_claim_enable(claim, 0, NULL) == 0);
	wts_flush();
	CHECK(was_called(UNAVAILABLE));
	let_go(holder);
	wts_claim_destroy(claim);
	result("equal", ok);
}

/* An attr of version 1 is one of priority 0, whatever comes after it. */
static void test_attr_shorter(void)
{
	static const size_t refused[] = {
		0, 4, offsetof(struct wts_claim_attr, ops), offsetof(struct wts_claim_attr, owner),
	};
	/* 2 bytes of a member are none */
	static const size_t without[] = { ATTR_1, ATTR_1 + 2 };
	struct wts_claim *holder[REGISTERS], *claim;
	bool ok = true;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		CHECK_AT(refused[i], refuses(refused[i], sizeof(struct wts_ops)));
	for (i = 0; i < ARRAY_SIZE(without); i++) {
		claim = create(0, without[i], sizeof(struct wts_ops), 9);
		CHECK_AT(without[i], claim);
		if (!claim)
			continue;
		CHECK_AT(without[i], !enable(claim));
		wts_flush();
		CHECK_AT(without[i], was_called(ARMED) && told_priority == 0);
		WRITE_ONCE(words[0], 1);
		CHECK_AT(without[i], atomic_read(&called[HIT]) == 1);
		wts_claim_disable(claim);

		CHECK(hold_all(holder, 0));
		CHECK_AT(without[i], enable(claim) == -ENOSPC);
		let_go(holder);
		CHECK(hold_all(holder, -1));
		CHECK_AT(without[i], !enable(claim));
		let_go(holder);
		wts_claim_destroy(claim);
	}

	/* Before it had ranges, or a part of what says so: there are none. */
	for (i = ATTR_2; i <= sizeof(struct wts_claim_attr); i += 2) {
		claim = create(0, i, sizeof(struct wts_ops), 0);
		CHECK_AT(i, claim);
		wts_claim_destroy(claim);
	}

	/* Before it had flags. */
	claim = create(0, offsetof(struct wts_claim_attr, flags), sizeof(struct wts_ops), 5);
	CHECK(claim);
	if (claim) {
		CHECK(!enable(claim));
		wts_flush();
		CHECK(told_priority == 5);
		wts_claim_destroy(claim);
	}
	result("attr-shorter", ok);
}

static void test_attr_longer(void)
{
	static const u32 size[] = {
		sizeof(struct wts_claim_attr) + 4, sizeof(struct wts_claim_attr) + BEYOND, U32_MAX,
	};
	struct wts_claim *holder[REGISTERS], *claim;
	bool ok = true;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(size); i++) {
		claim = create(0, size[i], sizeof(struct wts_ops), 1);
		CHECK_AT(size[i], claim);
		if (!claim)
			continue;
		CHECK(hold_all(holder, 1));
		CHECK_AT(size[i], enable(claim) == -ENOSPC);
		let_go(holder);
		CHECK(hold_all(holder, 0));
		CHECK_AT(size[i], !enable(claim));
		wts_flush();
		CHECK_AT(size[i], told_priority == 1);
		WRITE_ONCE(words[0], 1);
		CHECK_AT(size[i], atomic_read(&called[HIT]) == 1);
		let_go(holder);
		wts_claim_destroy(claim);
	}
	result("attr-longer", ok);
}

/* All that can happen to a claim happens; the callbacks that ops had room for are called. */
static void test_ops(void)
{
	static const struct { u32 size; unsigned int callbacks; } row[] = {
		{ offsetof(struct wts_ops, observe), BIT(HIT) },
		{ offsetof(struct wts_ops, observe) + 4, BIT(HIT) },
		{ OPS_1, BIT(HIT) | BIT(OBSERVE) },
		{ offsetof(struct wts_ops, disarmed), BIT(HIT) | BIT(OBSERVE) | BIT(ARMED) },
		{ offsetof(struct wts_ops, unavailable), BIT(HIT) | BIT(OBSERVE) | BIT(ARMED) | BIT(DISARMED) },
		{ OPS_2, BIT(RANGE) - 1 },
		{ OPS_2 + 4, BIT(RANGE) - 1 },
		{ sizeof(struct wts_ops), (BIT(TAIL) - 1) & ~BIT(HIT) },
		{ sizeof(ops), (BIT(TAIL) - 1) & ~BIT(HIT) },
		{ U32_MAX, (BIT(TAIL) - 1) & ~BIT(HIT) },
	};
	static const u32 refused[] = { 0, 4, offsetof(struct wts_ops, hit) };
	struct wts_claim *holder[REGISTERS], *claim;
	bool ok = true;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		CHECK_AT(refused[i], refuses(sizeof(struct wts_claim_attr), refused[i]));

	/* who has room for it has it called in place of hit */
	ops.ops.hit_range = hit_range;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		claim = create(0, sizeof(struct wts_claim_attr), row[i].size, 0);
		CHECK_AT(row[i].size, claim);
		if (!claim)
			continue;
		CHECK_AT(row[i].size, !enable(claim));
		WRITE_ONCE(words[0], 1);
		/* stolen, refused, waiting, armed again, disabled by its end */
		CHECK(hold_all(holder, 1));
		wts_claim_disable(claim);
		CHECK_AT(row[i].size, wts_claim_enable(claim, WTS_LATER, NULL) == 0);
		wts_flush();
		let_go(holder);
		CHECK_AT(row[i].size, !enable(claim));
		WRITE_ONCE(words[0], 2);
		wts_claim_destroy(claim);
		for (k = 0; k < CALLBACKS; k++)
			if (was_called(k) != !!(row[i].callbacks & BIT(k))) {
				pr_info("# ops of %u bytes: callback %u was called %d times\n",
					row[i].size, k, atomic_read(&called[k]));
				ok = false;
			}
		CHECK_AT(row[i].size, atomic_read(&called[HIT]) + atomic_read(&called[RANGE]) == 2);
	}
	ops.ops.hit_range = NULL;
	result("ops", ok);
}

/* As much as there is room for; ret's size is then how much it was. */
static void test_stats(void)
{
	union {
		struct wts_claim_stats stats;
		u8 bytes[sizeof(struct wts_claim_stats) + BEYOND];
	} s, all;
	struct wts_claim *claim = create(0, sizeof(struct wts_claim_attr), sizeof(struct wts_ops), 0);
	const size_t whole = sizeof(s.stats);
	bool ok = true;
	u32 size, filled;

	if (!claim) {
		result("stats", false);
		return;
	}
	CHECK(!enable(claim));
	WRITE_ONCE(words[0], 1);
	all.stats.size = whole;
	wts_claim_stats(claim, &all.stats);
	CHECK(all.stats.size == whole && all.stats.state == WTS_ARMED);
	CHECK(all.stats.delivered == 1 && all.stats.arming == 0 && all.stats.stolen == 0);

	for (size = sizeof(s.stats.size); size <= sizeof(s); size++) {
		memset(&s, PATTERN, sizeof(s));
		s.stats.size = size;
		wts_claim_stats(claim, &s.stats);
		filled = s.stats.size;
		/* a part of a member may be filled or not */
		CHECK_AT(size, filled <= min_t(size_t, size, whole) && filled >= min_t(size_t, size & ~7u, whole));
		CHECK_AT(size, untouched(&s, min_t(size_t, size, whole), sizeof(s)));
		if (filled <= whole && filled > sizeof(s.stats.size))
			CHECK_AT(size, !memcmp(s.bytes + sizeof(s.stats.size), all.bytes + sizeof(s.stats.size),
					       filled - sizeof(s.stats.size)));
	}

	/* 0 is version 1: there was nothing longer when a client could leave it out. */
	memset(&s, PATTERN, sizeof(s));
	s.stats.size = 0;
	wts_claim_stats(claim, &s.stats);
	CHECK(s.stats.size == STATS_1 && s.stats.state == WTS_ARMED && s.stats.delivered == 1);
	CHECK(untouched(&s, STATS_1, sizeof(s)));

	memset(&s, PATTERN, sizeof(s));
	s.stats.size = U32_MAX;
	wts_claim_stats(claim, &s.stats);
	CHECK(s.stats.size == whole && untouched(&s, whole, sizeof(s)));
	wts_claim_destroy(claim);
	result("stats", ok);
}

/* The ways to be refused; each has the arbiter fill a reason.  Returns the error. */
static int refused_by_create(struct wts_claim *claim)
{
	const struct wts_claim_attr attr = {
		.size = sizeof(attr), .access = WTS_WRITE, .address = 8, .length = 8, .ops = &quiet,
	};

	return wts_claim_create(&attr, &why.reason) ? 0 : -EACCES;
}

static int refused_by_grant(struct wts_claim *claim)
{
	return wts_claims_grant(&claim, 1, &why.reason);
}

static int refused_by_enable(struct wts_claim *claim)
{
	return wts_claims_enable(&claim, 1, &why.reason);
}

static int refused_anywhere(struct wts_claim *claim)
{
	return wts_claim_enable(claim, WTS_QUIET, &why.reason) ? 0 : -ENOSPC;
}

static void test_reason(void)
{
	static const struct {
		int (*refuse)(struct wts_claim *claim);
		int error;
		enum wts_cause cause;		/* NONE: any */
	} row[] = {
		{ refused_by_create, -EACCES, WTS_CAUSE_NONE },
		{ refused_by_grant, -ENOSPC, WTS_CAUSE_TAKEN },
		{ refused_by_enable, -ENOSPC, WTS_CAUSE_TAKEN },
		{ refused_anywhere, -ENOSPC, WTS_CAUSE_TAKEN },
	};
	const size_t text = offsetof(struct wts_reason, text);
	const u32 size[] = {
		4, 8, text, text + 1, text + 8, REASON_1 - 1, REASON_1, REASON_1 + 2,
		sizeof(why.reason), sizeof(why.reason) + 4, sizeof(why), U32_MAX, 0,
	};
	struct wts_claim *holder[REGISTERS], *claim = create(0, sizeof(struct wts_claim_attr),
							     sizeof(struct wts_ops), 0);
	bool ok = true;
	unsigned int i, k;

	CHECK(hold_all(holder, 0));
	for (i = 0; i < ARRAY_SIZE(row) && claim; i++) {
		char whole[WTS_REASON_LEN];

		memset(&why, PATTERN, sizeof(why));
		why.reason.size = sizeof(why.reason);
		CHECK_AT(i, row[i].refuse(claim) == row[i].error);
		CHECK_AT(i, strnlen(why.reason.text, sizeof(why.reason.text)) < sizeof(why.reason.text));
		CHECK_AT(i, !row[i].cause || why.reason.cause == row[i].cause);
		strscpy(whole, why.reason.text, sizeof(whole));
		CHECK_AT(i, strlen(whole) > 8);

		for (k = 0; k < ARRAY_SIZE(size); k++) {
			/* 0 is version 1 */
			size_t room = min_t(size_t, size[k] ?: REASON_1, sizeof(why.reason));
			size_t letters = room > text ? min_t(size_t, room - text, WTS_REASON_LEN) : 0;

			memset(&why, PATTERN, sizeof(why));
			why.reason.size = size[k];
			CHECK_AT(size[k], row[i].refuse(claim) == row[i].error);
			CHECK_AT(size[k], untouched(&why, max(room, sizeof(why.reason.size)), sizeof(why)));
			if (letters) {
				CHECK_AT(size[k], why.reason.error == row[i].error && why.reason.claim == 0);
				CHECK_AT(size[k], strnlen(why.reason.text, letters) ==
						  min(strlen(whole), letters - 1));
				CHECK_AT(size[k], !strncmp(why.reason.text, whole, letters - 1));
			}
			if (room == sizeof(why.reason) && row[i].cause)
				CHECK_AT(size[k], why.reason.cause == row[i].cause);
		}
	}
	CHECK(claim);
	let_go(holder);
	wts_claim_destroy(claim);
	result("reason", ok);
}

static int __init sizes_test_init(void)
{
	test_equal();
	test_attr_shorter();
	test_attr_longer();
	test_ops();
	test_stats();
	test_reason();
	pr_info("done, %d failed\n", failed);
	return -EAGAIN;
}
module_init(sizes_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of the sizes of watchtap_slots' structs");

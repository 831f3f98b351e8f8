// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Up to eight claims of different priorities, for the run tests that have
 * others compete with them; each watches a word of this module.
 *
 *	insmod wt_claims.ko claims=N [priorities=P0,P1,...] [dynamic=N]
 *
 * enables them one by one, the first first; who finds no register waits.  The
 * last so many are dynamic, and not enabled.  What they are told is in the
 * log: "wt_claims: NUMBER armed", and so on, with the reason.
 *
 *	echo N > /sys/module/wt_claims/parameters/write
 *
 * writes every word N times, wt_claims_words[0] first, in the process that
 * asks: so a debuggee or a traced process can do it.  Of enable and disable
 * the value is a claim's number.  To be read: written (times each word was),
 * hits and states (of each claim, with spaces between).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/module.h>

#include "watchtap_slots.h"

#define MOST 8

static int claims = 1;
module_param(claims, int, 0444);
static int priorities[MOST];
module_param_array(priorities, int, NULL, 0444);
static int dynamic;
module_param(dynamic, int, 0444);

/* One more than there are claims: others may watch the last. */
unsigned long wt_claims_words[MOST + 1] __aligned(64);

static struct wts_claim *claim[MOST];
static atomic_long_t hits[MOST];
static unsigned long written;

static void hit(void *data, struct pt_regs *regs)
{
	atomic_long_inc(&hits[(long)data]);
}

static void armed(void *data, const struct wts_event *event)
{
	pr_info("%ld armed\n", (long)data);
}

static void disarmed(void *data, const struct wts_event *event)
{
	pr_info("%ld disarmed: %s\n", (long)data, event->reason);
}

static void unavailable(void *data, const struct wts_event *event)
{
	pr_info("%ld unavailable: %s\n", (long)data, event->reason);
}

static const struct wts_ops ops = {
	.size = sizeof(ops), .hit = hit, .armed = armed, .disarmed = disarmed,
	.unavailable = unavailable,
};

/* One task at a time: parameters are written under a lock. */
static int write_words(const char *value, const struct kernel_param *kp)
{
	unsigned long n, i;
	int error = kstrtoul(value, 0, &n);

	for (; !error && n; n--) {
		written++;
		for (i = 0; i < ARRAY_SIZE(wt_claims_words); i++)
			WRITE_ONCE(wt_claims_words[i], written);
	}
	return error;
}

static int numbered(const char *value, struct wts_claim **ret)
{
	unsigned int number;
	int error = kstrtouint(value, 0, &number);

	if (error || number >= MOST || !claim[number])
		return error ?: -EINVAL;
	*ret = claim[number];
	return 0;
}

static int enable(const char *value, const struct kernel_param *kp)
{
	struct wts_claim *which;
	int error = numbered(value, &which);

	if (!error)
		wts_claim_enable(which, WTS_LATER, NULL);
	return error;
}

static int disable(const char *value, const struct kernel_param *kp)
{
	struct wts_claim *which;
	int error = numbered(value, &which);

	if (!error)
		wts_claim_disable(which);
	return error;
}

static int get_hits(char *buffer, const struct kernel_param *kp)
{
	int i, used = 0;

	for (i = 0; i < claims; i++)
		used += sysfs_emit_at(buffer, used, "%s%ld", i ? " " : "", atomic_long_read(&hits[i]));
	return used + sysfs_emit_at(buffer, used, "\n");
}

static int get_states(char *buffer, const struct kernel_param *kp)
{
	static const char *const names[] = { "off", "arming", "armed", "releasing", "waiting" };
	int i, used = 0;

	for (i = 0; i < claims; i++) {
		struct wts_claim_stats stats = { .size = sizeof(stats) };

		wts_claim_stats(claim[i], &stats);
		used += sysfs_emit_at(buffer, used, "%s%s", i ? " " : "", names[stats.state]);
	}
	return used + sysfs_emit_at(buffer, used, "\n");
}

static const struct kernel_param_ops write_ops = { .set = write_words };
static const struct kernel_param_ops enable_ops = { .set = enable };
static const struct kernel_param_ops disable_ops = { .set = disable };
static const struct kernel_param_ops hits_ops = { .get = get_hits };
static const struct kernel_param_ops states_ops = { .get = get_states };
module_param_cb(write, &write_ops, NULL, 0200);
module_param_cb(enable, &enable_ops, NULL, 0200);
module_param_cb(disable, &disable_ops, NULL, 0200);
module_param_cb(hits, &hits_ops, NULL, 0444);
module_param_cb(states, &states_ops, NULL, 0444);
module_param(written, ulong, 0444);

static void end(void)
{
	int i;

	for (i = 0; i < MOST; i++)
		wts_claim_destroy(claim[i]);
}

static int __init begin(void)
{
	struct wts_reason why = { .size = sizeof(why) };
	char name[16];
	long i;

	if (claims < 0 || claims > MOST)
		return -EINVAL;
	for (i = 0; i < claims; i++) {
		const bool is_dynamic = i >= claims - dynamic;
		const struct wts_claim_attr attr = {
			.size = sizeof(attr), .access = WTS_WRITE, .length = sizeof(long),
			.address = (unsigned long)&wt_claims_words[i], .name = name,
			.client = KBUILD_MODNAME, .ops = &ops, .data = (void *)i,
			.owner = THIS_MODULE, .priority = priorities[i],
			.flags = is_dynamic ? WTS_DYNAMIC : 0,
		};

		snprintf(name, sizeof(name), "word %ld", i);
		claim[i] = wts_claim_create(&attr, &why);
		if (!claim[i])
			goto failed;
		if (is_dynamic)
			continue;
		if (wts_claims_enable(&claim[i], 1, &why) && why.error != -ENOSPC)
			goto failed;
		if (why.error)
			wts_claim_enable(claim[i], WTS_LATER, NULL);
		why.error = 0;
	}
	return 0;

failed:
	pr_err("%ld: %s\n", i, why.text);
	end();
	return why.error;
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("claims that others compete with, for watchtap's tests");

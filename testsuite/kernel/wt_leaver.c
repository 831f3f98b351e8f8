// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client of watchtap_slots that goes without destroying its claims, for
 * run/leaver.sh.  Of six claims four are armed, one waits, and one is off.
 *
 *	insmod wt_leaver.ko [fail=1]
 *
 * fail: its init function fails, when all that is done.
 */
#define pr_fmt(fmt) "wt_leaver: " fmt

#include <linux/module.h>

#include "watchtap_slots.h"

static bool fail;
module_param(fail, bool, 0444);

#define CLAIMS 6

static unsigned long words[CLAIMS];
static struct wts_claim *claims[CLAIMS];
static atomic_t hits, told;

static void hit(void *data, struct pt_regs *regs)
{
	atomic_inc(&hits);
}

static void tell(void *data, const struct wts_event *event)
{
	atomic_inc(&told);
}

static const struct wts_ops ops = {
	.size = sizeof(ops), .hit = hit, .armed = tell, .disarmed = tell, .unavailable = tell,
};

static int __init wt_leaver_init(void)
{
	struct wts_reason why = { .size = sizeof(why) };
	unsigned int i;

	for (i = 0; i < CLAIMS; i++) {
		const struct wts_claim_attr attr = {
			.size = sizeof(attr), .access = WTS_WRITE,
			.address = (unsigned long)&words[i], .length = sizeof(words[i]),
			.name = "left", .client = "wt_leaver", .ops = &ops, .owner = THIS_MODULE,
		};

		claims[i] = wts_claim_create(&attr, &why);
		if (!claims[i]) {
			pr_err("%s\n", why.text);
			return -EINVAL;
		}
	}
	if (wts_claims_enable(claims, 4, &why)) {
		pr_err("%s\n", why.text);
		return -EBUSY;
	}
	wts_claim_enable(claims[4], WTS_LATER, NULL);
	for (i = 0; i < CLAIMS; i++)
		WRITE_ONCE(words[i], i);
	pr_info("%d hits\n", atomic_read(&hits));
	return fail ? -EAGAIN : 0;
}

/* With something that is still to be told. */
static void __exit wt_leaver_exit(void)
{
	wts_claim_disable(claims[0]);
	WRITE_ONCE(words[1], 1);
}

module_init(wt_leaver_init);
module_exit(wt_leaver_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("leaves its claims behind, for watchtap's tests");

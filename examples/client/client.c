// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client of watchtap_slots, to begin your own with: counts the writes to a
 * range of the kernel's memory.  README.md says how to build and load it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/percpu.h>

#include "watchtap_slots.h"

static ulong address;
module_param(address, ulong, 0400);
MODULE_PARM_DESC(address, "where the range begins, as in /proc/kallsyms");
static ulong length = sizeof(int);
module_param(length, ulong, 0400);
MODULE_PARM_DESC(length, "of the range, in bytes");
static int priority;
module_param(priority, int, 0400);
MODULE_PARM_DESC(priority, "a larger one takes registers from a smaller one");

static struct wts_claim *claim;
static DEFINE_PER_CPU(unsigned long, hits);

/* In the #DB handler: it counts and is gone; a busy word would flood the log. */
static void hit(void *data, struct pt_regs *regs)
{
	this_cpu_inc(hits);
}

/* From here on in process context, and may sleep. */
static void armed(void *data, const struct wts_event *event)
{
	pr_info("armed\n");
}

static void disarmed(void *data, const struct wts_event *event)
{
	/* no reason: the client itself has disabled or destroyed it */
	pr_info("disarmed%s%s\n", *event->reason ? ": " : "", event->reason);
}

static void unavailable(void *data, const struct wts_event *event)
{
	pr_info("unavailable: %s\n", event->reason);
}

static const struct wts_ops ops = {
	.size = sizeof(ops),
	.hit = hit,
	.armed = armed,
	.disarmed = disarmed,
	.unavailable = unavailable,
};

static int __init client_init(void)
{
	const struct wts_claim_attr attr = {
		.size = sizeof(attr),
		.access = WTS_WRITE,
		.address = address,
		.length = length,
		.name = "example",
		.client = KBUILD_MODNAME,
		.ops = &ops,
		.owner = THIS_MODULE,
		.priority = priority,
	};
	struct wts_reason why = { .size = sizeof(why) };
	int error;

	claim = wts_claim_create(&attr, &why);
	if (!claim) {
		error = why.error;
		goto no_claim;
	}
	/* Now, or when a register comes free: then unavailable() is told first. */
	error = wts_claims_enable(&claim, 1, &why);
	if (error == -ENOSPC)
		wts_claim_enable(claim, WTS_LATER, NULL);
	else if (error)
		goto no_register;
	return 0;

no_register:
	wts_claim_destroy(claim);
no_claim:
	pr_err("%s\n", why.text);
	return error;
}

static void __exit client_exit(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	/* When it returns disarmed() has been told, and no hit() runs anywhere. */
	wts_claim_destroy(claim);
	for_each_possible_cpu(cpu)
		sum += per_cpu(hits, cpu);
	pr_info("%lu hits\n", sum);
}

module_init(client_init);
module_exit(client_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An example of a client of watchtap_slots");

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Outsiders: events of perf's, on all CPUs or of one task (as gdb's are), each
 * on a word that is no client's.  What the arbiter does must not cost them a
 * write.
 */
#ifndef STORM_TEST_OUTSIDE_H
#define STORM_TEST_OUTSIDE_H

#include <linux/hw_breakpoint.h>

#include "storm_test_writers.h"

/* The last word is for a perf process. */
#define EVENTS		(OUTSIDE - 1)

static struct outsider {
	struct perf_event * __percpu *wide;
	struct perf_event *one;
	/* Odd while the wide event is on every CPU. */
	atomic_t version;
} outsider[EVENTS];

/* A CPU comes or goes: an event on all CPUs is not on that one. */
static DEFINE_MUTEX(outside_mutex);
static bool plugging;			/* begins under outside_mutex */
static atomic64_t outside_writes, outside_refused, outside_granted;

static bool outsider_has(const struct outsider *out)
{
	return out->wide || out->one;
}

static void outsider_attr(struct perf_event_attr *attr, unsigned int k)
{
	hw_breakpoint_init(attr);
	attr->bp_addr = (unsigned long)&words[WORDS + k];
	attr->bp_len = HW_BREAKPOINT_LEN_8;
	attr->bp_type = HW_BREAKPOINT_W;
}

/* 0 or an errno. */
static int outsider_take(struct outsider *out, struct task_struct *task)
{
	struct perf_event_attr attr;
	struct perf_event * __percpu *wide = NULL;
	bool everywhere;
	void *event;

	outsider_attr(&attr, out - outsider);
	mutex_lock(&outside_mutex);
	everywhere = !task && !READ_ONCE(plugging);
	if (task) {
		event = perf_event_create_kernel_counter(&attr, -1, task, outside_hit, NULL);
	} else {
		/* a pointer of another kind on newer kernels, that is not cast at once */
		wide = register_wide_hw_breakpoint(&attr, outside_hit, NULL);
		event = (void *)(unsigned long)wide;
	}
	if (!IS_ERR(event) && task)
		out->one = event;
	else if (!IS_ERR(event))
		out->wide = wide;
	if (!IS_ERR(event) && everywhere)
		atomic_inc(&out->version);
	mutex_unlock(&outside_mutex);
	atomic64_inc(IS_ERR(event) ? &outside_refused : &outside_granted);
	return PTR_ERR_OR_ZERO(event);
}

/* Nothing more is expected of the event. */
static void outsider_is_partial(struct outsider *out)
{
	int version = atomic_read(&out->version);

	if (version & 1)
		atomic_cmpxchg(&out->version, version, version + 1);
}

static void outsider_release(struct outsider *out)
{
	outsider_is_partial(out);
	if (out->wide)
		unregister_wide_hw_breakpoint(out->wide);
	if (out->one)
		perf_event_release_kernel(out->one);
	out->wide = NULL;
	out->one = NULL;
}

static void outsiders_release(void)
{
	unsigned int k;

	for (k = 0; k < EVENTS; k++)
		outsider_release(&outsider[k]);
}

/* A CPU is about to come or go. */
static void outsiders_lose_a_cpu(void)
{
	unsigned int k;

	mutex_lock(&outside_mutex);
	WRITE_ONCE(plugging, true);
	for (k = 0; k < EVENTS; k++)
		outsider_is_partial(&outsider[k]);
	mutex_unlock(&outside_mutex);
}

static void write_outside(struct writer *writer, unsigned int k)
{
	struct outsider *out = k < EVENTS ? &outsider[k] : NULL;
	int version = out ? atomic_read(&out->version) : 0;

	writer->sequence++;
	writer->writes++;
	writer->outside = 0;
	smp_mb();
	storm_store(&words[WORDS + k], VALUE(writer->number, WORDS + k, writer->sequence));
	smp_mb();
	if (!(version & 1) || atomic_read(&out->version) != version)
		return;
	atomic64_inc(&outside_writes);
	if (writer->outside != 1)
		WRONG(OUTSIDERS, "a write was delivered %u times to event %u", writer->outside, k);
}

/* Are all registers to be had? */
static bool outsiders_can_have_all(void)
{
	struct perf_event * __percpu *event[4];
	struct perf_event_attr attr;
	unsigned int n;
	long error;

	for (n = 0; n < 4; n++) {
		outsider_attr(&attr, n % OUTSIDE);
		event[n] = register_wide_hw_breakpoint(&attr, outside_hit, NULL);
		error = (long)(unsigned long)event[n];
		if (IS_ERR_VALUE(error)) {
			pr_info("# register %u: error %ld\n", n, error);
			break;
		}
	}
	if (n == 4) {
		while (n)
			unregister_wide_hw_breakpoint(event[--n]);
		return true;
	}
	while (n)
		unregister_wide_hw_breakpoint(event[--n]);
	return false;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the arbiter's files share: the claim, the target, the per-CPU state.
 *
 * Two locks, in this order:
 *
 *	cpus_read_lock()	keeps the CPU mask and so the set of events still
 *	wts_mutex		everything marked (M) below
 *
 * Whatever grants, releases, takes or gives back a register runs in the
 * arbiter's own kworker with both held (request.c); the hotplug callbacks run
 * with the CPU lock held for writing by whoever plugs, and take wts_mutex.
 * /proc/watchtap/slots takes wts_mutex alone.  Nothing else takes either, and
 * no client is called with a lock that it could want: a client's observe()
 * runs under wts_mutex and may not call back into the arbiter, except
 * wts_claim_disable(), which takes no lock.
 *
 * What trap handlers read is not under a lock.  It is written by the CPU that
 * reads it, in an IPI, which cannot arrive inside a #DB (broadcast.c); only a
 * claim's gate is written from anywhere, by single atomic operations (gate.c).
 */
#ifndef WTS_SLOTS_H
#define WTS_SLOTS_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/smp.h>

#include "watchtap_slots.h"
#include "policy.h"
#include "arch/arch.h"

static_assert(WTS_POLICY_PIECES == WTS_MAX_PIECES);
static_assert(WTS_ARCH_REGISTERS <= WTS_POLICY_REGISTERS);

struct wts_counts {
	u64 delivered;
	u64 arming;
};

/* Whether a claim occupies its registers; what the policy calls "holds". */
enum wts_hold {
	WTS_HOLDS_NOTHING,
	WTS_HOLDS,
	WTS_LEAVES,			/* released, not every CPU has confirmed */
};

struct wts_claim {
	/* Read at each hit.  Constant, but for the gate (gate.c). */
	atomic64_t gate;
	struct wts_counts __percpu *counts;
	void (*hit)(void *data, struct pt_regs *regs);
	void (*observe)(void *data);
	void *data;

	u64 address;
	u64 length;
	struct module *owner;
	char name[WTS_NAME_LEN];
	char client[WTS_NAME_LEN];

	struct list_head link;		/* (M) on wts_claims, eldest first */
	enum wts_hold hold;		/* (M) */
	bool asks;			/* (M) in the batch that is being granted */
	bool checked;			/* (M) perf had no objection to the address */
	u64 open;			/* (M) the gate's value for "open"; 0: not armed yet */
	struct wts_policy_claim place;	/* (M) but pieces and seniority, constant */
};

/* One claim's part in a target. */
struct wts_share {
	struct wts_claim *claim;
	u64 open;
	unsigned long mark;		/* see wts_arch_trap_marks(); 0 for a claim of one piece */
};

/*
 * What a register watches and for whom.  Never changed once it is in the
 * plan; replaced, and freed when every CPU has confirmed a later plan.
 */
struct wts_target {
	struct wts_piece piece;
	bool alone;			/* one claim, of one piece: the common case */
	unsigned int n;
	struct wts_share share[];
};

/* A register on one CPU. */
struct wts_register {
	const struct wts_target *target;	/* that CPU, in the retarget IPI */
	struct perf_event *event;		/* (M); NULL: not taken here */
	/* A watch on this word keeps a register that watches nothing active. */
	unsigned long parking;
};

struct wts_cpu {
	struct wts_register reg[WTS_ARCH_REGISTERS];
	unsigned long proofs;		/* traps on a parking word; that CPU */
	bool proven;			/* what the last proof found (proof.c) */
	u64 applied;			/* generation of the plan in force here */
	int pending;			/* a call is on its way (broadcast.c) */
	bool inactive;			/* found an event that perf had put out of action */
	call_single_data_t csd;
};

static DEFINE_PER_CPU_ALIGNED(struct wts_cpu, wts_cpu);

/* CPUs that have an event for each taken register; changed in hotplug.c. (M) */
static struct cpumask wts_cpus;
static DEFINE_MUTEX(wts_mutex);
static LIST_HEAD(wts_claims);

/* What a register is aimed at that no claim uses. */
static const struct wts_target wts_parked;

/*
 * Fills in a reason, as far as the client has room: why may be NULL, or come
 * from a client built with a shorter struct.  Any context.  Returns error.
 */
static __printf(3, 4) int wts_refuse(struct wts_reason *why, int error, const char *format, ...)
{
	const size_t before = offsetof(struct wts_reason, text);
	size_t size;
	va_list args;

	if (!why)
		return error;
	size = why->size ? min_t(size_t, why->size, sizeof(*why)) : sizeof(*why);
	if (size < before)
		return error;
	why->error = error;
	why->claim = 0;
	va_start(args, format);
	vsnprintf(why->text, size - before, format, args);
	va_end(args);
	return error;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the arbiter's files share: the claim, the target, the per-CPU state.
 *
 * Three locks, in this order:
 *
 *	cpus_read_lock()	keeps the CPUs still
 *	wts_mutex	(M)	perf's events: which registers are taken from perf
 *	wts_lock	(L)	decisions: who holds and waits, the plan, what is
 *				to be told (lock.c)
 *
 * Whatever takes registers from perf or gives them back runs in the arbiter's
 * own kworker with the first two held (request.c); the hotplug callbacks run
 * with the CPU lock held for writing by whoever plugs, and take wts_mutex.
 * Decisions need wts_lock alone, which can be asked for anywhere.
 *
 * No client is called with any of them held.  observe() is called with
 * interrupts off, by the CPU that opens a gate; armed(), disarmed() and
 * unavailable() by a kworker of their own (tell.c), for which nothing else
 * waits but who asks for it.
 *
 * What trap handlers read is not under a lock.  It is written by the CPU that
 * reads it, in an IPI, which cannot arrive inside a #DB (broadcast.c); only a
 * claim's gate is written from anywhere, by single atomic operations (gate.c).
 */
#ifndef WTS_SLOTS_H
#define WTS_SLOTS_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#include "watchtap_slots.h"
#include "policy.h"
#include "arch/arch.h"

static_assert(WTS_POLICY_PIECES == WTS_MAX_PIECES);
static_assert(WTS_ARCH_REGISTERS <= WTS_POLICY_REGISTERS);

struct wts_counts {
	u64 delivered;
	u64 arming;
};

/* One claim's part in a target. */
struct wts_share {
	struct wts_claim *claim;
	u64 open;			/* the gate's value for "open" */
	unsigned long slots;		/* the claim's registers, a bit set */
	unsigned long mark;		/* see wts_arch_trap_marks(); 0 for a claim of one piece */
	bool first;			/* of the claim's pieces: it speaks for the claim */
	unsigned int range;		/* of the claim's ranges, which the piece is of */
	struct wts_share *next;
};

/*
 * What a register watches and for whom.  Belongs to a plan (plan.c), and does
 * not change while the plan is in force on any CPU.
 */
struct wts_target {
	struct wts_piece piece;
	bool alone;			/* one claim, of one piece: the common case */
	struct wts_share *share;	/* NULL: parked */
};

/* There are two plans: the one in force and the one that follows. */
#define WTS_PLANS	2

/* What a claim is still to be told; one of each kind (tell.c). */
enum wts_note_kind {
	WTS_NOTE_ARMED,
	WTS_NOTE_DISARMED,
	WTS_NOTE_UNAVAILABLE,
	WTS_NOTES
};

enum wts_note_state {
	WTS_NOTE_IDLE,
	WTS_NOTE_HELD,		/* disarmed: until every CPU has confirmed */
	WTS_NOTE_PENDING,	/* in the queue */
};

struct wts_note {
	enum wts_note_state state;
	struct wts_claim *claim;	/* constant */
	struct list_head link;		/* in wts_notes */
	u64 generation;			/* HELD: of the plan that releases it */
	struct wts_event event;
};

/*
 * What was asked of a claim by someone who found the lock held by his own CPU:
 * a set, granted in this order.
 */
enum wts_wish {
	WTS_WISH_NOTHING	= 0,
	WTS_WISH_DISABLE	= 1,
	WTS_WISH_LATER		= 2,
	WTS_WISH_GRANT		= 4,	/* with LATER: not to be armed */
};

/* What a claim watches, as its client has said it. */
struct wts_aim {
	unsigned int nranges;		/* 0: nothing yet */
	struct wts_range range[WTS_MAX_PIECES];
	u8 range_of[WTS_MAX_PIECES];	/* the range that each piece of place is of */
};

struct wts_claim {
	/* Read at each hit.  Constant, but for the gate (gate.c). */
	atomic64_t gate;
	struct wts_counts __percpu *counts;
	void (*hit)(void *data, struct pt_regs *regs);	/* NULL: hit_range */
	void (*hit_range)(void *data, struct pt_regs *regs, unsigned int range);
	void (*observe)(void *data);
	void *data;

	/* Constant. */
	void (*told[WTS_NOTES])(void *data, const struct wts_event *event);
	u64 id;
	unsigned int access;		/* of its pieces: with WTS_OWN_COPY for WTS_PER_CPU */
	bool dynamic;			/* WTS_DYNAMIC */
	struct module *owner;
	char name[WTS_NAME_LEN];
	char client[WTS_NAME_LEN];

	struct list_head link;		/* (L and M) on wts_claims, eldest first */
	struct kref refs;
	struct wts_aim aim;		/* (L) changes while the claim is idle (aim.c) */
	u64 aims;			/* (L) how often it did */
	bool checked;			/* (L) perf had no objection to the addresses */
	bool waits_unchecked;		/* (L) and perf could not be asked yet; stands nowhere */

	struct wts_policy_claim place;	/* (L) holds, waits, priority, ... */
	bool has;			/* (L) its registers are its own: place.holds, acted upon */
	bool arms;			/* (L) has, and is to be armed */
	bool wants_arms;		/* (L) once it has */
	bool only_granted;		/* (L) WTS_GRANT: not armed before its client arms it */
	bool was_waiting;		/* (L) before the batch that is being decided */
	bool was_unchecked;		/* (L) and perf could not be asked yet */
	bool told_open;			/* (L) armed is told or to be told; disarmed will follow */
	bool lost_to_perf;		/* (L) since it was last asked to arm */
	bool is_told;			/* its client is in a callback for it; the teller's */
	bool dying;			/* (L) no further enable */
	u64 open;			/* (L) the gate's value for "open"; 0: in no plan yet */
	u64 leaves;			/* (L) generation that is without it; 0: none to wait for */
	struct list_head leaving;	/* (L) on wts_leaving */
	const char *reason;		/* of whoever disabled it last */
	u64 since;			/* (L) when the gate opened, or waiting began */
	u64 stolen;			/* (L) how often */
	struct wts_note notes[WTS_NOTES];	/* (L) */

	struct wts_share share[WTS_PLANS][WTS_MAX_PIECES];	/* see plan.c */

	/* Asked for while the lock was held by the asker's own CPU (lock.c). */
	struct llist_node wished;
	atomic_t is_wished;
	atomic_t wish;
	atomic_t wish_priority_set;
	s32 wish_priority;
};

/* A register on one CPU. */
struct wts_register {
	const struct wts_target *target;	/* that CPU, in the retarget IPI */
	struct perf_event *event;		/* (M); NULL: not taken here */
	/* A watch on this word keeps a register that watches nothing active. */
	unsigned long parking;
};

/* How a plan reaches a register; found out at load (proof.c). */
enum wts_mechanism {
	WTS_RETARGET,		/* the register is rewritten in an IPI (broadcast.c) */
	WTS_MODIFY,		/* perf is asked to, by the kworker (modify.c) */
};
static enum wts_mechanism wts_mechanism;

enum wts_fires {
	WTS_UNPROVEN,
	WTS_FIRES,
	WTS_DOES_NOT_FIRE,
};

struct wts_cpu {
	struct wts_register reg[WTS_ARCH_REGISTERS];
	unsigned long proofs;		/* traps of parked registers; that CPU */
	unsigned long elsewhere;	/* a word to try retargeting with (proof.c) */
	bool proven;			/* what the provocation under way has shown */
	enum wts_fires fires;		/* (M) what the last proof found (proof.c) */
	u64 applied;			/* generation of the plan in force here */
	int pending;			/* a call is on its way (broadcast.c) */
	unsigned long inactive;		/* registers that perf has put out of action, a bit set */
	int depth;			/* this CPU is at wts_lock (lock.c) */
	call_single_data_t csd;
};

static DEFINE_PER_CPU_ALIGNED(struct wts_cpu, wts_cpu);

/* CPUs that have an event for each usable register; changed in hotplug.c. (L) */
static struct cpumask wts_cpus;
static DEFINE_MUTEX(wts_mutex);
static LIST_HEAD(wts_claims);

/* Of the plan that was made last; the empty plan's is 1, and gate.c counts from 2. (L) */
static u64 wts_generation = 1;

/* What a register is aimed at that was taken and is in no plan. */
static const struct wts_target wts_parked;

/* Registers that are taken from perf, on every CPU of wts_cpus. (M) */
static unsigned long wts_taken;
/* Those of them that decisions may give out. (L) */
static unsigned long wts_usable;

/* Has the kworker look after the registers, soon.  Any context. (request.c) */
static void wts_tend_soon(void);

/*
 * Fills in a reason, as far as the client has room: why may be NULL, or come
 * from a client built with a shorter struct.  Any context.  Returns error.
 */
static __printf(4, 5) int wts_refuse(struct wts_reason *why, enum wts_cause cause, int error,
				     const char *format, ...)
{
	const size_t before = offsetof(struct wts_reason, text);
	size_t size;
	va_list args;

	if (!why)
		return error;
	/* size 0 is what a client of the first version may have left there */
	size = why->size ? min_t(size_t, why->size, sizeof(*why))
			 : offsetof(struct wts_reason, cause);
	if (size < before)
		return error;
	why->error = error;
	why->claim = 0;
	va_start(args, format);
	vsnprintf(why->text, min(size - before, sizeof(why->text)), format, args);
	va_end(args);
	if (size >= offsetofend(struct wts_reason, cause))
		why->cause = cause;
	return error;
}

#endif

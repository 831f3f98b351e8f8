/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gets which register: the decision alone.  No hardware, no locks, no
 * time; testsuite/unit/policy compiles it in user space.
 */
#ifndef WTS_POLICY_H
#define WTS_POLICY_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

/* Registers that one claim may need; the same number as WTS_MAX_PIECES. */
#define WTS_POLICY_PIECES	4
/* Registers of a CPU that the policy can deal with. */
#define WTS_POLICY_REGISTERS	16

/*
 * A bit of a piece's access: its address is one to which each CPU adds its own
 * per-CPU offset.  To the policy it is another access, so such a piece and a
 * plain one of the same number are different.
 */
#define WTS_OWN_COPY		4u

/* What one register watches. */
struct wts_piece {
	unsigned long long address;
	unsigned int length;		/* bytes */
	unsigned int access;		/* enum wts_access, and WTS_OWN_COPY */
};

/*
 * A claim that takes part: exactly one of holds, waits and asks is set.  All
 * its pieces have a register, or none has.
 */
struct wts_policy_claim {
	/* in */
	int priority;			/* larger is stronger */
	unsigned long long seniority;	/* smaller is elder; no two alike */
	unsigned int pieces;		/* 1 to WTS_POLICY_PIECES, all different */
	struct wts_piece piece[WTS_POLICY_PIECES];
	/* in and out */
	bool asks;			/* of the batch: now or not at all */
	bool waits;			/* takes what comes free */
	bool holds;
	unsigned int slot[WTS_POLICY_PIECES];	/* register of each piece, while it holds */
	/* out: what this decision did; both are set if it lost and got others */
	bool loses;			/* held, and had to give way; it waits now */
	bool gains;			/* holds now what it did not hold before */
	const struct wts_policy_claim *taker;	/* loses: who needed it; NULL: too few registers */
};

/*
 * A decision is wts_policy_begin(), then wts_policy_grant() if there is a
 * batch, then wts_policy_settle(), all with the same claims.  What else has
 * changed (who holds or waits, priorities, registers) is settled in a decision
 * of its own first: a batch placed before that would overtake those in waiting,
 * and could lose again in the same decision.
 *
 * Of a claim that held before, loses and gains say: neither, all its registers
 * are the same; gains alone, it was moved, so some of slot[] (of each claim
 * that shares such a register) are others, and it never stopped holding; loses
 * alone, it waits now, and slot[] is still what it had; both, it lost them (to
 * taker) and was granted registers anew, perhaps the same.  Of one that did not
 * hold: gains, it was granted registers.
 *
 * All functions take the claims that take part as n pointers, strongest first
 * (in the order of wts_policy_stronger), and the usable registers as a bit
 * set, of which the first WTS_POLICY_REGISTERS bits count.  slot[] is below
 * that too.  Any context; whoever owns the claims.
 */

/* Is a before b?  By priority, then by seniority. */
bool wts_policy_stronger(const struct wts_policy_claim *a, const struct wts_policy_claim *b);

/* Begins a decision: clears what the last one did. */
void wts_policy_begin(struct wts_policy_claim *const *claims, unsigned int n);

/*
 * Places the batch (every claim that asks): whole, or not at all.  Returns 0
 * and then nobody asks any more; or how many registers are missing beside what
 * it may not take, and then no claim has changed.  (At least so many are
 * missing, where more than WTS_POLICY_REGISTERS pieces are new.)  The taker of
 * what it takes is its strongest member.
 */
unsigned int wts_policy_grant(struct wts_policy_claim *const *claims, unsigned int n,
			      unsigned long usable);

/*
 * Brings everyone else in line: who holds a register that is not usable any
 * more gets another one or gives way, then the waiting get what they can.
 * After a batch, and whenever claims, priorities or registers have changed.
 * Nobody asks.
 */
void wts_policy_settle(struct wts_policy_claim *const *claims, unsigned int n,
		       unsigned long usable);

/*
 * Registers that would be in use if everyone who takes part (asks, waits or
 * holds) were served: their different pieces.  May be more than there are;
 * counts no further than WTS_POLICY_REGISTERS + 1.
 */
unsigned int wts_policy_demand(struct wts_policy_claim *const *claims, unsigned int n);

#endif

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
#endif

/* Registers that one claim may need; the same number as WTS_MAX_PIECES. */
#define WTS_POLICY_PIECES	4
/* Registers of a CPU that the policy can deal with. */
#define WTS_POLICY_REGISTERS	16

/* What one register watches. */
struct wts_piece {
	unsigned long long address;
	unsigned int length;		/* bytes */
	unsigned int access;		/* enum wts_access */
};

struct wts_policy_claim {
	/* in */
	int priority;			/* larger is stronger */
	unsigned long long seniority;	/* smaller is elder; no two alike */
	unsigned int pieces;		/* 1 to WTS_POLICY_PIECES, all different */
	struct wts_piece piece[WTS_POLICY_PIECES];
	bool asks;			/* is in the batch that is asked for; holds nothing */
	/* in and out */
	bool holds;
	unsigned int slot[WTS_POLICY_PIECES];	/* register of each piece, while it holds */
	/* out */
	bool loses;			/* held, and must give way to the batch */
	/* scratch */
	bool settled;
};

/*
 * Places the batch (every claim that asks) beside the claims that hold.
 * Returns 0 when the whole batch was placed; otherwise how many registers are
 * missing, and then no member of claims[] has changed.
 */
unsigned int wts_policy_grant(struct wts_policy_claim *claims, unsigned int n,
			      unsigned int registers);

#endif

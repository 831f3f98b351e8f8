/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * watchtap_slots: an arbiter for the CPU's data watchpoint registers.
 *
 * A client (a kernel module) creates *claims*: "tell me when these bytes are
 * written".  The arbiter gives each enabled claim the registers that it needs
 * on every CPU, or says why it cannot.  One arbiter serves the whole machine.
 *
 * Life of a claim:
 *
 *	wts_claim_create()	allocates; costs no register	process context
 *	wts_claims_grant()	a batch, all or none: it has	process context
 *				its registers, nothing traps
 *	wts_claims_arm()	they are aimed on every CPU	process context
 *				(wts_claims_enable(): both)
 *	  ... every CPU confirms ...
 *	  ops->observe()	all CPUs armed, gate still shut	hard irq or process
 *	  (the gate opens)
 *	  ops->hit()		each access			#DB, NMI-like
 *	wts_claim_disable()	the gate shuts at once		any context
 *	wts_claim_destroy()	waits for handlers on all CPUs	process context
 *
 * Every structure that crosses this interface begins with its own size, as
 * perf_event_attr does: members are only ever added at the end, zero means
 * "as before", and either side may be the older one.
 *
 * User space may include this file for the constants.
 */
#ifndef WATCHTAP_SLOTS_H
#define WATCHTAP_SLOTS_H

#include <linux/types.h>

/* Raised when a member or a function is added; never lowered. */
#define WTS_INTERFACE_VERSION	1

/* What access fires.  There is no read-only watch on x86. */
enum wts_access {
	WTS_WRITE	= 1,
	WTS_READ_WRITE	= 3,
};

/* A range is split over at most this many registers. */
#define WTS_MAX_PIECES		4
/* Bytes, with the terminating NUL, of a claim's or a client's name. */
#define WTS_NAME_LEN		128
/* Bytes, with the terminating NUL, of a reason. */
#define WTS_REASON_LEN		256

/* Where a claim stands, as /proc/watchtap/slots prints it. */
enum wts_state {
	WTS_OFF,		/* not enabled */
	WTS_ARMING,		/* granted; not armed, or not every CPU has confirmed */
	WTS_ARMED,		/* the gate is open */
	WTS_RELEASING,		/* the gate is shut; not every CPU has confirmed */
};

#ifdef __KERNEL__

#include <linux/errno.h>
#include <linux/string.h>

struct pt_regs;
struct module;
struct wts_claim;

/* Why something was refused.  text is a sentence without a full stop. */
struct wts_reason {
	__u32 size;
	__s32 error;			/* the negative errno that goes with it */
	__u32 claim;			/* index in the batch it concerns */
	char text[WTS_REASON_LEN];
};

/*
 * What the arbiter calls.  data is wts_claim_attr.data.
 *
 * hit: in the #DB handler, NMI-like, interrupts off.  regs->ip is the
 * instruction after the access.  One access that touches several registers of
 * one claim is one call.  Must not sleep, allocate, or take a lock that code
 * outside #DB takes.  Of the functions below it may call those that say "any
 * context".
 *
 * observe: read the watched bytes afresh, for a client that keeps their last
 * value.  Called when every CPU is armed and before the gate opens (again, if
 * an access fell in between: no older value is left behind), and for each
 * access that traps while the gate is not open (in #DB context then; such
 * accesses are counted, not delivered).  What holds for hit holds for
 * observe.  May be NULL.
 */
struct wts_ops {
	__u32 size;
	void (*hit)(void *data, struct pt_regs *regs);
	void (*observe)(void *data);
};

struct wts_claim_attr {
	__u32 size;
	__u32 access;			/* enum wts_access */
	__u64 address;			/* kernel virtual address */
	__u64 length;			/* bytes, at least 1 */
	const char *name;		/* shown to people; copied */
	const char *client;		/* who owns it; shown to people; copied */
	const struct wts_ops *ops;	/* must outlive the claim */
	void *data;			/* handed to ops */
	struct module *owner;		/* pinned while the claim lives */
};

/* Counts since the claim was created. */
struct wts_claim_stats {
	__u32 size;
	__u32 state;			/* enum wts_state */
	__u64 delivered;		/* accesses given to ops->hit */
	__u64 arming;			/* accesses trapped while the gate was shut */
};

#if IS_ENABLED(CONFIG_HAVE_HW_BREAKPOINT)

/*
 * Allocates a claim and checks its address, length and access against what
 * the CPU can watch.  Process context.  On failure returns NULL and fills
 * *why: -EINVAL (length, access), -EACCES (a forbidden address), -E2BIG (more
 * than WTS_MAX_PIECES registers), -ENOMEM.
 */
struct wts_claim *wts_claim_create(const struct wts_claim_attr *attr,
				   struct wts_reason *why);

/*
 * Grants n claims their registers as one transaction: all or none.  Nothing
 * traps yet.  Claims that are granted or armed already are left as they are.
 * Process context; sleeps.  Returns 0, or a negative errno with *why filled:
 * -ENOSPC (registers taken, by whom), -ENODEV (the registers do not fire
 * here), -EACCES (perf refuses the address), -ENOMEM.
 */
int wts_claims_grant(struct wts_claim **claims, unsigned int n,
		     struct wts_reason *why);

/*
 * Arms those of n claims that are granted and not armed.  Process context;
 * sleeps until every CPU has confirmed, so on return the gates are open, but
 * of claims that were disabled meanwhile.  Returns 0, or -EIO if perf has put
 * a register out of action: then they are disabled again.
 */
int wts_claims_arm(struct wts_claim **claims, unsigned int n);

/* wts_claims_grant() and wts_claims_arm() in one, with the errors of both. */
int wts_claims_enable(struct wts_claim **claims, unsigned int n,
		      struct wts_reason *why);

/*
 * Shuts the gate and queues the release of the registers.  Any context,
 * ops->hit of the same claim included.  No access made after this has returned
 * is given to ops->hit.  Disabling what is off does nothing.
 */
void wts_claim_disable(struct wts_claim *claim);

/*
 * Is the gate open?  Any context.  For a client whose handler takes a lock: a
 * handler that passed the gate on one CPU may start just after
 * wts_claim_disable() has returned on another, so who must not see that asks
 * again when he has the lock.
 */
bool wts_claim_is_open(const struct wts_claim *claim);

/*
 * Disables, waits until no handler runs on any CPU and the registers are
 * released, frees.  Process context.  NULL is allowed.
 */
void wts_claim_destroy(struct wts_claim *claim);

/* Any context. */
void wts_claim_stats(const struct wts_claim *claim, struct wts_claim_stats *ret);

#else /* no hardware breakpoints in this kernel: the same calls exist and say so */

static inline int wts_unsupported(struct wts_reason *why)
{
	if (why) {
		why->error = -EOPNOTSUPP;
		strscpy(why->text, "this kernel has no hardware breakpoints", sizeof(why->text));
	}
	return -EOPNOTSUPP;
}

static inline struct wts_claim *wts_claim_create(const struct wts_claim_attr *attr,
						 struct wts_reason *why)
{
	wts_unsupported(why);
	return NULL;
}

static inline int wts_claims_grant(struct wts_claim **claims, unsigned int n,
				   struct wts_reason *why)
{
	return wts_unsupported(why);
}

static inline int wts_claims_arm(struct wts_claim **claims, unsigned int n)
{
	return -EOPNOTSUPP;
}

static inline int wts_claims_enable(struct wts_claim **claims, unsigned int n,
				    struct wts_reason *why)
{
	return wts_unsupported(why);
}

static inline void wts_claim_disable(struct wts_claim *claim) {}
static inline bool wts_claim_is_open(const struct wts_claim *claim) { return false; }
static inline void wts_claim_destroy(struct wts_claim *claim) {}
static inline void wts_claim_stats(const struct wts_claim *claim,
				   struct wts_claim_stats *ret) {}

#endif
#endif /* __KERNEL__ */
#endif

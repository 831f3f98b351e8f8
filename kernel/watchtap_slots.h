/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * watchtap_slots: an arbiter for the CPU's data watchpoint registers.
 *
 * A client (a kernel module) creates *claims*: "tell me when these bytes are
 * written".  There are four registers on a CPU, so claims have priorities: a
 * stronger one takes a register from a weaker one, and each is told when it
 * gets its registers, when it loses them, and when there are none to be had.
 * One arbiter serves the whole machine.
 *
 * Life of a claim:
 *
 *	wts_claim_create()	allocates; costs no register	process context
 *	wts_claims_grant()	a batch, all or none: it has	process context
 *				its registers, nothing traps
 *	wts_claims_arm()	they are aimed on every CPU	process context
 *	wts_claims_enable()	both
 *	wts_claim_aim()		gives it other addresses	any context
 *	wts_claim_enable()	one claim, from anywhere, or	any context
 *				let it wait for a register
 *	  ... every CPU confirms ...
 *	  ops->observe()	all CPUs armed, gate still shut	interrupts off
 *	  (the gate opens)
 *	  ops->armed()						process context
 *	  ops->hit()		each access			#DB, NMI-like
 *	  (another takes the register, or:)
 *	wts_claim_disable()	the gate shuts at once		any context
 *	wts_claim_disable_for()	the same, with a reason		any context
 *	  ops->disarmed()	no handler runs any more	process context
 *	wts_claim_destroy()	waits for handlers on all CPUs	process context
 *
 * Where a claim can stand, and what moves it:
 *
 *	off ---- aim ----> off
 *	off ---- enable, granted ----> arming ---- all CPUs confirmed ----> armed
 *	off ---- enable later, refused ----> waiting
 *	waiting ---- a register comes free, and it is the strongest ----> arming
 *	armed ---- a stronger claim takes its register ----> waiting
 *	armed, arming ---- disable ----> releasing ---- all CPUs confirmed ----> off
 *	waiting ---- disable ----> off
 *
 * A claim that was granted by WTS_GRANT or wts_claims_grant() stays arming, and
 * no CPU is asked to confirm it, until it is armed.
 *
 * Every structure that crosses this interface begins with its own size, as
 * perf_event_attr does: members are only ever added at the end, zero means
 * "as before", and either side may be the older one.  A size of 0 in what the
 * arbiter fills in stands for the first version's; in what the client says it
 * is an error.  (struct wts_range comes in arrays: it is as it is.)
 *
 * Where the kernel has no hardware breakpoints the same functions exist:
 * those that return a number return -EOPNOTSUPP, so test for > 0 or for == 0.
 *
 * User space may include this file for the constants.
 */
#ifndef WATCHTAP_SLOTS_H
#define WATCHTAP_SLOTS_H

#include <linux/types.h>

/* Raised when a member or a function is added; never lowered. */
#define WTS_INTERFACE_VERSION	4

/* What access fires.  There is no read-only watch on x86. */
enum wts_access {
	WTS_WRITE	= 1,
	WTS_READ_WRITE	= 3,
};

/* The ranges of a claim are split over at most this many registers. */
#define WTS_MAX_PIECES		4
/* Bytes, with the terminating NUL, of a claim's or a client's name. */
#define WTS_NAME_LEN		128
/* Bytes, with the terminating NUL, of a reason. */
#define WTS_REASON_LEN		256
/* Claims that may be enabled or waiting at one time. */
#define WTS_MAX_STANDING	256

/* Where a claim stands, as /proc/watchtap/slots prints it. */
enum wts_state {
	WTS_OFF		= 0,	/* not enabled */
	WTS_ARMING	= 1,	/* granted; not armed, or not every CPU has confirmed */
	WTS_ARMED	= 2,	/* the gate is open */
	WTS_RELEASING	= 3,	/* the gate is shut; not every CPU has confirmed */
	WTS_WAITING	= 4,	/* takes a register when one comes free */
};

/* Why a claim has no register, for programs; a reason's text is for people. */
enum wts_cause {
	WTS_CAUSE_NONE		= 0,
	WTS_CAUSE_DISABLED	= 1,	/* by its client */
	WTS_CAUSE_STOLEN	= 2,	/* a stronger claim needed its register */
	WTS_CAUSE_TAKEN		= 3,	/* no register is free: who has them */
	WTS_CAUSE_BUSY		= 4,	/* the arbiter was interrupted by whoever asked */
	WTS_CAUSE_CPU		= 5,	/* a CPU came online and has no free register */
	WTS_CAUSE_NO_TRAP	= 6,	/* a CPU's registers accept a watch and do not fire */
	WTS_CAUSE_PERF		= 7,	/* perf has put a register out of action, or refuses one */
	WTS_CAUSE_LIMIT		= 8,	/* the administrator's limit was lowered */
	WTS_CAUSE_ADDRESS	= 9,	/* the kernel refuses to have this address watched */
};

/* Flags of wts_claim_attr. */
#define WTS_DYNAMIC		1u	/* wts_claim_enable() is to find a register: keep one ready */
#define WTS_AIMED_LATER		2u	/* without an address: wts_claim_aim() comes before any enable */
#define WTS_PER_CPU		4u	/* each CPU watches its own copy: see struct wts_range */

/* Flags of wts_claim_enable(). */
#define WTS_LATER		1u	/* if there is none, wait for one */
#define WTS_QUIET		2u	/* do not call ops->unavailable for this refusal */
#define WTS_GRANT		4u	/* do not arm it: wts_claims_arm() does */

#ifdef __KERNEL__

#include <linux/errno.h>
#include <linux/stddef.h>
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
	__u32 cause;			/* enum wts_cause */
};

/* One step of a claim's life. */
struct wts_event {
	__u32 size;
	__u32 cause;			/* enum wts_cause */
	__u64 time;			/* ktime_get_mono_fast_ns() when it happened */
	__u64 sequence;			/* of all claims' steps: later is larger */
	__u64 repeats;			/* how many such steps this call tells of, at least 1 */
	__s32 priority;			/* the claim's, then */
	__s32 error;			/* negative errno, or 0 */
	char reason[WTS_REASON_LEN];	/* a sentence without a full stop, or "" */
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
 * hit_range: is called in place of hit where it is given; hit may be NULL then.
 * range is which of the claim's ranges was accessed, as an index in what it was
 * aimed with.  Of several that one access touches it is the one whose register
 * the CPU reports first: the lowest, unless registers are shared with other
 * claims or were moved.
 *
 * observe: read the watched bytes afresh, for a client that keeps their last
 * value.  Called when every CPU is armed and before the gate opens (again, if
 * an access fell in between: no older value is left behind), and for each
 * access that traps while the gate is not open (in #DB context then; such
 * accesses are counted, not delivered).  What holds for hit holds for
 * observe.  May be NULL.
 *
 * Of a WTS_PER_CPU claim what hit tells of is this CPU's copy.  observe has the
 * copies of all possible CPUs to read before the gate opens: a CPU that comes
 * online later finds it open, and nobody is called for that.  In #DB context,
 * which is where in_nmi() is true, it is this CPU's copy alone.
 *
 * armed, disarmed, unavailable: in process context, with no lock held, in the
 * order in which things happened, one at a time (of all claims), each once.
 * They may sleep and call every function below, wts_claim_destroy() of their
 * own claim included.  Each armed is followed by one disarmed before the next
 * armed; hits may come before armed has run, none is delivered after the time
 * that disarmed tells.  unavailable: an enable was refused, or a claim that
 * was granted lost its register before it was armed.  A claim that its client
 * enables and disables again before it was armed is told both.  Steps that
 * come faster than they can be told are told as one: repeats refusals, or one
 * disarmed and repeats - 1 pairs that were never armed.  Each may be NULL.
 */
struct wts_ops {
	__u32 size;
	void (*hit)(void *data, struct pt_regs *regs);
	void (*observe)(void *data);
	void (*armed)(void *data, const struct wts_event *event);
	void (*disarmed)(void *data, const struct wts_event *event);
	void (*unavailable)(void *data, const struct wts_event *event);
	void (*hit_range)(void *data, struct pt_regs *regs, unsigned int range);
};

/*
 * Bytes of kernel memory.
 *
 * Of a claim with WTS_PER_CPU the address is a __percpu pointer as a number,
 * one to which each CPU adds its own per_cpu_offset(): (unsigned long)&symbol of
 * a per-CPU variable, what alloc_percpu() returns, or the value that
 * /proc/kallsyms has for a per-CPU symbol.  Each CPU then watches its own copy,
 * all with the same register: an access that a CPU makes to its own copy is
 * seen, and one that it makes to another CPU's is seen by neither.  The copies
 * of CPUs that are not online are nobody's.  (One copy that all CPUs watch is a
 * range like any other, whose address is per_cpu_ptr(pointer, cpu).)
 */
struct wts_range {
	__u64 address;			/* kernel virtual address, or a __percpu pointer */
	__u64 length;			/* bytes, at least 1 */
};

struct wts_claim_attr {
	__u32 size;
	__u32 access;			/* enum wts_access */
	__u64 address;			/* as struct wts_range has it */
	__u64 length;			/* bytes, at least 1 */
	const char *name;		/* shown to people; copied */
	const char *client;		/* who owns it; shown to people; copied */
	const struct wts_ops *ops;	/* must outlive the claim */
	void *data;			/* handed to ops */
	struct module *owner;		/* THIS_MODULE: claims that it leaves behind go with it */
	__s32 priority;			/* larger is stronger */
	__u32 flags;			/* WTS_DYNAMIC, WTS_AIMED_LATER, WTS_PER_CPU */
	const struct wts_range *ranges;	/* in place of address and length; copied */
	__u32 nranges;			/* 0: address and length say it */
	__u32 reserved;			/* 0 */
};

/* Counts since the claim was created. */
struct wts_claim_stats {
	__u32 size;
	__u32 state;			/* enum wts_state */
	__u64 delivered;		/* accesses given to ops->hit */
	__u64 arming;			/* accesses trapped while the gate was shut */
	__u64 stolen;			/* times that a stronger claim took its register */
};

#if IS_ENABLED(CONFIG_HAVE_HW_BREAKPOINT)

/*
 * Allocates a claim and checks its address, length and access against what
 * the CPU can watch.  Process context.  On failure returns NULL and fills
 * *why: -EINVAL (length, access, ranges that overlap), -EACCES (a forbidden
 * address), -E2BIG (more than WTS_MAX_PIECES registers), -ENOMEM.
 *
 * A claim of several ranges has all of them watched, or none; all have its
 * access, and there are at most WTS_MAX_PIECES pieces of them together.  With
 * WTS_AIMED_LATER address, length and nranges are 0.  With WTS_PER_CPU all ranges
 * are per-CPU ones, also those that wts_claim_aim() gives it, and an address is
 * forbidden if one possible CPU's copy is.  An arbiter before version 4 refuses
 * WTS_PER_CPU (-EINVAL).
 */
struct wts_claim *wts_claim_create(const struct wts_claim_attr *attr,
				   struct wts_reason *why);

/*
 * Grants n claims their registers as one transaction: all or none.  Registers
 * of weaker claims are taken if that is enough for all of the batch, and only
 * then.  Nothing traps yet.  Claims that are granted or armed already are left
 * as they are; those that wait ask again.  ops->unavailable is not called.
 * Process context; sleeps.  Returns 0, or a negative errno with *why filled:
 * -ENOSPC (registers taken, by whom), -ENODEV (the registers do not fire
 * here), -EACCES (perf refuses the address), -EINVAL (not aimed yet), -ENOMEM.
 */
int wts_claims_grant(struct wts_claim **claims, unsigned int n,
		     struct wts_reason *why);

/*
 * Arms those of n claims that are granted and not armed; those that wait are
 * armed when they get their registers, and are not waited for.  Process
 * context; sleeps until every CPU has confirmed and the claims' last disarmed has been
 * told, so on return the gates are open, but of claims that were disabled or
 * lost their registers meanwhile.  (From armed, disarmed and unavailable it
 * does not wait: the gates open when they have returned.)  Returns 0, or -EIO
 * if perf has put a register of one of them out of action.
 */
int wts_claims_arm(struct wts_claim **claims, unsigned int n);

/* wts_claims_grant() and wts_claims_arm() in one, with the errors of both. */
int wts_claims_enable(struct wts_claim **claims, unsigned int n,
		      struct wts_reason *why);

/*
 * Enables one claim from anywhere: a trap handler, a kprobe, a timer, an NMI.
 * The answer is there at once; arming and ops->armed follow.  Only registers
 * that the arbiter has taken from perf already can be had (WTS_DYNAMIC), or
 * those of weaker claims.
 *
 * Returns 1: granted, now or before.  0: refused, with *why filled (NULL is
 * allowed) and, unless WTS_QUIET, ops->unavailable to follow; with WTS_LATER
 * it waits from now on.  A claim that waits stays so when it is refused; with
 * WTS_LATER it is not asked again.  Nobody waits where the registers do not
 * fire, or where WTS_MAX_STANDING claims stand already.  Who interrupted the
 * arbiter itself on this CPU gets 0 (-EBUSY); with WTS_LATER the request is
 * kept and decided when the arbiter goes on.  A claim that has not been aimed
 * yet is refused (-EINVAL) and does not wait.
 *
 * With WTS_GRANT it has its registers, now or when its turn comes, and nothing
 * traps before wts_claims_arm(), or a further enable without WTS_GRANT: also
 * where it loses them and waits meanwhile.  (What wts_claims_grant() has
 * granted is armed then when it gets others.)  A claim that is armed or waits
 * to be armed is left so.
 */
int wts_claim_enable(struct wts_claim *claim, unsigned int flags, struct wts_reason *why);

/*
 * Gives a claim that is off other ranges, or its first ones; they count as the
 * attr's do, and the claim's access and WTS_PER_CPU hold for them.  Any
 * context.  When it has returned no access of what the claim watched before is
 * delivered or observed.  Hits, priority and name stay, and an enable is one of
 * a claim that was off.
 *
 * Returns 0, or a negative errno with *why filled (NULL is allowed), and then
 * the claim is as it was: -EINVAL, -E2BIG, -EACCES as wts_claim_create();
 * -EBUSY if the claim is not idle, and with WTS_CAUSE_BUSY if the arbiter itself
 * was interrupted on this CPU.  Idle is a claim that neither holds nor waits,
 * that every CPU has released, and of which all is told.  wts_flush() after
 * wts_claim_disable() waits for that; in its disarmed it is so, if nobody has
 * enabled it meanwhile.
 *
 * Where the arbiter was not given the list of forbidden addresses perf is to be
 * asked about new ones, which only a process can: wts_claims_grant() and
 * wts_claims_enable() do that.  wts_claim_enable() is refused then as if no
 * register were free, and with WTS_LATER the claim waits until that is done.
 */
int wts_claim_aim(struct wts_claim *claim, const struct wts_range *ranges, unsigned int n,
		  struct wts_reason *why);

/* Could it be aimed now?  Any context; a moment's truth. */
bool wts_claim_is_idle(const struct wts_claim *claim);

/*
 * Shuts the gate and queues the release of the registers; ends waiting.  Any
 * context, ops->hit of the same claim included.  No access made after this has
 * returned is given to ops->hit.  Returns 1, or 0 if the claim was off.
 */
int wts_claim_disable(struct wts_claim *claim);

/*
 * The same, and reason is what the disarmed that follows gives as its own (of
 * several that are told as one, the first's).  It must live as long as the
 * claim; a sentence without a full stop; NULL is "".
 */
int wts_claim_disable_for(struct wts_claim *claim, const char *reason);

/*
 * For a client that refuses an enable itself, and has its callbacks told so in
 * their order: unavailable() will be called, with that error and reason (which
 * is copied). Any context. False: the arbiter is busy on this CPU, and nothing
 * will be told.
 */
bool wts_claim_refuse(struct wts_claim *claim, int error, const char *reason);

/*
 * Gives a claim another priority.  Any context.  It holds from now on: a claim
 * that waits may get a register by it, one that holds may lose its own.
 */
void wts_claim_set_priority(struct wts_claim *claim, __s32 priority);

/*
 * Is the gate open?  Any context.  For a client whose handler takes a lock: a
 * handler that passed the gate on one CPU may start just after
 * wts_claim_disable() has returned on another, so who must not see that asks
 * again when he has the lock.
 */
bool wts_claim_is_open(const struct wts_claim *claim);

/*
 * Waits until all that happened to any claim before has been told by armed,
 * disarmed and unavailable.  Process context; from one of these it returns at
 * once.
 */
void wts_flush(void);

/*
 * Disables, waits until no handler runs on any CPU and the registers are
 * released, tells what is still to be told, frees.  Process context.  From
 * armed, disarmed or unavailable (of whichever claim) nothing more is told.
 * NULL is allowed.
 */
void wts_claim_destroy(struct wts_claim *claim);

/* Any context. */
void wts_claim_stats(const struct wts_claim *claim, struct wts_claim_stats *ret);

#else /* no hardware breakpoints in this kernel: the same calls exist and say so */

static inline int wts_unsupported(struct wts_reason *why)
{
	const size_t before = offsetof(struct wts_reason, text);
	const size_t after = offsetof(struct wts_reason, cause);
	/* as far as the client has room; 0 stands for the first version */
	const size_t size = !why ? 0 : why->size ? why->size : after;

	if (size >= before) {
		why->error = -EOPNOTSUPP;
		why->claim = 0;
	}
	if (size > before)
		strscpy(why->text, "this kernel has no hardware breakpoints",
			(size < after ? size : after) - before);
	if (size >= after + sizeof(why->cause))
		why->cause = WTS_CAUSE_NO_TRAP;
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

static inline int wts_claim_enable(struct wts_claim *claim, unsigned int flags,
				   struct wts_reason *why)
{
	return wts_unsupported(why);
}

static inline int wts_claim_aim(struct wts_claim *claim, const struct wts_range *ranges,
				unsigned int n, struct wts_reason *why)
{
	return wts_unsupported(why);
}

static inline int wts_claim_disable_for(struct wts_claim *claim, const char *reason)
{
	return -EOPNOTSUPP;
}

static inline bool wts_claim_is_idle(const struct wts_claim *claim) { return false; }
static inline int wts_claim_disable(struct wts_claim *claim) { return -EOPNOTSUPP; }
static inline bool wts_claim_refuse(struct wts_claim *claim, int error, const char *reason)
{
	return false;
}

static inline void wts_claim_set_priority(struct wts_claim *claim, __s32 priority) {}
static inline bool wts_claim_is_open(const struct wts_claim *claim) { return false; }
static inline void wts_flush(void) {}
static inline void wts_claim_destroy(struct wts_claim *claim) {}
static inline void wts_claim_stats(const struct wts_claim *claim,
				   struct wts_claim_stats *ret) {}

#endif
#endif /* __KERNEL__ */
#endif

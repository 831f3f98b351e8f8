/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the runtime's files share. */
#ifndef WATCHTAP_STATE_H
#define WATCHTAP_STATE_H

/*
 * A script goes through these once, in this order. Written under
 * wt_lifecycle_mutex, except RUNNING to ENDING, which exit() does in any
 * context. Handlers of data and timer probes run in RUNNING only.
 */
enum wt_state {
	WT_LOADED,
	WT_STARTING,	/* begin probes run, watches are being armed */
	WT_RUNNING,
	WT_ENDING,	/* exit() was called: user space is asked to stop us */
	WT_STOPPING,	/* watches are being released, end probes run */
	WT_STOPPED,
};
static enum wt_state wt_state = WT_LOADED;

/* exit() was called or too much went wrong; failed: the latter. Only ever set. */
static bool wt_wants_end, wt_failed;

/*
 * Levels of contexts: a hit may interrupt a function probe's handler, that a
 * timer's, which may interrupt a begin probe on the same CPU. Within a level
 * handlers of one CPU do not nest (#DB runs with DR7 cleared, timers with
 * interrupts off, a kprobe inside another is missed); should one do so all the
 * same, it is skipped and counted.
 */
enum wt_level { WT_LEVEL_PROCESS, WT_LEVEL_TIMER, WT_LEVEL_FUNCTION, WT_LEVEL_HIT, WT_LEVELS };

/* One handler's run. Preallocated, one for each CPU and level. */
struct wt_context {
	struct wt_ctx c;		/* first: generated code sees only this */
	enum wt_level level;
	int busy;
	const struct wt_probe *probe;
	struct pt_regs *regs;		/* of what was interrupted, or NULL */
	u64 time;			/* of the output: of its first item, or as told */
	bool entering;			/* of a .return probe, what it keeps from the function's entry is being found */
	bool timed;			/* time was set beforehand */
	wt_string *strings;		/* the room that c.strings walks through */
	char message[MAXSTRINGLEN];	/* error()'s text */
	char tokens[MAXSTRINGLEN];	/* what tokenize() takes apart */
	unsigned int token;		/* and how far it is */
	struct wts_reason why;		/* the arbiter's refusal */
	unsigned long stack, stack_bytes;	/* room.c's: the stack of the CPU's that was last seen */
	unsigned char area[2 * WT_EVENT_BYTES];	/* struct wt_event, then items */
};

struct wt_cpu {
	struct wt_context *contexts[WT_LEVELS];
	u32 serial;			/* of events */
	u64 dropped;			/* the ring buffer's own count, last seen */
	u64 hits;
	u64 lost[WT_LOSS_COUNT];
	u64 interval_start;		/* overload: cycles */
	u64 interval_spent;
};
static DEFINE_PER_CPU(struct wt_cpu, wt_cpus);

/* Words of 8 bytes that the ranges of a watch have at most. */
#define WT_SHADOW_WORDS	4

/* What was last seen in memory that is watched: see values.c. */
struct wt_shadow {
	atomic_t lock;
	u64 words[WT_SHADOW_WORDS];
};

/*
 * An instance of a watch: a claim on registers and what was last seen there.
 * The members marked (G) are under the lock of the globals, or belong to
 * handlers that run alone.
 */
struct wt_watch {
	const struct wt_watch_def *def;
	struct wts_claim *claim;
	unsigned int handled_by;	/* index of its probe */
	unsigned long bound[WT_MAX_RANGES];	/* of the symbols; 0: none is known */
	bool aimed;			/* (G) of one at the end of pointers: address is where they led to */
	unsigned long address[WT_MAX_RANGES];	/* (G) while the claim is off; as the arbiter is given it */
	long args[WT_MAX_ARGS];		/* (G) while the claim is off */
	bool keyed;			/* (G) args are somebody's */
	bool wanted;			/* (G) enabled, were it not for its condition */
	bool waits;			/* (G) and rather waits than fails */
	bool holds_back;		/* (G) its condition is false */
	bool overloaded;
	bool lost;			/* told that its register was taken; the teller's */
	const char *unbound;		/* (G) why it has no address, or NULL */
	char *unbound_text;		/* which unbound points to */
	struct wt_shadow shadow;
	struct wt_shadow __percpu *own;	/* in its place where each CPU has its own copy */
};
static struct wt_watch *wt_watches;	/* the instances, in the order of their definitions */
static unsigned int wt_watch_count;

static const struct wt_watch *wt_telling;	/* whose sub-probes run, or NULL */

static atomic_t wt_errors, wt_skipped;

static void wt_end(bool failed);
static void wt_emit_text(enum wt_item_kind kind, unsigned int probe, const char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What passes between a script module and the program that runs it: the
 * control file's ioctls, and the records that are read from it.  Included by
 * both sides; both are built from the same tree, WT_WIRE_VERSION proves it.
 *
 * The control file is /proc/watchtap/scripts/MODULE, mode 0600.  One opener at
 * a time (-EBUSY).  Closing it stops the script at once, end probes not run.
 *
 *	open, WT_IOC_INFO, WT_IOC_BIND for each range whose address is a
 *	symbol's, WT_IOC_SYMBOL for each other symbol, WT_IOC_PROBE for each
 *	function, WT_IOC_START, then read()/poll() until POLLPRI or the user
 *	has enough, WT_IOC_STOP, read() until it returns 0, WT_IOC_COUNTERS, close.
 */
#ifndef WATCHTAP_WIRE_H
#define WATCHTAP_WIRE_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/ioctl.h>
#else
#include <linux/types.h>
#include <sys/ioctl.h>
#endif

#define WT_WIRE_VERSION 5
#define WT_SCRIPTS_DIR "/proc/watchtap/scripts"

/* WT_IOC_INFO */
struct wt_info {
	__u32 version;		/* WT_WIRE_VERSION */
	__u32 ranges;		/* BIND takes indices below this */
	__u32 cpus;		/* nr_cpu_ids: cpu numbers in pages are below this */
	__u32 page_size;	/* bytes of one ring buffer page */
};

/*
 * WT_IOC_BIND: the address of range number `range`; before START only.  Address
 * 0: there is none, and text says why; of a watch that may fail (-EINVAL else).
 * Of a range that is per-CPU it is the __percpu pointer, without any CPU's offset.
 */
struct wt_bind {
	__u32 range;
	__u32 reserved;
	__u64 address;
	char text[128];
};

/*
 * WT_IOC_PROBE: one of the functions that probe number `probe` stands for; before
 * START only. Address 0: the probe, of whatever kind, is left out. This comes
 * before the BIND of its ranges, which may have address 0 then.
 */
struct wt_function_at {
	__u32 probe;
	__u32 reserved;
	__u64 address;
};

/* WT_IOC_SYMBOL: the address of symbol number `symbol`; before START only. */
struct wt_symbol_at {
	__u32 symbol;
	__u32 reserved;
	__u64 address;
};

/*
 * WT_IOC_START: arms the watches, runs the begin probes and the sub-probes that
 * are due, starts the timers.  Sleeps until all is armed.  0, or an errno with
 * text filled (no full stop) and range or probe the index of what is concerned,
 * or ~0.  Also 0 when a begin probe called exit() or failed: see wt_status.
 */
struct wt_start {
	__u32 range;
	__u32 probe;
	char text[256];
};

/* WT_IOC_STATUS.  POLLPRI is raised as soon as wants_end is not 0. */
struct wt_status {
	__u32 wants_end;	/* exit() was called, or errors passed the limit */
	__u32 failed;		/* there was an error, survived or not: exit status 1 */
};

/*
 * WT_IOC_STOP: releases every watch, stops the timers, runs the end probes (or
 * the error probes, where wants_end came with failed).  Idempotent.
 */

/*
 * What was lost, by cause: X(NAME, what, fate, cause), as in "3 hits not
 * delivered: CAUSE".  All zero in a run that lost nothing; what came after the
 * script had ended is no loss to it.
 */
#define WT_LOSSES(X)							\
	X(reentry,  "handler", "skipped", "another one ran on that CPU") \
	X(stack,    "handler", "skipped", "less than MINSTACKSPACE was left of the stack") \
	X(lock,     "handler", "skipped", "the lock of the global variables was held") \
	X(missed,   "handler", "skipped", "a kprobe was missed: another one ran, or too many calls were under way") \
	X(buffer,   "output", "lost", "the buffer was full")		\
	X(nested,   "output", "lost", "the buffer was in use on that CPU") \
	X(overload, "hit", "not delivered", "the watch was switched off for overload") \
	X(arming,   "hit", "not delivered", "the watch was being armed or released") \
	X(stopped,  "hit", "not delivered", "the script had ended")	\
	X(aggregate, "value", "not added", "the array was in use on that CPU, or full") \
	X(unread,   "part of an array", "left out", "another CPU had it for too long")

enum wt_loss {
#define X(name, what, fate, cause) WT_LOSS_##name,
	WT_LOSSES(X)
#undef X
	WT_LOSS_COUNT
};

/* WT_IOC_COUNTERS */
struct wt_counters {
	__u64 lost[WT_LOSS_COUNT];
	__u64 hits;		/* data handlers run to their end */
	__u64 errors;		/* run-time errors */
};

#define WT_IOC_INFO	_IOR('w', 1, struct wt_info)
#define WT_IOC_BIND	_IOW('w', 2, struct wt_bind)
#define WT_IOC_START	_IOR('w', 3, struct wt_start)
#define WT_IOC_STOP	_IO('w', 4)
#define WT_IOC_STATUS	_IOR('w', 5, struct wt_status)
#define WT_IOC_COUNTERS	_IOR('w', 6, struct wt_counters)
#define WT_IOC_PROBE	_IOW('w', 7, struct wt_function_at)
#define WT_IOC_SYMBOL	_IOW('w', 8, struct wt_symbol_at)

/*
 * read() returns one chunk: this header, then a page of the kernel's ring
 * buffer as trace_pipe_raw gives it (translator/run/ringpage.h reads it).
 * -EAGAIN when there is nothing and O_NONBLOCK, 0 when there is nothing and
 * the script is stopped.  The caller's buffer is at least sizeof header +
 * page_size.
 */
struct wt_chunk {
	__u32 cpu;
	__u32 bytes;
};

/*
 * One ring buffer event is the output of one run of a handler (or a part of it
 * where it did not fit): this header, then items until the event's end.
 */
struct wt_event {
	__u64 time;		/* ktime_get_mono_fast_ns at the handler's start */
	__u32 serial;		/* rises with each event of this CPU */
	__u16 probe;		/* index in the module's probe list */
	__u16 bytes;		/* of items that follow */
};

/*
 * An item.  Packed, no alignment; bytes counts what follows this header.
 * id is 0 where it is not told otherwise.
 * WT_ITEM_PRINT	id: a format of the module; then its arguments: 8 bytes
 *			for a number, __u16 length + bytes for a string or memory
 * WT_ITEM_WARNING, WT_ITEM_ERROR	the text, not terminated
 * WT_ITEM_SYSTEM	a command for the shell, the text, not terminated
 * WT_ITEM_STACK	__u64 addresses, innermost first; each is the one after
 *			the instruction that is meant: the access, or a call;
 *			none where no kernel code was interrupted; id WT_STACK_LINES:
 *			with their places in the source
 * WT_ITEM_HISTOGRAM	struct wt_histogram, then a struct wt_bucket for each that
 *			is not empty, by index
 */
struct wt_item {
	__u16 kind;
	__u16 id;
	__u16 bytes;
} __attribute__((packed));

enum wt_item_kind {
	WT_ITEM_PRINT = 1,
	WT_ITEM_WARNING,
	WT_ITEM_ERROR,
	WT_ITEM_STACK,
	WT_ITEM_HISTOGRAM,
	WT_ITEM_SYSTEM,
};

#define WT_STACK_LINES 1

/*
 * A mark in a string stands for the place of an address in the source, which
 * the handler cannot know: WT_MARK_BEGIN, what is wanted, the address as 16
 * hexadecimal digits, WT_MARK_END.  Whoever prints the string writes the place
 * in its stead, or the address where it has none.  Only in the strings of
 * modules that say watchtap.marks.
 */
#define WT_MARK_BEGIN	'\001'
#define WT_MARK_END	'\002'
#define WT_MARK_BYTES	19
#define WT_MARK_FILE_LINE 'L'
#define WT_MARK_FILE	'F'
#define WT_MARK_LINE	'N'
#define WT_MARK_POINTER	'P'	/* the address, and its symbol where it has one */

/* The buckets are those of runtime/map.h. */
struct wt_histogram {
	__s64 low, width;	/* of a linear one; width 0: it is logarithmic */
	__u16 buckets;		/* how many there are, empty ones included */
	__u16 columns;		/* HIST_WIDTH */
	__s16 elision;		/* HIST_ELISION */
} __attribute__((packed));

struct wt_bucket {
	__u16 index;
	__u64 count;
} __attribute__((packed));

/*
 * What the program must know of a module before it loads it is in the ELF
 * section .modinfo, as strings KEY=VALUE (modinfo(8) shows them):
 *
 *	watchtap=VERSION		WT_WIRE_VERSION; proof that it is ours
 *	watchtap.format.N=FORMAT	a printf format, conversions as in runtime/format.h
 *	watchtap.range.N=PROBE ADDRESS LENGTH ACCESS FAILS PLACE SPELLING
 *		a range of a watch, which several may have; PROBE is the number of the
 *		watch's probe.  ADDRESS is 0x..., SYMBOL,
 *		MODULE:SYMBOL, or - (an argument's). Behind
 *		a symbol there may be @0x..., which of several of its name it is: its
 *		address in the file that was linked, and +0x..., bytes from it. ACCESS
 *		is write or rw, then `,percpu' where the address is a per-CPU one; FAILS is !
 *		where the script does not start without the watch, ? where it says
 *		so, - where the watch is off at the start; PLACE is FILE:LINE:COL,
 *		SPELLING the probe point as written (the rest)
 *	watchtap.symbol.N=SYMBOL or MODULE:SYMBOL, perhaps with @0x...
 *		a symbol whose address handlers want
 *	watchtap.function.N=FAILS PATTERN
 *		the functions that probe number N is for: NAME or MODULE:NAME, with *
 *		and ? perhaps, or with @0x... as a symbol; FAILS is ? where there may be none, else !
 *	watchtap.unless.N=M...
 *		probe number N is left out where what one of the probes M stands for
 *		is there
 *	watchtap.probe.N=FILE:LINE:COL SPELLING
 *	watchtap.slots=PATH		the arbiter's module that it was built against
 *	watchtap.max_functions=N	MAXFUNCTIONS
 *	watchtap.stacks=1		it prints names of addresses: symbols will be needed
 *	watchtap.lines=1		it prints places in the source: debug files will be needed
 *	watchtap.marks=1		strings have marks
 */
#endif

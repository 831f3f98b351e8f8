/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The safety net, but for what sizes the runtime (limits.h): SystemTap's names
 * and, where they make sense here, its values. Set with -D NAME=VALUE. A
 * script's C includes this, and the runtime takes them from wt_script.limits.
 */
#ifndef WATCHTAP_SCRIPT_LIMITS_H
#define WATCHTAP_SCRIPT_LIMITS_H

/* Statements one handler may run; begin, end and error probes may run more. */
#ifndef MAXACTION
#define MAXACTION 1000
#endif
#ifndef MAXACTION_INTERRUPTIBLE
#define MAXACTION_INTERRUPTIBLE (MAXACTION * 10)
#endif

/*
 * Script functions inside one another. If it is not said, so many as the script's
 * longest chain of calls has, and 10 more for functions that call themselves.
 */
#ifdef MAXNESTING
#define WT_NESTING(calls)	(MAXNESTING)
#else
#define WT_NESTING(calls)	((calls) + 10)
#endif

/*
 * Run-time errors, and skipped handlers, that a script survives. Those that were
 * skipped because another one was interrupted do not count while INTERRUPTIBLE
 * is 1; there are next to none, as no handler of ours can be interrupted but by a
 * hit or an NMI, whatever it says.
 */
#ifndef MAXERRORS
#define MAXERRORS 0
#endif
#ifndef MAXSKIPPED
#define MAXSKIPPED 100
#endif
#ifndef INTERRUPTIBLE
#define INTERRUPTIBLE 1
#endif

/* Bytes that must be left of the stack where a handler is to run. */
#ifndef MINSTACKSPACE
#define MINSTACKSPACE 1024
#endif

/* How often, and after how many microseconds, a held lock is tried again. */
#ifndef MAXTRYLOCK
#define MAXTRYLOCK 1000
#endif
#ifndef TRYLOCKDELAY
#define TRYLOCKDELAY 10
#endif

/*
 * When one CPU spends more than THRESHOLD of INTERVAL CPU cycles in handlers,
 * the watch whose hit that is is switched off, or else the script ends. With
 * STP_NO_OVERLOAD nobody looks. TRAP is what is charged for the trap itself, on top
 * of the handler: the exception, perf and the arbiter, measured at 1,000 to
 * 2,000 cycles on current machines.
 */
#ifndef STP_NO_OVERLOAD
#define STP_NO_OVERLOAD 0
#endif
#ifndef STP_OVERLOAD_INTERVAL
#define STP_OVERLOAD_INTERVAL 1000000000
#endif
#ifndef STP_OVERLOAD_THRESHOLD
#define STP_OVERLOAD_THRESHOLD 500000000
#endif
#ifndef STP_OVERLOAD_TRAP
#define STP_OVERLOAD_TRAP 1500
#endif

/* Instances of a watch with arguments that can be enabled or waiting at once. */
#ifndef MAXINSTANCES
#define MAXINSTANCES 64
#endif

/* Elements of an array that does not say how many it is to have. */
#ifndef MAXMAPENTRIES
#define MAXMAPENTRIES 2048
#endif

/* Functions that one kernel.function("PATTERN") may stand for. */
#ifndef MAXFUNCTIONS
#define MAXFUNCTIONS 256
#endif

/* MiB of output buffer for each CPU. */
#ifndef STP_BUFFER_MB
#define STP_BUFFER_MB 1
#endif

#define WT_LIMITS {							\
	.action = MAXACTION,						\
	.action_interruptible = MAXACTION_INTERRUPTIBLE,		\
	.errors = MAXERRORS,						\
	.skipped = MAXSKIPPED,						\
	.interruptible = INTERRUPTIBLE,					\
	.stack_space = MINSTACKSPACE,					\
	.try_lock = MAXTRYLOCK,						\
	.try_lock_delay = TRYLOCKDELAY,					\
	.no_overload = STP_NO_OVERLOAD,					\
	.overload_interval = STP_OVERLOAD_INTERVAL,			\
	.overload_threshold = STP_OVERLOAD_THRESHOLD,			\
	.overload_trap = STP_OVERLOAD_TRAP,				\
	.buffer_mb = STP_BUFFER_MB,					\
}

#endif

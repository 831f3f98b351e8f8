/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running the commands of system(). */
#ifndef RUN_SYSTEM_H
#define RUN_SYSTEM_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

/* Commands that may run at the same time. */
#define SYSTEM_COMMANDS 64

struct system {
	const sigset_t *mask;		/* the signal mask that commands get */
	pid_t pids[SYSTEM_COMMANDS];	/* of those that run, or have not been reaped yet */
	unsigned n;
};

/*
 * Starts a command of len bytes, not terminated, by /bin/sh.  Its output is
 * watchtap's.  Where it cannot be started, or too many run, a warning says so.
 */
void system_start(struct system *, const char *command, size_t len);

/* At the script's end: waits two seconds at most for those that still run, then leaves them. */
void system_end(struct system *);

#endif

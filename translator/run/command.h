/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -c CMD */
#ifndef RUN_COMMAND_H
#define RUN_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * CMD runs in our own process group: it may read the terminal, and Ctrl-C
 * reaches both.
 */
struct command {
	pid_t pid;		/* of its shell; 0: none, or waited for already */
	int fd;			/* can be read when it has ended; -1 */
	int go;			/* what is written here lets it run; -1 when it does */
	bool told;		/* it was sent SIGTERM: how it ends says nothing */
};

/*
 * Makes the process that will be sh -c text, with the signal mask given and
 * default actions, when command_go() lets it. 0, or -1 after a message
 * [command].
 */
int command_start(struct command *, const char *text, const sigset_t *mask);
void command_go(struct command *);

/*
 * Waits for it; where it still runs sends SIGTERM to it and to all that it
 * started, SIGKILL after five seconds or when hurry_fd can be read.  A failure
 * of its own is told on stderr.
 */
void command_end(struct command *, int hurry_fd);

#endif

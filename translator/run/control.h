/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A loaded script, from open to close. */
#ifndef RUN_CONTROL_H
#define RUN_CONTROL_H

#include <signal.h>

#include "meta.h"
#include "output.h"
#include "print.h"
#include "run.h"

struct control {
	const struct run_options *options;
	const struct meta *meta;
	struct output *out;
	struct printer *printer;
	int signal_fd;			/* SIGINT and its like; blocked meanwhile */
	sigset_t old_mask;		/* what the command of -c gets */
};

/*
 * Binds, starts, prints until something ends the script, stops it, prints the
 * rest and what was lost.  0; or -1 where the script or a step of it failed,
 * after a message [load], [version], [start], [command], [records] or what the
 * script said itself.
 */
int control_script(const struct control *);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 5: load a script module, control it, print what it says. */
#ifndef TRANSLATOR_RUN_H
#define TRANSLATOR_RUN_H

#include <stdbool.h>

struct run_options {
	const char *module_path;	/* NAME.ko */
	const char *slots_path;		/* the arbiter's .ko, loaded if it is not */
	bool keep_name;			/* load under the module's own name (-m); else NAME_PID, so that a script can run twice */
	const char *output;		/* -o FILE for the script's output, or NULL for stdout */
	const char *command;		/* -c, run with sh -c, or NULL */
	double seconds;			/* -T, 0 for no limit */
	int priority;			/* --priority */
	int verbose;
};

/* Runs the module to its end. Messages go to stderr. Returns watchtap's exit status, 0 or 1. */
int run_module(const struct run_options *options);

#endif

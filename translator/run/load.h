/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading and unloading the script's module and the arbiter's. */
#ifndef RUN_LOAD_H
#define RUN_LOAD_H

#include "kallsyms.h"
#include "meta.h"
#include "run.h"

/* Can this process load modules into this kernel? 0, or -1 after a message [no-root], [no-modules]. */
int load_allowed(void);

/*
 * Loads the script, under its name or under NAME_PID (then meta->name is
 * changed); before it the arbiter where that is missing.  0, or -1 after a
 * message [no-modules], [kernel-mismatch], [load].
 */
int load_script(const struct run_options *, struct meta *, struct kallsyms *);

/* Unloads the script, and the arbiter if it came with a script and was the last one's. */
void unload_script(const struct meta *);

/* Removes what was left behind by runs that were killed. */
void load_sweep(void);

#endif

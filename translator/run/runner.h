/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the script's module is told of who runs it: the parameters of runtime/runner.c. */
#ifndef RUN_RUNNER_H
#define RUN_RUNNER_H

#include <stddef.h>
#include <sys/types.h>

/* Room for what runner_parameters() writes. */
#define RUNNER_BYTES 160

/* Writes the module's parameters, with a space before each, of this process: its number, its user, the time zone. */
void runner_parameters(char *dst, size_t size);

/* target() of the loaded module is pid from now on; a warning where that cannot be told. */
void runner_target(const char *module, pid_t pid);

#endif

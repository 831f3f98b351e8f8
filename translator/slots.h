/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRANSLATOR_SLOTS_H
#define TRANSLATOR_SLOTS_H

#include "session.h"

/*
 * `watchtap slots [--json] [--follow[=SECONDS]]`: reads the command line and
 * shows the registers. 1 when that is done, -1 after a message.
 */
int slots_command(struct session *, int argc, char **argv);

#endif

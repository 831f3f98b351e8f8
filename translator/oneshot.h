/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRANSLATOR_ONESHOT_H
#define TRANSLATOR_ONESHOT_H

#include "session.h"

/* `watchtap watch TARGET...`: reads the command line and makes the script. As options_read. */
int oneshot_parse(struct session *, int argc, char **argv);

/* `watchtap run MODULE.ko`: reads the command line; pass 5 is all that is left. As options_read. */
int run_command_parse(struct session *, int argc, char **argv);

#endif

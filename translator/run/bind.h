/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the names in a script's watches and function probes to addresses. */
#ifndef RUN_BIND_H
#define RUN_BIND_H

#include "kallsyms.h"
#include "meta.h"

/*
 * Fills the address of every range that has a symbol, or its problem where the
 * script goes on without, and the addresses of the functions; checks that all
 * can be watched. 0, or -1 after a message for each that is wrong: [no-symbols],
 * [unknown-symbol], [no-module], [ambiguous-symbol], [per-cpu-symbol],
 * [misaligned], [unknown-function-name], [too-many-functions].
 */
int bind_module(struct meta *, struct kallsyms *);

#endif

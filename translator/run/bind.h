/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the names in a script's watches to addresses. */
#ifndef RUN_BIND_H
#define RUN_BIND_H

#include "kallsyms.h"
#include "meta.h"

/*
 * Fills the address of every watch that has a symbol, and checks that all can
 * be watched. 0, or -1 after a message for each that is wrong: [no-symbols],
 * [unknown-symbol], [ambiguous-symbol], [per-cpu-symbol], [misaligned].
 */
int bind_watches(struct meta *, struct kallsyms *);

#endif

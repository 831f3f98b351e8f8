// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The template module's script: nothing to do, but it takes from the kernel
 * what the compiler may put into any script without being asked. A script that
 * takes more cannot use the template's list of imports (module.c).
 */
#include "script.h"

void *memcpy(void *, const void *, unsigned long);
void *memmove(void *, const void *, unsigned long);
void *memset(void *, int, unsigned long);

static void *const imports[] __attribute__((used)) = { memcpy, memmove, memset };

const struct wt_script wt_script = { 0 };

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backtraces, one line for each address. */
#ifndef RUN_STACK_H
#define RUN_STACK_H

#include "kallsyms.h"
#include "output.h"

/*
 * Prints n addresses (8 bytes each, not aligned), innermost first, as
 *	" 0xffffffff81234567 : proc_dointvec+0x12/0x50 [kernel]"
 * Each is an instruction after the one that matters: after the access that
 * trapped, after the call.  So the name is that of the function in which the
 * byte before lies (a call can be a function's last instruction), the offset
 * that of the address itself, as in the kernel's own backtraces.  With n 0 a
 * line says that there is none.
 */
void stack_print(struct output *, struct kallsyms *, const unsigned char *addresses, size_t n);

#endif

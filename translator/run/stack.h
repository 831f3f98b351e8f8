/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backtraces, one line for each address. */
#ifndef RUN_STACK_H
#define RUN_STACK_H

#include "kallsyms.h"
#include "lines.h"
#include "output.h"

/*
 * Prints n addresses (8 bytes each, not aligned), innermost first, as
 *	" 0xffffffff81234567 : proc_dointvec+0x12/0x50 [kernel]"
 * Each is an instruction after the one that matters: after the access that
 * trapped, after the call.  So the name is that of the function in which the
 * byte before lies (a call can be a function's last instruction), the offset
 * that of the address itself, as in the kernel's own backtraces.  With n 0 a
 * line says that there is none.
 *
 * With lines, where they are known, " at kernel/sysctl.c:123" is added, the
 * place in that function; before it come the functions that are inlined there:
 *	" 0xffffffff81234567 : do_it [kernel] at kernel/sysctl.c:45 (inlined)"
 */
void stack_print(struct output *, struct kallsyms *, struct lines *, const unsigned char *addresses, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DWARF of one file says of an address. */
#ifndef RUN_FRAMES_H
#define RUN_FRAMES_H

#include <stddef.h>
#include <elfutils/libdwfl.h>

/* Functions that are inlined into each other at one address; what is further out is left out. */
#define FRAMES_MAX 16

/* A function and a place in it. */
struct frame {
	const char *function;		/* NULL: not known */
	const char *file;
	unsigned int line;
};

/*
 * The place of an address of the file, and where the functions that are
 * inlined there were called, innermost first: the last frame is the function's
 * that the address is in.  Returns how many there are, up to FRAMES_MAX; 0:
 * there is no line.  Paths begin in *folder, where the compiler ran ("" if that
 * is not known).  Strings are the Dwfl's.  Takes no more time or stack for a
 * file that was made to take it.
 */
size_t frames_read(Dwfl_Module *, Dwarf_Addr address, struct frame *ret, const char **folder);

#endif

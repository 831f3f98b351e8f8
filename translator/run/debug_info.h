/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The debug file of the running kernel, or of a module that is loaded, at the addresses where that is. */
#ifndef RUN_DEBUG_INFO_H
#define RUN_DEBUG_INFO_H

#include <elfutils/libdwfl.h>
#include <stdint.h>

#include "debug_file.h"

struct debug_info {
	const char *sys;
	const char *module;
	uint64_t start;
	struct build_id id;		/* what sys says */
	const char *path;		/* while a file is opened */
	Dwfl *dwfl;
	Dwfl_Module *file;		/* NULL: there is none */
};

/*
 * Finds the file and opens it; false where there is none of this build that
 * has DWARF.  sys is /sys, which says where a module's sections are; module NULL
 * is the kernel, start then the address of its _text, else any of the module's.
 * The strings are the caller's, for as long as it is open.
 */
bool debug_info_open(struct debug_info *, const char *sys, const char *module, uint64_t start);
/* Also where it was not opened. */
void debug_info_close(struct debug_info *);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the files are that have the DWARF of the kernel and its modules. */
#ifndef RUN_DEBUG_FILE_H
#define RUN_DEBUG_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* By this a build of the kernel, or of a module, is told from all others. */
struct build_id {
	unsigned char bytes[64];
	size_t len;			/* 0: it has none, or it is not known */
};

/* Reads it from the notes that the kernel shows in a file of /sys; *ret is empty where there is none. */
void build_id_read(const char *path, struct build_id *ret);

/*
 * Calls use for each file that there is and that may be the debug file of a
 * module (NULL: of the kernel), until it returns true: the folders of
 * WATCHTAP_DEBUG_PATH; the places under /usr/lib/debug, by build id and by
 * name; what make, or an installation, has left under /lib/modules; and
 * debuginfod, if DEBUGINFOD_URLS is set.  Returns whether one was used.
 */
bool debug_file_find(const char *module, const struct build_id *,
		     bool (*use)(void *data, const char *path), void *data);

#endif

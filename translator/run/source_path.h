/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths as DWARF has them, made to paths as people write them. */
#ifndef RUN_SOURCE_PATH_H
#define RUN_SOURCE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* What printing a name of a debug file takes: control characters become ?. Returns dst's end, before the NUL. */
char *clean_copy(char *dst, const char *src, size_t len);

/*
 * Writes file's path at dst, which has strlen(file) + 1 bytes; returns its end.
 * Files of the kernel's tree are named from its top, "kernel/panic.c": they are
 * below folder, where the compiler ran; or above it ("../kernel/panic.c"); or
 * below tree, if it is not NULL; or in what a package of the kernel's headers
 * has under /usr/src; or, where in_tree says that the file must be in it, below
 * what its path and folder have in common.  Others keep their path, without
 * what its .. undo.
 */
char *source_path(char *dst, const char *file, const char *folder, const char *tree, bool in_tree);

#endif

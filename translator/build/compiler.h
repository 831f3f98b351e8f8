/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's compiler, for C that is only looked at: an object as kbuild makes
 * it of a module's file, with debug information.
 */
#ifndef TRANSLATOR_BUILD_COMPILER_H
#define TRANSLATOR_BUILD_COMPILER_H

#include <stdbool.h>

struct session;

struct kernel_compiler {
	const char *folder;		/* of the cache, for this kernel and compiler */
	const char *const *includes;	/* absolute folders, in the compiler's order; NULL at the end */
};

/*
 * For the kernel that the options name. The first time for a kernel it asks
 * kbuild, which takes a second. NULL, and nothing is said, where the headers or
 * the compiler are missing, or the cache cannot be written.
 */
struct kernel_compiler *kernel_compiler_open(struct session *);

/* Whether there are headers of that kernel at all; looks at two files. */
bool kernel_headers_installed(struct session *);

/*
 * Compiles text to the file `to`, which appears at once and whole. flags: each
 * with a space before it. The compiler's messages, in English, are in *ret_errors;
 * it calls the text KERNEL_COMPILE_FILE, in whatever folder.
 */
#define KERNEL_COMPILE_FILE "/watchtap-types.c"
enum kernel_compiled {
	KERNEL_COMPILED,
	KERNEL_COMPILE_WRONG,	/* something in the text or in what it includes */
	KERNEL_COMPILE_FAILED,	/* no space, a signal: another time it may go well */
};
enum kernel_compiled kernel_compile(struct kernel_compiler *, const char *text, const char *flags, const char *to,
				    const char **ret_errors);

#endif

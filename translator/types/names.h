/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which variables and functions there are, whether or not anything is known of them. */
#ifndef TRANSLATOR_TYPES_NAMES_H
#define TRANSLATOR_TYPES_NAMES_H

#include "types.h"

struct name {
	const char *text;
	const char *section;		/* ".data" and the like; NULL: unknown */
};

/*
 * The names that fit the pattern (fnmatch(3)), sorted, each once, as an array in
 * the arena; *ret_count says how many. Of the kernel that runs it is what
 * /proc/kallsyms has; of another one what its types' readers know, which is
 * less where there is no debug information. module NULL: the kernel itself.
 */
const struct name *names_of_variables(struct session *, const char *module, const char *pattern, size_t *ret_count);
const struct name *names_of_functions(struct session *, const char *module, const char *pattern, size_t *ret_count);

#endif

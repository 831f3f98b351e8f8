/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From addresses of the running kernel to files, lines and inlined functions.
 * Nothing is opened before it is asked for, each debug file once.  One that is
 * not there, not of this build, or damaged, gives no lines.
 */
#ifndef RUN_LINES_H
#define RUN_LINES_H

#include "frames.h"
#include "kallsyms.h"

/* Places that are kept; another one with the same hash takes the place of the one before. */
#define LINES_CACHE 4096

struct lines {
	struct kallsyms *symbols;
	const char *sys;		/* "/sys" */
	struct line_source *sources;	/* the kernel, and the modules that were asked for */
	uint64_t read_at;		/* symbols' when the modules were asked for */
	char *tree;			/* the folder in which the kernel was compiled, or NULL; ends with / */
	struct line_place *cache[LINES_CACHE];
};

void lines_init(struct lines *, struct kallsyms *);
void lines_free(struct lines *);

/* Does now what the first address of the kernel itself would: opens its debug file. */
void lines_prepare(struct lines *);

/*
 * The frames of the instruction that has a byte at address, as frames_read()
 * gives them, but paths of the kernel's own files begin in its tree, and
 * neither they nor names have control characters.  Returns how many; 0 where no
 * line is known.  *ret is valid until the next call.
 */
size_t lines_lookup(struct lines *, uint64_t address, const struct frame **ret);

#endif

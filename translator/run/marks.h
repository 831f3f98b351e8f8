/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks in strings: what symfileline() and the like gave to the handler, which
 * runs where no file can be read, become files and lines when they are printed.
 * runtime/wire.h has their form.  Bytes that are no whole mark are left alone.
 */
#ifndef RUN_MARKS_H
#define RUN_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"
#include "print_format.h"

struct marks {
	struct lines *lines;
	char *text;			/* what was rewritten last, with PRINT_SLACK bytes behind it */
	size_t used, size;
};

void marks_free(struct marks *);

/*
 * Both take *at, *bytes long, and where there may be marks set them to what is
 * in text, until the next call: the words of a message, or the arguments of an
 * item for a format.  Without memory, or where the item is none for the format,
 * they stay as they are.
 */
void marks_in_text(struct marks *, const unsigned char **at, size_t *bytes);
void marks_in_item(struct marks *, const struct print_format *, const unsigned char **at, size_t *bytes);

#endif

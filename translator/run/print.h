/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an event's items to text. */
#ifndef RUN_PRINT_H
#define RUN_PRINT_H

#include "kallsyms.h"
#include "marks.h"
#include "meta.h"
#include "output.h"
#include "records.h"
#include "system.h"

struct printer {
	struct output *out;
	struct kallsyms *symbols;
	const struct meta *meta;
	struct print_format *formats;	/* meta's, taken apart once */
	struct system system;		/* its mask is set by whoever made the printer */
	struct marks marks;		/* its lines too; NULL: the module asks for none */
	bool broken;			/* an item was none; said once [records] */
};

/* 0, or -1 after a message [module] (a format that is none). */
int printer_init(struct printer *, struct output *, struct kallsyms *, const struct meta *);
void printer_free(struct printer *);

/* A records_sink; data is the printer. */
void printer_print(void *data, const struct record *);

#endif

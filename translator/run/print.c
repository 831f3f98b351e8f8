// SPDX-License-Identifier: GPL-2.0-or-later
/* Printing items; what most of them are, print_format.c does. */
#include <stdlib.h>
#include <string.h>

#include "../../runtime/wire.h"
#include "histogram.h"
#include "marks.h"
#include "message.h"
#include "print.h"
#include "print_format.h"
#include "stack.h"

int printer_init(struct printer *p, struct output *out, struct kallsyms *symbols,
		 const struct meta *meta)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->out = out;
	p->symbols = symbols;
	p->meta = meta;
	p->formats = calloc(meta->n_formats + 1, sizeof(*p->formats));
	for (i = 0; p->formats && i < meta->n_formats; i++)
		if (print_format_init(&p->formats[i], meta->formats[i]))
			break;
	if (p->formats && i == meta->n_formats)
		return 0;
	run_error("module", "format %zu of the module is none", i);
	printer_free(p);
	return -1;
}

void printer_free(struct printer *p)
{
	size_t i;

	for (i = 0; p->formats && i < p->meta->n_formats; i++)
		print_format_free(&p->formats[i]);
	free(p->formats);
	p->formats = NULL;
	marks_free(&p->marks);
}

/* Those words of the script's that are not printed by a format. */
static void print_words(struct printer *p, enum wt_item_kind kind, const unsigned char *at, size_t bytes)
{
	if (p->marks.lines)
		marks_in_text(&p->marks, &at, &bytes);
	output_flush(p->out);
	if (kind == WT_ITEM_SYSTEM) {
		system_start(&p->system, (const char *)at, bytes);
		return;
	}
	bytes -= bytes && at[bytes - 1] == '\n';
	(kind == WT_ITEM_ERROR ? run_script_error : run_warning)("%.*s", (int)bytes, (const char *)at);
}

static bool print_item(struct printer *p, const struct wt_item *item, const unsigned char *at)
{
	size_t bytes = item->bytes;

	switch (item->kind) {
	case WT_ITEM_PRINT:
		if (item->id >= p->meta->n_formats)
			return false;
		if (p->marks.lines)
			marks_in_item(&p->marks, &p->formats[item->id], &at, &bytes);
		return print_format(p->out, &p->formats[item->id], at, bytes);
	case WT_ITEM_STACK:
		stack_print(p->out, p->symbols, item->id == WT_STACK_LINES ? p->marks.lines : NULL, at,
			    bytes / sizeof(uint64_t));
		return bytes % sizeof(uint64_t) == 0;
	case WT_ITEM_HISTOGRAM:
		return histogram_print(p->out, at, bytes);
	case WT_ITEM_SYSTEM:
	case WT_ITEM_WARNING:
	case WT_ITEM_ERROR:
		print_words(p, item->kind, at, bytes);
		return true;
	}
	return false;
}

void printer_print(void *data, const struct record *record)
{
	const unsigned char *at = record->items, *end = at + record->bytes;
	struct printer *p = data;
	struct wt_item item;
	bool good = true;

	for (; at < end && good; at += item.bytes) {
		good = end - at >= (ptrdiff_t)sizeof(item);
		if (!good)
			break;
		memcpy(&item, at, sizeof(item));
		at += sizeof(item);
		good = end - at >= item.bytes && print_item(p, &item, at);
	}
	if (!good && !p->broken) {
		p->broken = true;
		output_flush(p->out);
		run_error("records", "the kernel sent an item that is none");
	}
}

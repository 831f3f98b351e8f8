// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Printing.  What a line costs matters: the formats are taken apart at start,
 * the plain conversions have their own paths, short strings are copied as 16
 * bytes whatever their length (all buffers have slack behind them).
 */
#include <stdlib.h>
#include <string.h>

#include "../../runtime/format.h"
#include "../../runtime/wire.h"
#include "histogram.h"
#include "message.h"
#include "print.h"
#include "stack.h"

#define SLACK 16
_Static_assert(SLACK <= RECORDS_SLACK && SLACK <= META_SLACK, "copies go past the end");

/* d, u, x and s without flags, width, precision; the others go to fmt_convert(). */
enum path { LITERAL_ONLY, PLAIN_D, PLAIN_U, PLAIN_X, PLAIN_S, ANY };

struct piece {
	const char *literal;
	uint32_t literal_len;
	enum path path;
	struct fmt_spec spec;
};

struct print_format {
	struct piece *pieces;
	size_t n;
	size_t most;			/* bytes of a line, without those of strings and memory */
	size_t expansion;		/* bytes that may be printed for one of those */
};

static enum path path_of(const struct fmt_spec *spec)
{
	if (!spec->conversion)
		return LITERAL_ONLY;
	if (spec->flags || spec->width != FMT_NONE || spec->precision != FMT_NONE)
		return ANY;
	switch (spec->conversion) {
	case 'd':
		return PLAIN_D;
	case 'u':
		return PLAIN_U;
	case 'x':
		return PLAIN_X;
	case 's':
		return PLAIN_S;
	}
	return ANY;
}

static size_t field_bytes(int field)
{
	return field == FMT_STAR ? FMT_MAX_FIELD : field == FMT_NONE ? 0 : field;
}

/* \NNN of %#s, two digits of %M */
static bool is_rewritten(const struct fmt_spec *spec)
{
	return spec->conversion == 'M' || (spec->conversion == 's' && spec->flags & FMT_ALTERNATE);
}

static int take_apart(const char *text, struct print_format *ret)
{
	struct piece *pieces, *piece;

	ret->expansion = 1;
	/* a format that is left out is one that nothing prints */
	while (text && *text) {
		pieces = realloc(ret->pieces, (ret->n + 1) * sizeof(*pieces));
		if (!pieces)
			return -1;
		ret->pieces = pieces;
		piece = &pieces[ret->n++];
		text = fmt_next(text, &piece->spec);
		if (!text)
			return -1;
		piece->literal = piece->spec.literal;
		piece->literal_len = piece->spec.literal_len;
		piece->path = path_of(&piece->spec);
		ret->most += piece->literal_len + FMT_MAX_DIGITS +
			     field_bytes(piece->spec.width) + field_bytes(piece->spec.precision);
		if (is_rewritten(&piece->spec))
			ret->expansion = 4;
	}
	return 0;
}

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
		if (take_apart(meta->formats[i], &p->formats[i]))
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
		free(p->formats[i].pieces);
	free(p->formats);
	p->formats = NULL;
}

/* An argument as the item has it; NULL at is not one. Returns what follows. */
static inline const unsigned char *take_number(const unsigned char *at, const unsigned char *end,
					       long long *ret)
{
	if (end - at < (ptrdiff_t)sizeof(*ret))
		return NULL;
	memcpy(ret, at, sizeof(*ret));
	return at + sizeof(*ret);
}

static inline const unsigned char *take_string(const unsigned char *at, const unsigned char *end,
					       struct fmt_arg *ret)
{
	uint16_t len;

	if (end - at < (ptrdiff_t)sizeof(len))
		return NULL;
	memcpy(&len, at, sizeof(len));
	at += sizeof(len);
	if (end - at < len)
		return NULL;
	ret->string = (const char *)at;
	ret->len = len;
	return at + len;
}

/* Both sides have SLACK bytes behind them. */
static inline char *copy(char *dst, const char *src, size_t len)
{
	if (len <= SLACK)
		memcpy(dst, src, SLACK);
	else
		memcpy(dst, src, len);
	return dst + len;
}

/* The conversions without a path of their own. */
static const unsigned char *convert(const struct fmt_spec *spec, const unsigned char *at,
				    const unsigned char *end, char **dst, char *dst_end)
{
	int width = spec->width, precision = spec->precision;
	struct fmt_arg arg = { 0 };
	long long field;

	if (width == FMT_STAR && (at = take_number(at, end, &field)))
		width = fmt_field(field);
	if (at && precision == FMT_STAR && (at = take_number(at, end, &field)))
		precision = fmt_field(field);
	if (at)
		at = strchr("smM", spec->conversion) ? take_string(at, end, &arg) :
						       take_number(at, end, &arg.number);
	if (at)
		*dst = fmt_convert(*dst, dst_end, spec, width, precision, &arg);
	return at;
}

/* false: the item does not have the arguments that its format wants */
static bool print_format(struct output *out, const struct print_format *format,
			 const unsigned char *at, size_t bytes)
{
	const struct piece *piece = format->pieces, *last = piece + format->n;
	const unsigned char *end = at + bytes;
	size_t room = format->most + bytes * format->expansion + SLACK;
	char *dst = output_room(out, room), *dst_end = dst + room;
	struct fmt_arg arg;

	for (; piece < last && at; piece++) {
		if (piece->literal_len)
			dst = copy(dst, piece->literal, piece->literal_len);
		switch (piece->path) {
		case LITERAL_ONLY:
			break;
		case PLAIN_D:
		case PLAIN_U:
			at = take_number(at, end, &arg.number);
			if (!at)
				break;
			if (arg.number < 0 && piece->path == PLAIN_D) {
				*dst++ = '-';
				arg.number = -(unsigned long long)arg.number;
			}
			dst = fmt_decimal(dst, arg.number);
			break;
		case PLAIN_X:
			at = take_number(at, end, &arg.number);
			if (at)
				dst = fmt_hex(dst, arg.number);
			break;
		case PLAIN_S:
			at = take_string(at, end, &arg);
			if (at)
				dst = copy(dst, arg.string, arg.len);
			break;
		case ANY:
			at = convert(&piece->spec, at, end, &dst, dst_end);
			break;
		}
	}
	output_advance(out, dst);
	return at == end;
}

static bool print_item(struct printer *p, const struct wt_item *item, const unsigned char *at)
{
	int len = item->bytes;

	switch (item->kind) {
	case WT_ITEM_PRINT:
		return item->id < p->meta->n_formats &&
		       print_format(p->out, &p->formats[item->id], at, len);
	case WT_ITEM_STACK:
		stack_print(p->out, p->symbols, at, len / sizeof(uint64_t));
		return len % sizeof(uint64_t) == 0;
	case WT_ITEM_HISTOGRAM:
		return histogram_print(p->out, at, len);
	case WT_ITEM_SYSTEM:
		output_flush(p->out);
		system_start(&p->system, (const char *)at, len);
		return true;
	case WT_ITEM_WARNING:
	case WT_ITEM_ERROR:
		output_flush(p->out);
		len -= len && at[len - 1] == '\n';
		(item->kind == WT_ITEM_ERROR ? run_script_error : run_warning)("%.*s", len, (const char *)at);
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

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Printing by a format.  What a line costs matters: the plain conversions have
 * their own paths, short strings are copied as 16 bytes whatever their length
 * (all buffers have slack behind them).
 */
#include <stdlib.h>

#include "meta.h"
#include "print_format.h"
#include "records.h"

_Static_assert(PRINT_SLACK <= RECORDS_SLACK && PRINT_SLACK <= META_SLACK, "copies go past the end");

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

int print_format_init(struct print_format *ret, const char *text)
{
	struct piece *pieces, *piece;

	memset(ret, 0, sizeof(*ret));
	ret->expansion = 1;
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

void print_format_free(struct print_format *format)
{
	free(format->pieces);
}

/* Both sides have PRINT_SLACK bytes behind them. */
static inline char *copy(char *dst, const char *src, size_t len)
{
	if (len <= PRINT_SLACK)
		memcpy(dst, src, PRINT_SLACK);
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

bool print_format(struct output *out, const struct print_format *format, const unsigned char *at, size_t bytes)
{
	const struct piece *piece = format->pieces, *last = piece + format->n;
	const unsigned char *end = at + bytes;
	size_t room = format->most + bytes * format->expansion + PRINT_SLACK;
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

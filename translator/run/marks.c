// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding and rewriting marks; marks.h has the contract. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../runtime/wire.h"
#include "marks.h"

/* Room for bytes more, and the slack; false: out of memory. */
static bool make_room(struct marks *m, size_t bytes)
{
	size_t needed = m->used + bytes + PRINT_SLACK, size = m->size ? m->size : 1024;
	char *text;

	if (needed <= m->size)
		return true;
	while (size < needed)
		size *= 2;
	text = realloc(m->text, size);
	if (!text)
		return false;
	memset(text + m->size, 0, size - m->size);
	m->text = text;
	m->size = size;
	return true;
}

static bool append(struct marks *m, const void *bytes, size_t n)
{
	if (!make_room(m, n))
		return false;
	memcpy(m->text + m->used, bytes, n);
	m->used += n;
	return true;
}

/* Reads the mark at text; false: it is none. */
static bool read_mark(const char *text, size_t len, char *kind, uint64_t *address)
{
	int i;

	if (len < WT_MARK_BYTES || text[0] != WT_MARK_BEGIN || text[WT_MARK_BYTES - 1] != WT_MARK_END ||
	    !strchr((const char[]){ WT_MARK_FILE_LINE, WT_MARK_FILE, WT_MARK_LINE, WT_MARK_POINTER, 0 }, text[1]))
		return false;
	*kind = text[1];
	*address = 0;
	for (i = 2; i < WT_MARK_BYTES - 1; i++) {
		char c = text[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0)
			return false;
		*address = *address << 4 | digit;
	}
	return true;
}

/*
 * Addresses that scripts have are behind the instruction that counts, as those
 * of backtraces; but a function's first is a pointer to it.
 */
static uint64_t meant(struct lines *lines, uint64_t address)
{
	struct ksym sym;
	uint64_t size;

	if (kallsyms_lookup(lines->symbols, address, &sym, &size) && sym.address == address)
		return address;
	return address - 1;
}

/* 0xffffffff82a520a0 <vm_table+0x40> */
static bool append_pointer(struct marks *m, uint64_t address)
{
	char number[64];
	struct ksym sym;
	uint64_t size;

	snprintf(number, sizeof(number), "0x%" PRIx64, address);
	if (!append(m, number, strlen(number)))
		return false;
	if (!(address >> 63) || !kallsyms_lookup(m->lines->symbols, address, &sym, &size))
		return true;
	/* pointers go into variables, and to the beginnings of functions; what is behind the last symbol is neither */
	if (address - sym.address >= size || (address != sym.address && strchr("tTwW", sym.type)))
		return true;
	snprintf(number, sizeof(number), address > sym.address ? "+0x%" PRIx64 ">" : ">", address - sym.address);
	return append(m, " <", 2) && append(m, sym.name, sym.name_len) && append(m, number, strlen(number));
}

static bool append_place(struct marks *m, char kind, uint64_t address)
{
	const struct frame *frame;
	char number[32];

	if (kind == WT_MARK_POINTER)
		return append_pointer(m, address);
	if (!lines_lookup(m->lines, meant(m->lines, address), &frame)) {
		snprintf(number, sizeof(number), "0x%" PRIx64, address);
		return append(m, number, strlen(number));
	}
	if (kind != WT_MARK_LINE && !append(m, frame->file, strlen(frame->file)))
		return false;
	snprintf(number, sizeof(number), "%s%u", kind == WT_MARK_FILE_LINE ? ":" : "", frame->line);
	return kind == WT_MARK_FILE || append(m, number, strlen(number));
}

/* Appends the text with its marks rewritten. */
static bool append_text(struct marks *m, const char *text, size_t len)
{
	const char *end = text + len, *mark;
	uint64_t address;
	char kind;

	while ((mark = memchr(text, WT_MARK_BEGIN, end - text))) {
		if (!append(m, text, mark - text))
			return false;
		text = mark;
		if (read_mark(mark, end - mark, &kind, &address)) {
			if (!append_place(m, kind, address))
				return false;
			text += WT_MARK_BYTES;
		} else if (!append(m, text++, 1)) {
			return false;
		}
	}
	return append(m, text, end - text);
}

/* A string of an item says how long it is; what is too long for that is cut. */
static bool append_string(struct marks *m, const struct fmt_arg *arg)
{
	size_t start = m->used;
	uint16_t len = 0;

	if (!append(m, &len, sizeof(len)) || !append_text(m, arg->string, arg->len))
		return false;
	if (m->used - start - sizeof(len) > UINT16_MAX)
		m->used = start + sizeof(len) + UINT16_MAX;
	len = m->used - start - sizeof(len);
	memcpy(m->text + start, &len, sizeof(len));
	return true;
}

/* The arguments for one piece of a format. NULL: there is something wrong. */
static const unsigned char *append_arguments(struct marks *m, const struct fmt_spec *spec, const unsigned char *at,
					     const unsigned char *end)
{
	const unsigned char *start = at;
	struct fmt_arg arg;

	if (spec->width == FMT_STAR)
		at = take_number(at, end, &arg.number);
	if (at && spec->precision == FMT_STAR)
		at = take_number(at, end, &arg.number);
	if (at && spec->conversion == 's') {
		if (!append(m, start, at - start))
			return NULL;
		at = take_string(at, end, &arg);
		return at && append_string(m, &arg) ? at : NULL;
	}
	if (at && spec->conversion)
		at = strchr("mM", spec->conversion) ? take_string(at, end, &arg) : take_number(at, end, &arg.number);
	return at && append(m, start, at - start) ? at : NULL;
}

void marks_in_item(struct marks *m, const struct print_format *format, const unsigned char **at, size_t *bytes)
{
	const unsigned char *from = *at, *end = from + *bytes;
	size_t i;

	m->used = 0;
	if (!memchr(*at, WT_MARK_BEGIN, *bytes))
		return;
	for (i = 0; i < format->n && from; i++)
		from = append_arguments(m, &format->pieces[i].spec, from, end);
	if (from != end)
		return;
	*at = (unsigned char *)m->text;
	*bytes = m->used;
}

void marks_in_text(struct marks *m, const unsigned char **at, size_t *bytes)
{
	m->used = 0;
	if (!memchr(*at, WT_MARK_BEGIN, *bytes) || !append_text(m, (const char *)*at, *bytes))
		return;
	*at = (unsigned char *)m->text;
	*bytes = m->used;
}

void marks_free(struct marks *m)
{
	free(m->text);
	m->text = NULL;
	m->size = 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of a module, taken apart once, and the arguments of an item. */
#ifndef RUN_PRINT_FORMAT_H
#define RUN_PRINT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../../runtime/format.h"
#include "output.h"

/* Bytes that can be read behind what is printed, so that copies need not count. */
#define PRINT_SLACK 16

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

/* text NULL: one that nothing prints. 0, or -1: it is none; to be freed in both cases. */
int print_format_init(struct print_format *, const char *text);
void print_format_free(struct print_format *);

/* false: the item, PRINT_SLACK bytes behind it, does not have the arguments that its format wants */
bool print_format(struct output *, const struct print_format *, const unsigned char *at, size_t bytes);

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

#endif

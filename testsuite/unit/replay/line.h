/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of the arbiter's record, as kernel/record.c writes it.
 */
#ifndef LINE_H
#define LINE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define CLAIMS	512		/* of one line; WTS_MAX_STANDING is less */

enum operation { ASK, ENABLE, LATER, DISABLE, PRIORITY, SETTLE, LOSE, CLEAR, OPERATIONS };

static const char *const operations[OPERATIONS] = {
	"ask", "enable", "later", "disable", "priority", "settle", "lose", "clear",
};

/* A claim: as it was asked about, or as it stood; then seniority and state are set. */
struct row {
	unsigned long long id, seniority;
	int priority;
	char state;			/* h, w or ? */
	unsigned int pieces;
	struct wts_piece piece[WTS_POLICY_PIECES];
	int slot[WTS_POLICY_PIECES];	/* -1: none */
};

struct line {
	unsigned long long number;
	enum operation operation;
	int answer;
	unsigned long usable;
	unsigned int nrequests, nstands;
	struct row requests[CLAIMS], stands[CLAIMS];
};

/* A number that ends with one of those; *at is then behind that. */
static bool read_number(char **at, int base, const char *ends, unsigned long long *ret)
{
	char *end;

	/* strtoull takes more than is ever written */
	if (!strchr(base == 16 ? "0123456789abcdef" : "0123456789", **at) || !**at)
		return false;
	*ret = strtoull(*at, &end, base);
	if (!*end || !strchr(ends, *end))
		return false;
	*at = end + 1;
	return true;
}

static bool read_signed(char **at, const char *ends, int *ret)
{
	const bool negative = **at == '-';
	unsigned long long number;

	*at += negative;
	if (!read_number(at, 10, ends, &number))
		return false;
	*ret = negative ? -(long long)number : (long long)number;
	return true;
}

static bool read_pieces(char **at, struct row *row)
{
	unsigned long long length, access;
	char last;

	do {
		if (row->pieces == WTS_POLICY_PIECES)
			return false;
		if ((*at)[0] == '-' && (*at)[1] == '@') {
			row->slot[row->pieces] = -1;
			*at += 2;
		} else if (!read_signed(at, "@", &row->slot[row->pieces])) {
			return false;
		}
		if (!read_number(at, 16, "/", &row->piece[row->pieces].address) ||
		    !read_number(at, 10, "/", &length) || !read_number(at, 10, "+ \n", &access))
			return false;
		row->piece[row->pieces].length = length;
		row->piece[row->pieces].access = access;
		row->pieces++;
		last = (*at)[-1];
	} while (last == '+');
	return true;
}

/* A claim that has not been aimed at anything has no piece. */
static bool read_row(char **at, bool stands, struct row *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (!read_number(at, 10, ",", &ret->id) ||
	    !read_signed(at, stands ? "," : ", \n", &ret->priority))
		return false;
	if (stands) {
		if (!read_number(at, 10, ",", &ret->seniority) || !**at || (*at)[1] != ',')
			return false;
		ret->state = **at;
		*at += 2;
	}
	return (*at)[-1] != ',' || read_pieces(at, ret);
}

/* Takes a line apart, which is changed for it.  False: it is not one. */
static bool read_line(char *text, struct line *ret)
{
	unsigned long long usable;
	char *word;

	ret->nrequests = ret->nstands = 0;
	if (!read_number(&text, 10, " ", &ret->number))
		return false;
	word = strsep(&text, " ");
	for (ret->operation = 0; ret->operation < OPERATIONS; ret->operation++)
		if (!strcmp(word, operations[ret->operation]))
			break;
	if (ret->operation == OPERATIONS || !text || !read_signed(&text, " ", &ret->answer) ||
	    !read_number(&text, 16, " ", &usable))
		return false;
	ret->usable = usable;
	while (*text && *text != ':')
		if (ret->nrequests == CLAIMS ||
		    !read_row(&text, false, &ret->requests[ret->nrequests++]))
			return false;
	if (text[0] != ':' || (text[1] != ' ' && text[1] != '\n'))
		return false;
	for (text += 2; *text;)
		if (ret->nstands == CLAIMS || !read_row(&text, true, &ret->stands[ret->nstands++]))
			return false;
	return true;
}

#endif

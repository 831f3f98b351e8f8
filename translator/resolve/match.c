// SPDX-License-Identifier: GPL-2.0-or-later
/* The patterns of =~ and !~. */
#include <string.h>

#include "../diag.h"
#include "../regex/regex.h"
#include "scope.h"

/*
 * Where in the source byte number `at` of a string literal is. Escapes, and the
 * quotes between adjacent literals, are stepped over as they were read.
 */
static struct loc place_in(const struct expr *literal, size_t at)
{
	const struct source *source = literal->loc.source;
	const char *p = source->text, *end = p + source->length;
	struct loc loc = literal->loc;

	for (unsigned line = 1; line < loc.line && p < end; p++)
		line += *p == '\n';
	p += loc.col - 1;
	/* pasted from an argument, or by a macro */
	if (p >= end || *p != '"')
		return loc;
	for (p++, loc.col++; at && p < end && *p != '"' && *p != '\n'; at--) {
		size_t used = 1;

		if (*p == '\\' && p + 1 < end) {
			used = 2;
			while (p[1] >= '0' && p[1] <= '7' && used < 4 && p + used < end && p[used] >= '0' && p[used] <= '7')
				used++;
		}
		p += used;
		loc.col += (unsigned)used;
	}
	return loc;
}

void bind_match(struct session *s, struct expr *e)
{
	const char *pattern = e->match.pattern->string;
	struct regex_error error = { 0 };
	struct loc loc;

	e->match.regex = regex_find(s, &s->unit->regexes, &e->match.pattern->loc, pattern,
				    strlen(pattern), &error);
	if (e->match.regex)
		return;
	loc = place_in(e->match.pattern, error.offset);
	if (error.kind == REGEX_SIZE)
		diag(s, &e->match.pattern->loc, DIAG_REGEX_SIZE, error.words);
	else
		diag(s, &loc, DIAG_REGEX, error.words);
}

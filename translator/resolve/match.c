// SPDX-License-Identifier: GPL-2.0-or-later
/* The patterns of =~ and !~. */
#include <string.h>

#include "../diag.h"
#include "../parse/literal.h"
#include "../regex/regex.h"
#include "scope.h"

void bind_match(struct session *s, struct expr *e)
{
	const char *pattern = e->match.pattern->string;
	struct regex_error error = { 0 };
	struct loc loc;

	e->match.regex = regex_find(s, &s->unit->regexes, &e->match.pattern->loc, pattern,
				    strlen(pattern), &error);
	if (e->match.regex)
		return;
	loc = literal_place(e->match.pattern->loc, error.offset);
	if (error.kind == REGEX_SIZE)
		diag(s, &e->match.pattern->loc, DIAG_REGEX_SIZE, error.words);
	else
		diag(s, &loc, DIAG_REGEX, error.words);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What the passes call. */
#include "internal.h"

#include <string.h>

struct regex *regex_find(struct session *session, struct regex **list, const struct loc *loc,
			 const char *pattern, size_t length, struct regex_error *ret)
{
	struct regex **at, *regex;
	unsigned number = 0;

	for (at = list; *at; at = &(*at)->next, number++) {
		if ((*at)->length == length && !memcmp((*at)->pattern, pattern, length))
			return *at;
	}
	regex = session_alloc(session, sizeof(*regex));
	regex->pattern = obstack_copy0(&session->arena, pattern, length);
	regex->length = length;
	regex->loc = *loc;
	regex->number = number;
	if (regex_parse(session, regex, ret))
		return NULL;
	*at = regex;
	return regex;
}

const char *regex_function(struct session *session, const struct regex *regex, bool groups, struct regex_error *ret)
{
	const char *text;

	if (groups && regex->groups > REGEX_GROUPS) {
		regex_fail(session, ret, 0, "%u groups: matched() can tell of %d, the whole match counted",
			   regex->groups, REGEX_GROUPS);
		ret->kind = REGEX_SIZE;
		return NULL;
	}
	if (!groups) {
		text = regex_source(session, regex, false, true, ret);
		text = text ? re2c_run(session, text, false, ret) : NULL;
		if (text || ret->kind != REGEX_SIZE)
			return text;
	}
	text = regex_source(session, regex, groups, false, ret);
	return text ? re2c_run(session, text, groups, ret) : NULL;
}

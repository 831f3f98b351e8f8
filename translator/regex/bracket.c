// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads [...] as POSIX has it, in the C locale: a ] that comes first is a
 * member, a - that comes first or last too, a backslash is like any other,
 * [.x.] and [=x=] are x.
 */
#include "internal.h"

#include <ctype.h>
#include <string.h>

static const struct {
	const char *name;
	int (*has)(int);
} classes[] = {
	{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank }, { "cntrl", iscntrl },
	{ "digit", isdigit }, { "graph", isgraph }, { "lower", islower }, { "print", isprint },
	{ "punct", ispunct }, { "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit },
};

struct bracket {
	struct session *session;
	const char *pattern;
	size_t length, open;
	struct regex_error *error;
};

static int unclosed(struct bracket *b)
{
	return regex_fail(b->session, b->error, b->open, "this '[' is not closed");
}

/* [:name:], [.x.] or [=x=]; *at is at the second character. The name in *ret. */
static int inner(struct bracket *b, size_t *at, const char **ret, size_t *ret_length)
{
	char kind = b->pattern[*at];
	size_t from = ++*at;

	for (; *at + 1 < b->length; ++*at) {
		if (b->pattern[*at] == kind && b->pattern[*at + 1] == ']') {
			*ret = b->pattern + from;
			*ret_length = *at - from;
			*at += 2;
			return 0;
		}
	}
	return regex_fail(b->session, b->error, from - 2, "this '[%c' is not closed by '%c]'", kind, kind);
}

static int class(struct bracket *b, size_t *at, uint64_t set[4])
{
	size_t from = *at - 1, length;
	const char *name;

	if (inner(b, at, &name, &length))
		return -1;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strlen(classes[i].name) != length || memcmp(classes[i].name, name, length))
			continue;
		for (int byte = 1; byte < 128; byte++) {
			if (classes[i].has(byte))
				regex_set_add(set, (unsigned)byte);
		}
		return 0;
	}
	return regex_fail(b->session, b->error, from, "no character class '%.*s'", (int)length, name);
}

/* One end of a range, or a member. */
static int member(struct bracket *b, size_t *at, unsigned *ret)
{
	size_t from = *at, length;
	const char *name;
	char second = *at + 1 < b->length ? b->pattern[*at + 1] : '\0';

	if (b->pattern[*at] != '[' || (second != '.' && second != '=' && second != ':')) {
		*ret = (unsigned char)b->pattern[(*at)++];
		return 0;
	}
	if (second == ':')
		return regex_fail(b->session, b->error, from, "a character class cannot end a range");
	++*at;
	if (inner(b, at, &name, &length))
		return -1;
	if (length != 1)
		return regex_fail(b->session, b->error, from, "'%.*s' is not one character", (int)length, name);
	*ret = (unsigned char)*name;
	return 0;
}

int regex_bracket(struct session *session, const char *pattern, size_t length, size_t *at, uint64_t ret_set[4],
		  struct regex_error *ret)
{
	struct bracket b = {
		.session = session, .pattern = pattern, .length = length, .open = *at - 1, .error = ret,
	};
	bool not = *at < length && pattern[*at] == '^';
	unsigned low, high;
	size_t first, here;

	*at += not;
	for (first = *at; *at < length && (pattern[*at] != ']' || *at == first); ) {
		here = *at;
		if (*at + 1 < length && pattern[*at] == '[' && pattern[*at + 1] == ':') {
			++*at;
			if (class(&b, at, ret_set))
				return -1;
			continue;
		}
		if (member(&b, at, &low))
			return -1;
		high = low;
		if (*at + 1 < length && pattern[*at] == '-' && pattern[*at + 1] != ']') {
			++*at;
			if (member(&b, at, &high))
				return -1;
			if (high < low)
				return regex_fail(session, ret, here, "the range '%.*s' ends before it begins",
						  (int)(*at - here), pattern + here);
		}
		for (; low <= high; low++)
			regex_set_add(ret_set, low);
	}
	if (*at >= length)
		return unclosed(&b);
	++*at;
	if (not)
		regex_set_invert(ret_set);
	return 0;
}

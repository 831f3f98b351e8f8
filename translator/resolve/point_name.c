// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which aliases and watches a probe point names. A name has components, as the
 * point has; a `*` in one of the point's is any part of one component, `**` any
 * part of the whole name. What follows the name in the point is its suffix.
 */
#include <string.h>

#include "../diag.h"
#include "point.h"

#define MOST_SHOWN	5	/* names in a note */

/* Where to go on when what came after a wildcard did not fit: the wildcard takes one byte more. */
struct retry {
	const char *pattern, *name;
};

static bool is_deep(const char *star)
{
	return star[1] == '*';
}

bool name_matches(const char *pattern, const char *name)
{
	struct retry one = { NULL, NULL }, deep = { NULL, NULL };

	while (*name || *pattern) {
		if (*pattern == '*') {
			struct retry *retry = is_deep(pattern) ? &deep : &one;

			pattern += strspn(pattern, "*");
			*retry = (struct retry){ pattern, name };
			if (retry == &deep)
				one.pattern = NULL;
		} else if (*name && *pattern == *name) {
			pattern++;
			name++;
		} else if (one.pattern && *one.name && *one.name != '.') {
			pattern = one.pattern;
			name = ++one.name;
		} else if (deep.pattern && *deep.name) {
			one.pattern = NULL;
			pattern = deep.pattern;
			name = ++deep.name;
		} else {
			return false;
		}
	}
	return true;
}

/* The names of the first components, up to one with an argument: text[n] is of n + 1. */
struct prefixes {
	const char **text;
	size_t count;
};

static struct prefixes prefixes_of(struct session *s, const struct component *first)
{
	struct prefixes ret = { NULL, 0 };
	const char *text = "";
	size_t most = 0;

	for (const struct component *c = first; c && !c->has_parens; c = c->next)
		most++;
	ret.text = session_alloc(s, (most + 1) * sizeof(*ret.text));
	for (const struct component *c = first; ret.count < most; c = c->next)
		ret.text[ret.count++] = text = session_printf(s, "%s%s%s", text, *text ? "." : "", c->name);
	return ret;
}

/* A script's watch is alone with its name; all aliases of one name are expanded. */
static bool is_hidden(struct session *s, const struct definition *d)
{
	if (!d->from_tapset)
		return false;
	for (const struct definition *e = s->script.definitions; e; e = e->next)
		if (!e->from_tapset && !strcmp(e->name, d->name) && (is_watch(d) || is_watch(e)))
			return true;
	return false;
}

/* Is there a match below that one's name? Then this one is not what is meant. */
static bool goes_deeper(const struct named *list, const struct named *match)
{
	size_t length = strlen(match->definition->name);

	for (; list; list = list->next)
		if (!strncmp(list->definition->name, match->definition->name, length) &&
		    list->definition->name[length] == '.')
			return true;
	return false;
}

struct named *point_names(struct session *s, const struct component *first)
{
	struct prefixes prefixes = prefixes_of(s, first);
	struct named *list = NULL, **tail = &list;

	for (struct definition *d = s->script.definitions; d; d = d->next) {
		size_t n = prefixes.count;
		const struct component *c = first;

		while (n && !name_matches(prefixes.text[n - 1], d->name))
			n--;
		if (!n || is_hidden(s, d))
			continue;
		*tail = session_alloc(s, sizeof(**tail));
		(*tail)->definition = d;
		while (n--)
			c = c->next;
		(*tail)->suffix = c;
		tail = &(*tail)->next;
	}
	for (tail = &list; *tail;) {
		if (goes_deeper(list, *tail))
			*tail = (*tail)->next;
		else
			tail = &(*tail)->next;
	}
	return list;
}

/* The names that go on where the text ends, as a note shows them; or NULL. */
static const char *names_below(struct session *s, const char *text)
{
	const char *pattern = session_printf(s, "%s.**", text), *names = NULL;
	size_t n = 0;

	for (const struct definition *d = s->script.definitions; d; d = d->next)
		if (name_matches(pattern, d->name) && n++ < MOST_SHOWN)
			names = names ? session_printf(s, "%s, %s", names, d->name) : d->name;
	return n > MOST_SHOWN ? session_printf(s, "%s ...", names) : names;
}

/* A name that has an argument where it is none of a kind. */
static bool has_arguments(struct session *s, const struct component *first)
{
	const struct component *c = first;
	const struct definition *d;
	const char *text = c->name;

	while (!c->has_parens && c->next) {
		c = c->next;
		text = session_printf(s, "%s.%s", text, c->name);
	}
	d = definition_find(s, text);
	if (!c->has_parens || !d)
		return false;
	diag(s, &c->loc, DIAG_WATCH_ARGUMENTS, d->name);
	if (d->params)
		diag_note(s, "'enable %s(...)' gives the arguments; the handler sees them by their names", d->name);
	return true;
}

void point_unknown(struct session *s, const struct point *point)
{
	struct prefixes prefixes = prefixes_of(s, point->components);
	const struct component *c = point->components;
	const char *below = NULL, *text = c->name, *near;
	size_t known = 0;

	if (has_arguments(s, c) || point_absent(s, c))
		return;
	/* as far as it goes on to some name */
	while (known < prefixes.count && names_below(s, prefixes.text[known]))
		below = names_below(s, prefixes.text[known++]);
	if (known)
		text = prefixes.text[known < prefixes.count ? known : known - 1];
	for (size_t i = 0; i < known && c->next; i++)
		c = c->next;
	diag(s, &c->loc, strchr(text, '*') ? DIAG_NO_MATCH : DIAG_UNKNOWN_POINT, text);
	near = point_nearest(s, text);
	if (below && (!near || known == prefixes.count))
		diag_note(s, "names that begin so: %s", below);
	else if (near)
		diag_note(s, "did you mean '%s'?", near);
	else
		diag_note(s, "probe points are begin, end, error, timer.s(N), kernel.data(\"SYMBOL\").length(N).write, kernel.function(\"NAME\") and the names of watches and aliases");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * printf and its family. Every print becomes a printf: print(x) one of "%d" or
 * "%s", printd(", ", a, b) one of "%d, %s".
 *
 * One item of output has a size that the runtime relies on (WT_EVENT_BYTES in
 * runtime/script.h), so a printf with many strings becomes several formats.
 */
#include <string.h>

#include "../../runtime/format.h"
#include "../../runtime/limits.h"
#include "../diag.h"
#include "unit.h"

/* What an item may carry: WT_EVENT_BYTES less both headers. */
#define ITEM_BYTES	3900

/* The arguments that one call may have. */
#define MOST_ARGS	32
#define MOST_SPRINTF_ARGS 16	/* WT_SPRINTF_ARGS of the runtime */

unsigned long unit_limit(struct session *s, const char *name, unsigned long standard)
{
	size_t n = strlen(name);

	for (struct define *d = s->options.defines; d; d = d->next)
		if (!strncmp(d->text, name, n) && d->text[n] == '=')
			standard = strtoul(d->text + n + 1, NULL, 0);
	return standard;
}

unsigned long unit_maxstringlen(struct session *s)
{
	return unit_limit(s, "MAXSTRINGLEN", MAXSTRINGLEN);
}

struct format *unit_format(struct session *s, const char *text)
{
	struct format *f, **tail = &s->unit->formats;
	char kinds[MOST_ARGS + 1];
	size_t bad;
	int n;

	for (; (f = *tail); tail = &f->next)
		if (!strcmp(f->text, text))
			return f;
	n = fmt_arguments(text, kinds, MOST_ARGS, &bad);
	kinds[n < 0 ? 0 : n] = '\0';
	f = *tail = session_alloc(s, sizeof(*f));
	f->text = text;
	f->kinds = session_strdup(s, kinds);
	f->index = s->unit->format_count++;
	return f;
}

static const char *conversion(const struct expr *arg)
{
	return arg->type == TYPE_STRING ? "%s" : "%d";
}

static const char *escape_percent(struct session *s, const char *text)
{
	char *out = session_alloc(s, 2 * strlen(text) + 1), *p = out;

	for (; *text; text++) {
		if (*text == '%')
			*p++ = '%';
		*p++ = *text;
	}
	return out;
}

/* The format of print, println, printd, printdln with their arguments. */
static const char *make_format(struct session *s, struct expr *e)
{
	struct expr *a = e->print.args;
	const char *delimiter = "", *format = "";

	if (e->print.delimited) {
		delimiter = escape_percent(s, a->string);
		a = a->next;
	}
	for (struct expr *first = a; a; a = a->next) {
		const char *text = a->kind == EXPR_STRING ? escape_percent(s, a->string) : conversion(a);

		format = session_printf(s, "%s%s%s", format, a == first ? "" : delimiter, text);
	}
	return e->print.newline ? session_printf(s, "%s\n", format) : format;
}

/* Literal strings of print are in its format now: only the rest are arguments. */
static struct expr *drop_literals(struct expr *a)
{
	struct expr *head = NULL, **tail = &head;

	for (; a; a = a->next) {
		if (a->kind == EXPR_STRING)
			continue;
		*tail = a;
		tail = &a->next;
	}
	*tail = NULL;
	return head;
}

static bool check_arguments(struct session *s, struct expr *e)
{
	struct expr *a = e->print.args;
	unsigned n = 0, most = e->print.to_string ? MOST_SPRINTF_ARGS : MOST_ARGS;

	if ((e->print.formatted || e->print.delimited) && (!a || a->kind != EXPR_STRING)) {
		diag(s, &e->loc, DIAG_FORMAT_LITERAL, e->print.name);
		return false;
	}
	if (e->print.formatted || e->print.delimited)
		a = a->next;
	for (; a; a = a->next)
		n++;
	if (!e->print.formatted && (n == 0 || (n > 1 && !e->print.delimited))) {
		diag(s, &e->loc, DIAG_ARITY, e->print.name, 1, "", n);
		return false;
	}
	if (n > most) {
		diag(s, &e->loc, DIAG_TOO_MANY_ARGS, e->print.name, most);
		return false;
	}
	return true;
}

bool print_is_histogram(const struct expr *e)
{
	return !e->print.to_string && !e->print.formatted && !e->print.delimited && e->print.args &&
	       e->print.args->kind == EXPR_HIST && !e->print.args->next;
}

/* The formats that e's item becomes: cut before the conversion that could be too much. */
static const char *cut_format(struct session *s, const char **rest)
{
	unsigned long room = ITEM_BYTES, each = unit_maxstringlen(s) + 2;
	const char *at = *rest, *start = *rest;

	while (*at) {
		struct fmt_spec spec;
		const char *next = fmt_next(at, &spec);
		unsigned long need = spec.conversion == 's' ? each : spec.conversion ? 8 : 0;

		need += 8 * ((spec.width == FMT_STAR) + (spec.precision == FMT_STAR));
		if (need > room && at != start)
			break;
		room -= need < room ? need : room;
		at = next;
	}
	*rest = at;
	return session_strndup(s, start, at - start);
}

void print_call_check(struct session *s, struct expr *e)
{
	const char *text, *rest;
	char kinds[MOST_ARGS + 1];
	unsigned given = 0;
	size_t bad;
	int wanted;

	if (!check_arguments(s, e) || print_is_histogram(e))
		return;
	if (e->print.formatted) {
		text = e->print.args->string;
		wanted = fmt_arguments(text, kinds, MOST_ARGS, &bad);
		if (wanted < 0) {
			diag(s, &e->print.args->loc, DIAG_FORMAT, (int)strcspn(text + bad + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") + 2, text + bad);
			return;
		}
		e->print.args = e->print.args->next;
		for (struct expr *a = e->print.args; a; a = a->next)
			given++;
		if (given != (unsigned)wanted) {
			diag(s, &e->loc, DIAG_FORMAT_ARGS, wanted, wanted == 1 ? "" : "s", given);
			return;
		}
	} else {
		text = make_format(s, e);
		if (e->print.delimited)
			e->print.args = e->print.args->next;
		e->print.args = drop_literals(e->print.args);
	}
	if (e->print.to_string) {
		e->print.text = text;
		return;
	}
	/* no more formats than arguments, and one */
	e->print.formats = session_alloc(s, (MOST_ARGS + 1) * sizeof(*e->print.formats));
	for (rest = text; *rest; )
		e->print.formats[e->print.format_count++] = unit_format(s, cut_format(s, &rest));
}

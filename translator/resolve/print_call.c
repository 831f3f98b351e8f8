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
#include "../parse/literal.h"
#include "unit.h"

/* What an item may carry: WT_EVENT_BYTES less both headers. */
#define ITEM_BYTES	3900

/* The arguments that one call may have: as many as SystemTap's. */
#define MOST_ARGS	32

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

	for (; (f = *tail); tail = &f->next)
		if (!strcmp(f->text, text))
			return f;
	f = *tail = session_alloc(s, sizeof(*f));
	f->text = text;
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
	bool has_literal = e->print.formatted || e->print.delimited;
	struct expr *a = e->print.args;
	unsigned n = 0;

	if (has_literal && (!a || a->kind != EXPR_STRING)) {
		diag(s, a ? &a->loc : &e->loc, DIAG_FORMAT_LITERAL, e->print.name);
		return false;
	}
	for (; a; a = a->next)
		n++;
	if (e->print.delimited && n < 3) {
		diag(s, &e->loc, DIAG_ARITY, e->print.name, 3, "s or more", n);
		return false;
	}
	if (!has_literal && !e->print.newline && !n) {
		diag(s, &e->loc, DIAG_ARITY, e->print.name, 1, " or more", n);
		return false;
	}
	if (n - has_literal > MOST_ARGS) {
		diag(s, &e->loc, DIAG_TOO_MANY_ARGS, e->print.name, MOST_ARGS);
		return false;
	}
	return true;
}

bool print_is_histogram(const struct expr *e)
{
	return !e->print.to_string && !e->print.formatted && !e->print.delimited && e->print.args &&
	       e->print.args->kind == EXPR_HIST && !e->print.args->next;
}

/* Why the conversion whose last byte is c is none. */
static const char *reason_of(char c)
{
	if (!c)
		return "the format ends here (a percent sign is %%)";
	if (c == '$')
		return "the arguments are taken in their order";
	if (strchr("hljLqtz", c))
		return "numbers have 64 bits, and the only size is one l";
	if (strchr("aAeEfFgG", c))
		return "there are no floating-point numbers";
	if (strchr("-+ #0123456789.", c))
		return "the flags come first, then width, precision, l";
	return "a percent sign is %%";
}

/* The % at text + at begins something that is no conversion. */
static void report_conversion(struct session *s, const struct expr *literal, const char *text, size_t at)
{
	struct loc loc = literal_place(literal->loc, at);
	size_t n = 1 + strspn(text + at + 1, "-+ #0123456789.*");

	n += text[at + n] == 'l';
	diag(s, &loc, DIAG_FORMAT, (int)(n + (text[at + n] > ' ')), text + at, reason_of(text[at + n]));
}

/* Memory that would not fit into an item. false: it was reported. */
static bool check_memory(struct session *s, const struct expr *literal, const char *text)
{
	for (const char *at = text; *at; ) {
		struct fmt_spec spec;

		at = fmt_next(at, &spec);
		if ((spec.conversion == 'm' || spec.conversion == 'M') && spec.precision > FMT_MAX_MEMORY) {
			const char *percent = spec.literal + spec.literal_len;
			struct loc loc = literal_place(literal->loc, percent - text);

			diag(s, &loc, DIAG_FORMAT, (int)(at - percent), percent,
			     session_printf(s, "up to %d bytes of memory are printed", FMT_MAX_MEMORY));
			return false;
		}
	}
	return true;
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

		if (spec.conversion == 'm' || spec.conversion == 'M')
			need = 2 + (spec.precision == FMT_STAR ? FMT_MAX_MEMORY :
				    spec.precision > 0 ? spec.precision : 1);
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
			report_conversion(s, e->print.args, text, bad);
			return;
		}
		if (!e->print.to_string && !check_memory(s, e->print.args, text))
			return;
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints diagnostics. What comes out of a script (a line of it, a name in a
 * message) is shown so that it cannot do anything to the terminal, and cut to
 * a bearable length.
 */
#include "diag.h"
#include "parse/preprocess.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_MESSAGE		2000	/* bytes of one message */
#define EXCERPT_BEFORE		60	/* bytes of a source line shown before the column, if it is long */
#define EXCERPT_LENGTH		120	/* bytes shown of it in all */
#define EXCERPT_INDENT		"    "
#define TAB_WIDTH		8

static const struct diag_row {
	const char *tag, *severity, *format;
} rows[] = {
#define DIAG(name, tag, severity, format) { tag, severity, format },
#include "diag.def"
#undef DIAG
};

enum style { STYLE_PLACE, STYLE_ERROR, STYLE_WARNING, STYLE_NOTE, STYLE_CARET, STYLE_NONE };

static const char *const style_codes[] = {
	[STYLE_PLACE] = "\033[1m",
	[STYLE_ERROR] = "\033[1;31m",
	[STYLE_WARNING] = "\033[1;35m",
	[STYLE_NOTE] = "\033[1;36m",
	[STYLE_CARET] = "\033[1;32m",
	[STYLE_NONE] = "\033[0m",
};

static void put_style(FILE *out, enum style style)
{
	static int colours = -1;

	if (colours < 0) {
		const char *no_color = getenv("NO_COLOR");
		const char *term = getenv("TERM");

		colours = isatty(STDERR_FILENO) && !(no_color && *no_color) &&
			  term && strcmp(term, "dumb");
	}
	if (colours)
		fputs(style_codes[style], out);
}

/*
 * How many bytes the character at text has if a terminal may be shown it, else
 * 0: control characters, the ones that change the direction of writing, and
 * what is not UTF-8.
 */
static unsigned printable(const unsigned char *text, size_t length)
{
	unsigned code, bytes, i;

	if (text[0] < 0x80)
		return text[0] >= 0x20 && text[0] != 0x7f;
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		bytes = 2, code = text[0] & 0x1f;
	else if ((text[0] & 0xf0) == 0xe0)
		bytes = 3, code = text[0] & 0x0f;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		bytes = 4, code = text[0] & 0x07;
	else
		return 0;
	if (length < bytes)
		return 0;
	for (i = 1; i < bytes; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < 0xa0 || (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000) ||
	    (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff ||
	    (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff)
		return 0;
	return bytes;
}

/*
 * Prints text on one line and returns the column (from 0) at which byte number
 * `at` of it landed. Characters count as one column wide. Tabs become spaces.
 */
static unsigned put_safe(FILE *out, const char *text, size_t length, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned column = 0, result = 0;
	size_t i = 0;

	while (i < length) {
		unsigned size = printable(bytes + i, length - i);

		if (i <= at)
			result = column;
		if (size) {
			fwrite(bytes + i, 1, size, out);
			column++;
		} else if (bytes[i] == '\t') {
			unsigned spaces = TAB_WIDTH - column % TAB_WIDTH;

			fprintf(out, "%*s", (int)spaces, "");
			column += spaces;
		} else {
			column += (unsigned)fprintf(out, "\\x%02x", bytes[i]);
		}
		i += size ? size : 1;
	}
	return at >= length ? column : result;
}

/* A message may have several lines; each is made safe. */
static void put_message(FILE *out, const char *format, va_list args)
{
	char text[MAX_MESSAGE + 1];
	int length = vsnprintf(text, sizeof(text), format, args);
	char *line = text, *end;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		put_safe(out, line, (size_t)(end - line), 0);
		fputc('\n', out);
	}
	put_safe(out, line, strlen(line), 0);
	if (length > MAX_MESSAGE)
		fputs("...", out);
}

/* The source line and a caret below the column. */
static void put_excerpt(FILE *out, const struct loc *loc)
{
	const struct source *source = loc->source;
	const char *line = source->text, *end = source->text + source->length;
	size_t length, at, from = 0, indent;
	unsigned number;

	for (number = 1; number < loc->line; number++) {
		line = memchr(line, '\n', (size_t)(end - line));
		if (!line)
			return;
		line++;
	}
	end = memchr(line, '\n', (size_t)(end - line)) ?: end;
	length = (size_t)(end - line);
	if (length && line[length - 1] == '\r')
		length--;
	if (!length || memchr(line, '\0', length))
		return;		/* nothing that a person could read */
	at = loc->col ? loc->col - 1 : 0;
	if (at > length)
		at = length;

	fputs(EXCERPT_INDENT, out);
	indent = strlen(EXCERPT_INDENT);
	if (length > EXCERPT_LENGTH && at > EXCERPT_BEFORE) {
		from = at - EXCERPT_BEFORE;
		while (from < at && ((unsigned char)line[from] & 0xc0) == 0x80)
			from++;		/* not within a character */
		indent += (size_t)fprintf(out, "...");
	}
	end = line + length;
	if (length - from > EXCERPT_LENGTH) {
		end = line + from + EXCERPT_LENGTH;
		while (end > line + at + 1 && ((unsigned char)*end & 0xc0) == 0x80)
			end--;
	}
	indent += put_safe(out, line + from, (size_t)(end - line) - from, at - from);
	if (end < line + length)
		fputs("...", out);
	fprintf(out, "\n%*s", (int)indent, "");
	put_style(out, STYLE_CARET);
	fputc('^', out);
	put_style(out, STYLE_NONE);
	fputc('\n', out);
}

static void put_diag(FILE *out, const struct loc *loc, const struct diag_row *row, va_list args)
{
	put_style(out, STYLE_PLACE);
	if (loc && loc->source) {
		put_safe(out, loc->source->name, strlen(loc->source->name), 0);
		if (loc->line)
			fprintf(out, ":%u:%u", loc->line, loc->col);
		fputs(": ", out);
	}
	put_style(out, !strcmp(row->severity, "error") ? STYLE_ERROR : STYLE_WARNING);
	fprintf(out, "%s: ", row->severity);
	put_style(out, STYLE_NONE);
	put_message(out, row->format, args);
	fprintf(out, " [%s]\n", row->tag);
	if (loc && loc->source && loc->line)
		put_excerpt(out, loc);
}

/* What is at the place may be what a macro has put there. */
static void put_macro(FILE *out, const struct macro *macro)
{
	put_style(out, STYLE_NOTE);
	fputs("note: ", out);
	put_style(out, STYLE_NONE);
	fprintf(out, "in what '@%s' stands for, defined at %s:%u:%u\n", macro->name, macro->loc.source->name,
		macro->loc.line, macro->loc.col);
}

/* What was shown at a place, which a copied handler has as well. */
struct said {
	struct loc loc;
	const char *message;
	struct said *next;
};

static bool was_said(struct session *session, const struct loc *loc, const char *message)
{
	struct said *said = session->said;

	if (!loc || !loc->source || !loc->line)
		return false;
	while (said && (said->loc.source != loc->source || said->loc.line != loc->line || said->loc.col != loc->col ||
			strcmp(said->message, message)))
		said = said->next;
	if (said)
		return true;
	said = session_alloc(session, sizeof(*said));
	*said = (struct said){ *loc, message, session->said };
	session->said = said;
	return false;
}

static char *message_text(struct session *session, const char *format, va_list args)
{
	char text[MAX_MESSAGE + 1];

	vsnprintf(text, sizeof(text), format, args);
	return session_strdup(session, text);
}

/* Which probe a copy was made for, and what for, if that is a copy again. */
static void note_expansion(struct session *session, const struct loc *loc)
{
	for (loc = loc ? loc->expanded_for : NULL; loc; loc = loc->expanded_for)
		diag_note(session, "expanded for the probe point at %s:%u:%u", loc->source->name, loc->line, loc->col);
}

void diag(struct session *session, const struct loc *loc, enum diag id, ...)
{
	const struct diag_row *row = &rows[id];
	const struct macro *macro = loc ? macro_used_at(session, loc) : NULL;
	bool is_error = !strcmp(row->severity, "error"), enough;
	char *text = NULL, *message;
	size_t length;
	FILE *out;
	va_list args;

	va_start(args, id);
	message = message_text(session, row->format, args);
	va_end(args);
	if (session->trying && !session->kept_back)
		session->kept_back = message;
	enough = is_error ? session->errors >= MAX_SHOWN_ERRORS : session->options.no_warnings;
	/* what is not shown is not looked for: there may be very many */
	session->diag_hidden = session->trying || (!enough && was_said(session, loc, message));
	if (session->diag_hidden)
		return;
	session->diag_hidden = enough;
	if (is_error || (session->options.strict && !session->diag_hidden))
		session->errors++;
	else
		session->warnings++;
	if (session->diag_hidden)
		return;
	out = open_memstream(&text, &length);	/* one write: lines of two programs do not mix */
	if (!out)
		return;
	va_start(args, id);
	put_diag(out, loc, row, args);
	va_end(args);
	if (macro)
		put_macro(out, macro);
	fclose(out);
	fflush(stdout);
	fwrite(text, 1, length, stderr);
	free(text);
	note_expansion(session, loc);
}

void diag_note(struct session *session, const char *format, ...)
{
	va_list args;

	if (session->diag_hidden)
		return;
	put_style(stderr, STYLE_NOTE);
	fputs("note: ", stderr);
	put_style(stderr, STYLE_NONE);
	va_start(args, format);
	put_message(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void diag_finish(struct session *session)
{
	unsigned hidden;

	if (session->errors <= MAX_SHOWN_ERRORS)
		return;
	hidden = session->errors - MAX_SHOWN_ERRORS;
	fprintf(stderr, "and %u more %s\n", hidden, hidden == 1 ? "error" : "errors");
}

#define MAX_NAME	64	/* longer names are not compared */

/*
 * How many letters must be changed, added, left out or swapped with their
 * neighbour to make b of a; limit + 1 if more than limit.
 */
static unsigned distance(const char *a, const char *b, unsigned limit)
{
	unsigned row[3][MAX_NAME + 1];	/* of the matrix: this, the last, the one before */
	unsigned *this = row[0], *last = row[1], *older = row[2], *spare;
	size_t a_length = strlen(a), b_length = strlen(b), i, j;

	if (b_length > MAX_NAME || a_length > b_length + limit || b_length > a_length + limit)
		return limit + 1;
	for (j = 0; j <= b_length; j++)
		this[j] = (unsigned)j;
	for (i = 1; i <= a_length; i++) {
		spare = older;
		older = last;
		last = this;
		this = spare;
		this[0] = (unsigned)i;
		for (j = 1; j <= b_length; j++) {
			unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (this[j - 1] + 1 < best)
				best = this[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    older[j - 2] + 1 < best)
				best = older[j - 2] + 1;
			this[j] = best;
		}
	}
	return this[b_length];
}

const char *diag_nearest(const char *name, const char *(*next)(void *data), void *data)
{
	size_t length = strlen(name);
	unsigned best = length < 4 ? 1 : length < 6 ? 2 : (unsigned)(length / 3);
	const char *nearest = NULL, *candidate;

	if (length > MAX_NAME)
		return NULL;
	best++;				/* anything nearer is taken */
	if (best > length)
		best = (unsigned)length;	/* not everything changed */
	while (best && (candidate = next(data))) {
		unsigned d = distance(name, candidate, best - 1);

		if (d < best) {
			best = d;
			nearest = candidate;
		}
	}
	return nearest;
}

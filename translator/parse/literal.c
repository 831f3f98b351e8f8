/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers and escapes are SystemTap's: C's, except that an unknown escape
 * stands for its character, and that \x takes two digits at most.
 */
#include "parse/literal.h"

#include "diag.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

void literal_number(struct session *session, struct token *token)
{
	const char *text = session_strndup(session, token->text, token->length);
	char *end;

	errno = 0;
	/* as in SystemTap, up to ULLONG_MAX, so that all addresses can be written */
	token->number = (int64_t)strtoull(text, &end, 0);
	token->hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	if (*end) {
		diag(session, &token->loc, DIAG_BAD_NUMBER, text);
		if (text[0] == '0' && !strpbrk(text, "xX_abcdefABCDEF"))
			diag_note(session, "a number that begins with 0 is octal");
		token->number = 0;
	} else if (errno == ERANGE) {
		diag(session, &token->loc, DIAG_NUMBER_RANGE, text);
		token->number = 0;
	}
}

/* The place of text[at] in a token that begins at loc. */
static struct loc place_in(struct loc loc, const char *text, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			loc.line++;
			loc.col = 1;
		} else {
			loc.col++;
		}
	}
	return loc;
}

static unsigned hex_digit(char c)
{
	return (unsigned)(isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10);
}

/*
 * The byte that the escape at text (after its backslash) stands for; *ret_length
 * is how long the escape is. NULL, or what is wrong with it.
 */
static const char *escape(const char *text, unsigned char *ret_byte, size_t *ret_length)
{
	static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	const char *letter = memchr(letters, *text, sizeof(letters) - 1);
	unsigned value = 0;
	size_t i = 0;

	*ret_length = 1;
	*ret_byte = (unsigned char)*text;
	if (letter) {
		*ret_byte = (unsigned char)bytes[letter - letters];
	} else if (*text >= '0' && *text <= '7') {
		for (; i < 3 && text[i] >= '0' && text[i] <= '7'; i++)
			value = value * 8 + (unsigned)(text[i] - '0');
		*ret_length = i;
		*ret_byte = (unsigned char)value;
		if (value > 255)
			return "an octal escape is at most \\377";
	} else if (*text == 'x') {
		for (i = 1; i < 3 && isxdigit((unsigned char)text[i]); i++)
			value = value * 16 + hex_digit(text[i]);
		*ret_length = i;
		*ret_byte = (unsigned char)value;
		if (i == 1)
			return "\\x without a hexadecimal digit";
	}
	return NULL;
}

void literal_string(struct session *session, struct token *token, bool exact)
{
	const char *text = token->text;		/* ends with a quote, so escape() can look ahead */
	size_t end = token->length - 1, i = 1;
	char *value = session_alloc(session, token->length);
	size_t length = 0;
	bool ended = false;

	while (i < end) {
		unsigned char byte = (unsigned char)text[i];
		const char *wrong = NULL;
		size_t used = 1, at = i;

		if (byte == '\\') {
			wrong = escape(text + i + 1, &byte, &used);
			used++;
		}
		i += used;
		if (wrong || (!byte && !ended)) {
			struct loc loc = exact ? place_in(token->loc, text, at) : token->loc;

			if (wrong)
				diag(session, &loc, DIAG_BAD_ESCAPE, wrong);
			else
				diag(session, &loc, DIAG_NUL_IN_STRING);
		}
		ended |= !byte;
		if (!ended)
			value[length++] = (char)byte;
	}
	token->text = value;
	token->length = length;
}

/* The text at a place; NULL if there is none. */
static const char *text_at(const struct loc *loc)
{
	const char *text = loc->source->text;

	for (unsigned n = 1; n < loc->line && text; n++) {
		text = strchr(text, '\n');
		text += text != NULL;
	}
	return text && strnlen(text, loc->col) == loc->col ? text + loc->col - 1 : NULL;
}

struct loc literal_place(struct loc loc, size_t at)
{
	const char *start = text_at(&loc), *p = start, *next;
	unsigned char byte;
	size_t length;

	if (!p || *p++ != '"')
		return loc;
	while (*p && (at || *p == '"')) {
		if (*p == '"') {
			next = p + 1 + strspn(p + 1, " \t\n");	/* "a" "b" is one literal */
			if (*next != '"' && !at)
				break;
			if (*next != '"')
				return loc;
			p = next + 1;
			continue;
		}
		length = 0;
		if (*p == '\\')
			escape(p + 1, &byte, &length);
		p += 1 + length;
		at--;
	}
	return place_in(loc, start, (size_t)(p - start));
}

void literal_print_string(FILE *out, const char *string)
{
	static const char special[] = "\a\b\f\n\r\t\v\"\\", letters[] = "abfnrtv\"\\";

	fputc('"', out);
	for (; *string; string++) {
		const char *letter = strchr(special, *string);
		unsigned char byte = (unsigned char)*string;

		if (letter)
			fprintf(out, "\\%c", letters[letter - special]);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(out, "\\%03o", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}

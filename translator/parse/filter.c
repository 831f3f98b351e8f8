/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The token filter, between scanner and parser. Two steps, each pulling from
 * the one before:
 *
 *	substituted()	$1 $2 ... and $# become the tokens of the argument,
 *			@1 @2 ... and @# a string
 *	filter_next()	adjacent strings become one
 *
 * What works on tokens and needs no grammar belongs here: the preprocessor and
 * macros between the two steps, contextual words after them (`ahead` is the
 * place to look further on; token.newline says where lines begin).
 */
#include "diag.h"
#include "parse/token.h"
#include "parse/grammar.h"

#include <string.h>

void filter_open(struct filter *filter, struct session *session, const struct source *source)
{
	*filter = (struct filter){ .session = session };
	scanner_open(&filter->script, session, source, source->text, source->length, NULL);
}

void filter_close(struct filter *filter)
{
	scanner_close(&filter->argument);
	scanner_close(&filter->script);
}

/* The argument that the token asks for, or one that does no harm after a diagnostic. */
static const char *find_argument(struct filter *filter, const struct token *token)
{
	const struct options *options = &filter->session->options;

	if (token->number >= 1 && token->number <= options->argc)
		return options->argv[token->number - 1];
	diag(filter->session, &token->loc, DIAG_NO_ARGUMENT, token->text, options->argc);
	if (!token->number)
		diag_note(filter->session, "arguments are counted from 1");
	return token->kind == TOKEN_ARGUMENT ? "0" : "";
}

static void make_string(struct token *token, const char *text)
{
	token->kind = T_STRING;
	token->text = text;
	token->length = strlen(text);
}

/* The next token of the argument that is being pasted; false at its end. */
static bool pasted(struct filter *filter, struct token *ret)
{
	if (!filter->argument.flex)
		return false;
	scanner_next(&filter->argument, ret);
	if (ret->kind == T_EOF) {
		scanner_close(&filter->argument);
		return false;
	}
	if (ret->kind < T_EOF) {
		diag(filter->session, &ret->loc, DIAG_ARGUMENT_IN_ARGUMENT, filter->argument_number, ret->text);
		ret->kind = T_NUMBER;
		ret->number = 0;
	}
	return true;
}

/* The next token, where none is an argument any more. */
static void substituted(struct filter *filter, struct token *ret)
{
	const struct options *options = &filter->session->options;
	const char *argument;

	for (;;) {
		if (pasted(filter, ret))
			return;
		scanner_next(&filter->script, ret);
		switch (ret->kind) {
		case TOKEN_ARGUMENT:
			/* as source text, as SystemTap does: a number, a name, an expression */
			argument = find_argument(filter, ret);
			filter->argument_loc = ret->loc;
			filter->argument_number = (int)ret->number;
			scanner_open(&filter->argument, filter->session, ret->loc.source, argument,
				     strlen(argument), &filter->argument_loc);
			filter->argument.glued = ret->glued;
			filter->argument.newline = ret->newline;
			continue;
		case TOKEN_ARGUMENT_STRING:
			make_string(ret, find_argument(filter, ret));
			return;
		case TOKEN_ARGUMENT_COUNT:
			ret->kind = T_NUMBER;
			ret->number = options->argc;
			return;
		case TOKEN_ARGUMENT_COUNT_STRING:
			make_string(ret, session_printf(filter->session, "%d", options->argc));
			return;
		default:
			return;
		}
	}
}

static void peek(struct filter *filter)
{
	if (!filter->has_ahead)
		substituted(filter, &filter->ahead);
	filter->has_ahead = true;
}

/* The string with all strings that follow it; `first` is followed by one. */
static void join_strings(struct filter *filter, struct token *first)
{
	size_t length = 0, size = 0;
	char *text = NULL;
	const struct token *next = first;

	do {
		if (length + next->length >= size) {
			size = (length + next->length) * 2 + 64;
			text = realloc(text, size);
			if (!text)
				abort();
		}
		memcpy(text + length, next->text, next->length);
		length += next->length;
		if (next == &filter->ahead)
			filter->has_ahead = false;
		peek(filter);
		next = &filter->ahead;
	} while (next->kind == T_STRING);
	first->text = session_strndup(filter->session, text, length);
	first->length = length;
	free(text);
}

void filter_next(struct filter *filter, struct token *ret)
{
	peek(filter);
	*ret = filter->ahead;
	filter->has_ahead = false;
	if (ret->kind != T_STRING)
		return;
	peek(filter);
	if (filter->ahead.kind == T_STRING)
		join_strings(filter, ret);
}

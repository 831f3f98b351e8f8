/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The token filter, between preprocessor and parser. Two steps, each pulling
 * from the one before:
 *
 *	joined()	adjacent strings become one
 *	filter_next()	`enable`, `disable` and `later` become words where they
 *			are none of the script's own names
 */
#include "parse/grammar.h"
#include "parse/preprocess.h"
#include "session.h"

#include <string.h>

void filter_open(struct filter *filter, struct session *session, const struct source *source)
{
	*filter = (struct filter){ .session = session, .preprocess = preprocess_open(session, source) };
}

void filter_close(struct filter *filter)
{
	preprocess_close(filter->preprocess);
}

static void peek(struct filter *filter)
{
	if (!filter->has_ahead)
		preprocess_next(filter->preprocess, &filter->ahead);
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

/* The next token, where strings that follow each other are one. */
static void joined(struct filter *filter, struct token *ret)
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

/*
 * Contextual words.  A script may have variables and functions called enable,
 * disable or later, and goes on meaning what it means to SystemTap. So these are
 * words only where the names would hardly be:
 *
 *	enable		(or disable) before a name on the same line, unless that
 *			name is assigned to: `enable w`, but not `enable w = 1`
 *	later		directly behind `enable NAME` or its ), on the same
 *			line, unless it is assigned to or called
 *	arguments	open on the line of the name; a ( on the next line
 *			begins a statement
 *
 * Outside of all brackets there are no expressions: these are names there, and
 * components of probe points.
 */

/* The i-th token from the next one on. */
static struct token *look(struct filter *filter, int i)
{
	while (filter->queued <= i)
		joined(filter, &filter->queue[filter->queued++]);
	return &filter->queue[i];
}

/*
 * Is the name before this token a variable, as the token changes it? A ++ on the
 * next line may as well begin the statement there, and is taken to do so.
 */
static bool makes_variable(const struct token *token)
{
	switch (token->kind) {
	case T_ASSIGN:
	case T_ADD_ASSIGN:
	case T_SUB_ASSIGN:
	case T_MUL_ASSIGN:
	case T_DIV_ASSIGN:
	case T_MOD_ASSIGN:
	case T_AND_ASSIGN:
	case T_XOR_ASSIGN:
	case T_OR_ASSIGN:
	case T_SHL_ASSIGN:
	case T_SHR_ASSIGN:
	case T_USHR_ASSIGN:
	case T_CONCAT_ASSIGN:
	case T_AGGREGATE:
	case T_LBRACKET:
		return true;
	case T_INC:
	case T_DEC:
		return !token->newline;
	default:
		return false;
	}
}

static bool opens_here(const struct token *token)
{
	return token->kind == T_LPAREN && !token->newline;
}

static bool is_name(const struct token *token, const char *name)
{
	return token->kind == T_IDENT && !strcmp(token->text, name);
}

/* Makes a word of the token, and a watch of the name after it, if they are these. */
static void take_enable(struct filter *filter, struct token *token)
{
	struct token *name;

	if (!filter->brackets || (!is_name(token, "enable") && !is_name(token, "disable")))
		return;
	name = look(filter, 0);
	if (name->kind != T_IDENT || name->newline || makes_variable(look(filter, 1)))
		return;
	name->kind = opens_here(look(filter, 1)) ? T_WATCH_CALL : T_WATCH;
	token->kind = *token->text == 'e' ? T_ENABLE : T_DISABLE;
	filter->word = token->kind;
}

/* The token before the next one ends `enable NAME` or `enable NAME(...)`. */
static void take_later(struct filter *filter)
{
	struct token *later = look(filter, 0);

	if (is_name(later, "later") && !later->newline && !makes_variable(look(filter, 1)) &&
	    !opens_here(look(filter, 1)))
		later->kind = T_LATER;
}

static void open_bracket(struct filter *filter, bool enabling)
{
	if (filter->brackets < MAX_NESTING)
		filter->enabling[filter->brackets] = enabling;
	filter->brackets++;		/* the feed says so when there are too many */
}

/* Returns whether arguments of `enable NAME` end here. */
static bool close_bracket(struct filter *filter)
{
	if (!filter->brackets)
		return false;
	filter->brackets--;
	return filter->brackets < MAX_NESTING && filter->enabling[filter->brackets];
}

void filter_next(struct filter *filter, struct token *ret)
{
	int word = filter->word;

	*ret = *look(filter, 0);
	filter->queue[0] = filter->queue[1];
	filter->queued--;
	if (ret->kind != T_WATCH_CALL)
		filter->word = 0;
	switch (ret->kind) {
	case T_PROBE:
	case T_GLOBAL:
	case T_PRIVATE:
	case T_FUNCTION:
		filter->brackets = 0;	/* what is still open has been forgotten */
		break;
	case T_LPAREN:
		open_bracket(filter, word == T_ENABLE);
		break;
	case T_LBRACE:
		open_bracket(filter, false);
		break;
	case T_RPAREN:
		if (close_bracket(filter))
			take_later(filter);
		break;
	case T_RBRACE:
		close_bracket(filter);
		break;
	case T_WATCH:
		if (word == T_ENABLE)
			take_later(filter);
		break;
	case T_IDENT:
		take_enable(filter, ret);
		break;
	}
}

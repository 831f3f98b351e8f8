/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last layer before the parser. It counts brackets, limits how deep they
 * are nested, and arranges what happens after a syntax error.
 *
 * Recovery.  Bison drops what it has begun until it comes to a rule that takes
 * `error RESYNC`: the inside of a header (if, while, for), a statement of a
 * block, or a declaration, whichever is innermost. The brackets say which one
 * that is. The feed then skips tokens to where that construct ends and hands
 * out RESYNC:
 *
 *	header		to its ), or where it must have been forgotten
 *	statement	past a ;, to the next line unless within brackets, or
 *			to a { or } or a word that begins a statement
 *	declaration	to a { (the body is parsed for further errors), or to a
 *			word that begins a declaration
 *
 * A word that begins a declaration, or the end of the file, within braces means
 * that a } was forgotten: the feed then hands out the missing closers.
 */
#include "diag.h"
#include "parse/token.h"
#include "parse/grammar.h"

/*
 * How often the parser may refuse what comes next without a new token being
 * read. More cannot happen as long as the openers tell where the parser is;
 * if they do not, this makes sure that the file comes to its end.
 */
#define MAX_RESYNCS	4

void feed_open(struct feed *feed, struct session *session, const struct source *source)
{
	feed->session = session;
	feed->last = (struct token){ .kind = T_SEMICOLON };
	feed->before_last = T_SEMICOLON;
	filter_open(&feed->filter, session, source);
}

void feed_close(struct feed *feed)
{
	filter_close(&feed->filter);
}

static bool begins_declaration(const struct token *token, int before)
{
	switch (token->kind) {
	case T_PROBE:
	case T_GLOBAL:
	case T_PRIVATE:
	case T_FUNCTION:
		return before != T_DOT;		/* kernel.function */
	default:
		return false;
	}
}

/* Words that are nothing else than the beginning of a statement. */
static bool begins_statement(int kind)
{
	switch (kind) {
	case T_IF:
	case T_ELSE:
	case T_FOR:
	case T_WHILE:
	case T_FOREACH:
	case T_RETURN:
	case T_NEXT:
	case T_BREAK:
	case T_CONTINUE:
	case T_DELETE:
	case T_TRY:
		return true;
	default:
		return false;
	}
}

/* At the beginning of a line: is it likely that a statement begins here? */
static bool may_begin_statement(int kind)
{
	return begins_statement(kind) || kind == T_IDENT || kind == T_TARGET || kind == T_INC || kind == T_DEC ||
	       kind == T_ENABLE || kind == T_DISABLE;
}

const struct opener *feed_open_brace(const struct feed *feed)
{
	for (int i = feed->depth - 1; i >= 0; i--)
		if (feed->openers[i].bracket == '{')
			return &feed->openers[i];
	return NULL;
}

const struct opener *feed_pointless(const struct feed *feed)
{
	return feed->depth && feed->openers[0].bracket == CHOICE && feed->openers[0].after_probe ?
	       &feed->openers[0] : NULL;
}

/* Is a { after this kind of token part of a probe point? */
static bool begins_choice(const struct feed *feed, int before)
{
	if (feed_open_brace(feed))
		return false;
	switch (before) {
	case T_PROBE:
	case T_DOT:
	case T_ASSIGN:
	case T_ADD_ASSIGN:
	case T_COMMA:
	case T_LBRACE:
		return true;
	default:
		return false;
	}
}

/* Does a ( after this kind of token begin a header? Outside braces all words but `if` may be parts of names. */
static bool begins_header(const struct feed *feed, int kind)
{
	return kind == T_IF || ((kind == T_WHILE || kind == T_FOR || kind == T_FOREACH) && feed_open_brace(feed));
}

static void open_bracket(struct feed *feed, const struct token *token, char bracket)
{
	bool header = bracket == '(' && begins_header(feed, feed->before_last);

	if (feed->depth == MAX_NESTING) {
		if (!feed->session->too_deep)
			diag(feed->session, &token->loc, DIAG_NESTING, MAX_NESTING);
		feed->session->too_deep = true;
		return;
	}
	feed->openers[feed->depth++] = (struct opener){
		.bracket = bracket,
		.header = header ? feed->before_last : 0,
		.after_probe = feed->before_last == T_PROBE,
		.loc = token->loc,
	};
}

/* Closes the innermost such bracket and what was left open in it; nothing if there is none within the braces. */
static void close_bracket(struct feed *feed, char bracket)
{
	for (int i = feed->depth - 1; i >= 0; i--) {
		if (feed->openers[i].bracket == bracket) {
			feed->depth = i;
			return;
		}
		if (feed->openers[i].bracket == '{')
			return;
	}
}

/* The parser wants more, so it has accepted the last token. */
static void count_last(struct feed *feed)
{
	const struct token *last = &feed->last;

	switch (last->kind) {
	case T_LBRACE:
		open_bracket(feed, last, begins_choice(feed, feed->before_last) ? CHOICE : '{');
		break;
	case T_LPAREN:
		open_bracket(feed, last, '(');
		break;
	case T_LBRACKET:
		open_bracket(feed, last, '[');
		break;
	case T_RBRACE:
		close_bracket(feed, feed_open_brace(feed) ? '{' : CHOICE);
		break;
	case T_RPAREN:
		close_bracket(feed, '(');
		break;
	case T_RBRACKET:
		close_bracket(feed, '[');
		break;
	}
	if (begins_declaration(last, feed->before_last)) {
		feed->stray = false;
		feed->declaring = last->kind;
	}
	feed->before_last = last->kind;
}

void feed_resync(struct feed *feed)
{
	feed->resync = true;
}

/* The next token, while skipping. */
static void skip(struct feed *feed, struct token *token)
{
	if (feed->has_held) {
		*token = feed->held;
	} else {
		filter_next(&feed->filter, token);
		feed->resyncs = 0;
	}
	feed->has_held = false;
}

/* Skips to the end of the header whose ( is openers[header]. */
static void skip_header(struct feed *feed, struct token *token, int header)
{
	int parens = feed->depth - header, before = feed->before_last;
	bool ends_at_semicolon = feed->openers[header].header != T_FOR && feed_open_brace(feed);

	for (;; before = token->kind, skip(feed, token)) {
		if (token->kind == T_LPAREN)
			parens++;
		if (token->kind == T_RPAREN && --parens == 0)
			return;
		if (token->kind == T_SEMICOLON && ends_at_semicolon)
			return;
		if (token->kind == T_LBRACE || token->kind == T_RBRACE || token->kind == T_EOF ||
		    begins_declaration(token, before))
			return;
	}
}

/* What must be handed out before token, so that the header is closed and has a body. */
static void close_header(struct feed *feed, const struct token *token)
{
	bool in_block = feed_open_brace(feed) != NULL;
	int n = 0;

	if (token->kind == T_RPAREN)
		return;
	feed->closers[n++] = T_RPAREN;
	if (token->kind == T_LBRACE || (token->kind == T_SEMICOLON && in_block))
		return;
	feed->closers[n++] = in_block ? T_SEMICOLON : T_LBRACE;
	if (!in_block && token->kind != T_RBRACE)
		feed->closers[n++] = T_RBRACE;
}

/*
 * Skips to the end of the statement that the token is in. Always goes past a
 * token that the parser has refused and might refuse again.
 */
static void skip_statement(struct feed *feed, struct token *token)
{
	int brackets = 0, before = feed->before_last;
	bool refused = true;

	for (int i = feed->depth - 1; i >= 0 && feed->openers[i].bracket != '{'; i--)
		brackets++;
	if (token->kind == T_BAD)
		brackets = 0;		/* an open string has hidden the rest of its line */
	for (;; before = token->kind, refused = false, skip(feed, token)) {
		switch (token->kind) {
		case T_LPAREN:
		case T_LBRACKET:
			brackets++;
			break;
		case T_RPAREN:
		case T_RBRACKET:
			if (brackets)
				brackets--;
			break;
		case T_SEMICOLON:
			skip(feed, token);
			return;
		case T_LBRACE:
			if (!refused)
				return;
			break;
		case T_RBRACE:
		case T_EOF:
			return;
		}
		if (begins_declaration(token, before))
			return;
		if (token->newline && !refused &&
		    (brackets ? begins_statement(token->kind) : may_begin_statement(token->kind)))
			return;
	}
}

static void skip_declaration(struct feed *feed, struct token *token)
{
	int before = feed->before_last, choices = 0;

	for (int i = 0; i < feed->depth; i++)
		choices += feed->openers[i].bracket == CHOICE;
	for (;; before = token->kind, skip(feed, token)) {
		if (token->kind == T_EOF || begins_declaration(token, before))
			return;
		/* that of a body; a global has none */
		if (token->kind == T_LBRACE && !choices && feed->declaring != T_GLOBAL && feed->declaring != T_PRIVATE)
			return;
		if (token->kind == T_LBRACE)
			choices++;
		if (token->kind == T_RBRACE && choices)
			choices--;
	}
}

/* Skips from the token that the parser has refused; see the top. */
static void resync(struct feed *feed, struct token *ret)
{
	struct token token = feed->last;
	int i = feed->depth - 1;

	for (int n = 0; n < 3; n++)
		feed->closers[n] = 0;
	feed->braces = 0;
	if (++feed->resyncs > MAX_RESYNCS) {
		skip(feed, &token);
		i = -1;
	}
	while (i >= 0 && feed->openers[i].bracket != '{' && !feed->openers[i].header)
		i--;
	if (i >= 0 && feed->openers[i].header) {
		skip_header(feed, &token, i);
		feed->depth = i + 1;
		close_header(feed, &token);
	} else if (i >= 0) {
		skip_statement(feed, &token);
		feed->depth = i + 1;
	} else {
		skip_declaration(feed, &token);
		feed->depth = 0;
	}
	if (token.kind == T_EOF || begins_declaration(&token, T_SEMICOLON))
		for (i = 0; i < feed->depth; i++)
			feed->braces += feed->openers[i].bracket == '{';
	if (token.kind != T_EOF)
		feed->added += feed->braces;
	feed->held = token;
	feed->has_held = true;
	*ret = token;
	ret->kind = T_RESYNC;
}

/* The closer that is due, or 0. */
static int next_closer(struct feed *feed)
{
	int kind = feed->closers[0];

	if (kind) {
		feed->closers[0] = feed->closers[1];
		feed->closers[1] = feed->closers[2];
		feed->closers[2] = 0;
	} else if (feed->braces) {
		feed->braces--;
		kind = T_RBRACE;
	}
	return kind;
}

void feed_next(struct feed *feed, struct token *ret)
{
	int closer;

	if (feed->resync) {
		resync(feed, ret);
		feed->resync = false;
	} else {
		count_last(feed);
		closer = next_closer(feed);
		if (closer) {
			*ret = feed->held;
			ret->kind = closer;
		} else {
			skip(feed, ret);
		}
	}
	if (feed->session->too_deep)
		ret->kind = T_EOF;	/* what follows would only be reported as nested too deeply, too */
	feed->last = *ret;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parser says about a token that it cannot accept. The list of what it
 * could accept is mostly long, so it is put into the words of somebody who
 * writes a script: an expression, a statement, a probe point.
 */
#include "diag.h"
#include "parse/token.h"
#include "parse/grammar.h"

#include <stdio.h>
#include <string.h>

struct expected {
	const int *kinds;
	const char *const *names;
	int count;
};

static bool has(const struct expected *expected, int kind)
{
	for (int i = 0; i < expected->count; i++)
		if (expected->kinds[i] == kind)
			return true;
	return false;
}

/* The name of a kind in a sentence: what is written so in a script, is in quotes. */
static const char *quoted(struct feed *feed, const char *name)
{
	return strchr(name, ' ') ? name : session_printf(feed->session, "'%s'", name);
}

static const char *unexpected(struct feed *feed, const char *name)
{
	const struct token *token = &feed->last;

	switch (token->kind) {
	case T_IDENT:
	case T_WATCH:
	case T_WATCH_CALL:
		return session_printf(feed->session, "unexpected name '%s'", token->text);
	case T_TARGET:
		return session_printf(feed->session, "unexpected '$%s'", token->text);
	case T_NUMBER:
		return session_printf(feed->session, "unexpected number %s", token->text);
	case T_STRING:
		return "unexpected string";
	default:
		return session_printf(feed->session, "unexpected %s", quoted(feed, name));
	}
}

/* The end of the file, or of what the file holds so far: no block goes on here. */
static bool ends_block(int kind)
{
	return kind == T_EOF || kind == T_PROBE || kind == T_GLOBAL || kind == T_PRIVATE || kind == T_FUNCTION;
}

/* Is it worth naming, where the others say what is meant? */
static bool worth_naming(int kind)
{
	return !ends_block(kind) && kind != T_BAD && kind != T_RESYNC && kind != T_ADD_ASSIGN;
}

/* The names in a sentence: 'a', 'b' or 'c'. Grows by one; `last` is held back for the "or". */
struct list {
	struct feed *feed;
	const char *text, *last;
};

static void list_add(struct list *list, const char *name)
{
	if (list->last)
		list->text = list->text ? session_printf(list->feed->session, "%s, %s", list->text, list->last) : list->last;
	list->last = quoted(list->feed, name);
}

static const char *list_end(struct list *list)
{
	return list->text ? session_printf(list->feed->session, "%s or %s", list->text, list->last) : list->last;
}

/* Those of the kinds (up to a 0) that are expected, in this order; NULL if none is. */
static const char *list_of(struct feed *feed, const struct expected *expected, const int *kinds)
{
	struct list list = { .feed = feed };

	for (; *kinds; kinds++)
		for (int i = 0; i < expected->count; i++)
			if (expected->kinds[i] == *kinds)
				list_add(&list, expected->names[i]);
	return list_end(&list);
}

static const char *list_all(struct feed *feed, const struct expected *expected)
{
	struct list list = { .feed = feed };

	for (int i = 0; i < expected->count; i++)
		if (worth_naming(expected->kinds[i]))
			list_add(&list, expected->names[i]);
	return list_end(&list);
}

/* What the parser would have liked, in words; NULL if too much to say. */
static const char *expectation(struct feed *feed, const struct expected *expected)
{
	static const int after_expression[] = { T_RPAREN, T_RBRACKET, T_COMMA, T_SEMICOLON, T_COLON, 0 };
	static const int instead_of_expression[] = { T_RPAREN, T_SEMICOLON, 0 };
	static const int in_point[] = { T_DOT, T_COMMA, T_LBRACE, 0 };
	const char *others;

	if (has(expected, T_SLASH))			/* an expression is complete */
		return has(expected, T_RBRACE) ? NULL : list_of(feed, expected, after_expression);
	if (has(expected, T_NUMBER) && has(expected, T_IF))
		return has(expected, T_RBRACE) ? "a statement or '}'" : "a statement";
	if (has(expected, T_NUMBER) && has(expected, T_LPAREN)) {
		others = list_of(feed, expected, instead_of_expression);
		return others ? session_printf(feed->session, "an expression or %s", others) : "an expression";
	}
	if (has(expected, T_NUMBER))
		return has(expected, T_STRING) ? "a number or a string" : "a number";
	if (has(expected, T_LBRACE) && has(expected, T_COMMA))
		return list_of(feed, expected, in_point);
	if (has(expected, T_FOREACH))			/* any word may be part of a name */
		return feed_open_brace(feed) ? "the name of a member" : "a probe point";
	return list_all(feed, expected);
}

static void outside_probe(struct feed *feed, const char *what)
{
	if (feed->stray)
		return;
	diag(feed->session, &feed->last.loc, DIAG_TOP_LEVEL, what);
	if (feed->last.kind == T_RBRACE)
		diag_note(feed->session, "there is no '{' for this '}'");
	else
		diag_note(feed->session, "statements belong in a probe, as in: probe begin { ... }");
	feed->stray = feed->last.kind != T_RBRACE;
}

void syntax_error(struct feed *feed, const int *kinds, const char *const *names, int count)
{
	const struct expected expected = { kinds, names, count };
	const struct token *token = &feed->last;
	const struct opener *brace = feed_open_brace(feed);
	const char *what, *wanted;

	if (feed->session->too_deep || token->kind == T_BAD)
		return;
	if (token->kind == T_RBRACE && !feed->depth && feed->added) {
		feed->added--;		/* the one that seemed to be forgotten */
		return;
	}
	if (feed->session->errors >= MAX_SHOWN_ERRORS) {
		diag(feed->session, &token->loc, DIAG_SYNTAX, "");
		return;
	}
	what = unexpected(feed, names[count]);
	if (has(&expected, T_PROBE) && has(&expected, T_EOF) && !has(&expected, T_COMMA)) {
		outside_probe(feed, what);
		return;
	}
	if (brace && ends_block(token->kind))
		wanted = "'}'";
	else
		wanted = expectation(feed, &expected);
	if (wanted)
		what = session_printf(feed->session, "%s, expected %s", what, wanted);
	diag(feed->session, &token->loc, DIAG_SYNTAX, what);
	if (brace && ends_block(token->kind))
		diag_note(feed->session, "the '{' at line %u, column %u is not closed",
			  brace->loc.line, brace->loc.col);
	if (feed_pointless(feed))
		diag_note(feed->session, "a probe names its points before its body: probe begin { ... }");
	if (token->kind == T_ELSE && !wanted)
		diag_note(feed->session, "there is no 'if' that this 'else' could belong to");
}

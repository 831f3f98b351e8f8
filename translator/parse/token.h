/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens and the layers that they pass through on their way to the parser,
 * each pulling from the one before:
 *
 *	scanner (lexer.l)	text to tokens; no knowledge of the grammar
 *	preprocessor (preprocess.h)	$1, @1, macros and conditionals
 *	filter (filter.c)	rewrites tokens: joined strings, `enable NAME`
 *	feed (feed.c)		counts brackets; after a syntax error skips to
 *				where the parser can go on
 */
#ifndef TRANSLATOR_TOKEN_H
#define TRANSLATOR_TOKEN_H

#include "parse/tree.h"

struct token {
	int kind;			/* enum yytokentype (grammar.h), or below */
	struct loc loc;			/* of its first byte; of the $1 it was pasted for */
	const char *text;		/* names: the name ($value: without the $); strings: the value; else as written */
	size_t length;			/* of text */
	int64_t number;			/* NUMBER, ARGUMENT and ARGUMENT_STRING */
	bool hex;			/* NUMBER: written in hexadecimal */
	bool glued;			/* nothing between it and the token before */
	bool newline;			/* the first token of its line */
};

/* What the preprocessor replaces; the parser never sees it. */
enum {
	TOKEN_ARGUMENT = -8,		/* $1 */
	TOKEN_ARGUMENT_STRING,		/* @1 */
	TOKEN_ARGUMENT_COUNT,		/* $# */
	TOKEN_ARGUMENT_COUNT_STRING,	/* @# */
	TOKEN_COND_OPEN,		/* %( */
	TOKEN_COND_THEN,		/* %? */
	TOKEN_COND_ELSE,		/* %: */
	TOKEN_COND_CLOSE,		/* %) */
};

struct scanner {
	struct session *session;
	const struct source *source;
	const struct loc *paste;	/* text that stands in the place of a $1: where that is; else NULL */
	unsigned line, col;		/* of the next byte */
	struct loc start;		/* of the token being read */
	bool glued, newline;		/* of the next token */
	bool quiet;			/* literals are not read, and nothing but what is not closed is reported */
	void *flex;
};

/* The text (up to 2 GiB) must stay until scanner_close. */
void scanner_open(struct scanner *scanner, struct session *session, const struct source *source,
		  const char *text, size_t length, const struct loc *paste);
void scanner_close(struct scanner *scanner);
/* Never fails: what is no token is reported, and left out or made a BAD token. At the end YYEOF, however often called. */
void scanner_next(struct scanner *scanner, struct token *ret);
/* The kind of what is written as a name: that of a keyword, or IDENT. */
int scanner_name_kind(const char *text);
/* The kind of an @word: ATWORD if nobody knows it, so that it may be a macro. */
int scanner_at_kind(const char *text);
/* The i-th @word of the language, NULL behind the last. */
const char *scanner_at_word(size_t i);

struct preprocess;

struct filter {
	struct session *session;
	struct preprocess *preprocess;
	struct token ahead;		/* read but not joined yet */
	bool has_ahead;
	struct token queue[2];		/* joined but not delivered yet */
	int queued;
	int brackets;			/* ( and { that are open */
	bool enabling[MAX_NESTING];	/* is this ( that of the arguments of `enable NAME`? */
	int word;			/* the contextual word that was delivered last: T_ENABLE, T_DISABLE */
};

void filter_open(struct filter *filter, struct session *session, const struct source *source);
void filter_close(struct filter *filter);
void filter_next(struct filter *filter, struct token *ret);

/* A bracket that is open. */
#define CHOICE	'c'			/* a { in a probe point: kernel.{function("a"), function("b")} */
struct opener {
	char bracket;			/* one of ( [ { or CHOICE */
	int header;			/* ( of a header: T_IF, T_WHILE or T_FOR; the parser can resume at its ). Else 0 */
	bool after_probe;		/* the word */
	struct loc loc;
};

struct feed {
	struct session *session;
	struct filter filter;
	struct token last;		/* delivered; not in openers yet */
	int before_last;		/* the kind of the token before it */
	struct opener openers[MAX_NESTING];
	int depth;			/* how many are open before last */
	bool resync;			/* the parser has refused last */
	int closers[3];			/* kinds to deliver next, as the script has left them out: zeros at the end */
	int braces;			/* as many } after them */
	struct token held;		/* to deliver then */
	bool has_held;
	int resyncs;			/* since a token was read */
	int declaring;			/* the word that began the declaration */
	int added;			/* } that were left out before a declaration, and have not turned up yet */
	bool stray;			/* statements outside any probe were reported */
};

void feed_open(struct feed *feed, struct session *session, const struct source *source);
void feed_close(struct feed *feed);
void feed_next(struct feed *feed, struct token *ret);
/*
 * The parser has refused the last token: the next one will be RESYNC, and those
 * after it what a parser expects that has just read a broken statement (or the
 * inside of a broken header, or a broken declaration).
 */
void feed_resync(struct feed *feed);
/* The innermost { of a block that is open, or NULL. */
const struct opener *feed_open_brace(const struct feed *feed);
/* The { after `probe` that is open, where a body may have been meant; or NULL. */
const struct opener *feed_pointless(const struct feed *feed);

/*
 * syntax_error.c: says what is wrong with feed->last, where the grammar would
 * accept the `count` kinds in `expected`. `names` has the name of each of them,
 * and then that of last.
 */
void syntax_error(struct feed *feed, const int *expected, const char *const *names, int count);

#endif

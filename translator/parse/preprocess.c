/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditionals: %( CONDITION %? TOKENS %: TOKENS %), nested as one likes. The
 * scanner takes "%(" for the beginning of one wherever it stands, as SystemTap
 * does, so a remainder of something in parentheses needs a space.
 */
#include "diag.h"
#include "parse/grammar.h"
#include "parse/preprocess.h"

#include <string.h>

struct preprocess *preprocess_open(struct session *session, const struct source *source)
{
	struct preprocess *pp = session_alloc(session, sizeof(*pp));

	pp->session = session;
	input_text(pp, source);
	return pp;
}

void preprocess_close(struct preprocess *pp)
{
	input_close(pp);
}

/* What a %: of the conditional is to skip(). PASSED: the condition is wrong, and this may have been no conditional. */
enum at_else { ELSE_ENDS, ELSE_TWICE, ELSE_PASSED };

/* Reports a word of the innermost conditional that it has already. */
static void check_twice(struct preprocess *pp, const struct token *token)
{
	if (token->kind == TOKEN_COND_THEN || token->kind == TOKEN_COND_ELSE)
		diag(pp->session, &token->loc, DIAG_CONDITIONAL,
		     session_printf(pp->session, "this conditional has a '%s' already", token->text));
}

/* Reads past what a condition leaves out, from `token` on, which is then the %: or %) that ends it. */
static void skip(struct preprocess *pp, struct token *token, enum at_else at_else)
{
	int depth = 0;
	bool bad = false, in_branch = false;

	for (pp->skipping = true;; expand_next(pp, token)) {
		pp->newline |= token->newline;
		if (token->kind == T_EOF)
			break;
		bad = token->kind == T_BAD;
		if (token->kind == TOKEN_COND_OPEN)
			depth++;
		else if (token->kind == TOKEN_COND_CLOSE && !depth--)
			break;
		else if (token->kind == TOKEN_COND_ELSE && !depth && at_else == ELSE_ENDS)
			break;
		else if (!depth && at_else != ELSE_PASSED)
			check_twice(pp, token);
		else if (token->kind == TOKEN_COND_THEN)
			in_branch = true;
		else if (at_else == ELSE_PASSED && !in_branch && !depth && token_declares(token)) {
			input_unread(pp, token);
			break;
		}
	}
	pp->skipping = false;
	if (token->kind == T_EOF && bad)
		pp->depth = 0;		/* an open comment or the like has hidden the %) */
}

/* The same, from the next token on. */
static void skip_next(struct preprocess *pp, struct token *ret_end, enum at_else at_else)
{
	pp->skipping = true;
	expand_next(pp, ret_end);
	skip(pp, ret_end, at_else);
}

/* Behind a %(: true if what follows is to be read; false after a diagnostic. */
static bool open_conditional(struct preprocess *pp, const struct token *open)
{
	unsigned before = pp->session->errors;
	struct token token;
	int holds = condition_read(pp, &token);

	if (pp->session->too_deep)
		return false;
	if (holds < 0) {
		if (!open->newline && pp->session->errors > before)
			diag_note(pp->session, "'%%(' begins a conditional; a remainder is written with a space: a %% (b)");
		skip(pp, &token, ELSE_PASSED);
		return false;
	}
	if (pp->depth == MAX_NESTING) {
		diag(pp->session, &open->loc, DIAG_NESTING, MAX_NESTING);
		pp->session->too_deep = true;
		return false;
	}
	pp->conditionals[pp->depth++] = (struct conditional){ .loc = open->loc };
	if (holds)
		return true;
	skip_next(pp, &token, ELSE_ENDS);
	if (token.kind == TOKEN_COND_ELSE)
		pp->conditionals[pp->depth - 1].in_else = true;
	else if (token.kind == TOKEN_COND_CLOSE)
		pp->depth--;
	return true;
}

static void stray(struct preprocess *pp, const struct token *token)
{
	diag(pp->session, &token->loc, DIAG_CONDITIONAL,
	     session_printf(pp->session, "there is no '%%(' for this '%s'", token->text));
	if (token->kind == TOKEN_COND_CLOSE || token->kind == TOKEN_COND_ELSE)
		return;
	diag_note(pp->session, "a remainder is written with a space: a %% b");
}

/* At the %: of a branch that was taken. */
static void leave_else(struct preprocess *pp, const struct token *word)
{
	struct token token;

	if (pp->conditionals[pp->depth - 1].in_else)
		check_twice(pp, word);
	skip_next(pp, &token, ELSE_TWICE);
	if (token.kind == TOKEN_COND_CLOSE)
		pp->depth--;
}

void preprocess_next(struct preprocess *pp, struct token *ret)
{
	for (;;) {
		expand_next(pp, ret);
		pp->newline |= ret->newline;
		switch (ret->kind) {
		case TOKEN_COND_OPEN:
			if (open_conditional(pp, ret))
				continue;
			ret->kind = T_BAD;
			break;
		case TOKEN_COND_ELSE:
			if (pp->depth) {
				leave_else(pp, ret);
				continue;
			}
			/* fall through */
		case TOKEN_COND_THEN:
			if (pp->depth)
				check_twice(pp, ret);
			else
				stray(pp, ret);
			ret->kind = T_BAD;
			break;
		case TOKEN_COND_CLOSE:
			if (pp->depth)
				pp->depth--;
			else
				stray(pp, ret);
			continue;
		case T_EOF:
			if (pp->depth && !pp->session->too_deep)
				diag(pp->session, &pp->conditionals[pp->depth - 1].loc, DIAG_CONDITIONAL,
				     "this '%(' is not closed by '%)'");
			pp->depth = 0;
			break;
		}
		ret->newline = pp->newline;
		pp->newline = false;
		return;
	}
}

int preprocess_library(struct session *session, const struct source *source)
{
	struct preprocess *pp = preprocess_open(session, source);
	unsigned before = session->errors;
	struct macro **end = &session->library_macros;
	struct token token;

	preprocess_next(pp, &token);
	if (token.kind != T_EOF && token.kind != T_BAD)
		diag(session, &token.loc, DIAG_DEFINE, "a .stpm file holds definitions of macros, and nothing else");
	preprocess_close(pp);
	while (*end)
		end = &(*end)->next;
	*end = pp->macros;	/* behind what folders before this one have defined */
	return session->errors == before ? 0 : -1;
}

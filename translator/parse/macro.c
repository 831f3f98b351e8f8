/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros: their definitions. One is known from its definition to the end of its
 * source; those of .stpm files, which are read when a macro is not known
 * otherwise, are known to all.
 */
#include "diag.h"
#include "parse/grammar.h"
#include "parse/preprocess.h"

#include <string.h>

static const struct macro *find_in(const struct macro *macro, const char *name)
{
	while (macro && strcmp(macro->name, name))
		macro = macro->next;
	return macro;
}

const struct macro *macro_find(struct preprocess *pp, const char *name)
{
	const struct macro *ret = find_in(pp->macros, name);

	if (ret)
		return ret;
	library_macros(pp->session);
	return find_in(pp->session->library_macros, name);
}

const struct macro *macro_used_at(const struct session *session, const struct loc *loc)
{
	for (const struct macro_use *use = session->macro_uses; use; use = use->next)
		if (use->loc.source == loc->source && use->loc.line == loc->line && use->loc.col == loc->col)
			return use->macro;
	return NULL;
}

/* Up to the %) of a body, which is taken too. False at the end of the input. */
static bool read_body(struct preprocess *pp, struct macro *macro)
{
	struct recording body = { 0 };
	struct token token;
	int depth = 0;

	for (;;) {
		input_raw(pp, pp->input, &token);
		if (token.kind == T_EOF || (token.kind == TOKEN_COND_CLOSE && !depth))
			break;
		if (token.kind == TOKEN_COND_OPEN)
			depth++;
		if (token.kind == TOKEN_COND_CLOSE)
			depth--;
		if (token.kind == T_ATWORD && !strcmp(token.text, "@define")) {
			diag(pp->session, &token.loc, DIAG_DEFINE, "there is no @define within the body of a macro");
			macro->broken = true;
		}
		record(&body, &token);
	}
	macro->body = recorded(pp->session, &body);
	return token.kind != T_EOF;
}

/* Behind the ( up to the ); NULL, or what was wanted instead of *ret_token. */
static const char *read_params(struct preprocess *pp, struct macro *macro, struct token *ret_token)
{
	const char **params = NULL;
	size_t room = 0;

	do {
		input_raw(pp, pp->input, ret_token);
		if (ret_token->kind != T_IDENT)
			return "the name of a parameter";
		if (macro->param_count == room) {
			const char **larger;

			room = room * 2 + 8;
			larger = session_alloc(pp->session, room * sizeof(*larger));
			if (params)
				memcpy(larger, params, macro->param_count * sizeof(*larger));
			params = larger;
		}
		params[macro->param_count++] = ret_token->text;
		macro->params = params;
		input_raw(pp, pp->input, ret_token);
	} while (ret_token->kind == T_COMMA);
	return ret_token->kind == T_RPAREN ? NULL : "',' or ')'";
}

static void wanted(struct preprocess *pp, const struct token *token, const char *what)
{
	struct session *session = pp->session;
	const char *text = token->kind == T_EOF ? "the end" : token->kind == T_STRING ? "a string" :
			   session_printf(session, "'%s'", token->text);

	if (token->kind != T_BAD)
		diag(session, &token->loc, DIAG_DEFINE,
		     session_printf(session, "expected %s after '@define', not %s", what, text));
	if (token->kind == T_RPAREN)
		diag_note(session, "a macro without parameters is defined without parentheses");
}

/* After an error in what is before the body: to the body on the same line, if there is one. */
static bool find_body(struct preprocess *pp, struct token *token)
{
	while (token->kind != TOKEN_COND_OPEN) {
		if (token->kind == T_EOF || input_peek(pp, pp->input)->newline)
			return false;
		input_raw(pp, pp->input, token);
	}
	return true;
}

static void check_name(struct preprocess *pp, const struct macro *macro)
{
	const struct macro *before = find_in(pp->macros, macro->name);

	if (before) {
		diag(pp->session, &macro->loc, DIAG_MACRO_TWICE, macro->name);
		diag_note(pp->session, "it was defined first at %s:%u:%u", before->loc.source->name,
			  before->loc.line, before->loc.col);
	} else if (!strcmp(macro->name, "define")) {
		diag(pp->session, &macro->loc, DIAG_MACRO_TWICE, macro->name);
		diag_note(pp->session, "it is the word that defines macros");
	} else if (scanner_at_kind(session_printf(pp->session, "@%s", macro->name)) != T_ATWORD) {
		diag(pp->session, &macro->loc, DIAG_MACRO_BUILTIN, macro->name);
	}
}

bool macro_define(struct preprocess *pp, const struct token *word)
{
	struct macro *macro = session_alloc(pp->session, sizeof(*macro));
	const char *wrong = NULL;
	struct token token;

	input_raw(pp, pp->input, &token);
	macro->loc = token.loc;
	macro->name = token.text;
	if (token.kind != T_IDENT) {
		wrong = "a name";
	} else {
		input_raw(pp, pp->input, &token);
		if (token.kind == T_LPAREN) {
			wrong = read_params(pp, macro, &token);
			if (!wrong)
				input_raw(pp, pp->input, &token);
		}
		if (!wrong && token.kind != TOKEN_COND_OPEN)
			wrong = macro->param_count ? "'%('" : "'%(' or '('";
	}
	if (wrong) {
		macro->broken = true;
		wanted(pp, &token, wrong);
	}
	if (*macro->name && !wrong)
		check_name(pp, macro);
	macro->next = pp->macros;
	if (!find_in(pp->macros, macro->name))
		pp->macros = macro;
	if (wrong && !find_body(pp, &token))
		return false;
	if (!read_body(pp, macro)) {
		diag(pp->session, &word->loc, DIAG_DEFINE, "this macro is not closed by '%)'");
		macro->broken = true;
	}
	return true;
}

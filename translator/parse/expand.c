/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros: their uses. A body is read in the place of the use, and in it an
 * argument in the place of its parameter. The names in an argument are those of
 * where it is written, so one that has the macro's own name is no recursion.
 */
#include "diag.h"
#include "parse/grammar.h"
#include "parse/preprocess.h"

#include <string.h>

static bool is_at_word(int kind)
{
	return kind == T_ATWORD || kind == T_STAT_WORD || kind == T_HIST_WORD || kind == T_AT_WORD;
}

/* If @name is a parameter here, its argument comes next. */
static bool expand_parameter(struct preprocess *pp, const struct token *word, const char *name)
{
	const struct expansion *expansion = pp->input->expansion;
	struct input *in;

	if (!expansion)
		return false;
	for (size_t i = 0; i < expansion->macro->param_count; i++) {
		if (strcmp(expansion->macro->params[i], name))
			continue;
		in = input_tokens(pp, word, expansion->args[i]);
		if (in)
			in->expansion = expansion->outer;
		return true;
	}
	return false;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static int wrong_count(struct preprocess *pp, const struct token *word, const struct macro *macro, size_t given)
{
	diag(pp->session, &word->loc, DIAG_MACRO_ARITY, macro->name, macro->param_count, plural(macro->param_count),
	     given);
	diag_note(pp->session, "'@%s' is defined at %s:%u:%u", macro->name, macro->loc.source->name, macro->loc.line,
		  macro->loc.col);
	return -1;
}

/* Reads the arguments from ( to ), where the macro has parameters. 0, or -1 after a diagnostic. */
static int read_arguments(struct preprocess *pp, const struct token *word, const struct macro *macro,
			  const struct tokens **ret_args)
{
	struct input *in = pp->input;
	struct tokens *args = session_alloc(pp->session, macro->param_count * sizeof(*args));
	struct recording recording = { 0 };
	size_t count = 0;
	int depth = 0;
	struct token token;

	*ret_args = args;
	if (!macro->param_count)
		return 0;
	if (input_peek(pp, in)->kind != T_LPAREN)
		return wrong_count(pp, word, macro, 0);
	input_raw(pp, in, &token);
	for (;;) {
		if (input_peek(pp, in)->kind == T_EOF || token_declares(input_peek(pp, in))) {
			free(recording.tokens);
			diag(pp->session, &word->loc, DIAG_DEFINE, session_printf(pp->session,
				"the arguments of '@%s' are not closed by ')'", macro->name));
			return -1;
		}
		input_raw(pp, in, &token);
		if (!depth && (token.kind == T_COMMA || token.kind == T_RPAREN)) {
			struct tokens arg = recorded(pp->session, &recording);

			if (count < macro->param_count)
				args[count] = arg;
			count++;
			if (token.kind == T_RPAREN)
				break;
			continue;
		}
		if (token.kind == T_LPAREN || token.kind == T_LBRACKET || token.kind == T_LBRACE ||
		    token.kind == TOKEN_COND_OPEN)
			depth++;
		else if (token.kind == T_RPAREN || token.kind == T_RBRACKET || token.kind == T_RBRACE ||
			 token.kind == TOKEN_COND_CLOSE)
			depth -= depth > 0;
		record(&recording, &token);
		/* nested uses are read again at each level */
		if (!in->scanner.flex && ++pp->expanded > MAX_EXPANDED) {
			free(recording.tokens);
			input_too_large(pp, &word->loc);
			return -1;
		}
	}
	return count == macro->param_count ? 0 : wrong_count(pp, word, macro, count);
}

static bool is_recursion(struct preprocess *pp, const struct token *word, const struct macro *macro)
{
	for (const struct expansion *e = pp->input->expansion; e; e = e->outer) {
		if (e->macro != macro)
			continue;
		diag(pp->session, &word->loc, DIAG_MACRO_RECURSION, macro->name);
		return true;
	}
	return false;
}

/* For the notes of diagnostics; uses within bodies have the place of the outermost. */
static void remember_use(struct preprocess *pp, const struct token *word, const struct macro *macro)
{
	struct macro_use *use = pp->session->macro_uses;

	if (pp->input->is_body || pp->input->argument ||
	    (use && use->loc.source == word->loc.source && use->loc.line == word->loc.line &&
	     use->loc.col == word->loc.col))
		return;
	use = session_alloc(pp->session, sizeof(*use));
	use->loc = word->loc;
	use->macro = macro;
	use->next = pp->session->macro_uses;
	pp->session->macro_uses = use;
}

/* The macro's body comes next. -1 after a diagnostic. */
static int expand(struct preprocess *pp, const struct token *word, const struct macro *macro)
{
	struct expansion *expansion = session_alloc(pp->session, sizeof(*expansion));
	struct input *in;

	if (macro->broken || is_recursion(pp, word, macro))
		return -1;
	*expansion = (struct expansion){ .macro = macro, .outer = pp->input->expansion };
	if (read_arguments(pp, word, macro, &expansion->args))
		return -1;
	remember_use(pp, word, macro);
	in = input_tokens(pp, word, macro->body);
	if (!in)
		return -1;
	in->is_body = true;
	in->expansion = expansion;
	return 0;
}

/* What one may have meant: the parameters here, macros, the words of the language. */
struct candidates {
	const struct expansion *expansion;
	size_t param;
	const struct macro *own, *library;
	int word;
};

static const char *next_candidate(void *data)
{
	struct candidates *c = data;
	const char *ret;

	if (c->expansion && c->param < c->expansion->macro->param_count)
		return c->expansion->macro->params[c->param++];
	if (c->own) {
		ret = c->own->name;
		c->own = c->own->next;
		return ret;
	}
	if (c->library) {
		ret = c->library->name;
		c->library = c->library->next;
		return ret;
	}
	ret = scanner_at_word(c->word++);
	return ret ? ret + 1 : NULL;
}

static void unknown(struct preprocess *pp, const struct token *word)
{
	struct candidates c = { pp->input->expansion, 0, pp->macros, pp->session->library_macros, 0 };
	const struct loc *last = &pp->unknown;
	const char *near;

	if (last->source == word->loc.source && last->line == word->loc.line && last->col == word->loc.col)
		return;		/* an argument that is used twice */
	pp->unknown = word->loc;
	diag(pp->session, &word->loc, DIAG_UNKNOWN_MACRO, word->text);
	if (pp->session->diag_hidden)
		return;
	near = diag_nearest(word->text + 1, next_candidate, &c);
	if (near)
		diag_note(pp->session, "did you mean '@%s'?", near);
	else if (word->text[1] >= 'A' && word->text[1] <= 'z')
		diag_note(pp->session, "a macro is known from its @define on, in its own file; those of .stpm files everywhere");
}

void expand_next(struct preprocess *pp, struct token *ret)
{
	const struct macro *macro;

	for (;;) {
		input_next(pp, ret);
		if (pp->session->too_deep) {
			ret->kind = T_EOF;
			return;
		}
		if (pp->skipping || !is_at_word(ret->kind))
			return;
		pp->newline |= ret->newline;
		if (!strcmp(ret->text, "@define")) {
			if (macro_define(pp, ret))
				continue;
			ret->kind = T_BAD;
			return;
		}
		if (expand_parameter(pp, ret, ret->text + 1))
			continue;
		macro = macro_find(pp, ret->text + 1);
		if (!macro) {
			if (ret->kind != T_ATWORD)
				return;
			unknown(pp, ret);
			ret->kind = T_BAD;
			return;
		}
		if (expand(pp, ret, macro)) {
			ret->kind = T_BAD;
			return;
		}
	}
}

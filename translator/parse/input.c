/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where tokens come from: see preprocess.h. The script's arguments are put in here. */
#include "diag.h"
#include "parse/grammar.h"
#include "parse/preprocess.h"

#include <string.h>

static struct input *push(struct preprocess *pp, const struct token *use)
{
	struct input *in = session_alloc(pp->session, sizeof(*in));

	in->below = pp->input;
	if (use)
		in->loc = use->loc;
	pp->input = in;
	pp->inputs++;
	return in;
}

void input_text(struct preprocess *pp, const struct source *source)
{
	struct input *in = push(pp, NULL);

	scanner_open(&in->scanner, pp->session, source, source->text, source->length, NULL);
}

void input_too_large(struct preprocess *pp, const struct loc *loc)
{
	if (!pp->session->too_deep)
		diag(pp->session, loc, DIAG_EXPANSION, MAX_EXPANDED);
	pp->session->too_deep = true;
}

struct input *input_tokens(struct preprocess *pp, const struct token *use, struct tokens tokens)
{
	struct input *in;

	pp->expanded += tokens.count + 1;
	if (pp->inputs > MAX_NESTING && !pp->session->too_deep) {
		diag(pp->session, &use->loc, DIAG_NESTING, MAX_NESTING);
		pp->session->too_deep = true;
	}
	if (pp->expanded > MAX_EXPANDED)
		input_too_large(pp, &use->loc);
	if (pp->session->too_deep)
		return NULL;
	in = push(pp, use);
	in->tokens = tokens;
	if (tokens.count) {
		in->ahead = tokens.first[in->at++];
		in->has_ahead = true;
		in->ahead.glued = use->glued;
		in->ahead.newline = use->newline;
	}
	return in;
}

static void pop(struct preprocess *pp)
{
	scanner_close(&pp->input->scanner);
	pp->input = pp->input->below;
	pp->inputs--;
}

void input_close(struct preprocess *pp)
{
	while (pp->input)
		pop(pp);
}

void input_raw(struct preprocess *pp, struct input *in, struct token *ret)
{
	if (in->has_ahead) {
		*ret = in->ahead;
		in->has_ahead = false;
	} else if (in->scanner.flex) {
		in->scanner.quiet = pp->skipping;
		scanner_next(&in->scanner, ret);
	} else if (in->at < in->tokens.count) {
		*ret = in->tokens.first[in->at++];
	} else {
		*ret = (struct token){ .kind = T_EOF, .text = "", .loc = in->loc };
	}
	if (in->is_body)
		ret->loc = in->loc;
}

void input_unread(struct preprocess *pp, const struct token *token)
{
	pp->input->ahead = *token;
	pp->input->has_ahead = true;
}

const struct token *input_peek(struct preprocess *pp, struct input *in)
{
	if (!in->has_ahead)
		input_raw(pp, in, &in->ahead);
	in->has_ahead = true;
	return &in->ahead;
}

/* The argument that the token asks for, or one that does no harm after a diagnostic. */
static const char *find_argument(struct session *session, const struct token *token)
{
	const struct options *options = &session->options;

	if (token->number >= 1 && token->number <= options->argc) {
		if (session->used_arguments && !token->loc.source->is_tapset)
			session->used_arguments[token->number - 1] = true;
		return options->argv[token->number - 1];
	}
	diag(session, &token->loc, DIAG_NO_ARGUMENT, token->text, options->argc);
	if (!token->number)
		diag_note(session, "arguments are counted from 1");
	return token->kind == TOKEN_ARGUMENT ? "0" : "";
}

static void make_string(struct token *token, const char *text)
{
	token->kind = T_STRING;
	token->text = text;
	token->length = strlen(text);
}

/* As source text, as SystemTap does: a number, a name, an expression. */
static void push_argument(struct preprocess *pp, const struct token *token)
{
	const struct expansion *expansion = pp->input->expansion;
	const char *text = find_argument(pp->session, token);
	struct input *in = push(pp, token);

	scanner_open(&in->scanner, pp->session, token->loc.source, text, strlen(text), &in->loc);
	in->scanner.glued = token->glued;
	in->scanner.newline = token->newline;
	in->argument = (int)token->number;
	in->expansion = expansion;
}

/* Replaces an argument; false if its text comes next. */
static bool substitute(struct preprocess *pp, struct token *token)
{
	const struct options *options = &pp->session->options;

	if (pp->input->argument) {
		diag(pp->session, &token->loc, DIAG_ARGUMENT_IN_ARGUMENT, pp->input->argument, token->text);
		token->kind = T_NUMBER;
		token->number = 0;
		return true;
	}
	switch (token->kind) {
	case TOKEN_ARGUMENT:
		push_argument(pp, token);
		return false;
	case TOKEN_ARGUMENT_STRING:
		make_string(token, find_argument(pp->session, token));
		break;
	case TOKEN_ARGUMENT_COUNT:
		token->kind = T_NUMBER;
		token->number = options->argc;
		break;
	case TOKEN_ARGUMENT_COUNT_STRING:
		make_string(token, session_printf(pp->session, "%d", options->argc));
		break;
	}
	return true;
}

static bool is_argument(int kind)
{
	return kind <= TOKEN_ARGUMENT_COUNT_STRING && kind >= TOKEN_ARGUMENT;
}

void input_next(struct preprocess *pp, struct token *ret)
{
	for (;;) {
		input_raw(pp, pp->input, ret);
		if (ret->kind == T_EOF && pp->input->below) {
			pp->newline |= ret->newline;
			pop(pp);
		} else if (pp->skipping || !is_argument(ret->kind) || substitute(pp, ret)) {
			return;
		}
	}
}

bool token_declares(const struct token *token)
{
	switch (token->kind) {
	case T_PROBE:
	case T_GLOBAL:
	case T_PRIVATE:
	case T_FUNCTION:
		return token->newline;
	default:
		return false;
	}
}

void record(struct recording *recording, const struct token *token)
{
	if (recording->count == recording->room) {
		recording->room = recording->room * 2 + 16;
		recording->tokens = realloc(recording->tokens, recording->room * sizeof(*token));
		if (!recording->tokens)
			abort();
	}
	recording->tokens[recording->count++] = *token;
}

struct tokens recorded(struct session *session, struct recording *recording)
{
	struct tokens ret = { .count = recording->count };

	if (ret.count)
		ret.first = obstack_copy(&session->arena, recording->tokens, ret.count * sizeof(*ret.first));
	free(recording->tokens);
	*recording = (struct recording){ 0 };
	return ret;
}

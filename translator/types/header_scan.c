// SPDX-License-Identifier: GPL-2.0-or-later
/* Which names a header declares: variables, per-CPU variables, types. */
#include "header_internal.h"

struct scan {
	struct header_text text;
	struct token token;	/* the one looked at */
	header_name *name;
	void *data;
};

static void next(struct scan *s)
{
	s->token = header_next(&s->text);
}

static bool at_byte(const struct scan *s, char byte)
{
	return s->token.kind == TOKEN_OTHER && s->token.byte == byte;
}

static void found(struct scan *s, enum header_kind kind, const struct token *name)
{
	s->name(kind, name->text, name->length, s->data);
}

/* What begins a declaration, where people begin one: whatever was open before it is not. */
static bool begins_anew(const struct scan *s)
{
	return s->token.column_0 && (token_is(&s->token, "extern") || token_is(&s->token, "typedef") ||
				     token_is(&s->token, "static") || token_begins(&s->token, "DECLARE_"));
}

static void tag(struct scan *, enum header_kind, bool skip_body);

/* At ( [ or {. Goes behind its end; with find structures within it are found. */
static void skip_group(struct scan *s, bool find)
{
	unsigned depth = 0;
	enum header_kind kind;

	do {
		if (at_byte(s, '(') || at_byte(s, '[') || at_byte(s, '{'))
			depth++;
		else if (at_byte(s, ')') || at_byte(s, ']') || at_byte(s, '}'))
			depth--;
		if (find && token_is_tag(&s->token, &kind))
			tag(s, kind, false);
		else
			next(s);
	} while (depth && s->token.kind != TOKEN_END && !begins_anew(s));
}

/* At struct. Goes behind its name, and with skip_body behind its body too. */
static void tag(struct scan *s, enum header_kind kind, bool skip_body)
{
	struct token name = { .kind = TOKEN_END };

	next(s);
	while (s->token.kind == TOKEN_WORD) {
		bool attribute = token_is_attribute(&s->token);

		if (!attribute && name.kind != TOKEN_END)
			return;
		if (!attribute)
			name = s->token;
		next(s);
		if (attribute && at_byte(s, '('))
			skip_group(s, false);
	}
	if (!at_byte(s, '{'))
		return;
	if (name.kind != TOKEN_END)
		found(s, kind, &name);
	if (skip_body)
		skip_group(s, true);
}

/*
 * At the ( of a declarator such as (*name[4])(int). Goes behind its ). false: it
 * is not one, or a function's: (*name(int))(int).
 */
static bool pointed(struct scan *s, struct token *ret_name)
{
	bool pointer = false, function = false;
	unsigned depth = 1;

	ret_name->kind = TOKEN_END;
	next(s);
	while (depth && s->token.kind != TOKEN_END && !begins_anew(s)) {
		if (at_byte(s, '('))
			depth++;
		else if (at_byte(s, ')'))
			depth--;
		else if (at_byte(s, '*') && ret_name->kind == TOKEN_END)
			pointer = true;
		if (s->token.kind == TOKEN_WORD && pointer && ret_name->kind == TOKEN_END &&
		    !token_is_attribute(&s->token)) {
			*ret_name = s->token;
			next(s);
			function = at_byte(s, '(');
		} else {
			next(s);
		}
	}
	return ret_name->kind != TOKEN_END && !function;
}

/* The same, and nothing is left behind. */
static bool is_pointed(struct scan *s)
{
	struct header_text text = s->text;
	struct token token = s->token, name;
	bool ret = pointed(s, &name);

	s->text = text;
	s->token = token;
	return ret;
}

/* Behind a declarator's name: to the , or ; that ends it. */
static void skip_rest(struct scan *s)
{
	while (s->token.kind != TOKEN_END && !at_byte(s, ',') && !at_byte(s, ';') && !begins_anew(s)) {
		if (at_byte(s, '{') || at_byte(s, '(') || at_byte(s, '['))
			skip_group(s, true);
		else if (at_byte(s, '}'))
			return;
		else
			next(s);
	}
}

/* At what may be a declarator's name: two words may stand there, of which one is unknown to us. */
static void named(struct scan *s, bool is_typedef)
{
	struct token name = s->token;

	next(s);
	while (s->token.kind == TOKEN_WORD && !token_is_attribute(&s->token) && !token_begins(&s->token, "__") &&
	       !begins_anew(s)) {
		name = s->token;
		next(s);
	}
	if (is_typedef)
		found(s, HEADER_TYPEDEF, &name);
	else if (!at_byte(s, '('))
		found(s, HEADER_VARIABLE, &name);
	skip_rest(s);
}

/* After a macro's name that declares: its argument number `which` begins with what is declared. */
static void macro(struct scan *s, enum header_kind kind, unsigned which)
{
	if (!at_byte(s, '('))
		return;
	next(s);
	while (which && s->token.kind != TOKEN_END && !at_byte(s, ')') && !at_byte(s, ';')) {
		if (at_byte(s, '(') || at_byte(s, '[') || at_byte(s, '{')) {
			skip_group(s, true);
			continue;
		}
		which -= at_byte(s, ',');
		next(s);
	}
	while (at_byte(s, '*') || at_byte(s, '('))
		next(s);
	if (!which && s->token.kind == TOKEN_WORD)
		found(s, kind, &s->token);
	while (s->token.kind != TOKEN_END && !at_byte(s, ';') && !begins_anew(s))
		next(s);
}

/* After extern or typedef, to the end of the declaration. */
static void declaration(struct scan *s, bool is_typedef)
{
	enum type { NO_TYPE, MAYBE_TYPE, TYPE } type = NO_TYPE;	/* MAYBE: an unknown word */
	enum header_kind kind;
	struct token word;

	while (s->token.kind != TOKEN_END && !at_byte(s, ';') && !at_byte(s, '}') && !begins_anew(s)) {
		word = s->token;
		if (token_is_tag(&word, &kind)) {
			tag(s, kind, true);
			type = TYPE;
		} else if (token_is_base(&word)) {
			next(s);
			type = TYPE;
		} else if (token_is_attribute(&word) || token_is_typeof(&word)) {
			next(s);
			if (at_byte(s, '('))
				skip_group(s, true);
			if (token_is_typeof(&word))
				type = TYPE;
		} else if (word.kind == TOKEN_WORD && type == NO_TYPE) {
			next(s);
			type = MAYBE_TYPE;
			if (at_byte(s, '(') && !is_pointed(s)) {
				/* a macro with arguments; it may be DECLARE_BITMAP(name, bits) */
				if (token_begins(&word, "DECLARE_"))
					macro(s, HEADER_VARIABLE, 0);
				else
					skip_group(s, false);
				type = NO_TYPE;
			}
		} else if (word.kind == TOKEN_WORD) {
			named(s, is_typedef);
		} else if (at_byte(s, '(')) {
			if (pointed(s, &word))
				found(s, is_typedef ? HEADER_TYPEDEF : HEADER_VARIABLE, &word);
			skip_rest(s);
		} else if (at_byte(s, '{')) {
			skip_group(s, true);		/* an inline function's */
			return;
		} else if (at_byte(s, '=') || at_byte(s, '[')) {
			skip_rest(s);
		} else {
			next(s);
		}
	}
}

static void word(struct scan *s)
{
	struct token word = s->token;
	enum header_kind kind;

	if (token_is_tag(&word, &kind)) {
		tag(s, kind, false);
		return;
	}
	next(s);
	if (s->text.depth)
		return;
	if (token_is(&word, "extern") && at_byte(s, '"')) {
		next(s);
		if (at_byte(s, '{'))
			next(s);	/* what is in it is at file scope */
	} else if (token_is(&word, "extern")) {
		declaration(s, false);
	} else if (token_is(&word, "typedef")) {
		declaration(s, true);
	} else if (token_begins(&word, "DECLARE_PER_CPU") || token_begins(&word, "DECLARE_EARLY_PER_CPU")) {
		macro(s, HEADER_PER_CPU, 1);
	} else if (token_begins(&word, "DECLARE_STATIC_KEY_MAYBE")) {
		macro(s, HEADER_VARIABLE, 1);
	} else if (token_begins(&word, "DECLARE_STATIC_KEY_")) {
		macro(s, HEADER_VARIABLE, 0);
	}
}

void header_scan(const char *text, size_t length, header_name *name, void *data)
{
	struct scan s = { .name = name, .data = data };

	header_text_init(&s.text, text, length);
	next(&s);
	while (s.token.kind != TOKEN_END) {
		if (begins_anew(&s))
			s.text.depth = 0;
		if (s.token.kind == TOKEN_WORD) {
			word(&s);
			continue;
		}
		if (at_byte(&s, '{'))
			s.text.depth++;
		else if (at_byte(&s, '}') && s.text.depth)
			s.text.depth--;
		next(&s);
	}
}

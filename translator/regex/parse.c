// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a pattern. POSIX leaves open what `a|*b', `a{' or a lone `)' mean:
 * they are errors here, and empty alternatives and `a**' are not, as in
 * SystemTap. (It takes a lone `)' too, but for the end of the pattern.)
 */
#include "internal.h"

#include <string.h>

struct reader {
	struct session *session;
	const char *pattern;
	size_t length, at;
	unsigned groups, nesting;
	struct regex_error *error;
};

struct regex_node *regex_node(struct session *session, enum regex_kind kind, const struct regex_node *left,
			      const struct regex_node *right)
{
	struct regex_node *node = session_alloc(session, sizeof(*node));

	node->kind = kind;
	node->left = left;
	node->right = right;
	node->has_start = kind == REGEX_START || (left && left->has_start) || (right && right->has_start);
	node->has_end = kind == REGEX_END || (left && left->has_end) || (right && right->has_end);
	node->has_set = kind == REGEX_SET || (left && left->has_set) || (right && right->has_set);
	return node;
}

int regex_fail(struct session *session, struct regex_error *ret, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (obstack_vprintf(&session->arena, format, args) < 0)
		abort();
	va_end(args);
	obstack_1grow(&session->arena, '\0');
	ret->kind = REGEX_SYNTAX;
	ret->offset = offset;
	ret->words = obstack_finish(&session->arena);
	return -1;
}

/* The byte that is next, or -1. */
static int next(const struct reader *r)
{
	return r->at < r->length ? (unsigned char)r->pattern[r->at] : -1;
}

static struct regex_node *byte_node(struct reader *r, unsigned byte)
{
	struct regex_node *node = regex_node(r->session, REGEX_SET, NULL, NULL);

	regex_set_add(node->set, byte);
	return node;
}

static struct regex_node *fail(struct reader *r, size_t offset, const char *words)
{
	regex_fail(r->session, r->error, offset, "%s", words);
	return NULL;
}

static struct regex_node *alternatives(struct reader *r);

static struct regex_node *group(struct reader *r)
{
	size_t open = r->at++;
	struct regex_node *inner, *node;
	unsigned number = ++r->groups;

	if (++r->nesting > REGEX_NESTING)
		return fail(r, open, "parentheses nested too deeply");
	inner = alternatives(r);
	if (!inner)
		return NULL;
	if (next(r) != ')')
		return fail(r, open, "this '(' is not closed");
	r->at++;
	r->nesting--;
	node = regex_node(r->session, REGEX_GROUP, inner, NULL);
	node->min = number;
	return node;
}

/* What a repetition would repeat. */
static struct regex_node *atom(struct reader *r)
{
	int byte = next(r);
	struct regex_node *node;

	switch (byte) {
	case '(':
		return group(r);
	case '[':
		r->at++;
		node = regex_node(r->session, REGEX_SET, NULL, NULL);
		return regex_bracket(r->session, r->pattern, r->length, &r->at, node->set, r->error) ? NULL : node;
	case '.':
		r->at++;
		node = regex_node(r->session, REGEX_SET, NULL, NULL);
		regex_set_invert(node->set);
		return node;
	case '^':
	case '$':
		r->at++;
		return regex_node(r->session, byte == '^' ? REGEX_START : REGEX_END, NULL, NULL);
	case '\\':
		if (r->at + 1 == r->length)
			return fail(r, r->at, "nothing follows the backslash");
		byte = (unsigned char)r->pattern[r->at + 1];
		r->at += 2;
		return byte_node(r, (unsigned)byte);
	case '*': case '+': case '?': case '{':
		regex_fail(r->session, r->error, r->at, "nothing before '%c' that it could repeat", byte);
		return NULL;
	}
	r->at++;
	return byte_node(r, (unsigned)byte);
}

static int number(struct reader *r, uint32_t *ret)
{
	size_t from = r->at;

	for (*ret = 0; next(r) >= '0' && next(r) <= '9'; r->at++) {
		*ret = *ret * 10 + (uint32_t)(next(r) - '0');
		if (*ret > REGEX_REPEAT)
			return regex_fail(r->session, r->error, from, "a repetition has at most %d times", REGEX_REPEAT);
	}
	if (r->at == from)
		return regex_fail(r->session, r->error, from, "a number is wanted here");
	return 0;
}

/* {n}, {n,}, {n,m} */
static int braces(struct reader *r, uint32_t *ret_min, uint32_t *ret_max)
{
	size_t open = r->at++;

	if (number(r, ret_min))
		return -1;
	*ret_max = *ret_min;
	if (next(r) == ',') {
		r->at++;
		if (next(r) == '}')
			*ret_max = REGEX_NO_MAX;
		else if (next(r) >= 0 && number(r, ret_max))
			return -1;
	}
	if (next(r) != '}') {
		return regex_fail(r->session, r->error, next(r) < 0 ? open : r->at,
				  next(r) < 0 ? "this '{' is not closed" : "'}' is wanted here");
	}
	r->at++;
	if (*ret_min > *ret_max)
		return regex_fail(r->session, r->error, open, "at least %u times, but at most %u", *ret_min, *ret_max);
	return 0;
}

/* An atom and the repetitions after it. */
static struct regex_node *piece(struct reader *r)
{
	struct regex_node *node = atom(r), *outer;
	uint32_t min, max;
	int byte;

	while (node && (byte = next(r)) >= 0 && strchr("*+?{", byte)) {
		if (node->kind == REGEX_START || node->kind == REGEX_END) {
			regex_fail(r->session, r->error, r->at, "'%c' after an anchor, which cannot be repeated", byte);
			return NULL;
		}
		min = byte == '+';
		max = byte == '?' ? 1 : REGEX_NO_MAX;
		if (byte != '{')
			r->at++;
		else if (braces(r, &min, &max))
			return NULL;
		outer = regex_node(r->session, REGEX_REPEATED, node, NULL);
		outer->min = min;
		outer->max = max;
		node = outer;
	}
	return node;
}

static struct regex_node *alternatives(struct reader *r)
{
	struct regex_node *all = NULL, *branch, *node;

	for (;; r->at++) {
		branch = NULL;
		while (next(r) >= 0 && next(r) != '|' && next(r) != ')') {
			node = piece(r);
			if (!node)
				return NULL;
			branch = branch ? regex_node(r->session, REGEX_CAT, branch, node) : node;
		}
		branch = branch ?: regex_node(r->session, REGEX_EMPTY, NULL, NULL);
		all = all ? regex_node(r->session, REGEX_ALT, all, branch) : branch;
		if (next(r) != '|')
			return all;
	}
}

int regex_parse(struct session *session, struct regex *regex, struct regex_error *ret)
{
	struct reader r = {
		.session = session, .pattern = regex->pattern, .length = regex->length, .error = ret,
	};

	if (regex->length > REGEX_PATTERN) {
		regex_fail(session, ret, REGEX_PATTERN, "a pattern has up to %d bytes", REGEX_PATTERN);
		ret->kind = REGEX_SIZE;
		return -1;
	}
	if (memchr(regex->pattern, '\0', regex->length))
		return regex_fail(session, ret, strlen(regex->pattern), "a zero byte");
	regex->tree = alternatives(&r);
	if (!regex->tree)
		return -1;
	if (r.at < r.length)
		return regex_fail(session, ret, r.at, "no '(' for this ')'");
	regex->groups = r.groups + 1;
	return 0;
}

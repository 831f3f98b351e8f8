// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a tree in re2c's syntax. A pattern is not to be trusted: of its bytes
 * only numbers get here, \x00 to \xff, in quotes or brackets that are ours.
 */
#include "internal.h"

/* Bytes of a rule that re2c may be given: its own limits are seconds away then. */
#define MAX_RULE	(256 << 10)

enum level { LEVEL_ALT, LEVEL_CAT, LEVEL_REPEATED };

struct writer {
	struct obstack *out;
	bool captures, too_many;
	struct regex_rule *rule;
};

static void open_group(struct writer *w, unsigned number)
{
	obstack_1grow(w->out, '(');
	if (!w->captures)
		return;
	if (w->rule->count == REGEX_RULE_GROUPS)
		w->too_many = true;
	else
		w->rule->group[++w->rule->count] = number;
}

static void write_set(struct obstack *out, const uint64_t set[4])
{
	unsigned from, to, count = 0;

	for (unsigned i = 0; i < 4; i++)
		count += (unsigned)__builtin_popcountll(set[i]);
	obstack_1grow(out, count == 1 ? '"' : '[');
	for (from = 0; from < 256; from = to + 1) {
		to = from;
		if (!regex_set_has(set, from))
			continue;
		while (to < 255 && regex_set_has(set, to + 1))
			to++;
		obstack_printf(out, to > from ? "\\x%02x-\\x%02x" : "\\x%02x", from, to);
	}
	obstack_1grow(out, count == 1 ? '"' : ']');
}

static void write_times(struct obstack *out, uint32_t min, uint32_t max)
{
	if (max == REGEX_NO_MAX && min <= 1)
		obstack_1grow(out, min ? '+' : '*');
	else if (max == REGEX_NO_MAX)
		obstack_printf(out, "{%u,}", min);
	else if (!min && max == 1)
		obstack_1grow(out, '?');
	else
		obstack_printf(out, "{%u,%u}", min, max);
}

/* around: how tightly what the node is an operand of binds. */
static void write_node(struct writer *w, const struct regex_node *node, enum level around)
{
	static const enum level levels[] = {
		[REGEX_CAT] = LEVEL_CAT, [REGEX_ALT] = LEVEL_ALT, [REGEX_REPEATED] = LEVEL_CAT,
		[REGEX_EMPTY] = LEVEL_REPEATED, [REGEX_SET] = LEVEL_REPEATED, [REGEX_GROUP] = LEVEL_REPEATED,
	};
	bool wrapped = levels[node->kind] < around;

	if (w->too_many)
		return;
	if (obstack_object_size(w->out) > MAX_RULE) {
		w->too_many = true;
		return;
	}
	if (wrapped)
		open_group(w, 0);
	switch (node->kind) {
	case REGEX_SET:
		write_set(w->out, node->set);
		break;
	case REGEX_CAT:
		write_node(w, node->left, LEVEL_CAT);
		obstack_1grow(w->out, ' ');
		write_node(w, node->right, LEVEL_CAT);
		break;
	case REGEX_ALT:
		write_node(w, node->left, LEVEL_ALT);
		obstack_1grow(w->out, '|');
		write_node(w, node->right, LEVEL_ALT);
		break;
	case REGEX_REPEATED:
		if (node->max) {
			write_node(w, node->left, LEVEL_REPEATED);
			write_times(w->out, node->min, node->max);
		} else {
			obstack_grow(w->out, "\"\"", 2);
		}
		break;
	case REGEX_GROUP:
		open_group(w, node->min);
		write_node(w, node->left, LEVEL_ALT);
		obstack_1grow(w->out, ')');
		break;
	default:
		obstack_grow(w->out, "\"\"", 2);
	}
	if (wrapped)
		obstack_1grow(w->out, ')');
}

int regex_rule(struct session *session, const struct regex_node *node, bool captures, struct regex_rule *ret)
{
	struct writer w = { .out = &session->arena, .captures = captures, .rule = ret };

	ret->count = 0;
	ret->group = session_alloc(session, (REGEX_RULE_GROUPS + 1) * sizeof(*ret->group));
	write_node(&w, node, LEVEL_ALT);
	obstack_1grow(w.out, '\0');
	ret->text = obstack_finish(w.out);
	return w.too_many ? -1 : 0;
}

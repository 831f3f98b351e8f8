// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An automaton of re2c's knows no anchors. So a pattern is taken apart: what it
 * is where the match begins at the string's start and where it does not, where
 * the match ends at the string's end and where it does not. In each of these an
 * anchor is either nothing at all or cannot match, unless what stands before a
 * ^ (behind a $) may match no byte: then there are two ways, which become
 * alternatives. Groups below them are there twice; at most one of two takes
 * part, or the later one counts.
 */
#include "internal.h"

/* Steps of the work after which a pattern is refused as too large. */
#define MAX_STEPS	100000
/* A repetition of anchors is written out up to this often. */
#define MAX_COPIES	16

struct placing {
	struct session *session;
	unsigned steps;
};

static const struct regex_node none = { .kind = REGEX_NONE };
static const struct regex_node empty = { .kind = REGEX_EMPTY };

static struct regex_node *make(struct placing *p, enum regex_kind kind, const struct regex_node *left,
			       const struct regex_node *right)
{
	p->steps++;
	return regex_node(p->session, kind, left, right);
}

static const struct regex_node *cat(struct placing *p, const struct regex_node *a, const struct regex_node *b)
{
	if (a->kind == REGEX_NONE || b->kind == REGEX_NONE)
		return &none;
	if (a->kind == REGEX_EMPTY)
		return b;
	return b->kind == REGEX_EMPTY ? a : make(p, REGEX_CAT, a, b);
}

static const struct regex_node *alt(struct placing *p, const struct regex_node *a, const struct regex_node *b)
{
	if (a->kind == REGEX_NONE)
		return b;
	return b->kind == REGEX_NONE ? a : make(p, REGEX_ALT, a, b);
}

static const struct regex_node *group(struct placing *p, const struct regex_node *like, const struct regex_node *inner)
{
	struct regex_node *node;

	if (inner->kind == REGEX_NONE)
		return &none;
	node = make(p, REGEX_GROUP, inner, NULL);
	node->min = like->min;
	return node;
}

static const struct regex_node *repeated(struct placing *p, const struct regex_node *inner, uint32_t min, uint32_t max)
{
	struct regex_node *node;

	if (max == 0 || inner->kind == REGEX_EMPTY)
		return &empty;
	if (inner->kind == REGEX_NONE)
		return min ? &none : &empty;
	if (min == 1 && max == 1)
		return inner;
	node = make(p, REGEX_REPEATED, inner, NULL);
	node->min = min;
	node->max = max;
	return node;
}

/* What is left of it where it matches no byte: groups only, or none. */
static const struct regex_node *emptied(struct placing *p, const struct regex_node *node, bool start, bool end)
{
	const struct regex_node *inner;

	if (p->steps++ > MAX_STEPS)
		return &none;
	switch (node->kind) {
	case REGEX_EMPTY:
		return &empty;
	case REGEX_START:
		return start ? &empty : &none;
	case REGEX_END:
		return end ? &empty : &none;
	case REGEX_CAT:
		inner = emptied(p, node->left, start, end);
		return inner->kind == REGEX_NONE ? inner : cat(p, inner, emptied(p, node->right, start, end));
	case REGEX_ALT:
		inner = emptied(p, node->left, start, end);
		return inner->kind == REGEX_NONE ? emptied(p, node->right, start, end) : inner;
	case REGEX_GROUP:
		return group(p, node, emptied(p, node->left, start, end));
	case REGEX_REPEATED:
		inner = node->max ? emptied(p, node->left, start, end) : &none;
		return inner->kind == REGEX_NONE && !node->min ? &empty : inner;
	case REGEX_NONE:
	case REGEX_SET:
		break;
	}
	return &none;
}

static const struct regex_node *place(struct placing *p, const struct regex_node *node, bool start, bool end);

static const struct regex_node *place_cat(struct placing *p, const struct regex_node *left,
					  const struct regex_node *right, bool start, bool end)
{
	const struct regex_node *all = &none, *nothing;
	bool over_left = start && right->has_start;	/* a ^ that holds if left is empty */
	bool over_right = end && left->has_end;		/* a $ that holds if right is empty */

	if ((left->has_set || !over_left) && (right->has_set || !over_right))
		all = cat(p, place(p, left, start, false), place(p, right, false, end));
	nothing = over_left ? emptied(p, left, start, false) : &none;
	if (nothing->kind != REGEX_NONE)
		all = alt(p, all, cat(p, nothing, place(p, right, start, end)));
	nothing = over_right ? emptied(p, right, false, end) : &none;
	if (nothing->kind != REGEX_NONE)
		all = alt(p, all, cat(p, place(p, left, start, end), nothing));
	nothing = over_left && over_right ? emptied(p, left, start, end) : &none;
	if (nothing->kind != REGEX_NONE)
		all = alt(p, all, cat(p, nothing, emptied(p, right, start, end)));
	return all;
}

/* A repetition with an anchor in it that may hold: its first and its last time are told from the others. */
static const struct regex_node *place_repeated(struct placing *p, const struct regex_node *node, bool start, bool end)
{
	const struct regex_node *inner = node->left, *written, *more, *all;
	uint32_t i, optional;

	if (node->max == 1)
		return repeated(p, place(p, inner, start, end), node->min, 1);
	if (node->max == REGEX_NO_MAX && !node->min) {
		more = repeated(p, place(p, inner, false, false), 0, REGEX_NO_MAX);
		all = cat(p, place(p, inner, start, false), more);
		if (inner->has_end && end)
			all = alt(p, place(p, inner, start, true), cat(p, all, place(p, inner, false, true)));
		return repeated(p, all, 0, 1);
	}
	optional = node->max == REGEX_NO_MAX ? 0 : node->max - node->min;
	if (node->min > MAX_COPIES || optional > MAX_COPIES) {
		p->steps = MAX_STEPS + 1;
		return &none;
	}
	written = node->max == REGEX_NO_MAX ? repeated(p, inner, 0, REGEX_NO_MAX) : &empty;
	for (i = 0; i < optional; i++)
		written = repeated(p, cat(p, inner, written), 0, 1);
	for (i = 0; i < node->min; i++)
		written = cat(p, inner, written);
	return place(p, written, start, end);
}

static const struct regex_node *place(struct placing *p, const struct regex_node *node, bool start, bool end)
{
	if (!node->has_start && !node->has_end)
		return node;
	if (p->steps++ > MAX_STEPS)
		return &none;
	switch (node->kind) {
	case REGEX_START:
		return start ? &empty : &none;
	case REGEX_END:
		return end ? &empty : &none;
	case REGEX_CAT:
		return place_cat(p, node->left, node->right, start, end);
	case REGEX_ALT:
		return alt(p, place(p, node->left, start, end), place(p, node->right, start, end));
	case REGEX_GROUP:
		return group(p, node, place(p, node->left, start, end));
	case REGEX_REPEATED:
		if ((node->left->has_start && start) || (node->left->has_end && end))
			return place_repeated(p, node, start, end);
		return repeated(p, place(p, node->left, false, false), node->min, node->max);
	default:
		return node;
	}
}

const struct regex_node *regex_place(struct session *session, const struct regex_node *node, bool start, bool end)
{
	struct placing p = { .session = session };

	node = place(&p, node, start, end);
	return p.steps > MAX_STEPS ? NULL : node;
}

bool regex_may_be_empty(const struct regex_node *node)
{
	switch (node->kind) {
	case REGEX_EMPTY:
		return true;
	case REGEX_CAT:
		return regex_may_be_empty(node->left) && regex_may_be_empty(node->right);
	case REGEX_ALT:
		return regex_may_be_empty(node->left) || regex_may_be_empty(node->right);
	case REGEX_GROUP:
		return regex_may_be_empty(node->left);
	case REGEX_REPEATED:
		return !node->min || regex_may_be_empty(node->left);
	default:
		return false;
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a pattern matches, found by trying everything: slow, and plain enough
 * to be believed. A set of places is a bit mask, so strings have up to 31 bytes.
 */
#ifndef REGEX_REFERENCE_H
#define REGEX_REFERENCE_H

#include <stdint.h>
#include <string.h>

#include "regex/internal.h"

/* From any of these places, those where the node may end. */
static uint32_t reference_ends(const struct regex_node *node, const char *s, uint32_t from)
{
	unsigned length = (unsigned)strlen(s);
	uint32_t ends = 0, more;

	switch (node->kind) {
	case REGEX_EMPTY:
		return from;
	case REGEX_START:
		return from & 1;
	case REGEX_END:
		return from & 1u << length;
	case REGEX_SET:
		for (unsigned i = 0; i < length; i++) {
			if (from >> i & 1 && regex_set_has(node->set, (unsigned char)s[i]))
				ends |= 2u << i;
		}
		return ends;
	case REGEX_CAT:
		return reference_ends(node->right, s, reference_ends(node->left, s, from));
	case REGEX_ALT:
		return reference_ends(node->left, s, from) | reference_ends(node->right, s, from);
	case REGEX_GROUP:
		return reference_ends(node->left, s, from);
	case REGEX_REPEATED:
		for (uint32_t i = 0; i < node->min; i++)
			from = reference_ends(node->left, s, from);
		for (uint32_t i = node->min; i < node->max; i++) {
			more = from | reference_ends(node->left, s, from);
			if (more == from)
				break;
			from = more;
		}
		return from;
	case REGEX_NONE:
		break;
	}
	return 0;
}

/* The leftmost match, of these the longest. */
static bool reference_match(const struct regex_node *tree, const char *s, int *ret_start, int *ret_end)
{
	for (unsigned start = 0; start <= strlen(s); start++) {
		uint32_t ends = reference_ends(tree, s, 1u << start);

		if (ends) {
			*ret_start = (int)start;
			*ret_end = 31 - __builtin_clz(ends);
			return true;
		}
	}
	return false;
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A header's text to tokens. The preprocessor's lines are not tokens; from those
 * that begin and end a condition comes which text to leave out, and that braces
 * which both branches open are counted once.
 */
#include <string.h>

#include "header_internal.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

void header_text_init(struct header_text *h, const char *text, size_t length)
{
	*h = (struct header_text){ .begin = text, .at = text, .end = text + length, .line_start = true };
}

static bool at_comment(const struct header_text *h)
{
	return h->end - h->at > 1 && h->at[0] == '/' && (h->at[1] == '*' || h->at[1] == '/');
}

static void skip_comment(struct header_text *h)
{
	const char *begin = h->at + 2;
	bool block = begin[-1] == '*';

	for (h->at = begin; h->at < h->end; h->at++) {
		if (block && *h->at == '/' && h->at > begin && h->at[-1] == '*') {
			h->at++;
			return;
		}
		if (!block && *h->at == '\n')
			return;
	}
}

/* A string or a character. One that does not end ends with its line: it was an apostrophe in some prose. */
static void skip_quoted(struct header_text *h)
{
	char quote = *h->at++;

	while (h->at < h->end && *h->at != quote && *h->at != '\n') {
		if (*h->at == '\\' && h->end - h->at > 1)
			h->at++;
		h->at++;
	}
	if (h->at < h->end && *h->at == quote)
		h->at++;
}

/* To the end of the line; of one that goes on, to that line's. */
static void skip_line(struct header_text *h)
{
	while (h->at < h->end && *h->at != '\n') {
		if (at_comment(h)) {
			skip_comment(h);
		} else if (*h->at == '"') {
			skip_quoted(h);
		} else {
			if (*h->at == '\\' && h->end - h->at > 1)
				h->at++;
			h->at++;
		}
	}
}

static size_t blanks(const char *at, const char *end)
{
	const char *from = at;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return (size_t)(at - from);
}

/* The words of a preprocessor's line, one blank between them. */
static void read_directive(const struct header_text *h, char *ret, size_t size)
{
	const char *at = h->at + 1;
	size_t n = 0;

	while (at < h->end && *at != '\n' && n + 2 < size) {
		size_t gap = blanks(at, h->end);

		at += gap;
		if (at >= h->end || *at == '\n' || *at == '\r' ||
		    (*at == '/' && at + 1 < h->end && (at[1] == '/' || at[1] == '*')))
			break;
		if (gap && n)
			ret[n++] = ' ';
		ret[n++] = *at++;
	}
	ret[n] = '\0';
}

static bool one_of(const char *text, const char *const *all)
{
	for (; *all; all++) {
		if (!strcmp(text, *all))
			return true;
	}
	return false;
}

static void skip_branch(struct header_text *);

/* At the # of a line. Goes on behind the line, or behind what it says is not compiled. */
static void directive(struct header_text *h)
{
	static const char *const false_ones[] = {
		"if 0", "ifdef __cplusplus", "ifdef __ASSEMBLY__", "ifdef __ASSEMBLER__", "ifndef __KERNEL__",
		"if defined(__cplusplus)", "if !defined(__KERNEL__)", "if defined(__ASSEMBLY__)", NULL
	};
	static const char *const true_ones[] = {
		"if 1", "ifndef __ASSEMBLY__", "ifndef __ASSEMBLER__", "ifdef __KERNEL__", "if defined(__KERNEL__)",
		"if !defined(__ASSEMBLY__)", NULL
	};
	char text[80];

	read_directive(h, text, sizeof(text));
	skip_line(h);
	if (!strncmp(text, "if", 2)) {
		if (h->level < HEADER_LEVELS) {
			h->levels[h->level].depth = h->depth;
			h->levels[h->level].over = one_of(text, true_ones);
		}
		h->level++;
		if (one_of(text, false_ones))
			skip_branch(h);
	} else if (!strncmp(text, "el", 2) && h->level && h->level <= HEADER_LEVELS) {
		h->depth = h->levels[h->level - 1].depth;
		if (h->levels[h->level - 1].over)
			skip_branch(h);
	} else if (!strncmp(text, "endif", 5) && h->level) {
		h->level--;
	}
}

/* Text that is not compiled: up to the #else, #elif or #endif that belongs to the #if before it. */
static void skip_branch(struct header_text *h)
{
	unsigned inner = 0;
	char text[8];

	while (h->at < h->end) {
		if (*h->at == '\n')
			h->at++;
		h->at += blanks(h->at, h->end);
		if (h->at < h->end && *h->at == '#') {
			read_directive(h, text, sizeof(text));
			if (!inner && (!strncmp(text, "el", 2) || !strncmp(text, "endif", 5))) {
				if (h->level && h->level <= HEADER_LEVELS)
					h->levels[h->level - 1].over = false;
				directive(h);
				return;
			}
			if (!strncmp(text, "if", 2))
				inner++;
			else if (!strncmp(text, "endif", 5))
				inner--;
		}
		skip_line(h);
	}
}

struct token header_next(struct header_text *h)
{
	struct token ret = { .kind = TOKEN_END };

	while (h->at < h->end) {
		char c = *h->at;

		if (c == '\n') {
			h->line_start = true;
			h->at++;
		} else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\\') {
			h->at++;
		} else if (at_comment(h)) {
			skip_comment(h);
		} else if (c == '#' && h->line_start) {
			directive(h);
		} else if (is_word(c)) {
			ret.text = h->at;
			ret.column_0 = h->at == h->begin || h->at[-1] == '\n';
			h->line_start = false;
			while (h->at < h->end && is_word(*h->at))
				h->at++;
			ret.length = (size_t)(h->at - ret.text);
			ret.kind = c >= '0' && c <= '9' ? TOKEN_OTHER : TOKEN_WORD;
			return ret;
		} else {
			h->line_start = false;
			ret.kind = TOKEN_OTHER;
			ret.byte = c;
			if (c == '"' || c == '\'')
				skip_quoted(h);
			else
				h->at++;
			return ret;
		}
	}
	return ret;
}

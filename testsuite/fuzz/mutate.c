// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mutations that keep most of a script a script. libFuzzer's own change bytes,
 * and add words of the dictionary; every fifth time that is done. Else pieces
 * are moved, copied, removed or exchanged: a piece is a token, or all from an
 * opening bracket to the closing one, so that what was balanced stays so; a line
 * of pieces goes to where a line begins, outside or inside of bodies as it was;
 * a token gives way to one of its sort; some are repeated up to 128 times, whole
 * or a part of one. Comments stay as they are.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PIECES	4096

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size,
				 uint8_t *out, size_t max_size, unsigned seed);

struct piece {
	size_t at, length;	/* of the token */
	size_t close;		/* of an opening bracket: the end of the piece; else at + length */
	bool first;		/* of its line */
	bool inside;		/* of some bracket */
};

struct text {
	const uint8_t *bytes;
	size_t size, count;
	struct piece pieces[MAX_PIECES];
};

static unsigned dice;

static unsigned roll(size_t sides)
{
	dice = dice * 1103515245 + 12345;
	return (unsigned)((dice >> 8) % sides);
}

static bool in_word(uint8_t byte)
{
	return isalnum(byte) || byte == '_';
}

static size_t token_length(const uint8_t *bytes, size_t size)
{
	size_t n = 1;

	if (*bytes == '"') {
		while (n < size && bytes[n] != '"' && bytes[n] != '\n')
			n += bytes[n] == '\\' ? 2 : 1;
		return n < size ? n + 1 : size;
	}
	if (in_word(*bytes) || ((*bytes == '@' || *bytes == '$') && size > 1 && in_word(bytes[1]))) {
		while (n < size && in_word(bytes[n]))
			n++;
	} else if (strchr("+-*/%&|^<>=!.", *bytes)) {
		while (n < size && n < 4 && bytes[n] && strchr("+-*/%&|^<>=!~?:)", bytes[n]))
			n++;
	}
	return n;
}

static void cut(struct text *text, const uint8_t *bytes, size_t size)
{
	size_t open[64], depth = 0, at = 0;
	bool first = true;

	text->bytes = bytes;
	text->size = size;
	text->count = 0;
	while (at < size && text->count < MAX_PIECES) {
		struct piece *piece = &text->pieces[text->count];

		if (isspace(bytes[at])) {
			first |= bytes[at++] == '\n';
			continue;
		}
		if (bytes[at] == '#') {
			while (at < size && bytes[at] != '\n')
				at++;
			continue;
		}
		*piece = (struct piece){ at, token_length(bytes + at, size - at), .first = first, .inside = depth };
		first = false;
		at += piece->length;
		piece->close = at;
		if (strchr("({[", bytes[piece->at]) && bytes[piece->at] && depth < 64)
			open[depth++] = text->count;
		else if (depth && strchr(")}]", bytes[piece->at]))
			text->pieces[open[--depth]].close = at;
		text->count++;
	}
}

/* The pieces from number `from` on: so many, or to the end of the line where n is 0. */
static struct piece pick_from(const struct text *text, size_t from, size_t n)
{
	struct piece ret = text->pieces[from];
	size_t i = from;
	bool whole_line = !n;

	while (i < text->count && (whole_line ? i == from || !text->pieces[i].first : n--)) {
		ret.close = text->pieces[i].close;
		while (i < text->count && text->pieces[i].at < ret.close)
			i++;
	}
	ret.length = ret.close - ret.at;
	return ret;
}

/* One to six pieces in a row, mostly one. */
static struct piece pick(const struct text *text)
{
	return pick_from(text, roll(text->count), roll(3) ? 1 : 1 + roll(6));
}

/* A line. Whether one was found. */
static bool pick_line(const struct text *text, const struct piece *like, struct piece *ret)
{
	for (int tries = 0; tries < 30; tries++) {
		size_t i = roll(text->count);

		if (!text->pieces[i].first || (like && text->pieces[i].inside != like->inside))
			continue;
		*ret = pick_from(text, i, 0);
		return true;
	}
	return false;
}

enum sort { WORD, NUMBER, STRING, BRACKET, OPERATOR };

static enum sort sort_of(uint8_t byte)
{
	if (isdigit(byte))
		return NUMBER;
	if (isalpha(byte) || byte == '_' || byte == '$' || byte == '@')
		return WORD;
	if (byte == '"')
		return STRING;
	return byte && strchr("(){}[],;", byte) ? BRACKET : OPERATOR;
}

static struct piece pick_alike(const struct text *text, const uint8_t *token)
{
	size_t i = 0;

	for (int tries = 0; tries < 30; tries++) {
		i = roll(text->count);
		if (sort_of(text->bytes[text->pieces[i].at]) == sort_of(*token))
			break;
	}
	return text->pieces[i];
}

/* Writes text with `gone` replaced by length bytes of `by`, after a blank and before the gap. */
static size_t replace(const struct text *text, struct piece gone, const uint8_t *by, size_t length,
		      uint8_t gap, uint8_t *out, size_t max_size)
{
	size_t rest = text->size - gone.at - gone.length;

	if (text->size - gone.length + length + 2 > max_size)
		return 0;
	memmove(out, text->bytes, gone.at);
	out += gone.at;
	*out++ = ' ';
	memmove(out, by, length);
	out += length;
	*out++ = gap;
	memmove(out, text->bytes + gone.at + gone.length, rest);
	return gone.at + length + rest + 2;
}

/* One of the token's sort, or nearly. */
static const char *invent(const uint8_t *token)
{
	static const char *const words[] = {
		"a", "b", "s", "x", "n", "i", "f", "w", "0", "1", "execname()", "pid()", "$value", "$old", "$1", "@1",
		"@count", "@sum", "@min", "@max", "@avg", "@variance", "@hist_log", "@defined", "if", "while", "foreach",
		"return", "next", "break", "continue", "delete", "enable", "disable", "later", "strlen", "sprintf",
		"printf", "print", "println", "begin", "end", "error", "\"a\"", "long", "string", "private",
	}, *const numbers[] = {
		"0", "1", "-1", "2", "7", "8", "9", "63", "64", "1000", "4096", "2147483647", "4294967296",
		"9223372036854775807", "0x8000000000000000", "-9223372036854775808", "0xffffffff81000000", "x", "(1 + 2)",
	}, *const strings[] = {
		"\"\"", "\"%d\"", "\"%s\\n\"", "\"a\"", "\"%p %*.*s %x %c\"", "\"\\x41\\n\"", "1", "execname()", "(\"a\" . x)",
		"\"^a(b|c)*$\"", "\"jiffies\"", "\"%1b%m%%\"",
	}, *const operators[] = {
		"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "<", "<=", ">", ">=", "==", "!=", "&&", "||",
		"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>=", ".=", "<<<", ".", "=~", "!~",
		"->", "in", "?", "++", "--", "!", "~",
	}, *const brackets[] = { "(", ")", "{", "}", "[", "]", ",", ";" };
#define ONE_OF(list) list[roll(sizeof(list) / sizeof(*list))]

	switch (sort_of(*token)) {
	case WORD:
		return ONE_OF(words);
	case NUMBER:
		return ONE_OF(numbers);
	case STRING:
		return ONE_OF(strings);
	case BRACKET:
		return ONE_OF(brackets);
	default:
		return ONE_OF(operators);
	}
}

/* Up to 128 times what stands there, and what stands there. */
static size_t repeat(const struct text *text, struct piece what, uint8_t *out, size_t max_size)
{
	size_t times = (size_t)1 << roll(8), size = text->size + times * what.length, end = what.at + what.length;

	if (size > max_size)
		return 0;
	memcpy(out, text->bytes, what.at);
	for (size_t at = what.at; times--; at += what.length)
		memcpy(out + at, text->bytes + what.at, what.length);
	memcpy(out + size - (text->size - what.at), text->bytes + what.at, what.length);
	memcpy(out + size - (text->size - end), text->bytes + end, text->size - end);
	return size;
}

static size_t mutate(const struct text *text, uint8_t *out, size_t max_size)
{
	struct piece a = pick(text), b = pick(text), token = text->pieces[roll(text->count)];
	const char *by;

	switch (roll(12)) {
	case 8:
		return repeat(text, a, out, max_size);
	case 9:		/* a few bytes of the token */
		a.at = token.at + roll(token.length);
		a.length = 1 + roll(token.at + token.length - a.at);
		return repeat(text, a, out, max_size);
	case 0:		/* removed */
		return replace(text, a, (const uint8_t *)"", 0, ' ', out, max_size);
	case 1:		/* copied to before another one, or in its place */
		if (roll(2))
			b.length = 0;
		return replace(text, b, text->bytes + a.at, a.length, ' ', out, max_size);
	case 2:
	case 3:		/* the same with lines */
		if (!pick_line(text, NULL, &a) || !pick_line(text, &a, &b))
			return 0;
		if (roll(3))
			b.length = 0;
		return replace(text, b, text->bytes + a.at, a.length, '\n', out, max_size);
	case 4:
		return pick_line(text, NULL, &a) ? replace(text, a, (const uint8_t *)"", 0, ' ', out, max_size) : 0;
	case 5:
	case 6:
	case 7:
		a = pick_alike(text, text->bytes + token.at);
		return replace(text, token, text->bytes + a.at, a.length, ' ', out, max_size);
	default:
		by = invent(text->bytes + token.at);
		return replace(text, token, (const uint8_t *)by, strlen(by), ' ', out, max_size);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	static struct text text;
	static uint8_t copy[1 << 16];
	size_t done = 0;

	dice = seed;
	if (size <= sizeof(copy) && roll(5)) {
		memcpy(copy, data, size);
		cut(&text, copy, size);
		if (text.count)
			done = mutate(&text, data, max_size);
	}
	return done ? done : LLVMFuzzerMutate(data, size, max_size);
}

/* A line or a piece of the other one goes to before one of the first, or in its place. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size,
				 uint8_t *out, size_t max_size, unsigned seed)
{
	static struct text text, from;
	struct piece a, b;

	dice = seed;
	cut(&text, data, size);
	cut(&from, other, other_size);
	if (!text.count || !from.count)
		return 0;
	if (!roll(3) || !pick_line(&from, NULL, &a) || !pick_line(&text, &a, &b)) {
		a = pick(&from);
		b = pick(&text);
	}
	if (roll(3))
		b.length = 0;
	return replace(&text, b, other + a.at, a.length, '\n', out, max_size);
}

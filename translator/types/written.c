// SPDX-License-Identifier: GPL-2.0-or-later
/* Types as a script writes them. */
#include <ctype.h>
#include <string.h>

#include "reader.h"

#define MAX_DERIVED	32	/* stars and brackets of one */

/* A type as written, while it is read. */
struct written {
	struct types *types;
	struct session *session;
	const char *at;
};

static void skip_blanks(struct written *w)
{
	while (isspace((unsigned char)*w->at))
		w->at++;
}

static bool take(struct written *w, char what)
{
	skip_blanks(w);
	if (*w->at != what)
		return false;
	w->at++;
	return true;
}

/* The next word in the arena, or NULL. */
static const char *word(struct written *w)
{
	const char *start;

	skip_blanks(w);
	start = w->at;
	if (isdigit((unsigned char)*start))
		return NULL;
	while (isalnum((unsigned char)*w->at) || *w->at == '_')
		w->at++;
	return w->at > start ? session_strndup(w->session, start, (size_t)(w->at - start)) : NULL;
}

static bool is_qualifier(const char *text)
{
	static const char *const words[] = { "const", "volatile", "restrict", "__restrict", "_Atomic" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(text, words[i]))
			return true;
	return false;
}

/* How often each word of a base type was written. */
enum base_word {
	W_VOID, W_BOOL, W_CHAR, W_SHORT, W_INT, W_LONG, W_FLOAT, W_DOUBLE, W_SIGNED, W_UNSIGNED, W_INT128, W_END
};

static const char *const base_words[W_END] = {
	"void", "_Bool", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "__int128",
};

/* What the words mean on x86-64, which every reader agrees on; NULL: nothing. */
static struct ctype *base_type(struct session *s, const unsigned *n)
{
	static const struct base {
		const char *name;	/* as GCC writes it into DWARF */
		enum ctype_kind kind;
		unsigned size;
		bool is_signed;
		unsigned char words[W_END];	/* without `signed`, and `int` where there are others */
	} bases[] = {
		{ "void", CTYPE_VOID, 0, false, { [W_VOID] = 1 } },
		{ "_Bool", CTYPE_INT, 1, false, { [W_BOOL] = 1 } },
		{ "char", CTYPE_INT, 1, true, { [W_CHAR] = 1 } },
		{ "unsigned char", CTYPE_INT, 1, false, { [W_CHAR] = 1, [W_UNSIGNED] = 1 } },
		{ "signed char", CTYPE_INT, 1, true, { [W_CHAR] = 1, [W_SIGNED] = 1 } },
		{ "short int", CTYPE_INT, 2, true, { [W_SHORT] = 1 } },
		{ "short unsigned int", CTYPE_INT, 2, false, { [W_SHORT] = 1, [W_UNSIGNED] = 1 } },
		{ "int", CTYPE_INT, 4, true, { [W_INT] = 1 } },
		{ "unsigned int", CTYPE_INT, 4, false, { [W_INT] = 1, [W_UNSIGNED] = 1 } },
		{ "long int", CTYPE_INT, 8, true, { [W_LONG] = 1 } },
		{ "long unsigned int", CTYPE_INT, 8, false, { [W_LONG] = 1, [W_UNSIGNED] = 1 } },
		{ "long long int", CTYPE_INT, 8, true, { [W_LONG] = 2 } },
		{ "long long unsigned int", CTYPE_INT, 8, false, { [W_LONG] = 2, [W_UNSIGNED] = 1 } },
		{ "__int128", CTYPE_INT, 16, true, { [W_INT128] = 1 } },
		{ "__int128 unsigned", CTYPE_INT, 16, false, { [W_INT128] = 1, [W_UNSIGNED] = 1 } },
		{ "float", CTYPE_FLOAT, 4, true, { [W_FLOAT] = 1 } },
		{ "double", CTYPE_FLOAT, 8, true, { [W_DOUBLE] = 1 } },
		{ "long double", CTYPE_FLOAT, 16, true, { [W_DOUBLE] = 1, [W_LONG] = 1 } },
	};
	unsigned char words[W_END];
	struct ctype *t;

	for (unsigned i = 0; i < W_END; i++)
		words[i] = (unsigned char)n[i];
	/* `int` goes without saying beside `signed` and `unsigned`, but for those that are no int */
	if (words[W_SHORT] || words[W_LONG])
		words[W_INT] -= words[W_INT] == 1;
	else if ((words[W_SIGNED] || words[W_UNSIGNED]) && !words[W_CHAR] && !words[W_INT128] && !words[W_INT])
		words[W_INT] = 1;
	if (words[W_SIGNED] == 1 && !words[W_CHAR] && !words[W_UNSIGNED])
		words[W_SIGNED] = 0;
	for (unsigned i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		const struct base *b = &bases[i];

		if (memcmp(words, b->words, sizeof(words)))
			continue;
		t = session_alloc(s, sizeof(*t));
		t->kind = b->kind;
		t->name = b->kind == CTYPE_VOID ? NULL : b->name;
		t->size = b->size;
		t->is_signed = b->is_signed && b->kind == CTYPE_INT;
		t->is_bool = words[W_BOOL];
		t->is_char = words[W_CHAR] && !words[W_UNSIGNED] && !words[W_SIGNED];
		t->read = true;
		return t;
	}
	return NULL;
}

/* The words of a base type; false where the next is none of them. */
static bool base_word(unsigned *n, const char *text)
{
	for (unsigned i = 0; i < W_END; i++) {
		if (!strcmp(text, base_words[i])) {
			n[i] += n[i] < 100;
			return true;
		}
	}
	return false;
}

static struct ctype *named_type(struct written *w, const char *name)
{
	static const enum ctype_tag tags[] = { TAG_NONE, TAG_STRUCT, TAG_UNION, TAG_ENUM };
	struct ctype *ret = NULL;

	/* as in SystemTap the tag's word may be left out */
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags) && !ret; i++)
		ret = types_find(w->types, tags[i], name);
	return ret;
}

/* What stands before the stars: a tag, a typedef's name, or a base type. */
static struct ctype *specifier(struct written *w)
{
	unsigned n[W_END] = { 0 };
	bool any = false;
	const char *text, *before;
	struct ctype *ret = NULL, *own;

	for (before = w->at; (text = word(w)); before = w->at) {
		if (is_qualifier(text))
			continue;
		if (!ret && base_word(n, text)) {
			any = true;
			continue;
		}
		if (any || ret)
			break;
		if (!strcmp(text, "struct") || !strcmp(text, "union") || !strcmp(text, "enum")) {
			enum ctype_tag tag = *text == 's' ? TAG_STRUCT : *text == 'u' ? TAG_UNION : TAG_ENUM;

			text = word(w);
			ret = text ? types_find(w->types, tag, text) : NULL;
		} else {
			ret = named_type(w, text);
		}
		if (!ret)
			return NULL;
	}
	w->at = before;
	if (!any)
		return ret;
	ret = base_type(w->session, n);
	/* whether plain char has a sign is the kernel's affair */
	own = ret && ret->is_char ? types_find(w->types, TAG_NONE, "char") : NULL;
	return own && own->is_char ? own : ret;
}

static struct ctype *array_of(struct session *s, struct ctype *element, uint64_t count)
{
	struct ctype *t = session_alloc(s, sizeof(*t));

	t->kind = CTYPE_ARRAY;
	t->count = count;
	t->read = true;
	t->target = element;
	return __builtin_mul_overflow(element->size, count, &t->size) ? NULL : t;
}

struct ctype *types_parse(struct types *types, const char *text)
{
	struct written w = { types, types_session(types), text };
	struct ctype *t = specifier(&w);
	uint64_t counts[MAX_DERIVED];
	unsigned stars = 0, n = 0;
	const char *qualifier;
	char *end;

	while (t && take(&w, '*')) {
		if (++stars > MAX_DERIVED)
			return NULL;
		t = types_pointer_to(types, t);
		while (skip_blanks(&w), (isalpha((unsigned char)*w.at) || *w.at == '_')) {
			qualifier = word(&w);
			if (!qualifier || !is_qualifier(qualifier))
				return NULL;
		}
	}
	while (t && take(&w, '[')) {
		if (n == MAX_DERIVED)
			return NULL;
		skip_blanks(&w);
		end = (char *)w.at;
		counts[n++] = isdigit((unsigned char)*w.at) ? strtoull(w.at, &end, 0) : 0;
		w.at = end;
		if (!take(&w, ']'))
			return NULL;
	}
	skip_blanks(&w);
	if (*w.at)
		return NULL;
	/* the last brackets are the innermost array's */
	while (t && n)
		t = array_of(w.session, t, counts[--n]);
	return t;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading the name of a datum. Its grammar:
 *
 *	["(" TYPE ")"] SYMBOL ["@" FILE] { "." MEMBER | "->" MEMBER | "[" N "]" } ["+" N]
 *
 * The cast is the symbol's: it says what nobody else knows. With a + it is the
 * type of what is there.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../diag.h"
#include "../parse/preprocess.h"
#include "datum.h"
#include "place.h"

static const char symbol_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$";

struct reading {
	struct session *s;
	struct loc loc;			/* of the literal */
	const char *text, *at;
	struct datum *to;
};

/* Where the reader is, in the script. */
static struct loc here(const struct reading *r)
{
	struct loc loc = r->loc;

	loc.col += 1 + (r->at - r->text);
	return loc;
}

static bool wrong(struct reading *r, const char *wanted)
{
	struct loc loc = here(r);

	diag(r->s, &loc, DIAG_SYMBOL_NAME, r->text, wanted, *r->at ? r->at : "its end");
	return false;
}

static bool take_word(struct reading *r, const char *text)
{
	size_t length = strlen(text);

	while (*r->at == ' ')
		r->at++;
	if (strncmp(r->at, text, length))
		return false;
	r->at += length;
	return true;
}

static bool take_number(struct reading *r, int64_t *ret)
{
	unsigned long long n;
	char *end;

	while (*r->at == ' ')
		r->at++;
	errno = 0;
	n = isdigit((unsigned char)*r->at) ? strtoull(r->at, &end, 0) : 0;
	if (!isdigit((unsigned char)*r->at) || errno || n > INT64_MAX)
		return wrong(r, "a number");
	r->at = end;
	*ret = n;
	return true;
}

/* The rest of a name: what compilers add to those of static variables has digits behind dots. */
static bool take_symbol(struct reading *r)
{
	const char *begin;
	size_t n;

	while (*r->at == ' ')
		r->at++;
	begin = r->at;
	n = isdigit((unsigned char)*begin) ? 0 : strspn(begin, symbol_letters);
	if (!n)
		return wrong(r, "a symbol's name");
	while (begin[n] == '.' && isdigit((unsigned char)begin[n + 1]))
		n += 1 + strspn(begin + n + 1, symbol_letters);
	r->to->symbol = session_strndup(r->s, begin, n);
	r->at += n;
	return true;
}

static bool take_file(struct reading *r)
{
	size_t n = strcspn(r->at, "[+ "), end;

	/* main.c.member: a file's name ends with .c, .S or .h */
	for (end = 1; end < n; end++)
		if (r->at[end - 1] == '.' && strchr("cSh", r->at[end]) && !isalnum((unsigned char)r->at[end + 1]) && r->at[end + 1] != '_') {
			r->to->file = session_strndup(r->s, r->at, end + 1);
			r->at += end + 1;
			return true;
		}
	return wrong(r, "a file's name, which ends with .c");
}

struct found {
	struct session *s;
	const struct datum *to;
	struct cvariable variable;	/* the first */
	unsigned n;			/* of different files */
	const char *files;
};

bool file_is(const char *path, const char *wanted)
{
	size_t length = strlen(path), n = strlen(wanted);

	return n <= length && !strcmp(path + length - n, wanted) && (n == length || path[length - n - 1] == '/');
}

static void note_variable(const struct cvariable *v, void *data)
{
	struct found *found = data;

	if (found->to->file && !(v->file && file_is(v->file, found->to->file)))
		return;
	if (!found->n)
		found->variable = *v;
	else if (!v->file || !found->variable.file || !strcmp(v->file, found->variable.file))
		return;
	found->n++;
	if (v->file && found->n <= 8)
		found->files = session_printf(found->s, "%s%s%s", found->files, found->n > 1 ? ", " : "", v->file);
}

static bool ambiguous(struct reading *r, const struct found *found)
{
	diag(r->s, &r->loc, DIAG_AMBIGUOUS, found->n, r->to->symbol);
	diag_note(r->s, "they are in %s%s: \"%s@%s\" is the first of them", found->files, found->n > 8 ? " and others" : "",
		  r->to->symbol, found->variable.file ? found->variable.file : "FILE");
	return false;
}

/* The variable's type, where anybody knows it. */
static bool find_variable(struct reading *r)
{
	struct found found = { .s = r->s, .to = r->to, .files = "" };
	struct types *types = types_of(r->s, r->to->module);

	(r->to->type ? types_variables_at_hand : types_variables)(types, r->to->symbol, note_variable, &found);
	if (found.n > 1)
		return ambiguous(r, &found);
	if (!found.n && r->to->file) {
		diag(r->s, &r->loc, DIAG_NO_VARIABLE, r->to->symbol, r->to->file);
		diag_note(r->s, "files are known from debug information alone; looked into: %s", types_searched(types));
		return false;
	}
	if (!found.n)
		return true;
	r->to->per_cpu = found.variable.per_cpu;
	r->to->linked_at = r->to->file ? found.variable.address : 0;
	if (!r->to->type)
		r->to->type = found.variable.type;
	return true;
}

void datum_advise(struct session *s, const struct datum *d)
{
	const char *release = kernel_release(s);

	diag_note(s, "looked into %s; a cast says it: \"(struct T)%s...\"", types_searched(types_of(s, d->module)),
		  d->symbol);
	diag_note(s, "or install the kernel's debug information: on Debian the package linux-image-%s-dbg", release);
}

static bool need_type(struct reading *r, const struct loc *loc)
{
	if (r->to->type)
		return true;
	diag(r->s, loc, DIAG_NO_TYPE, r->to->symbol);
	datum_advise(r->s, r->to);
	return false;
}

/* What the pointer points to. */
static bool follow(struct reading *r, const struct loc *loc)
{
	struct ctype *target;

	if (!need_type(r, loc))
		return false;
	target = r->to->type->kind == CTYPE_POINTER && !r->to->bit_size ? ctype_target(r->to->type) : NULL;
	if (!target) {
		diag(r->s, loc, DIAG_NO_POINTER, ctype_spell(r->s, r->to->type));
		return false;
	}
	if (r->to->hops == MOST_HOPS) {
		diag(r->s, loc, DIAG_HOPS, MOST_HOPS);
		return false;
	}
	r->to->offset[r->to->hops++] = 0;
	r->to->type = target;
	return true;
}

static bool take_member(struct reading *r, bool arrow)
{
	struct loc loc = here(r);
	size_t n = strspn(r->at, symbol_letters);
	const char *name = session_strndup(r->s, r->at, n);
	const struct cmember *m;
	uint64_t bits;

	if (!n)
		return wrong(r, "a member's name");
	if (!need_type(r, &loc))
		return false;
	if (r->to->type->kind == CTYPE_POINTER && !arrow) {
		diag(r->s, &loc, DIAG_NO_STRUCT, ctype_spell(r->s, r->to->type), name);
		diag_note(r->s, "it is a pointer: ->%s is what it points to when the watch is armed", name);
		return false;
	}
	if (r->to->type->kind == CTYPE_POINTER && !follow(r, &loc))
		return false;
	if (!ctype_has_members(r->to->type)) {
		diag(r->s, &loc, DIAG_NO_STRUCT, ctype_spell(r->s, r->to->type), name);
		return false;
	}
	m = member_find(r->to->type, name, &bits);
	if (!m) {
		member_missing(r->s, &loc, r->to->type, name);
		return false;
	}
	r->at += n;
	r->to->type = m->type;
	member_at(m, bits, &r->to->offset[r->to->hops - 1], &r->to->bit_offset, &r->to->bit_size);
	return true;
}

static bool take_element(struct reading *r)
{
	struct loc loc = here(r);
	struct ctype *whole, *element;
	int64_t n, bytes;

	if (!take_number(r, &n))
		return false;
	if (!take_word(r, "]"))
		return wrong(r, "]");
	if (!need_type(r, &loc))
		return false;
	whole = r->to->type;
	element = whole->kind == CTYPE_ARRAY || whole->kind == CTYPE_POINTER ? ctype_target(whole) : NULL;
	if (!element || !element->size || __builtin_mul_overflow(n, (int64_t)element->size, &bytes)) {
		diag(r->s, &loc, DIAG_NO_ELEMENTS, ctype_spell(r->s, whole));
		return false;
	}
	if (whole->kind == CTYPE_ARRAY && whole->count && (uint64_t)n >= whole->count) {
		diag(r->s, &loc, DIAG_ELEMENT, ctype_spell(r->s, whole), (long long)n);
		return false;
	}
	if (whole->kind == CTYPE_POINTER && !follow(r, &loc))
		return false;
	r->to->type = element;
	r->to->offset[r->to->hops - 1] += bytes;
	return true;
}

static bool take_path(struct reading *r)
{
	for (;;) {
		if (take_word(r, "->")) {
			if (!take_member(r, true))
				return false;
		} else if (take_word(r, ".")) {
			if (!take_member(r, false))
				return false;
		} else if (take_word(r, "[")) {
			if (!take_element(r))
				return false;
		} else {
			return true;
		}
	}
}

static bool take_cast(struct reading *r, struct ctype **ret)
{
	struct loc loc = here(r);
	size_t n = strcspn(r->at, ")");
	const char *name = session_strndup(r->s, r->at, n);
	struct types *types = types_of(r->s, r->to->module);

	if (!r->at[n])
		return wrong(r, ")");
	r->at += n + 1;
	*ret = types_parse(types, name);
	if (*ret)
		return true;
	diag(r->s, &loc, DIAG_UNKNOWN_TYPE, name);
	diag_note(r->s, "looked into %s", types_searched(types));
	return false;
}

/* The bytes behind the path. */
static bool take_offset(struct reading *r, struct ctype *cast)
{
	int64_t n;

	if (!take_number(r, &n))
		return false;
	r->to->offset[r->to->hops - 1] += n;
	r->to->type = cast;
	r->to->bit_size = r->to->bit_offset = 0;
	return true;
}

/* Finds it or adds it. */
struct symbol_use *unit_symbol(struct session *s, const struct datum *d)
{
	struct symbol_use **at = &s->unit->symbols;

	for (; *at; at = &(*at)->next)
		if (!strcmp((*at)->symbol, d->symbol) && (*at)->linked_at == d->linked_at &&
		    !strcmp((*at)->module ? (*at)->module : "", d->module ? d->module : ""))
			return *at;
	*at = session_alloc(s, sizeof(**at));
	(*at)->module = d->module;
	(*at)->symbol = d->symbol;
	(*at)->linked_at = d->linked_at;
	(*at)->index = s->unit->symbol_count++;
	return *at;
}

struct name_table *unit_names(struct session *s, struct ctype *type)
{
	struct name_table **at = &s->unit->name_tables;

	while (*at && (*at)->type != type)
		at = &(*at)->next;
	if (!*at) {
		*at = session_alloc(s, sizeof(**at));
		(*at)->type = type;
		(*at)->index = s->unit->name_table_count++;
	}
	return *at;
}

bool datum_parse(struct session *s, const char *module, const char *text, const struct loc *loc, struct datum *ret)
{
	struct reading r = { s, *loc, text, text, ret };
	struct ctype *cast = NULL;
	const char *behind;
	bool is_plain;

	*ret = (struct datum){ .module = module, .hops = 1 };
	if (take_word(&r, "(") && !take_cast(&r, &cast))
		return false;
	if (!take_symbol(&r) || (take_word(&r, "@") && !take_file(&r)))
		return false;
	ret->type = cast;
	behind = r.at;
	if (!find_variable(&r) || !take_path(&r))
		return false;
	is_plain = r.at == behind;
	if (take_word(&r, "+") && !take_offset(&r, is_plain ? cast : NULL))
		return false;
	if (*r.at)
		return wrong(&r, "a member, an element or an offset");
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text of things with types, as SystemTap writes it: {.pid=1, .comm="init", .mm=0x...}.
 * It becomes a sprintf of what there is in it. With $ what is inside of a member
 * is left out, with $$ it is not.
 */
#include <string.h>

#include "../diag.h"
#include "place.h"

/* Values that one text has, as many as a sprintf: what a string cannot hold anyway is not read. */
#define MOST_VALUES	31
#define MOST_ELEMENTS	16
#define MOST_DEPTH	8

struct text {
	struct session *s;
	FILE *format;
	struct expr *values;
	unsigned count;
	bool deep;
};

static void add_value(struct text *t, struct expr *e)
{
	t->values = expr_append(t->values, e);
	t->count++;
}

static bool is_text(struct ctype *type)
{
	struct ctype *element = type->kind == CTYPE_ARRAY || type->kind == CTYPE_POINTER ? ctype_target(type) : NULL;

	return element && element->kind == CTYPE_INT && element->is_char;
}

/* An array of char, up to its NUL. */
static struct expr *array_text(struct session *s, const struct place *p)
{
	struct expr *address, *e;
	uint64_t end = p->offset + p->type->size;

	if (p->where == PLACE_VALUE && p->offset >= 0 && end <= p->length) {
		e = expr_piece(s, p->loc, p->old, p->length, p->base, p->offset, p->type->size, false);
		e->type = TYPE_STRING;
		return e;
	}
	address = place_address(s, p);
	if (!address)
		return NULL;
	address->next = NULL;
	return builtin_call(s, p->loc, "kernel_string_n",
		    expr_append(address, expr_number(s, p->loc, p->type->count ? p->type->count : 64)));
}

/* What a char * points to, or where that cannot be read the pointer. */
static struct expr *pointed_text(struct session *s, const struct place *p)
{
	struct expr *address = place_number(s, p), *again;

	if (!address)
		return NULL;
	again = expr_copy(s, address);
	again->next = NULL;
	address->next = NULL;
	return builtin_call(s, p->loc, "kernel_string",
		    expr_append(address, expr_call(s, p->loc, "sprintf",
						   expr_append(expr_string(s, p->loc, "%p"), again))));
}

static bool write_place(struct text *t, struct place p, int depth);

static bool write_members(struct text *t, const struct place *whole, struct ctype *type, int depth, bool *first)
{
	for (const struct cmember *m = ctype_members(type); m; m = m->next) {
		struct place p = *whole;

		if (t->count >= MOST_VALUES) {
			fputs(*first ? "..." : ", ...", t->format);
			return true;
		}
		p.type = m->type;
		member_at(m, m->bit_offset, &p.offset, &p.bit_offset, &p.bit_size);
		fputs(*first ? "" : ", ", t->format);
		*first = false;
		if (m->name)
			fprintf(t->format, ".%s=", m->name);
		if (!write_place(t, p, depth + 1))
			return false;
	}
	return true;
}

static bool write_struct(struct text *t, const struct place *p, int depth)
{
	bool first = true, done;

	if (depth && (!t->deep || depth > MOST_DEPTH)) {
		fputs("{...}", t->format);
		return true;
	}
	fputc('{', t->format);
	done = write_members(t, p, p->type, depth, &first);
	fputc('}', t->format);
	return done;
}

static bool write_array(struct text *t, const struct place *p, int depth)
{
	struct ctype *element = ctype_target(p->type);

	if ((depth && (!t->deep || depth > MOST_DEPTH)) || !element || !element->size) {
		fputs("[...]", t->format);
		return true;
	}
	fputc('[', t->format);
	for (uint64_t i = 0; i < p->type->count; i++) {
		struct place one = *p;

		fputs(i ? ", " : "", t->format);
		if (i == MOST_ELEMENTS || t->count >= MOST_VALUES) {
			fputs("...", t->format);
			break;
		}
		one.type = element;
		one.offset += i * element->size;
		if (!write_place(t, one, depth + 1))
			return false;
	}
	fputc(']', t->format);
	return true;
}

static bool write_string(struct text *t, struct expr *e)
{
	if (!e)
		return false;
	fputs("\"%s\"", t->format);
	add_value(t, e);
	return true;
}

static bool write_number(struct text *t, const struct place *p)
{
	struct expr *e = place_number(t->s, p);

	if (!e)
		return false;
	if (p->type->kind == CTYPE_ENUM && ctype_values(p->type)) {
		fputs("%s", t->format);
		e = expr_enum(t->s, p->loc, e, unit_names(t->s, p->type));
	} else if (p->type->kind == CTYPE_POINTER) {
		fputs("%s", t->format);
		e = builtin_call(t->s, p->loc, "pointer_text", e);
	} else {
		fputs(p->type->is_signed ? "%i" : "%u", t->format);
	}
	add_value(t, e);
	return true;
}

static bool write_place(struct text *t, struct place p, int depth)
{
	/* each use of the base is one of its own: passes write into the tree */
	if (p.base)
		p.base = expr_copy(t->s, p.base);
	switch (p.type->kind) {
	case CTYPE_STRUCT:
	case CTYPE_UNION:
		return write_struct(t, &p, depth);
	case CTYPE_ARRAY:
		return is_text(p.type) ? write_string(t, array_text(t->s, &p)) : write_array(t, &p, depth);
	case CTYPE_POINTER:
		return is_text(p.type) ? write_string(t, pointed_text(t->s, &p)) : write_number(t, &p);
	case CTYPE_INT:
	case CTYPE_ENUM:
		if (p.bit_size || p.type->size <= 8)
			return write_number(t, &p);
		/* fall through */
	default:
		fputs("?", t->format);
		return true;
	}
}

/* The base in a variable, where it is more than a name; *hold assigns it. */
static bool hold_base(struct session *s, struct body *body, struct place *p, struct expr **hold)
{
	const char *name = "$1";
	struct var *v;
	unsigned n = 1;

	if (!body || !p->base || p->base->kind == EXPR_NUMBER || p->base->kind == EXPR_IDENT ||
	    p->base->kind == EXPR_TARGET || p->base->kind == EXPR_SYMBOL)
		return false;
	for (v = body->locals; v; v = v->next)
		if (!strcmp(v->name, name)) {
			name = session_printf(s, "$%u", ++n);
			v = body->locals;
		}
	body->locals = var_append(body->locals, var_new(s, p->loc, VAR_LOCAL, name, TYPE_UNKNOWN));
	*hold = expr_assign(s, p->loc, OP_NONE, expr_ident(s, p->loc, name), p->base);
	p->base = expr_ident(s, p->loc, name);
	return true;
}

static struct expr *make_text(struct session *s, const struct place *p, bool deep)
{
	struct text t = { .s = s, .deep = deep };
	struct expr *made;
	char *format;
	size_t size;
	bool done;

	t.format = open_memstream(&format, &size);
	done = write_place(&t, *p, 0);
	fclose(t.format);
	/* expr_call() makes a print of it */
	made = done ? expr_call(s, p->loc, "sprintf", expr_append(expr_string(s, p->loc, session_strdup(s, format)),
								   t.values)) : NULL;
	free(format);
	return made;
}

struct expr *place_text(struct session *s, struct body *body, const struct place *place, bool deep)
{
	struct place p = *place;
	struct ctype *target = p.type->kind == CTYPE_POINTER ? ctype_target(p.type) : NULL;
	struct expr *hold = NULL, *text;

	if (target && ctype_has_members(target) && !place_follow(s, &p))
		return NULL;
	if (!hold_base(s, body, &p, &hold))
		return make_text(s, &p, deep);
	text = make_text(s, &p, deep);
	return text ? expr_ternary(s, p.loc, hold, text, expr_string(s, p.loc, "0x0")) : NULL;
}

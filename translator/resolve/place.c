// SPDX-License-Identifier: GPL-2.0-or-later
/* Members, elements, and what pointers point to; numbers and addresses of them. */
#include <string.h>

#include "../diag.h"
#include "place.h"

/* Unnamed members inside one another. */
#define MOST_UNNAMED	16

static const struct cmember *find_in(struct ctype *type, const char *name, uint64_t *ret_bits, int depth)
{
	for (const struct cmember *m = ctype_members(type); m; m = m->next) {
		const struct cmember *inner;

		if (m->name && !strcmp(m->name, name)) {
			*ret_bits += m->bit_offset;
			return m;
		}
		if (m->name || depth == MOST_UNNAMED)
			continue;
		*ret_bits += m->bit_offset;
		inner = find_in(m->type, name, ret_bits, depth + 1);
		if (inner)
			return inner;
		*ret_bits -= m->bit_offset;
	}
	return NULL;
}

const struct cmember *member_find(struct ctype *type, const char *name, uint64_t *ret_bits)
{
	*ret_bits = 0;
	return find_in(type, name, ret_bits, 0);
}

void member_at(const struct cmember *m, uint64_t bits, int64_t *offset, unsigned *ret_bit_offset, unsigned *ret_bit_size)
{
	*offset += m->bit_size ? bits / 64 * 8 : bits / 8;
	*ret_bit_offset = m->bit_size ? bits % 64 : 0;
	*ret_bit_size = m->bit_size;
}

/* The names of a type's members, those of unnamed ones in their place. */
struct names {
	const struct cmember *at[MOST_UNNAMED + 1];
	int depth;
};

static const char *next_name(void *data)
{
	struct names *names = data;

	while (names->depth >= 0) {
		const struct cmember *m = names->at[names->depth];

		if (!m) {
			names->depth--;
			continue;
		}
		names->at[names->depth] = m->next;
		if (m->name)
			return m->name;
		if (names->depth < MOST_UNNAMED)
			names->at[++names->depth] = ctype_members(m->type);
	}
	return NULL;
}

static const char *list_members(struct session *s, struct ctype *type)
{
	struct names names = { { ctype_members(type) }, 0 };
	const char *text = "", *name;
	unsigned n = 0;

	while ((name = next_name(&names)) && n++ < 12)
		text = session_printf(s, "%s%s%s", text, *text ? ", " : "", name);
	return name ? session_printf(s, "%s and more", text) : text;
}

void member_missing(struct session *s, const struct loc *loc, struct ctype *type, const char *name)
{
	struct names names = { { ctype_members(type) }, 0 };
	const char *near = diag_nearest(name, next_name, &names);

	diag(s, loc, DIAG_NO_MEMBER, ctype_spell(s, type), name);
	if (near)
		diag_note(s, "did you mean '%s'?", near);
	else if (type->incomplete)
		diag_note(s, "nothing that was looked into says what it has: only its name is known");
	else
		diag_note(s, "it has %s", list_members(s, type));
}

static bool is_value_size(uint64_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

void bit_unit(unsigned bit, unsigned bits, int64_t *ret_byte, unsigned *ret_size)
{
	for (*ret_size = 1; *ret_size <= 8; *ret_size *= 2) {
		*ret_byte = bit / 8 / *ret_size * *ret_size;
		if (bit + bits <= (*ret_byte + *ret_size) * 8)
			return;
	}
	*ret_size = 8;
	*ret_byte = bit / 8;
}

static struct expr *add(struct session *s, struct loc loc, struct expr *a, struct expr *b)
{
	struct expr *sum;

	if (!a || !b)
		return a ? a : b;
	sum = expr_binary(s, loc, OP_ADD, a, b);
	sum->type = TYPE_LONG;
	return sum;
}

static struct expr *add_number(struct session *s, struct loc loc, struct expr *e, int64_t n)
{
	return n ? add(s, loc, e, expr_number(s, loc, n)) : e;
}

/* So many bytes from the beginning of the place. */
static struct expr *bytes_at(struct session *s, const struct place *p, int64_t at, unsigned size, bool is_signed)
{
	int64_t end;

	if (p->where == PLACE_MEMORY)
		return expr_load(s, p->loc, p->base, p->offset + at, size, is_signed);
	/* of what is not watched there is no old and no new value */
	if (__builtin_add_overflow(p->offset, at, &end) || end < 0 || (uint64_t)end + size > p->length)
		return expr_load(s, p->loc, add(s, p->loc, expr_target(s, p->loc, "address"), p->base), p->offset + at,
				 size, is_signed);
	return expr_piece(s, p->loc, p->old, p->length, p->base, p->offset + at, size, is_signed);
}

struct expr *place_address(struct session *s, const struct place *p)
{
	if (p->bit_size) {
		diag(s, &p->loc, DIAG_NO_ADDRESS, "a bit-field");
		return NULL;
	}
	switch (p->where) {
	case PLACE_MEMORY:
		return add_number(s, p->loc, p->base, p->offset);
	case PLACE_VALUE:
		return add_number(s, p->loc, add(s, p->loc, expr_target(s, p->loc, "address"), p->base), p->offset);
	default:
		diag(s, &p->loc, DIAG_NO_ADDRESS, "a value that is in a register");
		return NULL;
	}
}

static struct expr *bit_field(struct session *s, const struct place *p)
{
	unsigned size;
	int64_t at;

	bit_unit(p->bit_offset, p->bit_size, &at, &size);
	return expr_field(s, p->loc, bytes_at(s, p, at, size, false), p->bit_offset - at * 8, p->bit_size,
			  p->type->is_signed);
}

struct expr *place_number(struct session *s, const struct place *p)
{
	struct ctype *type = p->type;

	if (p->bit_size)
		return bit_field(s, p);
	if (type->kind == CTYPE_ARRAY)
		return place_address(s, p);
	if (ctype_has_members(type) || type->kind == CTYPE_FLOAT || type->kind == CTYPE_VOID || type->kind == CTYPE_FUNCTION ||
	    !is_value_size(type->size)) {
		diag(s, &p->loc, DIAG_NOT_A_NUMBER, ctype_spell(s, type));
		if (ctype_has_members(type))
			diag_note(s, "name a member with ->, or print all of it with a $ behind it");
		return NULL;
	}
	if (p->where == PLACE_NUMBER)
		/* of a target the runtime has made a number of that type */
		return type->size == 8 || p->base->kind == EXPR_TARGET ? p->base :
		       expr_field(s, p->loc, p->base, 0, type->size * 8, type->is_signed);
	return bytes_at(s, p, 0, type->size, type->is_signed);
}

bool place_follow(struct session *s, struct place *p)
{
	struct ctype *target = ctype_target(p->type);
	struct expr *address;

	if (p->type->kind != CTYPE_POINTER || !target) {
		diag(s, &p->loc, DIAG_NO_POINTER, ctype_spell(s, p->type));
		return false;
	}
	address = place_number(s, p);
	if (!address)
		return false;
	*p = (struct place){ .where = PLACE_MEMORY, .base = address, .type = target, .loc = p->loc };
	return true;
}

bool place_member(struct session *s, struct place *p, const char *name)
{
	const struct cmember *m;
	uint64_t bits;

	if (p->type->kind == CTYPE_POINTER && !place_follow(s, p))
		return false;
	if (!ctype_has_members(p->type)) {
		diag(s, &p->loc, DIAG_NO_STRUCT, ctype_spell(s, p->type), name);
		if (p->type->kind == CTYPE_ARRAY)
			diag_note(s, "an element of it may have: [0]->%s", name);
		return false;
	}
	if (p->where == PLACE_NUMBER) {
		diag(s, &p->loc, DIAG_NO_ADDRESS, "a structure that is handed over in registers");
		return false;
	}
	m = member_find(p->type, name, &bits);
	if (!m) {
		member_missing(s, &p->loc, p->type, name);
		return false;
	}
	p->type = m->type;
	member_at(m, bits, &p->offset, &p->bit_offset, &p->bit_size);
	return true;
}

bool place_element(struct session *s, struct place *p, struct expr *index)
{
	struct ctype *whole = p->type, *element = ctype_target(whole);

	if ((whole->kind != CTYPE_ARRAY && whole->kind != CTYPE_POINTER) || !element || !element->size) {
		diag(s, &p->loc, DIAG_NO_ELEMENTS, ctype_spell(s, whole));
		return false;
	}
	if (whole->kind == CTYPE_ARRAY && whole->count && index->kind == EXPR_NUMBER &&
	    (index->number < 0 || (uint64_t)index->number >= whole->count)) {
		diag(s, &index->loc, DIAG_ELEMENT, ctype_spell(s, whole), (long long)index->number);
		return false;
	}
	if (whole->kind == CTYPE_POINTER && !place_follow(s, p))
		return false;
	p->type = element;
	if (index->kind == EXPR_NUMBER) {
		p->offset += (int64_t)((uint64_t)index->number * element->size);
		return true;
	}
	if (element->size != 1) {
		index = expr_binary(s, index->loc, OP_MUL, index, expr_number(s, index->loc, element->size));
		index->type = TYPE_LONG;
	}
	p->base = add(s, p->loc, p->base, index);
	return true;
}

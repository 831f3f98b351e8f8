// SPDX-License-Identifier: GPL-2.0-or-later
/* Types from DWARF, their members and values. */
#include <dwarf.h>
#include <string.h>

#include "dwarf_internal.h"

#define MAX_QUALIFIERS	64	/* of typedefs, const and the like before a type */
#define MAX_NESTED	32	/* arrays in arrays */
#define MAX_DIMENSIONS	32	/* of one array: they have six bits of an id */

/* The id of the type that the attribute leads to, 0 for void; false where that is damaged. */
static bool refers_to(struct dwarf *d, Dwarf_Die *die, unsigned attribute, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die type;

	*ret = 0;
	if (!dwarf_attr_integrate(die, attribute, &attr))
		return true;
	if (!dwarf_formref_die(&attr, &type)) {
		dwarf_damaged(d);
		return false;
	}
	*ret = dwarf_id(d, &type);
	return *ret != 0;
}

static bool type_id(struct dwarf *d, Dwarf_Die *die, uint64_t *ret)
{
	return refers_to(d, die, DW_AT_type, ret);
}

/* Nothing but the name of a type before the one that is meant; or a tag whose type is in a unit of its own. */
static bool leads_on(Dwarf_Die *die, unsigned *attribute)
{
	*attribute = DW_AT_type;
	switch (dwarf_tag(die)) {
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		return true;
	default:
		*attribute = DW_AT_signature;
		return dwarf_hasattr(die, DW_AT_signature);
	}
}

static struct dwarf_type_slot *type_slot(struct dwarf_types *t, uint64_t id)
{
	size_t at = id * 0x9e3779b97f4a7c15ULL >> 20;

	while (t->slots[at & (t->size - 1)].type && t->slots[at & (t->size - 1)].id != id)
		at++;
	return &t->slots[at & (t->size - 1)];
}

/* A type as it was named, by a typedef or without: the next one who asks gets the same. */
static struct ctype *remember(struct dwarf *d, uint64_t id, struct ctype *type)
{
	struct dwarf_types *t = &d->types, grown = { .used = t->used };
	struct dwarf_type_slot *slot;

	if (t->used >= t->size / 2) {
		grown.size = t->size ? 2 * t->size : 1024;
		grown.slots = calloc(grown.size, sizeof(*grown.slots));
		if (!grown.slots)
			return type;
		for (size_t i = 0; i < t->size; i++)
			if (t->slots[i].type)
				*type_slot(&grown, t->slots[i].id) = t->slots[i];
		free(t->slots);
		*t = grown;
	}
	slot = type_slot(t, id);
	t->used += !slot->type;
	slot->id = id;
	slot->type = type;
	return type;
}

void dwarf_types_free(struct dwarf *d)
{
	free(d->types.slots);
	d->types = (struct dwarf_types){ NULL };
}

static struct ctype *new_type(struct dwarf *d, enum ctype_kind kind, uint64_t id)
{
	struct ctype *t = session_alloc(d->reader.session, sizeof(*t));

	t->kind = kind;
	t->id = id;
	t->reader = &d->reader;
	return t;
}

static void base_type(struct dwarf *d, Dwarf_Die *die, struct ctype *t)
{
	uint64_t encoding = 0;

	dwarf_number(die, DW_AT_encoding, &encoding);
	switch (encoding) {
	case DW_ATE_float:
	case DW_ATE_complex_float:
	case DW_ATE_imaginary_float:
	case DW_ATE_decimal_float:
		t->kind = CTYPE_FLOAT;
		return;
	}
	t->is_bool = encoding == DW_ATE_boolean;
	t->is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	t->is_char = t->name && !strcmp(t->name, "char") && t->size == 1;
}

/* An enum's values have the sign of the type below it, where the compiler tells that. */
static bool enum_is_signed(struct dwarf *d, Dwarf_Die *die)
{
	uint64_t id, encoding;
	struct ctype *below;
	Dwarf_Attribute attr;
	Dwarf_Sword value;
	Dwarf_Die child;

	if (dwarf_number(die, DW_AT_encoding, &encoding))
		return encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	if (type_id(d, die, &id) && id && d->depth < MAX_NESTED) {
		d->depth++;
		below = dwarf_type(d, id);
		d->depth--;
		if (below)
			return below->is_signed;
	}
	if (dwarf_first(d, die, &child)) {
		do {
			if (dwarf_attr(&child, DW_AT_const_value, &attr) && dwarf_whatform(&attr) == DW_FORM_sdata &&
			    !dwarf_formsdata(&attr, &value) && value < 0)
				return true;
		} while (dwarf_next(d, &child));
	}
	return false;
}

/* How many elements that dimension of an array has; 0 where there is no such number. */
static uint64_t dimension_count(Dwarf_Die *range)
{
	uint64_t count;

	if (dwarf_number(range, DW_AT_count, &count))
		return count;
	if (dwarf_number(range, DW_AT_upper_bound, &count))
		return count == UINT32_MAX ? 0 : count + 1;	/* -1 in four bytes: older compilers' [0] */
	return 0;
}

/*
 * An array's type is one of its first dimension, whose elements are arrays of
 * the others: those have the array's own id, with the dimension's number.
 */
static struct ctype *array_type(struct dwarf *d, Dwarf_Die *die, uint64_t id)
{
	unsigned dimension = DWARF_ID_DIMENSION_OF(id), n = 0;
	struct ctype *t = new_type(d, CTYPE_ARRAY, id), *element;
	Dwarf_Die child;
	bool found = false, more = false;

	if (d->depth >= MAX_NESTED)
		return NULL;
	if (dwarf_first(d, die, &child)) {
		do {
			if (dwarf_tag(&child) != DW_TAG_subrange_type || n > MAX_DIMENSIONS)
				continue;
			if (n == dimension)
				t->count = dimension_count(&child);
			found |= n == dimension;
			more |= n > dimension;
			n++;
		} while (!more && dwarf_next(d, &child));
	}
	if (!found && dimension)
		return NULL;
	if (more)
		t->target_id = id + DWARF_ID_DIMENSION(1);
	else if (!type_id(d, die, &t->target_id))
		return NULL;
	d->depth++;
	element = dwarf_type(d, t->target_id);
	d->depth--;
	if (!element || __builtin_mul_overflow(element->size, t->count, &t->size))
		return NULL;
	return t;
}

static struct ctype *tagged_type(struct dwarf *d, Dwarf_Die *die, enum ctype_kind kind, uint64_t id)
{
	struct ctype *t = new_type(d, kind, id);

	t->name = dwarf_name(d, die);
	dwarf_number(die, DW_AT_byte_size, &t->size);
	t->incomplete = dwarf_flag(die, DW_AT_declaration);
	if (kind == CTYPE_INT)
		base_type(d, die, t);
	if (kind == CTYPE_ENUM)
		t->is_signed = enum_is_signed(d, die);
	return t;
}

static struct ctype *plain_type(struct dwarf *d, Dwarf_Die *die, uint64_t id)
{
	struct ctype *t;

	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		return tagged_type(d, die, CTYPE_INT, id);
	case DW_TAG_enumeration_type:
		return tagged_type(d, die, CTYPE_ENUM, id);
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		return tagged_type(d, die, CTYPE_STRUCT, id);
	case DW_TAG_union_type:
		return tagged_type(d, die, CTYPE_UNION, id);
	case DW_TAG_array_type:
		return array_type(d, die, id);
	case DW_TAG_pointer_type:
		t = new_type(d, CTYPE_POINTER, id);
		t->size = 8;
		return type_id(d, die, &t->target_id) ? t : NULL;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		t = new_type(d, CTYPE_FUNCTION, id);
		return type_id(d, die, &t->target_id) ? t : NULL;
	case DW_TAG_unspecified_type:
		return new_type(d, CTYPE_VOID, 0);
	default:
		return NULL;
	}
}

struct ctype *dwarf_type(struct dwarf *d, uint64_t id)
{
	const char *alias = NULL;
	struct ctype *t = NULL;
	uint64_t plain = id;
	unsigned attribute;
	Dwarf_Die die;

	if (d->types.size && type_slot(&d->types, id)->type)
		return type_slot(&d->types, id)->type;
	for (int i = 0; plain && i < MAX_QUALIFIERS; i++) {
		if (!dwarf_die(d, plain & ~DWARF_ID_DIMENSION(63), &die)) {
			dwarf_damaged(d);
			return NULL;
		}
		if (!leads_on(&die, &attribute))
			break;
		if (dwarf_tag(&die) == DW_TAG_typedef && !alias)
			alias = dwarf_name(d, &die);
		if (!refers_to(d, &die, attribute, &plain))
			return NULL;
	}
	t = plain ? plain_type(d, &die, plain) : new_type(d, CTYPE_VOID, 0);
	if (!t)
		return NULL;
	t->alias = alias;
	return remember(d, id, t);
}

struct ctype *dwarf_type_of(struct dwarf *d, Dwarf_Die *die)
{
	uint64_t id;

	return type_id(d, die, &id) ? dwarf_type(d, id) : NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Members and values of types from DWARF. */
#include <dwarf.h>

#include "dwarf_internal.h"

/* In bits; older compilers write an expression that adds to the beginning. */
static bool member_offset(Dwarf_Die *die, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word bytes;
	Dwarf_Op *ops;
	size_t count;

	*ret = 0;
	if (!dwarf_attr_integrate(die, DW_AT_data_member_location, &attr))
		return true;
	if (dwarf_formudata(&attr, &bytes)) {
		if (dwarf_getlocation(&attr, &ops, &count) || count != 1 || ops->atom != DW_OP_plus_uconst)
			return false;
		bytes = ops->number;
	}
	return !__builtin_mul_overflow(bytes, 8, ret);
}

/*
 * Up to DWARF 3 a bit-field lies in a unit of DW_AT_byte_size bytes, and
 * DW_AT_bit_offset counts from that unit's most significant bit.
 */
static bool bit_field(Dwarf_Die *die, struct cmember *m)
{
	uint64_t size, offset, unit = m->type->size;

	if (!dwarf_number(die, DW_AT_bit_size, &size) || !size)
		return true;
	if (size > 128)
		return false;
	m->bit_size = (unsigned)size;
	if (dwarf_number(die, DW_AT_data_bit_offset, &offset)) {
		m->bit_offset = offset;
	} else if (dwarf_number(die, DW_AT_bit_offset, &offset)) {
		dwarf_number(die, DW_AT_byte_size, &unit);
		if (unit > 16 || offset > 8 * unit - size || size > 8 * unit)
			return false;
		m->bit_offset += 8 * unit - offset - size;
	}
	return true;
}

static void read_members(struct dwarf *d, struct ctype *t, Dwarf_Die *die)
{
	struct cmember **end = &t->members, *m;
	Dwarf_Die child;

	if (!dwarf_first(d, die, &child))
		return;
	do {
		/* C++ has members that are no part of it */
		if (dwarf_tag(&child) != DW_TAG_member || dwarf_flag(&child, DW_AT_declaration))
			continue;
		m = session_alloc(d->reader.session, sizeof(*m));
		m->name = dwarf_name(d, &child);
		m->type = dwarf_type_of(d, &child);
		if (!m->type || !member_offset(&child, &m->bit_offset) || !bit_field(&child, m)) {
			dwarf_damaged(d);
			continue;
		}
		*end = m;
		end = &m->next;
	} while (dwarf_next(d, &child));
}

/* A number of fixed size has no sign of its own: the enum has. */
static bool enumerator_value(const struct ctype *t, Dwarf_Die *die, int64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Sword number;
	Dwarf_Word bits;
	unsigned unused = t->size && t->size < 8 ? 64 - 8 * (unsigned)t->size : 0;

	if (!dwarf_attr(die, DW_AT_const_value, &attr))
		return false;
	switch (dwarf_whatform(&attr)) {
	case DW_FORM_sdata:
	case DW_FORM_implicit_const:
		if (dwarf_formsdata(&attr, &number))
			return false;
		*ret = number;
		return true;
	}
	if (dwarf_formudata(&attr, &bits))
		return false;
	*ret = t->is_signed ? (int64_t)(bits << unused) >> unused : (int64_t)bits;
	return true;
}

static void read_values(struct dwarf *d, struct ctype *t, Dwarf_Die *die)
{
	struct cvalue **end = &t->values, *v;
	Dwarf_Die child;

	if (!dwarf_first(d, die, &child))
		return;
	do {
		if (dwarf_tag(&child) != DW_TAG_enumerator)
			continue;
		v = session_alloc(d->reader.session, sizeof(*v));
		v->name = dwarf_name(d, &child);
		if (!v->name || !enumerator_value(t, &child, &v->value)) {
			dwarf_damaged(d);
			continue;
		}
		*end = v;
		end = &v->next;
	} while (dwarf_next(d, &child));
}

void dwarf_read(struct type_reader *reader, struct ctype *t)
{
	struct dwarf *d = (struct dwarf *)reader;
	Dwarf_Die die;

	if (t->kind == CTYPE_POINTER || t->kind == CTYPE_ARRAY || t->kind == CTYPE_FUNCTION)
		t->target = dwarf_type(d, t->target_id);
	if (!dwarf_die(d, t->id & ~DWARF_ID_DIMENSION(63), &die))
		return;
	if (t->kind == CTYPE_STRUCT || t->kind == CTYPE_UNION)
		read_members(d, t, &die);
	else if (t->kind == CTYPE_ENUM)
		read_values(d, t, &die);
	else if (t->kind == CTYPE_FUNCTION)
		dwarf_read_function(d, t, &die);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions from DWARF, and where their parameters are when they are entered. */
#include <dwarf.h>

#include "dwarf_internal.h"

#define STACK_POINTER	7	/* DWARF's number of %rsp */
#define CFA_AT_ENTRY	8	/* from the stack pointer: the return address is in between */

/* bytes: from the stack pointer at the entry. What is below the return address is not written yet. */
static void on_stack(struct cparam *p, int64_t bytes)
{
	if (bytes < CFA_AT_ENTRY)
		return;
	p->place = CPARAM_STACK;
	p->number = bytes;
}

/* What DW_OP_fbreg counts from, in bytes from the stack pointer at the entry. */
static bool frame_base(Dwarf_Die *function, Dwarf_Addr entry, int64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_attr_integrate(function, DW_AT_frame_base, &attr) ||
	    dwarf_getlocation_addr(&attr, entry, &ops, &count, 1) != 1 || count != 1)
		return false;
	switch (ops->atom) {
	case DW_OP_call_frame_cfa:
		*ret = CFA_AT_ENTRY;
		return true;
	case DW_OP_reg0 + STACK_POINTER:
		*ret = 0;
		return true;
	case DW_OP_breg0 + STACK_POINTER:
		*ret = (int64_t)ops->number;
		return true;
	}
	return false;
}

/* A register's number by what an expression of one operation says; -1: none. */
static int64_t register_of(const Dwarf_Op *op)
{
	if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31)
		return op->atom - DW_OP_reg0;
	return op->atom == DW_OP_regx && op->number < 128 ? (int64_t)op->number : -1;
}

/* The value at the entry, asked for at the entry, is in the register itself. */
static int64_t entry_register(Dwarf_Attribute *attr, const Dwarf_Op *op)
{
	Dwarf_Attribute inner;
	Dwarf_Op *ops;
	size_t count;

	if ((op->atom != DW_OP_entry_value && op->atom != DW_OP_GNU_entry_value) ||
	    dwarf_getlocation_attr(attr, op, &inner) || dwarf_getlocation(&inner, &ops, &count) || count != 1)
		return -1;
	return register_of(ops);
}

static void place_by(struct cparam *p, Dwarf_Attribute *attr, Dwarf_Die *function, Dwarf_Addr entry,
		     const Dwarf_Op *ops, size_t count)
{
	int64_t number = register_of(ops), base;

	for (size_t i = 0; i < count; i++)
		if (ops[i].atom == DW_OP_piece || ops[i].atom == DW_OP_bit_piece)
			return;		/* in several: as the convention says */
	if (number < 0 && count == 2 && ops[1].atom == DW_OP_stack_value)
		number = entry_register(attr, ops);
	if (number >= 0) {
		p->place = CPARAM_REGISTER;
		p->number = number;
	} else if (ops->atom == DW_OP_fbreg && count == 1) {
		if (frame_base(function, entry, &base))
			on_stack(p, (int64_t)(ops->number + (uint64_t)base));
	} else if (ops->atom == DW_OP_call_frame_cfa) {
		if (count == 1)
			on_stack(p, CFA_AT_ENTRY);
		else if (count == 2 && ops[1].atom == DW_OP_plus_uconst)
			on_stack(p, (int64_t)(ops[1].number + CFA_AT_ENTRY));
	} else if (ops->atom == DW_OP_breg0 + STACK_POINTER && count == 1) {
		on_stack(p, (int64_t)ops->number);
	} else {
		p->place = CPARAM_NOWHERE;
	}
}

/* A function in two parts (hot and cold) has ranges: the first one begins with its entry. */
static bool entry_of(Dwarf_Die *die, Dwarf_Addr *ret)
{
	Dwarf_Addr base, end;

	return !dwarf_entrypc(die, ret) || dwarf_ranges(die, 0, &base, ret, &end) > 0;
}

/* Whether anything is said of where it is. */
static bool place_parameter(struct cparam *p, Dwarf_Die *die, Dwarf_Die *function, Dwarf_Addr entry)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t length;

	if (dwarf_attr(die, DW_AT_const_value, &attr)) {
		p->place = CPARAM_NOWHERE;
		return true;
	}
	if (!dwarf_attr(die, DW_AT_location, &attr))
		return false;
	if (dwarf_getlocation_addr(&attr, entry, &ops, &length, 1) == 1 && length)
		place_by(p, &attr, function, entry, ops, length);
	else
		p->place = CPARAM_NOWHERE;
	return true;
}

void dwarf_read_function(struct dwarf *d, struct ctype *t, Dwarf_Die *die)
{
	struct cparam **end = &t->params, *p;
	Dwarf_Addr entry = 0;
	bool told = false, has_entry = dwarf_tag(die) == DW_TAG_subprogram && entry_of(die, &entry);
	Dwarf_Die child;

	if (!dwarf_first(d, die, &child))
		return;
	do {
		if (dwarf_tag(&child) != DW_TAG_formal_parameter)
			continue;
		p = session_alloc(d->reader.session, sizeof(*p));
		p->name = dwarf_name(d, &child);
		p->type = dwarf_type_of(d, &child);
		if (!p->type) {
			dwarf_damaged(d);
			p->type = dwarf_type(d, 0);
		}
		if (!has_entry)
			p->place = CPARAM_BY_ABI;
		else if (place_parameter(p, &child, die, entry))
			told = true;
		else
			p->place = CPARAM_NOWHERE;
		*end = p;
		end = &p->next;
	} while (dwarf_next(d, &child));

	/* where not one has a place, the compiler was not told to say */
	for (p = t->params; p && !told; p = p->next)
		p->place = CPARAM_BY_ABI;
}

struct wanted_function {
	types_function *found;
	void *data;
};

static void found_function(struct dwarf *d, Dwarf_Die *die, const char *name, void *data)
{
	const struct wanted_function *wanted = data;
	struct cfunction f = { .name = session_strdup(d->reader.session, name), .reader = &d->reader };
	Dwarf_Addr entry;
	int line;

	f.inlined = !entry_of(die, &entry);
	if (!f.inlined)
		f.section = dwarf_place(d, entry, &f.address);
	if (!f.inlined && !f.section)
		return;
	if (!dwarf_decl_line(die, &line))
		f.line = (unsigned)line;
	f.file = dwarf_declaring_file(d, die);
	f.type = dwarf_type(d, dwarf_id(d, die));
	if (f.type && f.type->kind == CTYPE_FUNCTION)
		wanted->found(&f, wanted->data);
}

void dwarf_functions(struct type_reader *reader, const char *name, types_function *found, void *data)
{
	struct wanted_function wanted = { found, data };

	dwarf_index_find((struct dwarf *)reader, DWARF_FUNCTION, name, found_function, &wanted);
}

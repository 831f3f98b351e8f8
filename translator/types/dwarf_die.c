// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of DWARF (DIEs): from one to the next, and the attributes that all have. */
#include <dwarf.h>

#include "dwarf_internal.h"

uint64_t dwarf_id(struct dwarf *d, Dwarf_Die *die)
{
	uint64_t id = dwarf_dieoffset(die);
	Dwarf *of = die->cu ? dwarf_cu_getdwarf(die->cu) : NULL;
	Dwarf_Half version;
	uint8_t unit_type;

	if (!of || id > DWARF_ID_OFFSET || dwarf_cu_info(die->cu, &version, &unit_type, NULL, NULL, NULL, NULL, NULL))
		return 0;
	if (version < 5 && unit_type == DW_UT_type)
		id |= DWARF_ID_TYPES;
	if (of == d->dwarf)
		return id;
	return of == dwarf_getalt(d->dwarf) ? id | DWARF_ID_ALT : 0;
}

bool dwarf_die(struct dwarf *d, uint64_t id, Dwarf_Die *ret)
{
	Dwarf *in = id & DWARF_ID_ALT ? dwarf_getalt(d->dwarf) : d->dwarf;
	Dwarf_Off offset = id & DWARF_ID_OFFSET;

	if (!in || !offset)
		return false;
	if (!(id & DWARF_ID_TYPES ? dwarf_offdie_types(in, offset, ret) : dwarf_offdie(in, offset, ret)))
		return false;
	return dwarf_tag(ret) != DW_TAG_invalid;
}

bool dwarf_first(struct dwarf *d, Dwarf_Die *parent, Dwarf_Die *ret)
{
	int error = dwarf_child(parent, ret);

	if (error < 0)
		dwarf_damaged(d);
	return !error;
}

bool dwarf_next(struct dwarf *d, Dwarf_Die *die)
{
	Dwarf_Off before = dwarf_dieoffset(die);
	int error = dwarf_siblingof(die, die);

	/* DW_AT_sibling may lead back */
	if (error < 0 || (!error && dwarf_dieoffset(die) <= before)) {
		dwarf_damaged(d);
		return false;
	}
	return !error;
}

bool dwarf_number(Dwarf_Die *die, unsigned attribute, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word number;

	if (!dwarf_attr_integrate(die, attribute, &attr) || dwarf_formudata(&attr, &number))
		return false;
	*ret = number;
	return true;
}

bool dwarf_flag(Dwarf_Die *die, unsigned attribute)
{
	Dwarf_Attribute attr;
	bool flag;

	return dwarf_attr(die, attribute, &attr) && !dwarf_formflag(&attr, &flag) && flag;
}

const char *dwarf_name(struct dwarf *d, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return name && *name ? session_strdup(d->reader.session, name) : NULL;
}

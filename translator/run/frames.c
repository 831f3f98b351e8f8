// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames of DWARF.  libdwfl relocates what a module's debug sections say; the
 * tree of functions is gone down here and not by dwarf_getscopes(), which
 * trusts the file to have an end.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <string.h>

#include "frames.h"

/* Entries of a unit that are looked at, more than any has; and how deep they nest. */
#define MAX_ENTRIES (1u << 20)
#define MAX_DEPTH 256

/*
 * The unit that an address belongs to. Units say so in .debug_aranges, which
 * some compilers leave out; then each unit is asked.
 */
static Dwarf_Die *find_unit(Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr *bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);
	unsigned int i;

	if (unit)
		return unit;
	for (i = 0; i < MAX_ENTRIES && (unit = dwfl_module_nextcu(module, unit, bias)); i++)
		if (dwarf_haspc(unit, address - *bias) == 1)
			return unit;
	return NULL;
}

/* The child of parent that the address is in. *budget: the entries that may still be looked at. */
static bool enter(Dwarf_Die *parent, Dwarf_Addr address, unsigned int *budget, Dwarf_Die *ret)
{
	int more = dwarf_child(parent, ret);

	for (; !more && *budget; more = dwarf_siblingof(ret, ret)) {
		--*budget;
		switch (dwarf_tag(ret)) {
		case DW_TAG_subprogram:
		case DW_TAG_inlined_subroutine:
		case DW_TAG_lexical_block:
			if (dwarf_haspc(ret, address) == 1)
				return true;
		}
	}
	return false;
}

static unsigned int number_of(Dwarf_Die *entry, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word number;

	if (!dwarf_attr(entry, name, &attribute) || dwarf_formudata(&attribute, &number) || number > INT32_MAX)
		return 0;
	return number;
}

/* Where an inlined function was called. */
static bool read_call(Dwarf_Die *unit, Dwarf_Die *entry, struct frame *ret)
{
	unsigned int file = number_of(entry, DW_AT_call_file);
	Dwarf_Files *files;
	size_t n;

	ret->line = number_of(entry, DW_AT_call_line);
	if (!ret->line || dwarf_getsrcfiles(unit, &files, &n) || file >= n)
		return false;
	ret->file = dwarf_filesrc(files, file, NULL, NULL);
	return ret->file;
}

/*
 * Goes from the unit inwards, so the outermost function comes first: frames
 * are moved up for each that is inlined.  Where it was called becomes the
 * place of the one around it.
 */
static size_t read_functions(Dwarf_Die *unit, Dwarf_Addr address, struct frame *ret)
{
	unsigned int budget = MAX_ENTRIES, depth;
	Dwarf_Die entry = *unit;
	struct frame call;
	size_t n = 1;

	for (depth = 0; depth < MAX_DEPTH && enter(&entry, address, &budget, &entry); depth++) {
		switch (dwarf_tag(&entry)) {
		case DW_TAG_subprogram:
			ret->function = dwarf_diename(&entry);
			break;
		case DW_TAG_inlined_subroutine:
			if (!read_call(unit, &entry, &call))
				return n;
			if (n == FRAMES_MAX)
				n--;	/* the outermost goes */
			memmove(ret + 1, ret, n++ * sizeof(*ret));
			ret[1].file = call.file;
			ret[1].line = call.line;
			ret[0].function = dwarf_diename(&entry);
		}
	}
	return n;
}

size_t frames_read(Dwfl_Module *module, Dwarf_Addr address, struct frame *ret, const char **folder)
{
	Dwarf_Attribute attribute;
	const char *file, *text;
	Dwarf_Line *line;
	Dwarf_Addr bias;
	Dwarf_Die *unit = find_unit(module, address, &bias);
	int number = 0;

	line = unit ? dwarf_getsrc_die(unit, address - bias) : NULL;
	file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	if (!file || dwarf_lineno(line, &number) || number <= 0)
		return 0;
	text = dwarf_attr(unit, DW_AT_comp_dir, &attribute) ? dwarf_formstring(&attribute) : NULL;
	*folder = text ? text : "";
	ret[0] = (struct frame){ .file = file, .line = number };
	return read_functions(unit, address - bias, ret);
}

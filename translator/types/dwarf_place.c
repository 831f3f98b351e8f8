// SPDX-License-Identifier: GPL-2.0-or-later
/* Where an entry of DWARF comes from in the sources, and in which section it is. */
#include <dwarf.h>
#include <string.h>

#include "dwarf_internal.h"

/*
 * A path as the compiler was given it, without what the folder it ran in has in
 * common with it: a kernel that is built in a folder of its own, beside or below
 * the sources, still has "kernel/panic.c".
 */
static const char *plain_path(struct dwarf *d, const char *folder, const char *path)
{
	size_t common = 0;

	for (size_t i = 0; folder && folder[0] == '/' && path[0] == '/'; i++) {
		bool ends = !folder[i] || folder[i] == '/';

		if (ends && path[i] == '/')
			common = i;
		if (!folder[i] || folder[i] != path[i])
			break;
	}
	if (common)
		path += common + 1;
	while (!strncmp(path, "./", 2) || !strncmp(path, "../", 3))
		path = strchr(path, '/') + 1;
	return session_strdup(d->reader.session, path);
}

static const char *unit_folder(Dwarf_Die *unit)
{
	Dwarf_Attribute attr;

	return dwarf_attr(unit, DW_AT_comp_dir, &attr) ? dwarf_formstring(&attr) : NULL;
}

const char *dwarf_unit_file(struct dwarf *d, Dwarf_Die *die)
{
	Dwarf_Die unit;
	const char *name = dwarf_diecu(die, &unit, NULL, NULL) ? dwarf_diename(&unit) : NULL;

	return name && *name ? plain_path(d, unit_folder(&unit), name) : NULL;
}

const char *dwarf_declaring_file(struct dwarf *d, Dwarf_Die *die)
{
	Dwarf_Die unit;
	const char *name = dwarf_decl_file(die);

	if (!name || !*name || !dwarf_diecu(die, &unit, NULL, NULL))
		return dwarf_unit_file(d, die);
	return plain_path(d, unit_folder(&unit), name);
}

/* The section of a linked file that has the address. */
static const char *section_at(struct dwarf *d, Dwarf_Addr address)
{
	Elf *elf = dwarf_getelf(d->dwarf);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		/* the thread-local ones lie above others */
		if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_ALLOC) || header.sh_flags & SHF_TLS)
			continue;
		if (address >= header.sh_addr && address - header.sh_addr < header.sh_size)
			return elf_strptr(elf, names, header.sh_name);
	}
	return NULL;
}

const char *dwarf_place(struct dwarf *d, Dwarf_Addr address, uint64_t *ret)
{
	const char *name = NULL;
	int i;

	if (!d->relocatable) {
		name = section_at(d, address);
	} else {
		address += d->bias;
		i = dwfl_module_relocate_address(d->module, &address);
		if (i >= 0)
			name = dwfl_module_relocation_info(d->module, (unsigned)i, NULL);
	}
	*ret = address;
	return name && *name ? session_strdup(d->reader.session, name) : NULL;
}

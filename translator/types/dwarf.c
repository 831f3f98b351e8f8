// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader of DWARF: dwarf_internal.h lists its files. */
#include <dwarf.h>
#include <string.h>

#include "../diag.h"
#include "dwarf_internal.h"

void dwarf_damaged(struct dwarf *d)
{
	if (!d->told_of_damage)
		diag(d->reader.session, NULL, DIAG_DEBUG_INFO, d->reader.path);
	d->told_of_damage = true;
}

/* Whether an entry is a variable that is somewhere: its address as DWARF has it. */
static bool variable_address(Dwarf_Die *die, Dwarf_Addr *ret)
{
	Dwarf_Attribute attr, at;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_attr(die, DW_AT_location, &attr) || dwarf_getlocation(&attr, &ops, &count) || count != 1)
		return false;
	if (ops->atom == DW_OP_addr) {
		*ret = ops->number;
		return true;
	}
	return (ops->atom == DW_OP_addrx || ops->atom == DW_OP_GNU_addr_index) &&
	       !dwarf_getlocation_attr(&attr, ops, &at) && !dwarf_formaddr(&at, ret);
}

struct wanted_variable {
	types_variable *found;
	void *data;
};

static void found_variable(struct dwarf *d, Dwarf_Die *die, const char *name, void *data)
{
	const struct wanted_variable *wanted = data;
	struct cvariable v = { .name = session_strdup(d->reader.session, name), .reader = &d->reader };
	Dwarf_Addr address;

	if (!variable_address(die, &address))
		return;
	v.section = dwarf_place(d, address, &v.address);
	if (!v.section)
		return;
	v.per_cpu = !strncmp(v.section, ".data..percpu", strlen(".data..percpu"));
	v.file = dwarf_unit_file(d, die);
	v.type = dwarf_type_of(d, die);
	if (v.type && v.type->kind == CTYPE_VOID)
		v.type = NULL;
	v.size = v.type ? v.type->size : 0;
	wanted->found(&v, wanted->data);
}

static void dwarf_variables(struct type_reader *reader, const char *name, types_variable *found, void *data)
{
	struct wanted_variable wanted = { found, data };

	dwarf_index_find((struct dwarf *)reader, DWARF_VARIABLE, name, found_variable, &wanted);
}

static void found_type(struct dwarf *d, Dwarf_Die *die, const char *name, void *data)
{
	struct ctype **ret = data, *type;

	if (*ret)
		return;
	type = dwarf_type(d, dwarf_id(d, die));
	/* a typedef may be of a tag that this unit knows no more of */
	if (type && (!type->incomplete || type->alias))
		*ret = type;
}

static struct ctype *dwarf_find(struct type_reader *reader, enum ctype_tag tag, const char *name)
{
	struct ctype *ret = NULL;

	dwarf_index_find((struct dwarf *)reader, (enum dwarf_kind)tag, name, found_type, &ret);
	return ret;
}

static void dwarf_close(struct type_reader *reader)
{
	struct dwarf *d = (struct dwarf *)reader;

	dwarf_index_free(d);
	dwarf_types_free(d);
	dwfl_end(d->dwfl);
	d->dwfl = NULL;
}

static const struct type_reader_ops dwarf_ops = {
	.find = dwarf_find,
	.read = dwarf_read,
	.variables = dwarf_variables,
	.functions = dwarf_functions,
	.close = dwarf_close,
};

/* Debug information in a file of its own is found by build-id; debuginfod is asked if the user has set one. */
static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static bool open_file(const char *path, Dwfl **dwfl, Dwfl_Module **module, GElf_Ehdr *header)
{
	GElf_Addr bias;
	Elf *elf;

	*dwfl = dwfl_begin(&callbacks);
	if (!*dwfl)
		return false;
	dwfl_report_begin(*dwfl);
	*module = dwfl_report_offline(*dwfl, "", path, -1);
	dwfl_report_end(*dwfl, NULL, NULL);
	elf = *module ? dwfl_module_getelf(*module, &bias) : NULL;
	if (elf && gelf_getehdr(elf, header) && header->e_machine == EM_X86_64)
		return true;
	dwfl_end(*dwfl);
	return false;
}

static Dwarf *get_dwarf(Dwfl_Module *module, Dwarf_Addr *bias)
{
	Dwarf *dwarf = dwfl_module_getdwarf(module, bias);
	Dwarf_CU *unit = NULL;

	/* unwind tables alone are DWARF to it as well */
	return dwarf && !dwarf_get_units(dwarf, NULL, &unit, NULL, NULL, NULL, NULL) ? dwarf : NULL;
}

bool dwarf_probe(const char *path, struct dwarf_probe *ret)
{
	const unsigned char *id;
	Dwfl_Module *module;
	GElf_Ehdr header;
	Dwarf_Addr bias;
	Dwfl *dwfl;
	int length;

	*ret = (struct dwarf_probe){ .id_length = 0 };
	if (!open_file(path, &dwfl, &module, &header))
		return false;
	ret->has_dwarf = get_dwarf(module, &bias) != NULL;
	length = dwfl_module_build_id(module, &id, &bias);
	if (length > 0 && (size_t)length <= sizeof(ret->id)) {
		memcpy(ret->id, id, (size_t)length);
		ret->id_length = (unsigned)length;
	}
	dwfl_end(dwfl);
	return true;
}

struct type_reader *dwarf_open(struct session *session, const char *path, bool index)
{
	struct dwarf *d = session_alloc(session, sizeof(*d));
	GElf_Ehdr header;

	d->reader.ops = &dwarf_ops;
	d->reader.session = session;
	d->reader.kind = "DWARF";
	d->reader.path = session_strdup(session, path);
	d->keep_index = index;
	if (!open_file(path, &d->dwfl, &d->module, &header))
		return NULL;
	d->relocatable = header.e_type == ET_REL;
	d->dwarf = get_dwarf(d->module, &d->bias);
	if (d->dwarf)
		return &d->reader;
	dwfl_end(d->dwfl);
	return NULL;
}

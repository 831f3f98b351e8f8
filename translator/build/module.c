// SPDX-License-Identifier: GPL-2.0-or-later
/* What pass 4 reads from and writes into a module's ELF file. */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

struct module_file {
	int fd;
	Elf *elf;
};

static int module_open(const char *path, int flags, struct module_file *ret)
{
	elf_version(EV_CURRENT);
	ret->fd = open(path, flags | O_CLOEXEC);
	ret->elf = ret->fd < 0 ? NULL : elf_begin(ret->fd, ELF_C_READ, NULL);
	return ret->elf ? 0 : -1;
}

static void module_close(struct module_file *m)
{
	elf_end(m->elf);
	if (m->fd >= 0)
		close(m->fd);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The undefined symbols, sorted; the strings live as long as m is open. */
static const char **undefined(struct module_file *m, size_t *ret_count)
{
	const char **names = NULL;
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t count = 0;

	while ((section = elf_nextscn(m->elf, section)) && gelf_getshdr(section, &header)) {
		Elf_Data *data;
		size_t n;

		if (header.sh_type != SHT_SYMTAB || !header.sh_entsize)
			continue;
		data = elf_getdata(section, NULL);
		n = header.sh_size / header.sh_entsize;
		names = calloc(n + 1, sizeof(*names));
		for (size_t i = 1; data && names && i < n; i++) {
			GElf_Sym symbol;
			const char *name;

			if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_shndx != SHN_UNDEF)
				continue;
			name = elf_strptr(m->elf, header.sh_link, symbol.st_name);
			if (name && *name)
				names[count++] = name;
		}
		break;
	}
	if (names)
		qsort(names, count, sizeof(*names), compare);
	*ret_count = count;
	return names;
}

/*
 * The template's .mod.o has the versions of the symbols that the template
 * imports, and only those: a script that imports another needs a .mod.o of
 * its own.
 */
bool module_needs_no_more(const char *path, const char *template_path)
{
	struct module_file m = { .fd = -1 }, template = { .fd = -1 };
	const char **needed = NULL, **known = NULL;
	size_t needed_count, known_count;
	bool ret = false;

	if (module_open(path, O_RDONLY, &m) || module_open(template_path, O_RDONLY, &template))
		goto out;
	needed = undefined(&m, &needed_count);
	known = undefined(&template, &known_count);
	ret = needed && known;
	for (size_t i = 0; ret && i < needed_count; i++)
		ret = bsearch(&needed[i], known, known_count, sizeof(*known), compare);
out:
	free(known);
	free(needed);
	module_close(&template);
	module_close(&m);
	return ret;
}

/* Writes name over the template's, which follows prefix in a section. 0, or -1. */
static int overwrite(struct module_file *m, const char *wanted, const char *prefix, const char *name)
{
	char old[16 + sizeof(TEMPLATE)], fresh[sizeof(old)] = "";
	size_t prefix_length = strlen(prefix), strings;
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	strcpy(stpcpy(old, prefix), TEMPLATE);
	strcpy(stpcpy(fresh, prefix), name);
	if (elf_getshdrstrndx(m->elf, &strings))
		return -1;
	while ((section = elf_nextscn(m->elf, section)) && gelf_getshdr(section, &header)) {
		const char *section_name = elf_strptr(m->elf, strings, header.sh_name);
		Elf_Data *data;
		char *at;

		if (!section_name || strcmp(section_name, wanted))
			continue;
		data = elf_rawdata(section, NULL);
		at = data && data->d_buf ? memmem(data->d_buf, data->d_size, old, prefix_length + sizeof(TEMPLATE)) : NULL;
		if (!at)
			continue;
		if (pwrite(m->fd, fresh, prefix_length + sizeof(TEMPLATE),
			   (off_t)header.sh_offset + (at - (char *)data->d_buf)) < 0)
			return -1;
		return 0;
	}
	errno = ENOEXEC;
	return -1;
}

/*
 * Two places have it: struct module, and .modinfo, where the rest of the longer
 * name becomes padding, which readers of .modinfo skip.
 */
int module_set_name(const char *path, const char *name)
{
	struct module_file m = { .fd = -1 };
	int error = -1;

	if (strlen(name) > MODULE_NAME_MAX)
		errno = ENAMETOOLONG;
	else if (!module_open(path, O_RDWR, &m))
		error = overwrite(&m, ".gnu.linkonce.this_module", "", name) ||
			overwrite(&m, ".modinfo", "name=", name) ? -1 : 0;
	module_close(&m);
	return error;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening debug files with libdwfl; debug_info.h has the contract. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debug_info.h"

/* libdwfl's callbacks; *data is the debug_info that they are about. */

static int find_elf(Dwfl_Module *file, void **data, const char *name, Dwarf_Addr base, char **path, Elf **elf)
{
	const struct debug_info *info = *data;
	int fd = open(info->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	*path = NULL;
	return fd;
}

/* Every place where a split debug file can be is one that debug_file_find() tries. */
static int find_debuginfo(Dwfl_Module *file, void **data, const char *name, Dwarf_Addr base, const char *path,
			  const char *link, GElf_Word crc, char **found)
{
	return -1;
}

/* Where a section of a module is; those that were not loaded are nowhere. */
static int section_address(Dwfl_Module *file, void **data, const char *name, Dwarf_Addr base, const char *section,
			   GElf_Word number, const GElf_Shdr *header, Dwarf_Addr *ret)
{
	const struct debug_info *info = *data;
	char path[PATH_MAX], text[32];
	FILE *f;

	*ret = (Dwarf_Addr)-1;
	if (!info->module || strchr(section, '/'))
		return DWARF_CB_OK;
	snprintf(path, sizeof(path), "%s/module/%s/sections/%s", info->sys, info->module, section);
	f = fopen(path, "re");
	if (f && fgets(text, sizeof(text), f))
		*ret = strtoull(text, NULL, 16);
	if (f)
		fclose(f);
	return DWARF_CB_OK;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf, .find_debuginfo = find_debuginfo, .section_address = section_address,
};

void debug_info_close(struct debug_info *info)
{
	if (info->dwfl)
		dwfl_end(info->dwfl);
	info->dwfl = NULL;
	info->file = NULL;
}

/* Of this build, and with lines? */
static bool is_wanted(const struct debug_info *info)
{
	const unsigned char *id;
	Dwarf_Addr bias, where;
	int len;

	if (!info->file || !dwfl_module_getelf(info->file, &bias))
		return false;
	len = dwfl_module_build_id(info->file, &id, &where);
	if (info->id.len && (len != (int)info->id.len || memcmp(id, info->id.bytes, len)))
		return false;
	return dwfl_module_nextcu(info->file, NULL, &bias);
}

/*
 * Opens a file; false where it is not the one. libdwfl moves a kernel that
 * begins at start, and asks for the sections of a module.
 */
static bool open_file(void *data, const char *path)
{
	struct debug_info *info = data;
	void **about;

	info->path = path;
	info->dwfl = dwfl_begin(&callbacks);
	if (!info->dwfl)
		return false;
	dwfl_report_begin(info->dwfl);
	info->file = dwfl_report_module(info->dwfl, info->module ? info->module : "kernel",
					  info->start, info->start + 1);
	if (info->file) {
		dwfl_module_info(info->file, &about, NULL, NULL, NULL, NULL, NULL, NULL);
		*about = info;
	}
	dwfl_report_end(info->dwfl, NULL, NULL);
	if (is_wanted(info))
		return true;
	debug_info_close(info);
	return false;
}

bool debug_info_open(struct debug_info *info, const char *sys, const char *module, uint64_t start)
{
	char path[PATH_MAX];

	*info = (struct debug_info){ .sys = sys, .module = module, .start = start };
	if (module)
		snprintf(path, sizeof(path), "%s/module/%s/notes/.note.gnu.build-id", sys, module);
	else
		snprintf(path, sizeof(path), "%s/kernel/notes", sys);
	build_id_read(path, &info->id);
	return debug_file_find(module, &info->id, open_file, info);
}

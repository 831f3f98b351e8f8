// SPDX-License-Identifier: GPL-2.0-or-later
/* Debug files of the kernel and its modules, and what was found in them; lines.h has the contract. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "debug_info.h"
#include "lines.h"
#include "source_path.h"

/* A longer name is not shown. */
#define MAX_NAME PATH_MAX

/* The kernel, or a module. */
struct line_source {
	struct line_source *next;
	char *module;			/* NULL: the kernel */
	struct debug_info info;
};

/* What is kept of an address. */
struct line_place {
	uint64_t address;
	size_t n;
	struct frame frames[];		/* and then their strings */
};

enum { TEXT, START_KERNEL, NAMES };

/* Of a name that several have the kernel's own is meant. */
static void found_symbol(void *data, size_t which, const struct ksym *sym, const char *rest)
{
	uint64_t *addresses = data;

	if (!sym->module)
		addresses[which] = sym->address;
}

/* Also finds out in which folder init/main.c was, if its path is whole. */
static void open_kernel(struct lines *lines, struct debug_info *info)
{
	static const char *const names[] = { [TEXT] = "_text", [START_KERNEL] = "start_kernel" };
	struct frame frames[FRAMES_MAX];
	uint64_t addresses[NAMES] = { 0 };
	const char *folder, *file, *end;
	size_t n;

	kallsyms_find(lines->symbols, names, NAMES, found_symbol, addresses);
	if (!addresses[TEXT] || !debug_info_open(info, lines->sys, NULL, addresses[TEXT]))
		return;
	n = frames_read(info->file, addresses[START_KERNEL], frames, &folder);
	file = n ? frames[n - 1].file : "";
	end = *file == '/' ? strstr(file, "/init/main.c") : NULL;
	if (end)
		lines->tree = strndup(file, end - file);
}

static bool is_about(const struct line_source *source, const struct ksym *sym)
{
	if (!source->module || !sym->module)
		return !source->module && !sym->module;
	return !strncmp(source->module, sym->module, sym->module_len) && !source->module[sym->module_len];
}

/* NULL: out of memory */
static struct line_source *source_of(struct lines *lines, const struct ksym *sym)
{
	struct line_source *source;

	for (source = lines->sources; source; source = source->next)
		if (is_about(source, sym))
			return source;
	source = calloc(1, sizeof(*source));
	if (source && sym->module)
		source->module = strndup(sym->module, sym->module_len);
	if (!source || (sym->module && !source->module)) {
		free(source);
		return NULL;
	}
	source->next = lines->sources;
	lines->sources = source;
	if (source->module)
		debug_info_open(&source->info, lines->sys, source->module, sym->address);
	else
		open_kernel(lines, &source->info);
	return source;
}

/* Places, and the modules: another one, or another build, may be where one was. */
static void forget(struct lines *lines, bool kernel_too)
{
	struct line_source **link = &lines->sources, *source;
	size_t i;

	for (i = 0; i < LINES_CACHE; i++) {
		free(lines->cache[i]);
		lines->cache[i] = NULL;
	}
	while ((source = *link)) {
		if (!source->module && !kernel_too) {
			link = &source->next;
			continue;
		}
		*link = source->next;
		debug_info_close(&source->info);
		free(source->module);
		free(source);
	}
}

void lines_init(struct lines *lines, struct kallsyms *symbols)
{
	memset(lines, 0, sizeof(*lines));
	lines->symbols = symbols;
	lines->sys = "/sys";
}

void lines_free(struct lines *lines)
{
	forget(lines, true);
	free(lines->tree);
	lines->tree = NULL;
}

void lines_prepare(struct lines *lines)
{
	struct ksym kernel = { 0 };

	source_of(lines, &kernel);
}

/* A name with nothing in it to be shown, or too much, is none. */
static bool is_shown(const char *name)
{
	return name && *name && strnlen(name, MAX_NAME) < MAX_NAME;
}

static struct line_place *read_place(struct lines *lines, const struct line_source *source, uint64_t address)
{
	struct frame frames[FRAMES_MAX];
	struct line_place *ret;
	const char *folder;
	size_t n = 0, i, room = 0;
	char *text;

	if (source && source->info.file)
		n = frames_read(source->info.file, address, frames, &folder);
	for (i = 0; i < n; i++) {
		if (!is_shown(frames[i].file))
			n = 0;
		else
			room += strlen(frames[i].file) + 1;
		if (is_shown(frames[i].function))
			room += strlen(frames[i].function) + 1;
	}
	ret = malloc(sizeof(*ret) + n * sizeof(*ret->frames) + room);
	if (!ret)
		return NULL;
	ret->address = address;
	ret->n = n;
	text = (char *)&ret->frames[n];
	for (i = 0; i < n; i++) {
		ret->frames[i] = (struct frame){ .file = text, .line = frames[i].line };
		text = source_path(text, frames[i].file, folder, lines->tree, !source->module) + 1;
		if (!is_shown(frames[i].function))
			continue;
		ret->frames[i].function = text;
		text = clean_copy(text, frames[i].function, strlen(frames[i].function)) + 1;
	}
	return ret;
}

size_t lines_lookup(struct lines *lines, uint64_t address, const struct frame **ret)
{
	struct line_place **place = &lines->cache[address * 0x9e3779b97f4a7c15 >> 32 & (LINES_CACHE - 1)];
	uint64_t size;
	struct ksym sym;

	if (!kallsyms_lookup(lines->symbols, address, &sym, &size))
		return 0;
	if (lines->symbols->read_at != lines->read_at) {
		forget(lines, false);
		lines->read_at = lines->symbols->read_at;
	}
	if (!*place || (*place)->address != address) {
		free(*place);
		*place = read_place(lines, source_of(lines, &sym), address);
	}
	if (!*place)
		return 0;
	*ret = (*place)->frames;
	return (*place)->n;
}

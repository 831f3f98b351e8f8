// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking for debug files; debug_file.h says where. */
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "debug_file.h"

struct search {
	const char *module;		/* NULL: the kernel */
	struct utsname kernel;
	bool (*use)(void *data, const char *path);
	void *data;
};

void build_id_read(const char *path, struct build_id *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char notes[4096];
	ssize_t size = fd < 0 ? -1 : read(fd, notes, sizeof(notes));
	size_t at = 0, left, name, bytes;
	Elf64_Nhdr header;

	ret->len = 0;
	if (fd >= 0)
		close(fd);
	for (; size - (ssize_t)at >= (ssize_t)sizeof(header); at += name + bytes) {
		memcpy(&header, notes + at, sizeof(header));
		at += sizeof(header);
		left = size - at;
		name = (header.n_namesz + 3ul) & ~3ul;
		bytes = (header.n_descsz + 3ul) & ~3ul;
		if (name > left || bytes > left - name)
			return;
		if (header.n_type != NT_GNU_BUILD_ID || header.n_namesz != 4 || memcmp(notes + at, "GNU", 4) ||
		    header.n_descsz > sizeof(ret->bytes))
			continue;
		ret->len = header.n_descsz;
		memcpy(ret->bytes, notes + at + name, ret->len);
		return;
	}
}

/* Paths are cut where they do not fit: there is no such file then. */
__attribute__((format(printf, 2, 3)))
static bool try(const struct search *s, const char *format, ...)
{
	char path[PATH_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	return !access(path, R_OK) && s->use(s->data, path);
}

/* Is a file's name that of the module, as M.ko or M.ko.debug, M.ko.xz? Files have - where modules have _. */
static bool is_module_file(const char *name, const char *module)
{
	for (; *module; name++, module++)
		if (*name != *module && !(*name == '-' && *module == '_'))
			return false;
	return !strncmp(name, ".ko", 3) && (name[3] == '\0' || name[3] == '.');
}

static bool search_folder(const struct search *s, const char *folder)
{
	DIR *dir = s->module ? opendir(folder) : NULL;
	struct dirent *entry;
	bool found = false;

	if (!s->module)
		return try(s, "%s/vmlinux", folder) || try(s, "%s/vmlinux-%s", folder, s->kernel.release);
	while (dir && !found && (entry = readdir(dir)))
		if (is_module_file(entry->d_name, s->module))
			found = try(s, "%s/%s", folder, entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

static bool search_path(const struct search *s)
{
	const char *set = getenv("WATCHTAP_DEBUG_PATH");
	char *path = strdup(set ? set : ""), *rest = path, *folder;
	bool found = false;

	while (!found && (folder = strsep(&rest, ":")))
		found = *folder && search_folder(s, folder);
	free(path);
	return found;
}

static bool search_build_id(const struct search *s, const struct build_id *id)
{
	char text[2 * sizeof(id->bytes) + 1] = "";
	size_t i;

	for (i = 0; i < id->len; i++)
		sprintf(text + 2 * i, "%02x", id->bytes[i]);
	return id->len > 1 && try(s, "/usr/lib/debug/.build-id/%.2s/%s.debug", text, text + 2);
}

/* path is the module's, under /lib/modules/RELEASE; its compression is no part of the debug file's name. */
static bool search_installed(const struct search *s, const char *path)
{
	const char *release = s->kernel.release, *end = strstr(path, ".ko");
	int len = end ? end + 3 - path : 0;

	return try(s, "/usr/lib/debug/lib/modules/%s/%.*s", release, len, path) ||
	       try(s, "/usr/lib/debug/lib/modules/%s/%.*s.debug", release, len, path) ||
	       try(s, "/lib/modules/%s/%s", release, path);
}

/* Lines of modules.dep: PATH: PATH... */
static bool search_modules(const struct search *s)
{
	char name[PATH_MAX], *line = NULL, *base;
	size_t room = 0;
	bool found = false;
	FILE *file;

	snprintf(name, sizeof(name), "/lib/modules/%s/modules.dep", s->kernel.release);
	file = fopen(name, "re");
	while (file && !found && getline(&line, &room, file) >= 0) {
		line[strcspn(line, ":\n")] = '\0';
		base = strrchr(line, '/');
		found = base && is_module_file(base + 1, s->module) && search_installed(s, line);
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

static bool search_kernel(const struct search *s)
{
	const char *release = s->kernel.release;

	return try(s, "/usr/lib/debug/boot/vmlinux-%s", release) ||
	       try(s, "/usr/lib/debug/lib/modules/%s/vmlinux", release) ||
	       try(s, "/usr/lib/debug/boot/vmlinux-%s.debug", release) ||
	       try(s, "/usr/lib/debug/lib/modules/%s/vmlinux.debug", release) ||
	       try(s, "/lib/modules/%s/build/vmlinux", release) ||
	       try(s, "/lib/modules/%s/vmlinux", release) ||
	       try(s, "/boot/vmlinux-%s", release);
}

/* Its library is there with libdw, or it is not: nothing here needs it. */
static bool ask_debuginfod(const struct search *s, const struct build_id *id)
{
	const char *urls = getenv("DEBUGINFOD_URLS");
	void *library, *client, *(*begin)(void);
	int (*find)(void *client, const unsigned char *id, int len, char **path), fd = -1;
	void (*end)(void *client);
	bool found = false;
	char *path = NULL;

	library = urls && *urls && id->len ? dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL) : NULL;
	if (!library)
		return false;
	begin = dlsym(library, "debuginfod_begin");
	find = dlsym(library, "debuginfod_find_debuginfo");
	end = dlsym(library, "debuginfod_end");
	client = begin && find && end ? begin() : NULL;
	if (client) {
		fd = find(client, id->bytes, id->len, &path);
		end(client);
	}
	if (fd >= 0) {
		close(fd);
		found = try(s, "%s", path);
		free(path);
	}
	return found;
}

bool debug_file_find(const char *module, const struct build_id *id,
		     bool (*use)(void *data, const char *path), void *data)
{
	struct search s = { .module = module, .use = use, .data = data };

	uname(&s.kernel);
	return search_path(&s) || search_build_id(&s, id) ||
	       (module ? search_modules(&s) : search_kernel(&s)) || ask_debuginfod(&s, id);
}

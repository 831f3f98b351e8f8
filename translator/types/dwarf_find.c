// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the debug information of a kernel or a module is. A file that is there
 * but was made with another kernel is worse than none: where both build-ids are
 * known they have to be the same.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../parse/preprocess.h"
#include "dwarf_internal.h"

#define DEBUG_FOLDER "/usr/lib/debug"

bool types_of_running(struct session *s)
{
	struct utsname uts;

	return !s->vm_kernel && !(s->options.release && *s->options.release == '/') && !uname(&uts) &&
	       !strcmp(uts.release, kernel_release(s));
}

/* The build-id among the notes that sysfs has of the kernel and of its modules. */
static void read_notes(const char *path, struct dwarf_probe *ret)
{
	unsigned char notes[4096];
	uint32_t header[3];	/* sizes of name and description, type */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, notes, sizeof(notes));
	size_t left = size < 0 ? 0 : (size_t)size, at = 0;

	if (fd >= 0)
		close(fd);
	while (left - at >= sizeof(header)) {
		size_t name, description;

		memcpy(header, notes + at, sizeof(header));
		at += sizeof(header);
		name = ((size_t)header[0] + 3) & ~(size_t)3;
		description = ((size_t)header[1] + 3) & ~(size_t)3;
		if (name > left - at || description > left - at - name)
			return;
		if (header[2] == NT_GNU_BUILD_ID && header[0] == 4 && !memcmp(notes + at, "GNU", 4) &&
		    header[1] <= sizeof(ret->id)) {
			memcpy(ret->id, notes + at + name, header[1]);
			ret->id_length = header[1];
			return;
		}
		at += name + description;
	}
}

static bool has_other_id(const struct dwarf_probe *a, const struct dwarf_probe *b)
{
	return a->id_length && b->id_length && (a->id_length != b->id_length || memcmp(a->id, b->id, a->id_length));
}

/* path, if it has DWARF and may be what has that build-id. */
static const char *checked(const char *path, const struct dwarf_probe *wanted)
{
	struct dwarf_probe found;

	if (!path || access(path, R_OK) || !dwarf_probe(path, &found) || !found.has_dwarf)
		return NULL;
	return has_other_id(&found, wanted) ? NULL : path;
}

bool dwarf_has_debug_info(const char *path)
{
	return checked(path, &(struct dwarf_probe){ .id_length = 0 }) != NULL;
}

static const char *by_build_id(struct session *s, const struct dwarf_probe *wanted)
{
	char hex[2 * sizeof(wanted->id) + 1] = "";

	if (wanted->id_length < 2)
		return NULL;
	for (unsigned i = 0; i < wanted->id_length; i++)
		sprintf(hex + 2 * i, "%02x", wanted->id[i]);
	return checked(session_printf(s, DEBUG_FOLDER "/.build-id/%.2s/%s.debug", hex, hex + 2), wanted);
}

/*
 * debuginfod's library, as libdwfl itself loads it when it is there. It is asked
 * only where the user has named a server, and keeps a cache of its own.
 */
static const char *from_debuginfod(struct session *s, const struct dwarf_probe *wanted)
{
	const char *servers = getenv("DEBUGINFOD_URLS"), *ret = NULL;
	void *(*begin)(void), *library, *client;
	int (*find)(void *, const unsigned char *, int, char **), fd;
	void (*end)(void *);
	char *path = NULL;

	if (!servers || !*servers || !wanted->id_length)
		return NULL;
	library = dlopen("libdebuginfod.so.1", RTLD_NOW);
	if (!library)
		return NULL;
	begin = (void *(*)(void))dlsym(library, "debuginfod_begin");
	find = (int (*)(void *, const unsigned char *, int, char **))dlsym(library, "debuginfod_find_debuginfo");
	end = (void (*)(void *))dlsym(library, "debuginfod_end");
	client = begin && find && end ? begin() : NULL;
	if (client) {
		fd = find(client, wanted->id, (int)wanted->id_length, &path);
		if (fd >= 0) {
			close(fd);
			ret = checked(session_strdup(s, path), wanted);
			free(path);
		}
		end(client);
	}
	dlclose(library);
	return ret;
}

/* In the folders of WATCHTAP_DEBUG_PATH, which come first: the names, each with the folder before it. */
static const char *in_debug_path(struct session *s, const char *const *names, const struct dwarf_probe *wanted)
{
	const char *at = getenv("WATCHTAP_DEBUG_PATH"), *ret = NULL;
	size_t length;

	for (; at && *at && !ret; at += length + (at[length] == ':')) {
		length = strcspn(at, ":");
		for (const char *const *name = names; length && *name && !ret; name++)
			ret = checked(session_printf(s, "%.*s/%s", (int)length, at, *name), wanted);
	}
	return ret;
}

const char *dwarf_find_kernel(struct session *s)
{
	static const char *const places[] = {
		DEBUG_FOLDER "/boot/vmlinux-%s",
		DEBUG_FOLDER "/lib/modules/%s/vmlinux",
		DEBUG_FOLDER "/usr/lib/modules/%s/vmlinux",
		"/lib/modules/%s/vmlinux",
		"/lib/modules/%s/build/vmlinux",
		"/boot/vmlinux-%s",
	};
	const char *release = kernel_release(s), *folder = s->options.release, *ret = NULL;
	struct dwarf_probe wanted = { .id_length = 0 };
	char path[512];

	if (types_of_running(s))
		read_notes("/sys/kernel/notes", &wanted);
	if (folder && *folder == '/')
		ret = checked(session_printf(s, "%s/vmlinux", folder), &wanted);
	if (!ret)
		ret = in_debug_path(s, (const char *[]){ session_printf(s, "vmlinux-%s", release), "vmlinux", NULL }, &wanted);
	for (size_t i = 0; !ret && i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, sizeof(path), places[i], release);
		ret = checked(path, &wanted);
	}
	ret = ret ? session_strdup(s, ret) : by_build_id(s, &wanted);
	return ret ? ret : from_debuginfod(s, &wanted);
}

/* Whether a file's name is the module's: NAME.ko, NAME.ko.xz; - and _ are the same there. */
static bool is_module_file(const char *file, const char *module)
{
	static const char *const ends[] = { ".ko", ".ko.xz", ".ko.zst", ".ko.gz" };

	for (; *module; file++, module++)
		if ((*file == '-' ? '_' : *file) != (*module == '-' ? '_' : *module))
			return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (!strcmp(file, ends[i]))
			return true;
	return false;
}

/* Where modprobe takes it from: updates come before what the kernel was built with. */
static unsigned rank_of(const char *path, size_t folder_length)
{
	static const char *const folders[] = { "/updates/", "/extra/", "/weak-updates/" };

	for (unsigned i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (!strncmp(path + folder_length, folders[i], strlen(folders[i])))
			return i;
	return sizeof(folders) / sizeof(*folders);
}

/* A module's file; what has a / in it is one. */
const char *types_module_file(struct session *s, const char *module)
{
	const char *release = kernel_release(s);
	char *folder = session_printf(s, "/lib/modules/%s", release);
	char *const folders[] = { folder, NULL };
	int options = FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR | FTS_NOSTAT;
	const char *ret = strchr(module, '/') ? module : NULL;
	FTS *fts = *release && !ret ? fts_open(folders, options, NULL) : NULL;
	unsigned best = ~0U;
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		unsigned rank = rank_of(e->fts_path, strlen(folder));

		if (e->fts_info == FTS_D || rank >= best || !is_module_file(e->fts_name, module))
			continue;
		best = rank;
		ret = session_strdup(s, e->fts_path);
	}
	if (fts)
		fts_close(fts);
	return ret;
}

const char *dwarf_find_module(struct session *s, const char *module)
{
	const char *file = types_module_file(s, module), *ret;
	struct dwarf_probe wanted = { .id_length = 0 };
	const char *end, *places[4];
	char *name = session_strdup(s, module);

	for (char *p = name; *p; p++)
		*p = *p == '-' ? '_' : *p;
	if (types_of_running(s) && !strchr(name, '/'))
		read_notes(session_printf(s, "/sys/module/%s/notes/.note.gnu.build-id", name), &wanted);
	ret = strchr(module, '/') ? NULL :
	      in_debug_path(s, (const char *[]){ session_printf(s, "%s.ko.debug", name), session_printf(s, "%s.ko", name), NULL },
			    &wanted);
	if (!ret)
		ret = checked(file, &wanted);
	if (ret || !file)
		return ret ? ret : from_debuginfod(s, &wanted);
	/* one that is not loaded: what belongs to the file */
	if (!wanted.id_length)
		dwarf_probe(file, &wanted);
	end = strstr(strrchr(file, '/'), ".ko") + strlen(".ko");
	places[0] = session_printf(s, DEBUG_FOLDER "%.*s", (int)(end - file), file);
	places[1] = session_printf(s, DEBUG_FOLDER "%.*s.debug", (int)(end - file), file);
	places[2] = session_printf(s, DEBUG_FOLDER "/usr%.*s", (int)(end - file), file);
	places[3] = session_printf(s, DEBUG_FOLDER "/usr%.*s.debug", (int)(end - file), file);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && !ret; i++)
		ret = checked(places[i], &wanted);
	if (!ret)
		ret = by_build_id(s, &wanted);
	return ret ? ret : from_debuginfod(s, &wanted);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's first root: an uncompressed cpio archive ("newc"), written
 * straight into a file without a name.
 *
 *   /init            the agent
 *   /modules/000.ko  ... in the order of loading, dependencies first
 *   /argv /env       strings, each ended by a 0 byte
 *   /cwd             the working folder, then a 0 byte, then the umask in octal
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm_internal.h"

extern char **environ;

static const char *const wanted_modules[] = {
	"virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", NULL
};

#define MAX_MODULES 64

struct archive {
	FILE *file;
	int inode;
};

static void pad(struct archive *a)
{
	while (ftell(a->file) % 4)
		fputc(0, a->file);
}

static void add(struct archive *a, const char *name, unsigned int mode, int major,
		int minor, const void *data, size_t size)
{
	fprintf(a->file, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		++a->inode, mode, 0, 0, 1, 0, (unsigned int)size, 0, 0, major, minor,
		(unsigned int)strlen(name) + 1, 0);
	fwrite(name, strlen(name) + 1, 1, a->file);
	pad(a);
	if (size)
		fwrite(data, size, 1, a->file);
	pad(a);
}

/* A file of the host, unpacked if its name says that it is packed. */
static int add_file(struct archive *a, const char *name, const char *path,
		    unsigned int mode, char *err, size_t errlen)
{
	static const struct { const char *suffix; const char *argv[3]; } packed[] = {
		{ ".xz", { "xz", "-dc", NULL } },
		{ ".zst", { "zstd", "-dcq", NULL } },
		{ ".gz", { "gzip", "-dc", NULL } },
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC), raw;
	const char *suffix = strrchr(path, '.');
	struct stat st;
	void *data;

	if (fd < 0) {
		snprintf(err, errlen, "cannot read %s: %s", path, strerror(errno));
		return -1;
	}
	for (size_t i = 0; suffix && i < sizeof(packed) / sizeof(*packed); i++) {
		if (strcmp(suffix, packed[i].suffix))
			continue;
		raw = fd;
		fd = unpack_fd(packed[i].argv, raw);
		close(raw);
		if (fd < 0) {
			snprintf(err, errlen, "cannot unpack %s; is %s installed?",
				 path, packed[i].argv[0]);
			return -1;
		}
	}
	data = fstat(fd, &st) || !st.st_size ? MAP_FAILED :
	       mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED) {
		snprintf(err, errlen, "cannot read %s", path);
		return -1;
	}
	add(a, name, S_IFREG | mode, 0, 0, data, st.st_size);
	munmap(data, st.st_size);
	return 0;
}

static void add_strings(struct archive *a, const char *name, char *const strings[])
{
	size_t size = 0;
	char *data = NULL;
	FILE *f = open_memstream(&data, &size);

	for (int i = 0; strings[i]; i++)
		fwrite(strings[i], strlen(strings[i]) + 1, 1, f);
	fclose(f);
	add(a, name, S_IFREG | 0600, 0, 0, data, size);
	free(data);
}

/* Is PATH, as modules.dep has it, the module NAME? Files say '-' or '_'. */
static int is_module(const char *path, size_t length, const char *name)
{
	const char *base = path;

	for (const char *p = path; p < path + length; p++)
		if (*p == '/')
			base = p + 1;
	for (; *name; name++, base++)
		if (base >= path + length ||
		    (*base == '-' ? '_' : *base) != *name)
			return 0;
	return path + length - base >= 3 && !strncmp(base, ".ko", 3);
}

struct load_list {
	char *paths[MAX_MODULES];
	int count;
};

static void list_add(struct load_list *list, const char *path, size_t length)
{
	for (int i = 0; i < list->count; i++)
		if (strlen(list->paths[i]) == length &&
		    !strncmp(list->paths[i], path, length))
			return;
	if (list->count < MAX_MODULES)
		list->paths[list->count++] = strndup(path, length);
}

/* Looks NAME up in FILE: 1 found, its dependencies and itself listed. */
static int look_up(const char *release, const char *file, const char *name,
		   struct load_list *list)
{
	char path[512], *line = NULL, *deps[MAX_MODULES];
	size_t size = 0;
	int found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/lib/modules/%s/%s", release, file);
	f = fopen(path, "re");
	while (f && !found && getline(&line, &size, f) > 0) {
		size_t length = strcspn(line, ":\n");
		int n = 0;

		if (!is_module(line, length, name))
			continue;
		found = 1;
		if (!list)
			break;
		/* modules.dep names what is needed first last */
		for (char *p = strtok(line + length, ": \n"); p && n < MAX_MODULES;
		     p = strtok(NULL, " \n"))
			deps[n++] = p;
		while (n--)
			list_add(list, deps[n], strlen(deps[n]));
		list_add(list, line, length);
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

static int add_modules(struct archive *a, const char *release, char *err, size_t errlen)
{
	struct load_list list = { .count = 0 };
	char name[64], path[1024];
	int rc = 0;

	for (int i = 0; wanted_modules[i] && !rc; i++) {
		if (look_up(release, "modules.dep", wanted_modules[i], &list) ||
		    look_up(release, "modules.builtin", wanted_modules[i], NULL))
			continue;
		snprintf(err, errlen, "kernel %s has no module %s, which the VM needs",
			 release, wanted_modules[i]);
		rc = -1;
	}
	for (int i = 0; i < list.count; i++) {
		snprintf(name, sizeof(name), "modules/%03d.ko", i);
		if (list.paths[i][0] == '/')
			snprintf(path, sizeof(path), "%s", list.paths[i]);
		else
			snprintf(path, sizeof(path), "/lib/modules/%s/%s", release,
				 list.paths[i]);
		if (!rc)
			rc = add_file(a, name, path, 0600, err, errlen);
		free(list.paths[i]);
	}
	return rc;
}

/* The process's umask; there is no way to ask that does not also set it. */
static unsigned int current_umask(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return mask;
}

int initramfs_build(const struct vm_kernel *kernel, const char *agent_path,
		    char *const argv[], char *err, size_t errlen)
{
	static const char *const folders[] = {
		"dev", "proc", "sys", "modules", "host", "rw", "new", NULL
	};
	int fd = memfd_create("initramfs", MFD_CLOEXEC), rc, bad;
	char umask_text[16], *cwd = getcwd(NULL, 0);
	struct archive a = { .inode = 0 };

	if (fd < 0 || !cwd || !(a.file = fdopen(dup(fd), "w"))) {
		snprintf(err, errlen, "cannot make the VM's initramfs: %s", strerror(errno));
		free(cwd);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (int i = 0; folders[i]; i++)
		add(&a, folders[i], S_IFDIR | 0755, 0, 0, NULL, 0);
	add(&a, "dev/console", S_IFCHR | 0600, 5, 1, NULL, 0);
	add_strings(&a, "argv", argv);
	add_strings(&a, "env", environ);
	snprintf(umask_text, sizeof(umask_text), "%o", current_umask());
	add_strings(&a, "cwd", (char *[]){ cwd, umask_text, NULL });
	free(cwd);
	rc = add_file(&a, "init", agent_path, 0755, err, errlen);
	if (!rc)
		rc = add_modules(&a, kernel->release, err, errlen);
	add(&a, "TRAILER!!!", 0, 0, 0, NULL, 0);
	bad = ferror(a.file);
	if ((fclose(a.file) || bad) && !rc) {
		snprintf(err, errlen, "cannot make the VM's initramfs: %s", strerror(errno));
		rc = -1;
	}
	if (rc) {
		close(fd);
		return -1;
	}
	return fd;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the BTF of a kernel or a module is. */
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../parse/preprocess.h"
#include "../paths.h"
#include "../vm/vm.h"
#include "reader.h"

static bool has_btf(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd < 0 || elf_version(EV_CURRENT) == EV_NONE ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	bool ret = false;
	size_t names;

	if (elf && !elf_getshdrstrndx(elf, &names)) {
		while (!ret && (section = elf_nextscn(elf, section))) {
			const char *name = NULL;

			if (gelf_getshdr(section, &header))
				name = elf_strptr(elf, names, header.sh_name);
			ret = name && !strcmp(name, ".BTF");
		}
	}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return ret;
}

/*
 * The kernel within its bzImage, as a file without a name that stays open. The
 * cache keeps what was unpacked, so that the VM has it as well.
 */
static const char *unpacked_image(struct session *s, const char *release)
{
	struct vm_kernel kernel = { .release = (char *)release };
	int fd;

	kernel.image = s->vm_kernel ? s->vm_kernel->image : session_printf(s, "/boot/vmlinuz-%s", release);
	make_folders(watchtap_cache_dir());
	fd = image_elf(&kernel, watchtap_cache_dir());
	return fd < 0 ? NULL : session_printf(s, "/proc/self/fd/%d", fd);
}

const char *btf_find_kernel(struct session *s)
{
	static const char *const places[] = {
		"/lib/modules/%s/vmlinux",
		"/lib/modules/%s/build/vmlinux",
		"/boot/vmlinux-%s",
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
	};
	const char *release = kernel_release(s), *folder = s->options.release, *path;
	char place[512];

	if (types_of_running(s) && !access("/sys/kernel/btf/vmlinux", R_OK))
		return "/sys/kernel/btf/vmlinux";
	if (folder && *folder == '/') {
		path = session_printf(s, "%s/vmlinux", folder);
		if (has_btf(path))
			return path;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(place, sizeof(place), places[i], release);
		if (has_btf(place))
			return session_strdup(s, place);
	}
	path = unpacked_image(s, release);
	return path && has_btf(path) ? path : NULL;
}

/* A module's file, or what it is packed in. */
static const char *unpacked_module(struct session *s, const char *path)
{
	static const struct { const char *end, *argv[4]; } packers[] = {
		{ ".xz", { "xz", "-dc", NULL } }, { ".zst", { "zstd", "-dcq", NULL } }, { ".gz", { "gzip", "-dc", NULL } },
	};
	size_t length = path ? strlen(path) : 0;

	for (size_t i = 0; i < sizeof(packers) / sizeof(*packers); i++) {
		size_t end = strlen(packers[i].end);
		int in, out;

		if (length < end || strcmp(path + length - end, packers[i].end))
			continue;
		in = open(path, O_RDONLY | O_CLOEXEC);
		out = in < 0 ? -1 : unpack_fd(packers[i].argv, in);
		if (in >= 0)
			close(in);
		return out < 0 ? NULL : session_printf(s, "/proc/self/fd/%d", out);
	}
	return path;
}

const char *btf_find_module(struct session *s, const char *module)
{
	char *loaded = session_printf(s, "/sys/kernel/btf/%s", module);

	for (char *p = loaded; *p; p++)
		*p = *p == '-' ? '_' : *p;
	if (types_of_running(s) && !strchr(module, '/') && !access(loaded, R_OK))
		return loaded;
	return unpacked_module(s, types_module_file(s, module));
}

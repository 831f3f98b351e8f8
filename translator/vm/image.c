// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF kernel inside a bzImage.
 *
 * The bzImage unpacks itself, and under emulation that takes longer than all
 * the rest of the boot. The host's xz does it in a second, and qemu starts an
 * ELF kernel through its PVH entry point, if it has one (CONFIG_PVH). What
 * this skips is KASLR, which is the unpacking code's work.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm_internal.h"

/* Offsets in the x86 boot protocol, Documentation/arch/x86/boot.rst. */
#define HDR_SETUP_SECTS 0x1f1
#define HDR_PAYLOAD_OFFSET 0x248
#define HDR_PAYLOAD_LENGTH 0x24c
#define XEN_ELFNOTE_PHYS32_ENTRY 18	/* the PVH entry point */

static const struct format {
	const char *magic;
	size_t length;
	/* all but gzip are followed by the unpacked size, 4 bytes */
	int trailer;
	const char *argv[4];
} formats[] = {
	{ "\xfd" "7zXZ", 5, 4, { "xz", "-dc", NULL } },
	{ "\x28\xb5\x2f\xfd", 4, 4, { "zstd", "-dcq", NULL } },
	{ "\x1f\x8b", 2, 0, { "gzip", "-dc", NULL } },
	{ "\x02\x21\x4c\x18", 4, 4, { "lz4", "-dcq", NULL } },
	{ "BZh", 3, 4, { "bzip2", "-dc", NULL } },
};

int unpack_fd(const char *const argv[], int in)
{
	int out = memfd_create("unpacked", MFD_CLOEXEC), status = -1;
	pid_t pid;

	if (out < 0)
		return -1;
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in, 0);
		dup2(out, 1);
		dup2(null, 2);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || status) {
		close(out);
		return -1;
	}
	return out;
}

/* Does the ELF file have the note that qemu starts it by? */
static int has_pvh_entry(int fd)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;
	char *notes;
	int found = 0;

	if (pread(fd, &ehdr, sizeof(ehdr), 0) != sizeof(ehdr) ||
	    memcmp(ehdr.e_ident, ELFMAG, SELFMAG) ||
	    ehdr.e_ident[EI_CLASS] != ELFCLASS64)
		return 0;
	for (int i = 0; i < ehdr.e_phnum && !found; i++) {
		off_t at = ehdr.e_phoff + (off_t)i * ehdr.e_phentsize;
		size_t pos = 0, size;

		if (pread(fd, &phdr, sizeof(phdr), at) != sizeof(phdr))
			return 0;
		size = phdr.p_filesz;
		if (phdr.p_type != PT_NOTE || size > 1 << 20 || !(notes = malloc(size)))
			continue;
		if (pread(fd, notes, size, phdr.p_offset) != (ssize_t)size)
			size = 0;
		while (pos + sizeof(Elf64_Nhdr) <= size) {
			Elf64_Nhdr note;

			memcpy(&note, notes + pos, sizeof(note));
			pos += sizeof(note);
			if (note.n_type == XEN_ELFNOTE_PHYS32_ENTRY &&
			    note.n_namesz == 4 && pos + 4 <= size &&
			    !memcmp(notes + pos, "Xen", 4))
				found = 1;
			pos += ((size_t)note.n_namesz + 3) & ~(size_t)3;
			pos += ((size_t)note.n_descsz + 3) & ~(size_t)3;
		}
		free(notes);
	}
	return found;
}

/* The compressed kernel within the bzImage, unpacked; -1 if we cannot. */
static int unpack_bzimage(const char *path)
{
	unsigned char header[BZIMAGE_HEADER_SIZE];
	uint32_t offset, length;
	int in, packed, out = -1;
	char magic[8], err[512];
	off_t at;

	if (bzimage_read_header(path, header, err, sizeof(err)))
		return -1;
	memcpy(&offset, header + HDR_PAYLOAD_OFFSET, 4);
	memcpy(&length, header + HDR_PAYLOAD_LENGTH, 4);
	at = (header[HDR_SETUP_SECTS] + 1) * 512 + (off_t)offset;
	in = open(path, O_RDONLY | O_CLOEXEC);
	if (in < 0 || pread(in, magic, sizeof(magic), at) != sizeof(magic)) {
		if (in >= 0)
			close(in);
		return -1;
	}
	packed = memfd_create("packed", MFD_CLOEXEC);
	for (size_t i = 0; packed >= 0 && i < sizeof(formats) / sizeof(*formats); i++) {
		size_t left = length - formats[i].trailer;
		ssize_t n = 1;

		if (memcmp(magic, formats[i].magic, formats[i].length))
			continue;
		while (left && (n = sendfile(packed, in, &at, left)) > 0)
			left -= n;
		lseek(packed, 0, SEEK_SET);
		if (n > 0)
			out = unpack_fd(formats[i].argv, packed);
		break;
	}
	if (packed >= 0)
		close(packed);
	close(in);
	return out;
}

/*
 * Puts a copy of FD into DIR as PATH: it gets its name when it is whole, so
 * that nothing is left if we are killed. Failure only costs time.
 */
static void keep_copy(int fd, const char *dir, const char *path)
{
	int out = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
	char link[64];
	off_t at = 0;
	ssize_t n;

	if (out < 0)
		return;
	while ((n = sendfile(out, fd, &at, 1 << 30)) > 0)
		;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", out);
	if (!n && linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) &&
	    errno == EEXIST && !unlink(path))
		n = linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
	close(out);
}

int image_elf(const struct vm_kernel *kernel, const char *cache_dir)
{
	char path[900] = "", magic[SELFMAG];
	struct stat st;
	int fd;

	if (cache_dir && !stat(kernel->image, &st)) {
		/* Size and time tell a package's update from the old image. */
		snprintf(path, sizeof(path), "%s/vmlinux-%s-%jx-%jx", cache_dir,
			 kernel->release, (uintmax_t)st.st_size,
			 (uintmax_t)st.st_mtim.tv_sec);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && pread(fd, magic, SELFMAG, 0) == SELFMAG && !memcmp(magic, ELFMAG, SELFMAG))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	fd = unpack_bzimage(kernel->image);
	if (fd >= 0 && *path)
		keep_copy(fd, cache_dir, path);
	return fd;
}

int image_unpack(const struct vm_kernel *kernel, const char *cache_dir)
{
	int fd = image_elf(kernel, cache_dir);

	if (fd >= 0 && !has_pvh_entry(fd)) {
		close(fd);
		return -1;
	}
	return fd;
}

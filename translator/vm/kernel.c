// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernel to boot: its image, its modules, its headers. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm_internal.h"

/* Offsets in the x86 boot protocol, Documentation/arch/x86/boot.rst. */
#define HDR_MAGIC 0x202
#define HDR_KERNEL_VERSION 0x20e

int bzimage_read_header(const char *path, unsigned char *header, char *err, size_t errlen)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0) {
		snprintf(err, errlen, "cannot read the kernel image %s: %s", path,
			 strerror(errno));
		return -1;
	}
	n = read(fd, header, BZIMAGE_HEADER_SIZE);
	close(fd);
	if (n != BZIMAGE_HEADER_SIZE || memcmp(header + HDR_MAGIC, "HdrS", 4)) {
		snprintf(err, errlen, "%s is not an x86 kernel image (bzImage)", path);
		return -1;
	}
	return 0;
}

/* The word before the first blank of the version string; NULL and ERR. */
static char *bzimage_release(const char *path, char *err, size_t errlen)
{
	unsigned char header[BZIMAGE_HEADER_SIZE], text[256];
	unsigned int offset;
	ssize_t n;
	int fd;

	if (bzimage_read_header(path, header, err, errlen))
		return NULL;
	offset = header[HDR_KERNEL_VERSION] | header[HDR_KERNEL_VERSION + 1] << 8;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, offset + 0x200);
	if (fd >= 0)
		close(fd);
	if (!offset || n <= 0) {
		snprintf(err, errlen, "%s does not say which release it is", path);
		return NULL;
	}
	text[n] = 0;
	text[strcspn((char *)text, " \n")] = 0;
	return strdup((char *)text);
}

static int have(int mode, const char *format, const char *release, char *path, size_t size)
{
	snprintf(path, size, format, release);
	return !access(path, mode);
}

/* Where is the image of RELEASE? Distributions differ. */
static int find_image(const char *release, char *path, size_t size)
{
	return have(F_OK, "/boot/vmlinuz-%s", release, path, size) ||
	       have(F_OK, "/lib/modules/%s/vmlinuz", release, path, size) ||
	       have(F_OK, "/usr/lib/modules/%s/vmlinuz", release, path, size);
}

/* What RELEASE lacks beside its image; 0 and ERR filled if there is anything. */
static int is_complete(const char *release, char *err, size_t errlen)
{
	char path[400];

	if (!have(R_OK, "/lib/modules/%s/modules.dep", release, path, sizeof(path))) {
		snprintf(err, errlen,
			 "kernel %s has no modules (%s): apt-get install linux-image-%s",
			 release, path, release);
		return 0;
	}
	if (!have(R_OK, "/lib/modules/%s/build/Makefile", release, path, sizeof(path))) {
		snprintf(err, errlen,
			 "kernel %s has no headers (%s): apt-get install linux-headers-%s",
			 release, path, release);
		return 0;
	}
	return 1;
}

/* The newest complete release, or NULL and ERR about the newest incomplete one. */
static char *newest_release(char *err, size_t errlen)
{
	char image[400], why[900], *best = NULL, *incomplete = NULL;
	DIR *dir = opendir("/lib/modules");
	struct dirent *entry;

	snprintf(err, errlen, "no kernel to boot in /boot and /lib/modules: "
		 "apt-get install linux-image-amd64 linux-headers-amd64");
	while (dir && (entry = readdir(dir))) {
		char **kept = &best;

		if (entry->d_name[0] == '.' ||
		    !find_image(entry->d_name, image, sizeof(image)))
			continue;
		if (access(image, R_OK)) {
			snprintf(why, sizeof(why), "%s cannot be read by you: "
				 "chmod a+r %s, as root", image, image);
			kept = &incomplete;
		} else if (!is_complete(entry->d_name, why, sizeof(why))) {
			kept = &incomplete;
		}
		if (*kept && strverscmp(*kept, entry->d_name) > 0)
			continue;
		free(*kept);
		*kept = strdup(entry->d_name);
		if (kept == &incomplete)
			snprintf(err, errlen, "%s", why);
	}
	if (dir)
		closedir(dir);
	free(incomplete);
	return best;
}

int vm_find_kernel(const char *spec, struct vm_kernel *ret, char *err, size_t errlen)
{
	char image[512], *release;

	if (spec && strchr(spec, '/')) {
		release = bzimage_release(spec, err, errlen);
		snprintf(image, sizeof(image), "%s", spec);
	} else {
		release = spec ? strdup(spec) : newest_release(err, errlen);
		if (release && !find_image(release, image, sizeof(image))) {
			snprintf(err, errlen, "there is no kernel %s here "
				 "(/boot/vmlinuz-%s): apt-get install linux-image-%s",
				 release, release, release);
			free(release);
			return -1;
		}
	}
	if (!release)
		return -1;
	if (access(image, R_OK)) {
		snprintf(err, errlen, "cannot read the kernel image %s: %s", image,
			 strerror(errno));
		free(release);
		return -1;
	}
	if (!is_complete(release, err, errlen)) {
		free(release);
		return -1;
	}
	ret->release = release;
	ret->image = strdup(image);
	return 0;
}

void vm_kernel_free(struct vm_kernel *kernel)
{
	free(kernel->release);
	free(kernel->image);
	kernel->release = kernel->image = NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Paths of source files; source_path.h has the contract. */
#include <string.h>

#include "source_path.h"

char *clean_copy(char *dst, const char *src, size_t len)
{
	for (; len; len--, src++)
		*dst++ = (unsigned char)*src < ' ' || *src == 0x7f ? '?' : *src;
	*dst = '\0';
	return dst;
}

/* What follows prefix, a folder with or without a / at its end; NULL where path does not begin with it. */
static const char *below(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	if (n && prefix[n - 1] == '/')
		n--;
	return n && !strncmp(path, prefix, n) && path[n] == '/' ? path + n + 1 : NULL;
}

/* /usr/src/linux-headers-RELEASE/include/linux/list.h */
static const char *below_headers(const char *path)
{
	const char *rest = below(path, "/usr/src"), *top;

	if (rest && !strncmp(rest, "linux-", 6))
		top = strchr(rest, '/');
	else if (rest && !strncmp(rest, "kernels/", 8))
		top = strchr(rest + 8, '/');
	else
		return NULL;
	return top ? top + 1 : NULL;
}

/* Behind the last / up to which both are the same. */
static const char *below_common(const char *path, const char *folder)
{
	const char *rest = path;

	for (; *path && *path == *folder; folder++)
		if (*path++ == '/')
			rest = path;
	return rest;
}

/* The file's path from the top of the kernel's tree, as far as that can be told. */
static const char *from_top(const char *file, const char *folder, const char *tree, bool in_tree)
{
	const char *rest = below(file, folder);

	if (rest || *file != '/') {
		rest = rest ? rest : file;
		while (!strncmp(rest, "../", 3))
			rest += 3;
		return rest;
	}
	if (tree && (rest = below(file, tree)))
		return rest;
	if ((rest = below_headers(file)))
		return rest;
	return in_tree ? below_common(file, folder) : file;
}

char *source_path(char *dst, const char *file, const char *folder, const char *tree, bool in_tree)
{
	char *start, *back;
	size_t len;

	file = from_top(file, folder, tree, in_tree);
	if (*file == '/')
		*dst++ = '/';
	start = dst;
	while (*file) {
		len = strcspn(file, "/");
		back = dst;
		if (len == 2 && !memcmp(file, "..", 2)) {
			/* the part before goes, unless it is another one, or there is none */
			if (back > start)
				back--;
			while (back > start && back[-1] != '/')
				back--;
		}
		if (back < dst && strncmp(back, "../", 3))
			dst = back;
		else if (len && !(len == 1 && *file == '.')) {
			dst = clean_copy(dst, file, len);
			if (file[len])
				*dst++ = '/';
		}
		file += len + (file[len] == '/');
	}
	*dst = '\0';
	return dst;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of headers-test.c share. */
#ifndef HEADERS_CHECK_H
#define HEADERS_CHECK_H

#include <fcntl.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "types/header_internal.h"

static int count, failed;
static char folder[] = "/tmp/watchtap-headers.XXXXXX";

static void report(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void report(bool good, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%sok %d - ", good ? "" : "not ", ++count);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
	va_end(args);
	failed |= !good;
}

static char *read_file(const char *path, size_t *ret_size)
{
	FILE *in = fopen(path, "r");
	char *ret = NULL;
	FILE *out = in ? open_memstream(&ret, ret_size) : NULL;
	int c;

	if (!out)
		return NULL;
	while ((c = fgetc(in)) != EOF)
		fputc(c, out);
	fclose(in);
	fclose(out);
	return ret;
}

static void write_bytes(const char *path, const char *bytes, size_t size)
{
	FILE *out = fopen(path, "w");

	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		abort();
}

static void remove_folder(const char *path)
{
	char *paths[] = { (char *)path, NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		if (e->fts_info != FTS_D)
			remove(e->fts_accpath);
	}
	if (fts)
		fts_close(fts);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of types-test.c share. */
#ifndef TYPES_CHECK_H
#define TYPES_CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump.h"

static int count, failed;
static char folder[] = "/tmp/watchtap-types.XXXXXX";

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	fflush(stdout);
	failed |= !good;
}

/* A path in the test's folder; it is overwritten by the eighth call after it. */
static const char *in_folder(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *in_folder(const char *format, ...)
{
	static char paths[8][512];
	static unsigned next;
	char *path = paths[next++ % 8];
	int n = snprintf(path, sizeof(paths[0]), "%s/", folder);
	va_list args;

	va_start(args, format);
	vsnprintf(path + n, sizeof(paths[0]) - (size_t)n, format, args);
	va_end(args);
	return path;
}

static char *read_file(const char *path, size_t *size)
{
	FILE *in = fopen(path, "r");
	char *ret = NULL;
	FILE *out = in ? open_memstream(&ret, size) : NULL;
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

static const char *const type_names[] = {
	"struct outer", "union both", "struct packed", "enum colour", "enum big", "pid_alias", "u64", "callback",
	"atomic_like", "char", "struct unknown", "struct nowhere", NULL,
};

/* All that the file's DWARF says; NULL: it has none. */
static char *dump_file(const char *path, bool index, bool places)
{
	struct session session = { .options.types = NULL };
	struct dump dump = { .session = &session, .places = places };
	struct type_reader *reader;
	char *text = NULL;
	size_t size;

	obstack_init(&session.arena);
	reader = dwarf_open(&session, path, index);
	if (reader) {
		dump.out = open_memstream(&text, &size);
		dump_all(&dump, reader, type_names);
		fclose(dump.out);
		reader->ops->close(reader);
	}
	obstack_free(&session.arena, NULL);
	return text;
}

#endif

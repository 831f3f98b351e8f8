/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index, of headers that were written for this, and of damaged ones. */
#ifndef HEADERS_INDEX_H
#define HEADERS_INDEX_H

#include "check.h"

#define HERE WT_SOURCE_DIR "/testsuite/unit/headers/"

static void make_folders_of(char *path)
{
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
}

/* nasty.tree has files, each after a line "==== PATH". */
static void write_tree(struct session *s, const char *root)
{
	FILE *in = fopen(HERE "nasty.tree", "r"), *out = NULL;
	char line[512];

	while (in && fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "==== ", 5)) {
			char *path = session_printf(s, "%s/%.*s", root, (int)strcspn(line + 5, "\n"), line + 5);

			make_folders_of(path);
			if (out)
				fclose(out);
			out = fopen(path, "w");
			if (!out)
				abort();
		} else if (out) {
			fputs(line, out);
		}
	}
	if (out)
		fclose(out);
	if (in)
		fclose(in);
}

static void put_entry(enum header_kind kind, const char *name, const char *header, void *data)
{
	static const char *const words[] = { "variable", "per-cpu", "struct", "union", "enum", "typedef" };

	fprintf(data, "%s %s %s\n", words[kind], name, header);
}

/* All that the index has, as text; NULL: it cannot be read. */
static char *dump_index(struct session *s, const char *path)
{
	struct header_index *x = header_index_open(s, path);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!x)
		return NULL;
	out = open_memstream(&text, &size);
	header_index_each(x, "*", put_entry, out);
	fclose(out);
	header_index_close(x);
	return text;
}

/* The first line that differs goes to stderr. */
static bool same_text(const char *got, const char *wanted)
{
	const char *from = got;

	if (!got || !wanted)
		return false;
	for (; *got && *got == *wanted; got++, wanted++)
		if (*got == '\n')
			from = got + 1;
	if (*got != *wanted)
		fprintf(stderr, "differs at: %.*s\n", (int)strcspn(from, "\n"), from);
	return *got == *wanted;
}

static void test_find(struct session *s, const char *path)
{
	static const struct { const char *name, *header; enum header_kind kind; unsigned nth; } finds[] = {
		{ "v_int", "linux/plain.h", HEADER_VARIABLE, 0 },
		{ "v_int", NULL, HEADER_VARIABLE, 1 },
		{ "v_int", NULL, HEADER_STRUCT, 0 },
		{ "p_int", "linux/percpu.h", HEADER_PER_CPU, 0 },
		{ "p_int", NULL, HEADER_VARIABLE, 0 },
		{ "s_both", "linux/both.h", HEADER_STRUCT, 0 },
		{ "s_both", "asm/both.h", HEADER_STRUCT, 2 },
		{ "s_both", "asm-generic/both.h", HEADER_STRUCT, 4 },
		{ "s_both", NULL, HEADER_STRUCT, 5 },
		{ "__t_bitwise", "linux/types.h", HEADER_TYPEDEF, 0 },
		{ "v_visible", "linux/plain.h", HEADER_VARIABLE, 0 },
		{ "v_visible ", NULL, HEADER_VARIABLE, 0 },
		{ "", NULL, HEADER_VARIABLE, 0 },
		{ "zzz", NULL, HEADER_VARIABLE, 0 },
	};
	struct header_index *x = header_index_open(s, path);
	bool good = x;

	for (size_t i = 0; x && i < sizeof(finds) / sizeof(finds[0]); i++) {
		const char *got = header_index_find(x, 1U << finds[i].kind, finds[i].name, finds[i].nth, NULL);

		if (!got != !finds[i].header || (got && strcmp(got, finds[i].header))) {
			fprintf(stderr, "%s, %u: %s\n", finds[i].name, finds[i].nth, got ? got : "none");
			good = false;
		}
	}
	if (x)
		header_index_close(x);
	report(good, "names are found, the best header first");
}

/* A file that is damaged is none; one with the right sum is read as far as it makes sense. */
static void test_damaged(struct session *s, const char *path)
{
	const char *other = session_printf(s, "%s.other", path);
	size_t size;
	char *bytes = read_file(path, &size), *text;
	struct header_index_file *head = (struct header_index_file *)bytes;
	bool good = true;

	for (size_t length = 0; length < size; length += 1 + length / 20) {
		write_bytes(other, bytes, length);
		good &= !header_index_open(s, other);
	}
	report(good, "a truncated index is none");

	good = true;
	for (size_t at = 0; at < size; at += 7) {
		if (at >= sizeof(head->magic) - 1 && at < sizeof(head->magic))
			continue;	/* nobody looks at the byte that fills up */
		bytes[at] ^= 0x10;
		write_bytes(other, bytes, size);
		good &= !header_index_open(s, other);
		bytes[at] ^= 0x10;
	}
	report(good, "a damaged index is none");

	srand(1);
	for (int i = 0; i < 300; i++) {
		size_t at = sizeof(*head) + (size_t)rand() % (size - sizeof(*head));
		char before = bytes[at];

		bytes[at] = (char)rand();
		head->sum = header_index_sum(head + 1, size - sizeof(*head));
		write_bytes(other, bytes, size);
		text = dump_index(s, other);
		free(text);
		bytes[at] = before;
	}
	report(true, "an index with a right sum and wrong contents does no harm");
	free(bytes);
}

static void no_name(enum header_kind kind, const char *name, size_t length, void *data)
{
	if (!length)
		abort();
}

/* Headers that end anywhere, or have other bytes anywhere: the scanner ends, and reads nothing else. */
static void test_odd_headers(void)
{
	size_t size;
	char *text = read_file(HERE "nasty.tree", &size), *copy;

	for (size_t length = 0; length <= size; length++) {
		copy = malloc(length + 1);
		memcpy(copy, text, length);
		header_scan(copy, length, no_name, NULL);
		free(copy);
	}
	for (int i = 0; i < 3000; i++) {
		for (int n = 0; n < 20; n++)
			text[(size_t)rand() % size] = "(){}[];,*#\"'/\\\n\0e"[rand() % 17];
		header_scan(text, size, no_name, NULL);
	}
	for (size_t at = 0; at < size; at++)
		text[at] = "({"[at % 2];
	header_scan(text, size, no_name, NULL);
	free(text);
	report(true, "headers that end anywhere");
}

static void test_index(struct session *s)
{
	const char *root = session_printf(s, "%s/tree", folder), *path = session_printf(s, "%s/index", folder);
	const char *const folders[] = {
		session_printf(s, "%s/arch/include", root), session_printf(s, "%s/include", root),
		session_printf(s, "%s/none", root), session_printf(s, "%s/include/uapi", root), NULL,
	};
	char *got, *wanted;
	size_t size;

	write_tree(s, root);
	report(!header_make_index(s, folders, path), "an index is made");
	got = dump_index(s, path);
	wanted = read_file(HERE "nasty.expected", &size);
	report(same_text(got, wanted), "it has the names that the headers declare");
	free(got);
	free(wanted);
	test_find(s, path);
	test_damaged(s, path);
	test_odd_headers();
	report(header_make_index(s, folders, session_printf(s, "%s/no/index", folder)), "one that cannot be written");
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translator/run/lines.c and marks.c: places of a kernel and a module that were
 * made for it, what becomes of files that are wrong or damaged, and of strings.
 * Prints "ok N - name" or "not ok"; status 1 if one is not.
 */
#include <dlfcn.h>

#include "machine.h"
#include "../../../runtime/wire.h"
#include "../../../translator/run/marks.h"
#include "../../../translator/run/source_path.h"

#define DAMAGES 300

static int count, failed;
static struct kallsyms symbols;
static struct lines lines;

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	failed |= !good;
}

static void look(void)
{
	lines_free(&lines);
	kallsyms_free(&symbols);
	machine_look(&symbols, &lines);
}

static int is_frame(const struct frame *frame, const char *function, const char *line)
{
	const char *name = strrchr(frame->file, '/');

	return frame->function && !strcmp(frame->function, function) && name && !strcmp(name, "/subject.c") &&
	       frame->line == line_with(line);
}

/* Are the three frames of the store as they should be, in code that begins at text? */
static int has_frames(uint64_t text)
{
	const struct frame *f;
	uint64_t store;

	look();
	store = store_in(&lines, text);
	return store && lines_lookup(&lines, store, &f) == 3 && is_frame(&f[0], "innermost", "the innermost line") &&
	       is_frame(&f[1], "inlined", "the inlined line") && is_frame(&f[2], "subject", "the outer line");
}

static int has_none(void)
{
	const struct frame *f;

	look();
	return !lines_lookup(&lines, MODULE_TEXT, &f) && !lines_lookup(&lines, MODULE_TEXT + 5, &f);
}

static void test_files(void)
{
	report(has_none(), "no file, no lines");
	report(shell("cp a-module.ko debug/") && has_frames(MODULE_TEXT), "a module, its inlined functions");
	report(shell("mv debug/a-module.ko debug/a_module.ko.debug") && has_frames(MODULE_TEXT), "a_module.ko.debug");
	report(shell("objcopy -R .debug_aranges debug/a_module.ko.debug") && has_frames(MODULE_TEXT), "no .debug_aranges");
	report(shell("objcopy --only-keep-debug a-module.ko debug/a_module.ko.debug") && has_frames(MODULE_TEXT), "split");
	report(shell("objcopy -g a-module.ko debug/a_module.ko.debug") && has_none(), "no debug sections");
	report(shell("rm debug/*; cp a-module.ko debug/another.ko; mkdir debug/a-module.ko; mkfifo debug/a_module.ko") &&
	       has_none(), "another module, a folder, a pipe");
	report(shell("rm -r debug/*; ld -r --build-id=0x0123456789 -o debug/a-module.ko subject.o") && has_none(),
	       "another build");
	report(shell("ld -r -o debug/a-module.ko subject.o") && has_none(), "no build id, where the module has one");
	report(shell("rm debug/*; cp vmlinux debug/") && has_frames(KERNEL_TEXT), "a kernel that was moved");
	report(shell("mv debug/vmlinux debug/vmlinux-`uname -r`") && has_frames(KERNEL_TEXT), "vmlinux-RELEASE");
	report(shell("ld --build-id=0x01234567 -T vmlinux.lds -e subject -o debug/vmlinux subject.o;"
		     "rm debug/vmlinux-*") && !has_frames(KERNEL_TEXT), "another kernel");
	report(shell("rm debug/*; cp a-module.ko debug/") && has_frames(MODULE_TEXT), "and the module again");
}

/* A server whose files are on this machine; its library need not be there. */
static void test_debuginfod(void)
{
	char *urls;

	if (asprintf(&urls, "file://%s/server", folder) < 0)
		return;
	setenv("DEBUGINFOD_CACHE_PATH", "cache", 1);
	report(shell("rm debug/*; ID=`od -An -v -tx1 -j 16 sys/module/a_module/notes/.note.gnu.build-id | tr -d ' \\n'`;"
		     "mkdir -p cache server/buildid/$ID && cp a-module.ko server/buildid/$ID/debuginfo") && has_none(),
	       "debuginfod is not asked on its own");
	setenv("DEBUGINFOD_URLS", urls, 1);
	if (dlopen("libdebuginfod.so.1", RTLD_NOW))
		report(has_frames(MODULE_TEXT), "debuginfod");
	unsetenv("DEBUGINFOD_URLS");
	free(urls);
}

/* A damaged file gives some lines, or none; that this comes to its end is the test. */
static void test_damaged(void)
{
	FILE *f = fopen("a-module.ko", "re");
	static unsigned char good[1 << 16], bad[1 << 16];
	size_t size = f ? fread(good, 1, sizeof(good), f) : 0, at, used, seen = 0;
	const struct frame *frames;
	unsigned int i, n;

	if (f)
		fclose(f);
	srand(1);
	for (i = 0; i < DAMAGES && size; i++) {
		memcpy(bad, good, size);
		for (n = 1u << rand() % 8; n; n--) {
			at = rand() % size;
			bad[at] = rand() % 3 ? bad[at] ^ 1 << rand() % 8 : rand();
		}
		used = i % 8 ? size : rand() % size;
		f = fopen("debug/a-module.ko", "we");
		if (!f || fwrite(bad, 1, used, f) != used || fclose(f))
			break;
		look();
		for (at = 0; at < 32; at++)
			for (n = lines_lookup(&lines, MODULE_TEXT + at, &frames); n; n--)
				seen += strlen(frames[n - 1].file) && frames[n - 1].line;
	}
	report(i == DAMAGES && seen, "damaged files");
	report(shell("cp a-module.ko debug/") && has_frames(MODULE_TEXT), "and the good one again");
}

/* Text with marks; N for the store's address, S for subject's own, X for one of nobody. */
static int becomes(const char *text, const char *want)
{
	static struct marks marks;
	char source[1024], wanted[1024], file[PATH_MAX];
	uint64_t store = store_in(&lines, MODULE_TEXT) + 1;
	const unsigned char *at = (unsigned char *)source;
	size_t bytes;
	int good;

	snprintf(file, sizeof(file), "%s/testsuite/unit/lines/subject.c", WT_SOURCE_DIR);
	bytes = snprintf(source, sizeof(source), text, store, store);
	snprintf(wanted, sizeof(wanted), want, file, line_with("the innermost line"), file, line_with("the innermost line"));
	marks.lines = &lines;
	marks_in_text(&marks, &at, &bytes);
	good = bytes == strlen(wanted) && !memcmp(at, wanted, bytes);
	marks_free(&marks);
	return good;
}

static int begins(const char *text, unsigned int line)
{
	struct marks marks = { .lines = &lines };
	char wanted[64];
	const unsigned char *at = (const unsigned char *)text;
	size_t bytes = strlen(text);
	int good;

	snprintf(wanted, sizeof(wanted), "%u", line);
	marks_in_text(&marks, &at, &bytes);
	good = bytes == strlen(wanted) && !memcmp(at, wanted, bytes);
	marks_free(&marks);
	return good;
}

static void test_marks(void)
{
	static const char *const none[] = {
		"", "text", "\1", "\1\1\2", "\1L", "\1L00000000000000\2", "\1L000000000000000g\2", "\1L0000000000000000",
		"\1L0000000000000000\1", "\1Q0000000000000000\2", "\1l0000000000000000\2", "\1L00000000000000000\2",
		"\1L000000000000000F\2",
	};
	int good = 1;
	size_t i;

	report(becomes("\1L%016lx\2", "%s:%u"), "file and line");
	report(becomes("a \1F%016lx\2 b", "a %s b"), "file");
	report(becomes("\1L%016lx\2\1L%016lx\2", "%s:%u%s:%u"), "two marks");
	report(becomes("\1\1L%016lx\2", "\1%s:%u"), "what looks like a mark before one");
	report(becomes("\1L0000000000001234\2", "0x1234") && becomes("\1N0000000000001234\2", "0x1234") &&
	       becomes("\1F0000000000000000\2", "0x0"), "an address without a line");
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		good &= becomes(none[i], none[i]);
	report(good, "no marks");
	report(begins("\1Nffffffffc0100000\2", line_with("the inlined line")), "a function's own address");
}

/* One string, one number, one piece of memory: the second and the third have bytes like those of a mark. */
static void test_item(void)
{
	static const char mark[] = "\1L0000000000001234\2";
	struct marks marks = { .lines = &lines };
	struct print_format format;
	unsigned char item[256], *end = item;
	const unsigned char *at = item;
	long long number = 1;
	uint16_t len = WT_MARK_BYTES, new_len = 6;
	size_t bytes;

	memcpy(end, &number, 8);		/* the width */
	memcpy(end += 8, &len, 2);
	memcpy(end += 2, mark, len);
	memcpy(end += len, &number, 8);
	memcpy(end += 8, &len, 2);
	memcpy(end += 2, mark, len);
	end += len;
	bytes = end - item;
	if (print_format_init(&format, "x%*s %d %M"))
		bytes = 0;
	marks_in_item(&marks, &format, &at, &bytes);
	report(at != item && bytes == 8 + 2 + 6 + 8 + 2 + WT_MARK_BYTES && !memcmp(at, &number, 8) &&
	       !memcmp(at + 8, &new_len, 2) && !memcmp(at + 10, "0x1234", 6) && !memcmp(at + 16, &number, 8) &&
	       !memcmp(at + 26, mark, WT_MARK_BYTES), "an item: strings only");
	at = item;
	bytes = end - item - 1;
	marks_in_item(&marks, &format, &at, &bytes);
	report(at == item && bytes == (size_t)(end - item - 1), "an item that is none");
	print_format_free(&format);
	marks_free(&marks);
}

static void test_paths(void)
{
	static const struct {
		const char *file, *folder, *tree;
		bool in_tree;
		const char *want;
	} cases[] = {
		{ "/b/k/panic.c", "/b", NULL, true, "k/panic.c" },
		{ "/b/k/panic.c", "/b/", NULL, false, "k/panic.c" },
		{ "debian/b/k/panic.c", "debian/b", NULL, false, "k/panic.c" },
		{ "/b/../k/panic.c", "/b", NULL, false, "k/panic.c" },
		{ "../../k/./panic.c", "/b", NULL, true, "k/panic.c" },
		{ "/src/l/debian/b/../../k/panic.c", "/src/l/debian/b", NULL, false, "k/panic.c" },
		{ "/src/l/k/panic.c", "/src/o", "/src/l", false, "k/panic.c" },
		{ "/src/l/arch/x.S", "/src/l/debian/b", NULL, true, "arch/x.S" },
		{ "/src/l/arch/x.S", "/src/l/debian/b", NULL, false, "/src/l/arch/x.S" },
		{ "/usr/src/linux-headers-6.1.0-common/include/linux/fs.h", "/usr/src/linux-headers-6.1.0-amd64", NULL,
		  false, "include/linux/fs.h" },
		{ "/usr/src/kernels/6.5.6/include/linux/fs.h", "/m", NULL, false, "include/linux/fs.h" },
		{ "/usr/src/mine-1.0/m.c", "/usr/src/linux-headers-6.1.0-amd64", NULL, false, "/usr/src/mine-1.0/m.c" },
		{ "/m/a/../b//c/../../m.c", "", NULL, false, "/m/m.c" },
		{ "/../m.c", "", NULL, false, "/../m.c" },
		{ "/m/..", "", NULL, false, "/" },
		{ "a\033[1mb\177.c", "", NULL, false, "a?[1mb?.c" },
		{ "m.c", "", "", true, "m.c" },
	};
	char got[256];
	int good = 1;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		source_path(got, cases[i].file, cases[i].folder, cases[i].tree, cases[i].in_tree);
		if (!strcmp(got, cases[i].want))
			continue;
		printf("# %s is %s, not %s\n", cases[i].file, got, cases[i].want);
		good = 0;
	}
	report(good, "paths");
}

int main(void)
{
	test_paths();
	report(machine_make(), "a machine is made");
	if (!failed) {
		test_files();
		test_debuginfod();
		test_damaged();
		test_marks();
		test_item();
	}
	lines_free(&lines);
	kallsyms_free(&symbols);
	machine_end();
	return failed;
}

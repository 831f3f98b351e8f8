// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translator/types on what the compiler makes of sample.c: all that is read as
 * text, compared with sample.expected; addresses, compared with the symbol table;
 * the index in the cache; types as scripts write them; and files that are damaged.
 * Prints "ok N - name" or "not ok"; status 1 if one is not.
 */
#include <dirent.h>
#include <fcntl.h>
#include <gelf.h>

#include "check.h"
#include "corrupt.h"
#include "only-dwarf.h"

#define HERE WT_SOURCE_DIR "/testsuite/unit/types"
#define FLAGS "-O2 -fno-pie -fno-common -mcmodel=kernel -ffile-prefix-map=" HERE "=."

static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *format, ...)
{
	char command[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

static void expect_dump(const char *file, const char *expected, bool index, const char *name)
{
	char *text = dump_file(in_folder("%s", file), index, true);
	size_t size;
	char *wanted = read_file(expected, &size);
	bool good = text && wanted && !strcmp(text, wanted);

	report(good, name);
	if (!good && text && wanted) {
		write_bytes(in_folder("read"), text, strlen(text));
		run("diff -u %s %s >&2", expected, in_folder("read"));
	}
	free(text);
	free(wanted);
}

static void test_dumps(void)
{
	static const struct {
		const char *file, *flags;
	} made[] = {
		{ "4.o", "-gdwarf-4" },
		{ "5.o", "-gdwarf-5" },
		{ "strict.o", "-gdwarf-4 -gstrict-dwarf" },
		{ "packed.o", "-gdwarf-5 -gz" },
	};
	char name[100];

	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		if (run("cd " HERE " && gcc " FLAGS " %s -c -o %s sample.c", made[i].flags,
			in_folder("%s", made[i].file)))
			abort();
		snprintf(name, sizeof(name), "an object, %s", made[i].flags);
		expect_dump(made[i].file, HERE "/sample.expected", false, name);
	}
}

/* The symbols of a file, to compare with. */
struct symbols {
	Elf *elf;
	Elf_Data *data;
	size_t count, strings;
	unsigned compared, wrong;
};

/* The compiler adds a word to the names of functions that it has changed. */
static bool is_symbol_of(const char *symbol, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(symbol, name, length) && (!symbol[length] || symbol[length] == '.');
}

static void compare(struct symbols *s, const char *name, uint64_t address, uint64_t size, const char *section)
{
	bool found = false;
	GElf_Sym sym;

	for (size_t i = 0; i < s->count && !found; i++) {
		const char *here = NULL;

		if (gelf_getsym(s->data, (int)i, &sym))
			here = elf_strptr(s->elf, s->strings, sym.st_name);
		found = here && sym.st_shndx != SHN_UNDEF && is_symbol_of(here, name) && sym.st_value == address &&
			(!size || sym.st_size == size);
	}
	s->compared++;
	s->wrong += !found || !section;
}

static void compare_variable(const struct cvariable *v, void *data)
{
	compare(data, v->name, v->address, v->size, v->section);
}

static void compare_function(const struct cfunction *f, void *data)
{
	if (!f->inlined)
		compare(data, f->name, f->address, 0, f->section);
}

static void test_addresses(const char *file, unsigned wanted)
{
	struct session session = { .options.types = NULL };
	struct symbols s = { NULL };
	int fd = open(in_folder("%s", file), O_RDONLY);
	Elf_Scn *section = NULL;
	struct type_reader *reader;
	GElf_Shdr header;
	char name[100];

	obstack_init(&session.arena);
	elf_version(EV_CURRENT);
	s.elf = elf_begin(fd, ELF_C_READ, NULL);
	while ((section = elf_nextscn(s.elf, section))) {
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB) {
			s.data = elf_getdata(section, NULL);
			s.count = header.sh_size / header.sh_entsize;
			s.strings = header.sh_link;
		}
	}
	reader = dwarf_open(&session, in_folder("%s", file), false);
	if (reader && s.data) {
		reader->ops->variables(reader, "*", compare_variable, &s);
		reader->ops->functions(reader, "*", compare_function, &s);
		reader->ops->close(reader);
	}
	snprintf(name, sizeof(name), "addresses in %s are those of its symbols", file);
	report(s.compared == wanted && !s.wrong, name);
	if (s.compared != wanted || s.wrong)
		printf("# %u compared, %u wrong\n", s.compared, s.wrong);
	elf_end(s.elf);
	close(fd);
	obstack_free(&session.arena, NULL);
}

static void link_kernel(const char *file, const char *flags)
{
	char name[100];

	if (run("cd " HERE " && gcc " FLAGS " %s -static -nostdlib "
		"-Wl,-T,link.ld,-e,caller,--build-id=sha1,--no-warn-rwx-segments -o %s sample.c other.c",
		flags, in_folder("%s", file)))
		abort();
	snprintf(name, sizeof(name), "a kernel, %s", flags);
	expect_dump(file, HERE "/linked.expected", false, name);
}

/* The one file in the cache's folder. */
static const char *index_file(void)
{
	DIR *dir = opendir(in_folder("cache/dwarf"));
	const char *ret = NULL;
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			ret = in_folder("cache/dwarf/%s", e->d_name);
	if (dir)
		closedir(dir);
	return ret;
}

static void test_index(void)
{
	struct damaged_index d = { .elf = strdup(in_folder("vmlinux")) };
	char *first, *second, *bytes;

	setenv("WATCHTAP_CACHE", in_folder("cache"), 1);
	first = dump_file(d.elf, true, true);
	d.index = index_file();
	report(first && d.index, "an index is left in the cache");
	if (!first || !d.index)
		return;
	d.index = strdup(d.index);
	bytes = read_file(d.index, &d.size);
	d.bytes = bytes;
	second = dump_file(d.elf, true, true);
	report(second && !strcmp(first, second), "with it the same is read");
	d.wanted = first;
	report(survives(read_damaged_index, &d), "a damaged index is made anew");

	/* another file of the same build-id */
	write_bytes(d.index, bytes, d.size);
	run("objcopy --compress-debug-sections %s %s", d.elf, in_folder("repacked"));
	free(second);
	second = dump_file(in_folder("repacked"), true, true);
	report(second && !strcmp(first, second), "an index is for the file that it was made of");
	free(first);
	free(second);
	free(bytes);
	free((char *)d.index);
	free((char *)d.elf);
}

static void test_split(void)
{
	char *whole = dump_file(in_folder("vmlinux"), false, true), *split;

	run("cd %s && objcopy --only-keep-debug vmlinux split.debug && "
	    "objcopy --strip-debug --add-gnu-debuglink=split.debug vmlinux split", folder);
	split = dump_file(in_folder("split"), false, true);
	report(whole && split && !strcmp(whole, split), "debug information in a file of its own");
	free(whole);
	free(split);
	run("cd %s && strip -g -o plain vmlinux", folder);
	report(!dump_file(in_folder("plain"), false, true), "a file without debug information is none");
	report(dwarf_has_debug_info(in_folder("split")) && !dwarf_has_debug_info(in_folder("plain")) &&
	       !dwarf_has_debug_info(HERE "/sample.c") && !dwarf_has_debug_info(folder),
	       "whether there is debug information");
}

static void test_written(struct session *s, struct types *t)
{
	static const char *const cases[][2] = {
		{ "int", "int 4" },
		{ "unsigned", "unsigned int 4" },
		{ "signed", "int 4" },
		{ "unsigned long", "long unsigned int 8" },
		{ "long unsigned int", "long unsigned int 8" },
		{ "long long", "long long int 8" },
		{ "int short unsigned", "short unsigned int 2" },
		{ "signed char", "signed char 1" },
		{ "const volatile char *", "char * 8" },
		{ "char", "char 1" },
		{ "_Bool", "_Bool 1" },
		{ "long double", "long double 16" },
		{ "void *", "void * 8" },
		{ "u64", "u64 8" },
		{ "pid_alias [3]", "pid_alias [3] 12" },
		{ "struct outer", "struct outer 216" },
		{ "struct outer const*const*", "struct outer ** 8" },
		{ "struct outer *[ 4 ]", "struct outer *[4] 32" },
		{ "outer", "struct outer 216" },
		{ "both*", "union both * 8" },
		{ "enum colour", "enum colour 4" },
		{ "unsigned char[2][0x10]", "unsigned char [2][16] 32" },
		{ "int []", "int [] 0" },
		{ "struct packed [2]", "struct packed [2] 22" },
		{ "callback", "callback 8" },
		{ "struct nowhere", NULL },
		{ "struct", NULL },
		{ "union outer", NULL },
		{ "nowhere", NULL },
		{ "int int", NULL },
		{ "int char", NULL },
		{ "unsigned signed", NULL },
		{ "int x", NULL },
		{ "u64 long", NULL },
		{ "int [", NULL },
		{ "int [-1]", NULL },
		{ "int [18446744073709551615]", NULL },
		{ "* int", NULL },
		{ "int * x", NULL },
		{ "", NULL },
		{ "int (*)(void)", NULL },
		{ "struct outer;", NULL },
	};
	char name[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ctype *type = types_parse(t, cases[i][0]);
		const char *read = type ? session_printf(s, "%s %" PRIu64, ctype_spell(s, type), type->size) : NULL;

		snprintf(name, sizeof(name), "'%s' is %s", cases[i][0], cases[i][1] ? cases[i][1] : "no type");
		report(cases[i][1] ? read && !strcmp(read, cases[i][1]) : !read, name);
		if (read && cases[i][1] && strcmp(read, cases[i][1]))
			printf("# %s\n", read);
	}
}

static void count_variable(const struct cvariable *v, void *data)
{
	++*(unsigned *)data;
}

static void test_types(void)
{
	struct session session = { .options.release = folder }, *s = &session;
	struct types *t, *none;
	struct ctype *type;
	const struct cmember *m;
	unsigned n = 0;

	obstack_init(&session.arena);
	t = types_of(s, NULL);
	report(t == types_of(s, NULL), "the same call gives the same object");
	report(!strcmp(types_searched(t), "nothing"), "nothing is opened before it is asked for");
	type = types_find(t, TAG_STRUCT, "outer");
	report(type && !strcmp(types_searched(t), "DWARF"), "a kernel in a folder of its own");

	for (m = type ? ctype_members(type) : NULL; m && (!m->name || strcmp(m->name, "nobody")); m = m->next)
		;
	type = m ? ctype_target(m->type) : NULL;
	report(type && type->size == 16 && !type->incomplete && ctype_members(type),
	       "a tag alone is looked up elsewhere");
	report(type && ctype_target(ctype_members(type)->next->type) == types_find(t, TAG_STRUCT, "unknown"),
	       "a struct that leads to itself");
	test_written(s, t);

	types_variables(t, "hidden", count_variable, &n);
	report(n == 2, "variables of the same name");
	n = 0;
	types_variables(t, "e*where*", count_variable, &n);
	report(n == 2, "a pattern");
	type = types_pointer_to(t, types_parse(t, "struct outer"));
	report(!strcmp(ctype_spell(s, type), "struct outer *") && ctype_target(type)->size == 216, "a pointer to it");

	session.options.types = "btf,headers";
	none = types_of(s, "nothing");
	report(none != t && types_find(none, TAG_STRUCT, "outer"), "a module's types are the kernel's as well");
	types_close(s);
	t = types_of(s, NULL);
	report(!types_find(t, TAG_STRUCT, "outer"), "only what was chosen is asked");
	types_close(s);
	obstack_free(&session.arena, NULL);
}

/* What is said of a damaged file, and that it is said once. */
static void test_warning(void)
{
	size_t size;
	char *bytes, *first;
	FILE *err = freopen(in_folder("stderr"), "w+", stderr);

	/* the second unit's length leads out of the section */
	run("cd %s && objcopy -O binary --only-section=.debug_info --set-section-flags .debug_info=alloc "
	    "vmlinux info && head -c -1500 info > short && "
	    "objcopy --update-section .debug_info=short vmlinux damaged", folder);
	free(dump_file(in_folder("damaged"), false, true));
	fflush(err);
	bytes = read_file(in_folder("stderr"), &size);
	first = strstr(bytes, "[debug-info]");
	report(first && !strstr(first + 1, "[debug-info]"), "damage is told of once");
	free(bytes);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	unsetenv("DEBUGINFOD_URLS");
	test_dumps();
	link_kernel("vmlinux4", "-gdwarf-4 -fdebug-types-section");
	link_kernel("vmlinux", "-gdwarf-5");
	test_addresses("5.o", 28);
	test_addresses("vmlinux", 34);
	test_split();
	test_index();
	test_types();
	test_corrupt(in_folder("5.o"), 2000);
	test_corrupt(in_folder("4.o"), 1000);
	test_corrupt(in_folder("vmlinux"), 1000);
	test_warning();
	run("rm -rf %s", folder);
	return failed;
}

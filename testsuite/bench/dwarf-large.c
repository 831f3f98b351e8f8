// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf-large FILE [MEGABYTES]: how long it takes to open debug information as large
 * as a kernel's and look ten names up, first without an index in the cache, then
 * with it. FILE is made unless it is there: units that each have their own copies
 * of the same structs, with variables and functions of their own, as headers and
 * .c files make them. WATCHTAP_CACHE is where the index goes.
 */
#include <dwarf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../unit/types/only-dwarf.h"

#define UNIT_STRUCTS	700
#define COMMON		500	/* of these in each unit; the others only in some */
#define ALL_STRUCTS	8000
#define MEMBERS		10
#define UNIT_VARIABLES	30
#define UNIT_FUNCTIONS	40
#define DATA_ADDRESS	0xffffffff82000000ULL
#define TEXT_ADDRESS	0xffffffff81000000ULL

struct bytes {
	unsigned char *data;
	size_t length, room;
};

static void put(struct bytes *b, uint64_t number, unsigned size)
{
	if (b->length + size > b->room) {
		b->room = b->room ? 2 * b->room : 1 << 20;
		b->data = realloc(b->data, b->room);
		if (!b->data)
			abort();
	}
	memcpy(b->data + b->length, &number, size);
	b->length += size;
}

static void put_text(struct bytes *b, const char *text)
{
	do
		put(b, (unsigned char)*text, 1);
	while (*text++);
}

/* All of these numbers take one byte as LEB128, but for DW_AT_GNU and the like, which are not used. */
static void put_abbreviation(struct bytes *b, unsigned code, unsigned tag, bool children, const unsigned char *forms)
{
	put(b, code, 1);
	put(b, tag, 1);
	put(b, children, 1);
	do {
		put(b, forms[0], 1);
		put(b, forms[1], 1);
		forms += 2;
	} while (forms[-2]);
}

enum { UNIT = 1, BASE, STRUCT, MEMBER, TYPEDEF, POINTER, VARIABLE, FUNCTION, PARAMETER };

#define DECLARED DW_AT_decl_file, DW_FORM_data1, DW_AT_decl_line, DW_FORM_data2
#define NAMED DW_AT_name, DW_FORM_strp
#define TYPED DW_AT_type, DW_FORM_ref4
#define FORMS(...) ((const unsigned char[]){ __VA_ARGS__, 0, 0 })

static void put_abbreviations(struct bytes *b)
{
	put_abbreviation(b, UNIT, DW_TAG_compile_unit, true, FORMS(DW_AT_language, DW_FORM_data1, NAMED));
	put_abbreviation(b, BASE, DW_TAG_base_type, false,
			 FORMS(DW_AT_byte_size, DW_FORM_data1, DW_AT_encoding, DW_FORM_data1, NAMED));
	put_abbreviation(b, STRUCT, DW_TAG_structure_type, true,
			 FORMS(NAMED, DW_AT_byte_size, DW_FORM_data2, DECLARED, DW_AT_sibling, DW_FORM_ref4));
	put_abbreviation(b, MEMBER, DW_TAG_member, false,
			 FORMS(NAMED, DECLARED, TYPED, DW_AT_data_member_location, DW_FORM_data2));
	put_abbreviation(b, TYPEDEF, DW_TAG_typedef, false, FORMS(NAMED, DECLARED, TYPED));
	put_abbreviation(b, POINTER, DW_TAG_pointer_type, false, FORMS(DW_AT_byte_size, DW_FORM_data1, TYPED));
	put_abbreviation(b, VARIABLE, DW_TAG_variable, false,
			 FORMS(NAMED, DECLARED, TYPED, DW_AT_location, DW_FORM_exprloc));
	put_abbreviation(b, FUNCTION, DW_TAG_subprogram, true,
			 FORMS(NAMED, DECLARED, TYPED, DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_data8,
			       DW_AT_sibling, DW_FORM_ref4));
	put_abbreviation(b, PARAMETER, DW_TAG_formal_parameter, false,
			 FORMS(NAMED, DECLARED, TYPED, DW_AT_location, DW_FORM_exprloc));
	put(b, 0, 1);
}

struct made {
	struct bytes info, abbreviations, strings;
	uint32_t struct_names[ALL_STRUCTS], typedef_names[ALL_STRUCTS], member_names[MEMBERS];
	size_t unit;		/* where it begins */
	unsigned number;
};

static uint32_t string(struct made *m, const char *format, unsigned number, unsigned second)
{
	uint32_t at = (uint32_t)m->strings.length;
	char text[64];

	snprintf(text, sizeof(text), format, number, second);
	put_text(&m->strings, text);
	return at;
}

static void put_declared(struct made *m, unsigned line)
{
	put(&m->info, 1, 1);
	put(&m->info, line, 2);
}

static uint32_t here(struct made *m)
{
	return (uint32_t)(m->info.length - m->unit);
}

static void fix(struct made *m, size_t at, uint32_t number)
{
	memcpy(m->info.data + at, &number, 4);
}

/* A struct, a pointer to it, a typedef of it. Returns where the struct is. */
static uint32_t put_struct(struct made *m, unsigned which, uint32_t base)
{
	uint32_t start = here(m);
	size_t sibling;

	put(&m->info, STRUCT, 1);
	put(&m->info, m->struct_names[which], 4);
	put(&m->info, 8 * MEMBERS, 2);
	put_declared(m, which & 0xfff);
	sibling = m->info.length;
	put(&m->info, 0, 4);
	for (unsigned i = 0; i < MEMBERS; i++) {
		put(&m->info, MEMBER, 1);
		put(&m->info, m->member_names[i], 4);
		put_declared(m, i);
		put(&m->info, base, 4);
		put(&m->info, 8 * i, 2);
	}
	put(&m->info, 0, 1);
	fix(m, sibling, here(m));
	put(&m->info, POINTER, 1);
	put(&m->info, 8, 1);
	put(&m->info, start, 4);
	put(&m->info, TYPEDEF, 1);
	put(&m->info, m->typedef_names[which], 4);
	put_declared(m, which & 0xfff);
	put(&m->info, start, 4);
	return start;
}

static void put_variable(struct made *m, unsigned i, uint32_t type)
{
	put(&m->info, VARIABLE, 1);
	put(&m->info, string(m, "variable_%u_%u", m->number, i), 4);
	put_declared(m, i);
	put(&m->info, type, 4);
	put(&m->info, 9, 1);
	put(&m->info, DW_OP_addr, 1);
	put(&m->info, DATA_ADDRESS + 128 * ((uint64_t)m->number * UNIT_VARIABLES + i), 8);
}

static void put_function(struct made *m, unsigned i, uint32_t base)
{
	size_t sibling;

	put(&m->info, FUNCTION, 1);
	put(&m->info, string(m, "function_%u_%u", m->number, i), 4);
	put_declared(m, i);
	put(&m->info, base, 4);
	put(&m->info, TEXT_ADDRESS + 64 * ((uint64_t)m->number * UNIT_FUNCTIONS + i), 8);
	put(&m->info, 64, 8);
	sibling = m->info.length;
	put(&m->info, 0, 4);
	for (unsigned p = 0; p < 3; p++) {
		put(&m->info, PARAMETER, 1);
		put(&m->info, m->member_names[p], 4);
		put_declared(m, i);
		put(&m->info, base, 4);
		put(&m->info, 1, 1);
		put(&m->info, DW_OP_reg5 - p, 1);
	}
	put(&m->info, 0, 1);
	fix(m, sibling, here(m));
}

static void put_unit(struct made *m)
{
	size_t abbreviations = m->abbreviations.length;
	uint32_t base, last = 0;

	put_abbreviations(&m->abbreviations);
	m->unit = m->info.length;
	put(&m->info, 0, 4);
	put(&m->info, 5, 2);
	put(&m->info, DW_UT_compile, 1);
	put(&m->info, 8, 1);
	put(&m->info, abbreviations, 4);
	put(&m->info, UNIT, 1);
	put(&m->info, DW_LANG_C11, 1);
	put(&m->info, string(m, "drivers/part%u/file%u.c", m->number / 20, m->number), 4);
	base = here(m);
	put(&m->info, BASE, 1);
	put(&m->info, 8, 1);
	put(&m->info, DW_ATE_unsigned, 1);
	put(&m->info, string(m, "long unsigned int", 0, 0), 4);
	for (unsigned i = 0; i < UNIT_STRUCTS; i++)
		last = put_struct(m, i < COMMON ? i : COMMON + (m->number * 50 + i) % (ALL_STRUCTS - COMMON), base);
	for (unsigned i = 0; i < UNIT_VARIABLES; i++)
		put_variable(m, i, i % 2 ? base : last);
	for (unsigned i = 0; i < UNIT_FUNCTIONS; i++)
		put_function(m, i, base);
	put(&m->info, 0, 1);
	fix(m, m->unit, here(m) - 4);
	m->number++;
}

static void put_section(Elf *elf, struct bytes *names, const char *name, unsigned type, uint64_t flags,
			uint64_t address, void *bytes, size_t size)
{
	Elf_Scn *section = elf_newscn(elf);
	Elf_Data *data = elf_newdata(section);
	GElf_Shdr header;

	data->d_buf = bytes;
	data->d_size = size;
	data->d_align = 1;
	data->d_type = type == SHT_NOTE ? ELF_T_NHDR : ELF_T_BYTE;
	gelf_getshdr(section, &header);
	header.sh_name = (GElf_Word)names->length;
	header.sh_type = type;
	header.sh_flags = flags;
	header.sh_addr = address;
	header.sh_size = size;
	gelf_update_shdr(section, &header);
	put_text(names, name);
}

static int make(const char *path, unsigned megabytes)
{
	static struct made m;
	static struct {
		uint32_t name_size, size, type;
		char name[4];
		unsigned char id[20];
	} note = { 4, 20, 3 /* NT_GNU_BUILD_ID */, "GNU", "watchtap dwarf-larg" };
	struct bytes names = { NULL };
	GElf_Ehdr header;
	GElf_Phdr load = { .p_type = PT_LOAD, .p_flags = PF_R, .p_vaddr = TEXT_ADDRESS, .p_memsz = 1 << 30,
			   .p_align = 4096 };
	GElf_Shdr shdr;
	Elf *elf;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	int error;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_WRITE, NULL);
	if (!elf || !gelf_newehdr(elf, ELFCLASS64) || !gelf_newphdr(elf, 2))
		return -1;
	for (unsigned i = 0; i < ALL_STRUCTS; i++) {
		m.struct_names[i] = string(&m, "structure_%u", i, 0);
		m.typedef_names[i] = string(&m, "typedef_%u_t", i, 0);
	}
	for (unsigned i = 0; i < MEMBERS; i++)
		m.member_names[i] = string(&m, "member_%u", i, 0);
	while (m.info.length < (size_t)megabytes << 20)
		put_unit(&m);
	put(&names, 0, 1);
	memcpy(note.id + 12, &megabytes, 4);
	put_section(elf, &names, ".note.gnu.build-id", SHT_NOTE, SHF_ALLOC, TEXT_ADDRESS + (1 << 29), &note,
		    sizeof(note));
	put_section(elf, &names, ".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, TEXT_ADDRESS, NULL, 1 << 24);
	put_section(elf, &names, ".data", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, DATA_ADDRESS, NULL, 1 << 24);
	put_section(elf, &names, ".debug_info", SHT_PROGBITS, 0, 0, m.info.data, m.info.length);
	put_section(elf, &names, ".debug_abbrev", SHT_PROGBITS, 0, 0, m.abbreviations.data, m.abbreviations.length);
	put_section(elf, &names, ".debug_str", SHT_PROGBITS, 0, 0, m.strings.data, m.strings.length);
	put_text(&names, ".shstrtab");
	names.length -= sizeof(".shstrtab");
	put_section(elf, &names, ".shstrtab", SHT_STRTAB, 0, 0, names.data, names.length + sizeof(".shstrtab"));

	gelf_getehdr(elf, &header);
	header.e_type = ET_EXEC;
	header.e_machine = EM_X86_64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_version = EV_CURRENT;
	header.e_shstrndx = 7;
	gelf_update_ehdr(elf, &header);
	if (elf_update(elf, ELF_C_NULL) < 0)
		return -1;
	gelf_update_phdr(elf, 0, &load);
	gelf_getshdr(elf_getscn(elf, 1), &shdr);
	load = (GElf_Phdr){ .p_type = PT_NOTE, .p_flags = PF_R, .p_offset = shdr.sh_offset, .p_vaddr = shdr.sh_addr,
			    .p_filesz = sizeof(note), .p_memsz = sizeof(note), .p_align = 4 };
	gelf_update_phdr(elf, 1, &load);
	error = elf_update(elf, ELF_C_WRITE) < 0;
	elf_end(elf);
	free(m.info.data);
	free(m.abbreviations.data);
	free(m.strings.data);
	free(names.data);
	return close(fd) || error ? -1 : 0;
}

static void found(const struct cvariable *v, void *data)
{
	*(unsigned *)data += v->type && v->size == v->type->size && v->section && !strcmp(v->section, ".data");
}

static void found_function(const struct cfunction *f, void *data)
{
	*(unsigned *)data += ctype_params(f->type)->place == CPARAM_REGISTER;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int measure(const char *path, const char *what)
{
	struct session session = { .options.types = NULL };
	struct type_reader *reader;
	struct rusage usage;
	unsigned n = 0;
	double start = seconds(), opened;
	char name[32];

	obstack_init(&session.arena);
	reader = dwarf_open(&session, path, true);
	if (!reader)
		return -1;
	opened = seconds();
	for (unsigned i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "variable_%u_%u", 17 * i, i);
		reader->ops->variables(reader, name, found, &n);
		snprintf(name, sizeof(name), "function_%u_%u", 13 * i, i);
		reader->ops->functions(reader, name, found_function, &n);
	}
	for (unsigned i = 0; i < 2; i++) {
		struct ctype *t;

		snprintf(name, sizeof(name), "structure_%u", 3000 * i + 1);
		t = reader->ops->find(reader, TAG_STRUCT, name);
		n += t && ctype_members(t);
	}
	reader->ops->close(reader);
	getrusage(RUSAGE_SELF, &usage);
	printf("%s: open %.3f s, 10 lookups %.3f s, in all %.3f s; %u found; at most %ld MB resident\n", what,
	       opened - start, seconds() - opened, seconds() - start, n, usage.ru_maxrss >> 10);
	obstack_free(&session.arena, NULL);
	return n == 10 ? 0 : -1;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	if (access(argv[1], R_OK) && make(argv[1], argc > 2 ? (unsigned)atoi(argv[2]) : 400)) {
		fprintf(stderr, "%s: %s\n", argv[1], elf_errmsg(-1));
		return 1;
	}
	return measure(argv[1], "first") || measure(argv[1], "again");
}

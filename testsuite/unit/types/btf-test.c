// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of BTF, on BTF that is made here, of a kernel and of a module that is
 * split from it; then on thousands of damaged ones, each of which a child process
 * has to get through.
 */
#include <bpf/btf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dump.h"

#define MUTANTS	40000
#define BATCH	100

static int count, failed;

static void report(bool good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	fflush(stdout);
	failed |= !good;
}

/* A struct with one of each kind of member, a variable of each CPU's, a function. */
static void make_kernel(struct btf *b)
{
	int i32 = btf__add_int(b, "int", 4, BTF_INT_SIGNED), u32 = btf__add_int(b, "unsigned int", 4, 0);
	int character = btf__add_int(b, "char", 1, BTF_INT_SIGNED), truth = btf__add_int(b, "_Bool", 1, BTF_INT_BOOL);
	int colour, text, inner, outer, pointer, alias, fixed, variable, proto;

	colour = btf__add_enum(b, "colour", 4);
	btf__add_enum_value(b, "RED", 0);
	btf__add_enum_value(b, "BLUE", 2);
	text = btf__add_array(b, u32, character, 16);
	inner = btf__add_union(b, NULL, 8);
	btf__add_field(b, "number", i32, 0, 0);
	btf__add_field(b, "truth", truth, 0, 0);
	pointer = btf__add_ptr(b, 0);
	outer = btf__add_struct(b, "outer", 48);
	btf__add_field(b, "next", pointer, 0, 0);
	btf__add_field(b, "low", u32, 64, 3);
	btf__add_field(b, "high", i32, 67, 7);
	btf__add_field(b, NULL, inner, 128, 0);
	btf__add_field(b, "text", text, 192, 0);
	btf__add_field(b, "colour", colour, 320, 0);
	/* *next, which is made before what it points to */
	((struct btf_type *)btf__type_by_id(b, pointer))->type = outer;
	fixed = btf__add_const(b, outer);
	alias = btf__add_typedef(b, "outer_t", fixed);
	btf__add_fwd(b, "nowhere", BTF_FWD_STRUCT);
	variable = btf__add_var(b, "each", BTF_VAR_GLOBAL_ALLOCATED, alias);
	proto = btf__add_func_proto(b, pointer);
	btf__add_func_param(b, "what", pointer);
	btf__add_func_param(b, "how", u32);
	btf__add_func_param(b, NULL, 0);
	btf__add_func(b, "find", BTF_FUNC_STATIC, proto);
	btf__add_datasec(b, ".data..percpu", 4096);
	btf__add_datasec_var_info(b, variable, 64, 48);
}

static void make_module(struct btf *b, const struct btf *kernel)
{
	int outer = btf__find_by_name_kind(kernel, "outer", BTF_KIND_STRUCT), big = btf__add_enum64(b, "big", 8, false);

	btf__add_enum64_value(b, "HUGE_ONE", 1ULL << 40);
	btf__add_struct(b, "packed", 56);
	btf__add_field(b, "outer", outer, 0, 0);
	btf__add_field(b, "mine", big, 384, 0);
}

static const char kernel_text[] =
	"each: outer_t, 48 in .data..percpu of ?, per CPU\n"
	"find: struct outer *(struct outer *, unsigned int), ?:0\n"
	"  struct outer * what, by ABI 0\n"
	"  unsigned int how, by ABI 0\n"
	"struct outer, struct of 48, named outer\n"
	"  0: struct outer * next\n"
	"  64:3: unsigned int low\n"
	"  67:7: int high\n"
	"  128: union {...} (unnamed)\n"
	"    0: int number\n"
	"    0: _Bool truth\n"
	"  192: char [16] text\n"
	"  320: enum colour colour\n"
	"enum colour, enum of 4, named colour\n"
	"  RED = 0\n"
	"  BLUE = 2\n"
	"outer_t, struct of 48, named outer\n"
	"  0: struct outer * next\n"
	"  64:3: unsigned int low\n"
	"  67:7: int high\n"
	"  128: union {...} (unnamed)\n"
	"    0: int number\n"
	"    0: _Bool truth\n"
	"  192: char [16] text\n"
	"  320: enum colour colour\n"
	"struct nowhere: not found\n";

static const char *file_of(const void *bytes, size_t size, int *fd)
{
	static char path[64];

	*fd = memfd_create("btf", MFD_CLOEXEC);
	if (*fd < 0 || write(*fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *fd);
	return path;
}

static char *dump(const char *path, const char *base, const char *const *types)
{
	struct session session = { .options.types = "kallsyms" };
	struct dump d = { .session = &session, .places = true };
	struct type_reader *reader, *under = NULL;
	char *text = NULL;
	size_t size;

	obstack_init(&session.arena);
	if (base)
		under = btf_open(&session, base, NULL);
	reader = btf_open(&session, path, under);
	if (reader) {
		reader->types = types_of(&session, NULL);
		if (under)
			under->types = reader->types;
		d.out = open_memstream(&text, &size);
		dump_all(&d, reader, types);
		fclose(d.out);
		reader->ops->close(reader);
	}
	if (under)
		under->ops->close(under);
	obstack_free(&session.arena, NULL);
	return text;
}

static const char *const kernel_types[] = { "struct outer", "enum colour", "outer_t", "struct nowhere", NULL };
static const char *const module_types[] = { "struct packed", "enum big", NULL };

static void check_text(const char *text, const char *expected, const char *name)
{
	bool good = text && !strcmp(text, expected);

	report(good, name);
	if (!good)
		printf("# it is:\n%s# and not:\n%s", text ? text : "(none)\n", expected);
}

static uint64_t random_state = 20250101;

static uint64_t rand64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t mutate(unsigned char *bytes, size_t size)
{
	static const unsigned char likely[] = { 0, 1, 2, 4, 8, 0x7f, 0x80, 0xff };

	if (rand64() % 10 == 0)
		return rand64() % size;
	/* the header says where all else is: mostly it stays */
	for (uint64_t n = 1 + rand64() % 4; n; n--)
		bytes[rand64() % 20 ? 24 + rand64() % (size - 24) : rand64() % 24] =
			rand64() % 2 ? likely[rand64() % sizeof(likely)] : rand64();
	return size;
}

static bool child_survives(const unsigned char *whole, size_t size, const char *base, const char *const *types)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct rlimit time = { 20, 20 }, memory = { 1 << 30, 1 << 30 };
		unsigned char *bytes = malloc(size);

		setrlimit(RLIMIT_CPU, &time);
		setrlimit(RLIMIT_DATA, &memory);
		for (int i = 0; i < BATCH; i++) {
			int fd;

			memcpy(bytes, whole, size);
			free(dump(file_of(bytes, mutate(bytes, size), &fd), base, types));
			close(fd);
		}
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && !status;
}

static void test_damaged(const void *bytes, size_t size, const char *base, const char *const *types, const char *name)
{
	bool good = true;

	for (int i = 0; i < MUTANTS / BATCH && good; i++) {
		good = child_survives(bytes, size, base, types);
		rand64();
		random_state += i;
	}
	report(good, name);
}

int main(void)
{
	struct btf *kernel = btf__new_empty(), *module;
	const void *bytes, *module_bytes;
	uint32_t size, module_size;
	char base[64], *text;
	int fd, module_fd;

	make_kernel(kernel);
	bytes = btf__raw_data(kernel, &size);
	snprintf(base, sizeof(base), "%s", file_of(bytes, size, &fd));
	text = dump(base, NULL, kernel_types);
	check_text(text, kernel_text, "a kernel's BTF");
	free(text);

	module = btf__new_empty_split(kernel);
	make_module(module, kernel);
	module_bytes = btf__raw_data(module, &module_size);
	text = dump(file_of(module_bytes, module_size, &module_fd), base, module_types);
	check_text(text, "struct packed, struct of 56, named packed\n"
		   "  0: struct outer outer\n"
		   "  384: enum big mine\n"
		   "enum big, enum of 8, named big\n"
		   "  HUGE_ONE = 1099511627776\n", "a module's, split from it");
	free(text);
	report(!dump("/dev/null", NULL, kernel_types), "nothing in an empty file");
	test_damaged(bytes, size, NULL, kernel_types, "damaged BTF of a kernel");
	test_damaged(module_bytes, module_size, base, module_types, "damaged BTF of a module");
	btf__free(module);
	btf__free(kernel);
	printf("1..%d\n", count);
	return failed;
}

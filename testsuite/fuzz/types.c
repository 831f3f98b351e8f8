// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One input is an ELF file: all that the reader of DWARF says of it is asked for,
 * and spelled. run-types makes the fuzzer; given a file it reads that again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../translator/diag.h"
#include "../../translator/types/reader.h"

#define MAX_ASKED	3000	/* types of one input that are looked into */
#define MAX_DEPTH	12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the reader of DWARF is not linked with. */
void diag(struct session *session, const struct loc *loc, enum diag which, ...)
{
	session->warnings++;
}

struct type_reader *btf_open(struct session *s, const char *path, struct type_reader *base)
{
	return NULL;
}

struct type_reader *headers_open(struct session *s)
{
	return NULL;
}

struct type_reader *header_open(struct session *s, const char *header)
{
	return NULL;
}

const char *btf_find_kernel(struct session *s)
{
	return NULL;
}

const char *btf_find_module(struct session *s, const char *module)
{
	return NULL;
}

/* The input. */
const char *dwarf_find_kernel(struct session *s)
{
	return s->options.script_file;
}

const char *dwarf_find_module(struct session *s, const char *module)
{
	return NULL;
}

static unsigned asked;

static void ask(struct session *s, struct ctype *t, unsigned depth)
{
	const char *spelled;

	if (!t || depth > MAX_DEPTH || asked++ > MAX_ASKED)
		return;
	spelled = ctype_spell(s, t);
	if (!*spelled)
		abort();
	ask(s, ctype_target(t), depth + 1);
	for (const struct cmember *m = ctype_members(t); m; m = m->next)
		ask(s, m->type, depth + 1);
	for (const struct cparam *p = ctype_params(t); p; p = p->next)
		ask(s, p->type, depth + 1);
	ctype_values(t);
}

static void ask_variable(const struct cvariable *v, void *data)
{
	ask(data, v->type, 0);
}

static void ask_function(const struct cfunction *f, void *data)
{
	ask(data, f->type, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const texts[] = { "struct outer", "union both", "enum colour *", "u64[2]", "outer", "char" };
	struct session s = { .options.types = "dwarf" };
	int fd = memfd_create("input", MFD_CLOEXEC);
	struct types *t;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	asked = 0;
	obstack_init(&s.arena);
	s.options.script_file = session_printf(&s, "/proc/self/fd/%d", fd);
	t = types_of(&s, NULL);
	types_variables(t, "*", ask_variable, &s);
	types_functions(t, "*", ask_function, &s);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		ask(&s, types_parse(t, texts[i]), 0);
	types_close(&s);
	obstack_free(&s.arena, NULL);
	close(fd);
	return 0;
}

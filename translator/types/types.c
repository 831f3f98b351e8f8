// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks the readers of types, one after the other. types.h lists them. */
#include <string.h>

#include "reader.h"

enum reader_kind { DWARF, BTF, HEADERS, READER_KINDS };

static const struct {
	const char *option;	/* as --types has it */
	const char *text;
} kinds[READER_KINDS] = {
	[DWARF] = { "dwarf", "DWARF" },
	[BTF] = { "btf", "BTF" },
	[HEADERS] = { "headers", "the kernel's headers" },
};

struct types {
	struct session *session;
	const char *module;	/* NULL: the kernel */
	const char *header;	/* it is what this one has, or NULL */
	struct types *kernel;	/* is asked after this; NULL: this is it */
	bool tried[READER_KINDS];
	struct type_reader *readers[READER_KINDS];
	struct types *next;
};

static bool is_wanted(const struct session *s, const char *option)
{
	const char *at = s->options.types;
	size_t length;

	if (!at)
		return true;
	for (; *at; at += length + (at[length] == ',')) {
		length = strcspn(at, ",");
		if (length == strlen(option) && !strncmp(at, option, length))
			return true;
	}
	return false;
}

static struct type_reader *open_reader(struct types *t, enum reader_kind kind)
{
	struct session *s = t->session;
	const char *path;

	if (t->header)
		return kind == HEADERS ? header_open(s, t->header) : NULL;
	if (!is_wanted(s, kinds[kind].option))
		return NULL;
	switch (kind) {
	case DWARF:
		path = t->module ? dwarf_find_module(s, t->module) : dwarf_find_kernel(s);
		return path ? dwarf_open(s, path, true) : NULL;
	case BTF:
		path = t->module ? btf_find_module(s, t->module) : btf_find_kernel(s);
		return path ? btf_open(s, path, t->kernel ? t->kernel->readers[BTF] : NULL) : NULL;
	case HEADERS:
		return t->module ? NULL : headers_open(s);
	default:
		return NULL;
	}
}

static struct type_reader *reader_of(struct types *t, enum reader_kind kind)
{
	if (t->tried[kind])
		return t->readers[kind];
	t->tried[kind] = true;
	/* a module's BTF is a part of the kernel's */
	if (kind == BTF && t->kernel)
		reader_of(t->kernel, BTF);
	t->readers[kind] = open_reader(t, kind);
	if (t->readers[kind])
		t->readers[kind]->types = t;
	return t->readers[kind];
}

/* Is there anybody who knows all of the kernel's types, so that no compiler has to be asked? */
static bool is_described(struct types *t)
{
	t = t->kernel ? t->kernel : t;
	return reader_of(t, DWARF) || reader_of(t, BTF);
}

struct type_reader *types_next_reader(struct types *t, unsigned *place, bool at_hand)
{
	struct type_reader *reader = NULL;

	while (!reader && *place < 2 * READER_KINDS) {
		struct types *of = *place < READER_KINDS ? t : t->kernel;
		enum reader_kind kind = *place % READER_KINDS;

		if (of && !(at_hand && kind == HEADERS && !of->header && is_described(of)))
			reader = reader_of(of, kind);
		++*place;
	}
	return reader;
}

bool types_has_names(const struct types *t, const struct type_reader *reader, const char *name)
{
	return !t->module || reader->types == t || (reader == t->kernel->readers[HEADERS] && !type_name_is_pattern(name));
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static struct types *types_for(struct session *s, const char *module, const char *header)
{
	struct types *t;

	for (t = s->types; t; t = t->next)
		if (same(t->module, module) && same(t->header, header))
			return t;
	t = session_alloc(s, sizeof(*t));
	t->session = s;
	t->module = module ? session_strdup(s, module) : NULL;
	t->header = header ? session_strdup(s, header) : NULL;
	t->kernel = module || header ? types_for(s, NULL, NULL) : NULL;
	t->next = s->types;
	s->types = t;
	return t;
}

struct types *types_of(struct session *s, const char *module)
{
	return types_for(s, module, NULL);
}

struct types *types_of_header(struct session *s, const char *header)
{
	struct types *t = types_for(s, NULL, header);

	return reader_of(t, HEADERS) ? t : NULL;
}

struct session *types_session(struct types *t)
{
	return t->session;
}

struct ctype *types_find(struct types *t, enum ctype_tag tag, const char *name)
{
	struct type_reader *reader;
	unsigned place = 0;
	struct ctype *ret = NULL;

	while (!ret && (reader = types_next_reader(t, &place, false)))
		if (reader->ops->find)
			ret = reader->ops->find(reader, tag, name);
	return ret;
}

/* Of a tag alone: what somebody else knows of it. */
static void complete(struct ctype *t)
{
	enum ctype_tag tag = t->kind == CTYPE_STRUCT ? TAG_STRUCT : t->kind == CTYPE_UNION ? TAG_UNION : TAG_ENUM;
	struct ctype *whole = NULL;

	if (!t->incomplete || t->read)
		return;
	t->read = true;
	if (t->name && t->reader && t->reader->types)
		whole = types_find(t->reader->types, tag, t->name);
	if (!whole || whole->kind != t->kind || whole->incomplete)
		return;
	t->size = whole->size;
	t->is_signed = whole->is_signed;
	t->incomplete = false;
	if (t->kind == CTYPE_ENUM)
		t->values = (struct cvalue *)ctype_values(whole);
	else
		t->members = (struct cmember *)ctype_members(whole);
}

static void read_type(struct ctype *t)
{
	complete(t);
	if (t->read)
		return;
	t->read = true;
	if (t->reader)
		t->reader->ops->read(t->reader, t);
}

struct ctype *ctype_target(struct ctype *t)
{
	read_type(t);
	if (t->target)
		complete(t->target);
	return t->target;
}

struct ctype *ctype_named_target(struct ctype *t)
{
	read_type(t);
	return t->target;
}

const struct cmember *ctype_members(struct ctype *t)
{
	read_type(t);
	return t->members;
}

const struct cvalue *ctype_values(struct ctype *t)
{
	read_type(t);
	return t->values;
}

const struct cparam *ctype_params(struct ctype *t)
{
	read_type(t);
	return t->params;
}

struct ctype *types_pointer_to(struct types *types, struct ctype *target)
{
	struct ctype *t = session_alloc(types->session, sizeof(*t));

	t->kind = CTYPE_POINTER;
	t->size = 8;
	t->read = true;
	t->target = target;
	return t;
}

const char *types_searched(struct types *t)
{
	const char *words[READER_KINDS], *ret;
	unsigned n = 0;

	for (unsigned i = 0; i < READER_KINDS; i++)
		if (t->readers[i] || (t->kernel && t->kernel->readers[i]))
			words[n++] = kinds[i].text;
	if (!n)
		return "nothing";
	ret = words[0];
	for (unsigned i = 1; i < n; i++)
		ret = session_printf(t->session, "%s%s%s", ret, i + 1 < n ? ", " : " and ", words[i]);
	return ret;
}

void types_close(struct session *s)
{
	/* what belongs to a module may hang on the kernel's, which is the oldest */
	for (struct types *t = s->types; t; t = t->next)
		for (unsigned i = 0; i < READER_KINDS; i++)
			if (t->readers[i] && t->readers[i]->ops->close)
				t->readers[i]->ops->close(t->readers[i]);
	s->types = NULL;
}

static void note_known(const struct cvariable *v, void *data)
{
	*(bool *)data |= v->type != NULL;
}

void types_prefetch(struct types *t, const char *const *names, size_t n)
{
	const char **unknown = session_alloc(t->session, (n + 1) * sizeof(*unknown));
	struct type_reader *reader;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		bool known = false;
		unsigned place = 0;

		while (!known && is_described(t) && (reader = types_next_reader(t, &place, true)))
			if (reader->ops->variables)
				reader->ops->variables(reader, names[i], note_known, &known);
		if (!known)
			unknown[count++] = names[i];
	}
	reader = count ? reader_of(t->kernel ? t->kernel : t, HEADERS) : NULL;
	if (reader)
		headers_prefetch(reader, unknown, count);
}

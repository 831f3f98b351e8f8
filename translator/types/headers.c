// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types from the kernel's headers, which every machine has that can build a
 * module: most variables are declared extern in one of them, and what the
 * compiler makes of that is exactly the type. header_internal.h lists the files.
 */
#include <string.h>

#include "../build/compiler.h"
#include "header_internal.h"

struct headers {
	struct type_reader reader;
	bool tried;
	struct header_objects *objects;		/* NULL: nothing is to be had */
	struct object {
		const char *path;
		struct type_reader *dwarf;	/* NULL: it cannot be read */
		struct object *next;
	} *opened;
};

/* What the first question takes: a second once for a kernel, then a few ms. */
static struct header_objects *objects_of(struct headers *h)
{
	if (!h->tried)
		h->objects = header_objects_open(h->reader.session);
	h->tried = true;
	return h->objects;
}

static struct type_reader *open_object(struct headers *h, const char *path)
{
	struct object *o;

	for (o = h->opened; o && strcmp(o->path, path); o = o->next)
		;
	if (!o) {
		o = session_alloc(h->reader.session, sizeof(*o));
		o->path = path;
		o->dwarf = dwarf_open(h->reader.session, path, false);
		o->next = h->opened;
		h->opened = o;
	}
	if (o->dwarf)
		o->dwarf->types = h->reader.types;
	return o->dwarf;
}

static void take_type(const struct cvariable *v, void *data)
{
	*(struct ctype **)data = v->type;
}

/* The type that the object's pointer for this name points to, or NULL. */
static struct ctype *probed(struct headers *h, const struct header_wanted *w)
{
	const char *name = header_probe_name(h->reader.session, w->kind, w->name);
	struct type_reader *dwarf = open_object(h, w->object);
	struct ctype *pointer = NULL;

	if (dwarf)
		dwarf->ops->variables(dwarf, name, take_type, &pointer);
	return pointer && pointer->kind == CTYPE_POINTER ? ctype_target(pointer) : NULL;
}

/* What was damaged in the cache is not used again; types that were read from it stay. */
static void forget(struct headers *h, const struct header_wanted *w)
{
	for (struct object *o = h->opened; o; o = o->next) {
		if (!strcmp(o->path, w->object))
			o->path = "";
	}
	header_forget(h->objects, w);
}

static struct ctype *resolve(struct headers *h, struct header_wanted *w)
{
	struct header_objects *objects = objects_of(h);
	struct ctype *ret;

	if (!objects)
		return NULL;
	header_resolve(objects, w, 1);
	ret = w->object ? probed(h, w) : NULL;
	if (w->object && !ret) {
		/* made anew, but no third time */
		forget(h, w);
		header_resolve(objects, w, 1);
		ret = w->object ? probed(h, w) : NULL;
	}
	return ret;
}

static struct ctype *headers_find(struct type_reader *reader, enum ctype_tag tag, const char *name)
{
	static const enum header_kind kinds[] = {
		[TAG_NONE] = HEADER_TYPEDEF, [TAG_STRUCT] = HEADER_STRUCT,
		[TAG_UNION] = HEADER_UNION, [TAG_ENUM] = HEADER_ENUM,
	};
	struct headers *h = (struct headers *)reader;
	struct header_wanted w = { .kind = kinds[tag], .name = session_strdup(reader->session, name) };

	/* what a variable is of comes with it */
	for (struct object *o = h->opened; o; o = o->next) {
		struct ctype *t = o->dwarf ? o->dwarf->ops->find(o->dwarf, tag, name) : NULL;

		if (t && !t->incomplete)
			return t;
	}
	return resolve(h, &w);
}

struct telling {
	struct type_reader *reader;
	types_variable *variable;
	void *data;
	const char *last;
};

static void tell_name(enum header_kind kind, const char *name, const char *header, void *data)
{
	struct telling *t = data;
	struct cvariable v = { .name = name, .per_cpu = kind == HEADER_PER_CPU, .reader = t->reader };

	if ((kind != HEADER_VARIABLE && kind != HEADER_PER_CPU) || (t->last && !strcmp(t->last, name)))
		return;
	t->last = name;
	t->variable(&v, t->data);
}

/*
 * A pattern gives names without types, as there may be thousands, some of them
 * of variables that this kernel was configured not to have.
 */
static void headers_variables(struct type_reader *reader, const char *name, types_variable *variable, void *data)
{
	struct headers *h = (struct headers *)reader;
	struct telling telling = { .reader = reader, .variable = variable, .data = data };
	struct header_wanted w = { .kind = HEADER_VARIABLE, .name = session_strdup(reader->session, name) };
	struct cvariable v = { .name = w.name, .reader = reader };

	if (strpbrk(name, "*?[\\")) {
		if (objects_of(h))
			header_index_each(h->objects->index, name, tell_name, &telling);
		return;
	}
	v.type = resolve(h, &w);
	if (!v.type || v.type->kind == CTYPE_FUNCTION)
		return;
	v.size = v.type->size;
	v.per_cpu = w.per_cpu;
	variable(&v, data);
}

static void headers_close(struct type_reader *reader)
{
	struct headers *h = (struct headers *)reader;

	for (struct object *o = h->opened; o; o = o->next) {
		if (o->dwarf && o->dwarf->ops->close)
			o->dwarf->ops->close(o->dwarf);
	}
	if (h->objects)
		header_objects_close(h->objects);
}

static const struct type_reader_ops headers_ops = {
	.find = headers_find,
	.variables = headers_variables,
	.close = headers_close,
};

struct type_reader *headers_open(struct session *session)
{
	struct headers *h;

	if (!kernel_headers_installed(session))
		return NULL;
	h = session_alloc(session, sizeof(*h));
	h->reader = (struct type_reader){ .ops = &headers_ops, .session = session, .kind = "headers" };
	return &h->reader;
}

void headers_prefetch(struct type_reader *reader, const char *const *names, size_t n)
{
	struct headers *h = (struct headers *)reader;
	struct header_wanted *wanted;

	if (!n || reader->ops != &headers_ops || !objects_of(h))
		return;
	wanted = session_alloc(reader->session, n * sizeof(*wanted));
	for (size_t i = 0; i < n; i++)
		wanted[i].name = names[i];
	header_resolve(h->objects, wanted, n);
}

struct type_reader *header_open(struct session *session, const char *header)
{
	struct header_objects *objects = kernel_headers_installed(session) ? header_objects_open(session) : NULL;
	struct type_reader *ret = NULL;
	const char *path;

	if (!objects)
		return NULL;
	path = header_whole(objects, header);
	if (path)
		ret = dwarf_open(session, path, false);
	header_objects_close(objects);
	return ret;
}

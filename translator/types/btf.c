// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF: the kernel's own description of its types. It has all of them, functions
 * with their parameters' names, and of variables only those of each CPU.
 *
 * libbpf takes it apart. What libbpf does not check, and so is checked here: that
 * the types that a type refers to are there and end somewhere.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <limits.h>
#include <string.h>

#include "reader.h"

/* const, volatile and typedef around a type, and dimensions of an array. */
#define MOST_WRAPPERS	64

struct btf_reader {
	struct type_reader reader;
	struct btf *btf;
	struct btf_reader *base;	/* of a module's: the kernel's, which has the lower ids */
	unsigned first, end;		/* ids of this one's own */
	/* Names of this one's own types: a hash's buckets and chains of ids, made when first asked for. */
	unsigned *buckets, *chain, bucket_mask;
	struct ctype **types;		/* by id - first; NULL: not asked for yet */
	const char **sections;		/* of variables, by id - first */
	struct ctype nothing;		/* void */
};

static struct btf_reader *of(struct type_reader *reader)
{
	return (struct btf_reader *)reader;
}

static const char *name_at(const struct btf_reader *b, unsigned offset)
{
	const char *name = offset ? btf__str_by_offset(b->btf, offset) : NULL;

	return name && *name ? name : NULL;
}

static unsigned hash(const char *name)
{
	unsigned h = 2166136261u;

	while (*name)
		h = (h ^ (unsigned char)*name++) * 16777619u;
	return h ^ h >> 15;
}

static void make_index(struct btf_reader *b)
{
	unsigned size = 1;

	if (b->buckets)
		return;
	while (size < b->end - b->first)
		size *= 2;
	b->bucket_mask = size - 1;
	b->buckets = session_alloc(b->reader.session, size * sizeof(*b->buckets));
	b->chain = session_alloc(b->reader.session, (b->end - b->first + 1) * sizeof(*b->chain));
	/* backwards: the first of a name comes first */
	for (unsigned id = b->end; id-- > b->first;) {
		const struct btf_type *t = btf__type_by_id(b->btf, id);
		const char *name = t ? name_at(b, t->name_off) : NULL;
		unsigned *bucket;

		if (!name)
			continue;
		bucket = &b->buckets[hash(name) & b->bucket_mask];
		b->chain[id - b->first] = *bucket;
		*bucket = id;
	}
}

/* The next of this one's types with that name; *id is 0 at first. NULL behind the last. */
static const struct btf_type *next_named(struct btf_reader *b, const char *name, unsigned *id)
{
	make_index(b);
	*id = *id ? b->chain[*id - b->first] : b->buckets[hash(name) & b->bucket_mask];
	for (; *id; *id = b->chain[*id - b->first]) {
		const struct btf_type *t = btf__type_by_id(b->btf, *id);
		const char *has = name_at(b, t->name_off);

		if (has && !strcmp(has, name))
			return t;
	}
	return NULL;
}

/* Past typedefs and the like; *alias becomes the first typedef's name. NULL: it is none, or has no end. */
static const struct btf_type *strip(const struct btf_reader *b, unsigned *id, const char **alias)
{
	for (int i = 0; *id && i < MOST_WRAPPERS; i++) {
		const struct btf_type *t = btf__type_by_id(b->btf, *id);

		if (!t)
			return NULL;
		switch (btf_kind(t)) {
		case BTF_KIND_TYPEDEF:
			if (!*alias)
				*alias = name_at(b, t->name_off);
			/* fall through */
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			*id = t->type;
			break;
		default:
			return t;
		}
	}
	return NULL;
}

static struct ctype *type_at(struct btf_reader *b, unsigned id, int depth);

static void fill_int(const struct btf_type *t, struct ctype *ret)
{
	ret->kind = CTYPE_INT;
	ret->size = t->size;
	ret->is_signed = btf_int_encoding(t) & BTF_INT_SIGNED;
	ret->is_bool = btf_int_encoding(t) & BTF_INT_BOOL;
	ret->is_char = ret->name && !strcmp(ret->name, "char");
}

static void fill_array(struct btf_reader *b, const struct btf_type *t, struct ctype *ret, int depth)
{
	const struct btf_array *array = btf_array(t);
	const struct ctype *element = type_at(b, array->type, depth + 1);
	uint64_t bytes;

	ret->kind = CTYPE_ARRAY;
	ret->target_id = array->type;
	ret->count = array->nelems;
	if (element && !__builtin_mul_overflow(ret->count, element->size, &bytes))
		ret->size = bytes;
}

static bool fill(struct btf_reader *b, const struct btf_type *t, struct ctype *ret, int depth)
{
	ret->name = name_at(b, t->name_off);
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		fill_int(t, ret);
		return true;
	case BTF_KIND_FLOAT:
		ret->kind = CTYPE_FLOAT;
		ret->size = t->size;
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		ret->kind = CTYPE_ENUM;
		ret->size = t->size;
		ret->is_signed = btf_kflag(t);
		ret->incomplete = !btf_vlen(t);
		return true;
	case BTF_KIND_PTR:
		ret->kind = CTYPE_POINTER;
		ret->size = 8;
		ret->target_id = t->type;
		return true;
	case BTF_KIND_ARRAY:
		fill_array(b, t, ret, depth);
		return true;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		ret->kind = btf_is_union(t) ? CTYPE_UNION : CTYPE_STRUCT;
		ret->size = t->size;
		return true;
	case BTF_KIND_FWD:
		ret->kind = btf_kflag(t) ? CTYPE_UNION : CTYPE_STRUCT;
		ret->incomplete = true;
		return true;
	case BTF_KIND_FUNC_PROTO:
		ret->kind = CTYPE_FUNCTION;
		ret->target_id = t->type;
		return true;
	default:
		return false;
	}
}

static struct ctype *type_at(struct btf_reader *b, unsigned id, int depth)
{
	const char *alias = NULL;
	const struct btf_type *t;
	unsigned stripped = id;
	struct ctype *ret;

	if (depth > MOST_WRAPPERS || id >= b->end)
		return NULL;
	if (id && id < b->first)
		return type_at(b->base, id, depth);
	if (id && b->types[id - b->first])
		return b->types[id - b->first];
	t = strip(b, &stripped, &alias);
	if (!stripped)
		return &b->nothing;
	if (!t)
		return NULL;
	ret = session_alloc(b->reader.session, sizeof(*ret));
	ret->reader = &b->reader;
	ret->id = stripped;
	if (!fill(b, t, ret, depth))
		return NULL;
	ret->alias = alias;
	b->types[id - b->first] = ret;
	return ret;
}

static struct ctype *btf_find(struct type_reader *reader, enum ctype_tag tag, const char *name)
{
	struct btf_reader *b = of(reader);
	const struct btf_type *t;
	unsigned id = 0;

	while ((t = next_named(b, name, &id))) {
		bool fits = tag == TAG_STRUCT ? btf_is_struct(t) :
			    tag == TAG_UNION ? btf_is_union(t) :
			    tag == TAG_ENUM ? btf_is_any_enum(t) && btf_vlen(t) :
			    btf_is_typedef(t) || btf_is_int(t) || btf_is_float(t);

		if (fits)
			return type_at(b, id, 0);
	}
	return NULL;
}

static void read_members(struct btf_reader *b, const struct btf_type *t, struct ctype *type)
{
	struct cmember **tail = &type->members;

	for (unsigned i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const struct btf_type *raw;
		const char *alias = NULL;
		unsigned id = m->type;
		struct cmember *member = session_alloc(b->reader.session, sizeof(*member));

		member->name = name_at(b, m->name_off);
		member->type = type_at(b, m->type, 0);
		member->bit_offset = btf_member_bit_offset(t, i);
		member->bit_size = btf_member_bitfield_size(t, i);
		raw = strip(b, &id, &alias);
		/* as old compilers write it: the type itself is so narrow */
		if (raw && btf_is_int(raw) && !btf_kflag(t) && btf_int_bits(raw) != raw->size * 8) {
			member->bit_size = btf_int_bits(raw);
			member->bit_offset += btf_int_offset(raw);
		}
		if (!member->type)
			continue;
		*tail = member;
		tail = &member->next;
	}
}

static void read_values(struct btf_reader *b, const struct btf_type *t, struct ctype *type)
{
	struct cvalue **tail = &type->values;

	for (unsigned i = 0; i < btf_vlen(t); i++) {
		struct cvalue *v = session_alloc(b->reader.session, sizeof(*v));

		if (btf_is_enum64(t)) {
			v->name = name_at(b, btf_enum64(t)[i].name_off);
			v->value = btf_enum64_value(&btf_enum64(t)[i]);
		} else {
			v->name = name_at(b, btf_enum(t)[i].name_off);
			v->value = type->is_signed ? btf_enum(t)[i].val : (int64_t)(uint32_t)btf_enum(t)[i].val;
		}
		if (!v->name)
			continue;
		*tail = v;
		tail = &v->next;
	}
}

static void read_params(struct btf_reader *b, const struct btf_type *t, struct ctype *type)
{
	struct cparam **tail = &type->params;

	for (unsigned i = 0; i < btf_vlen(t); i++) {
		const struct btf_param *p = &btf_params(t)[i];
		struct cparam *param;

		/* the last one of a variadic function: no name, no type */
		if (!p->name_off && !p->type)
			continue;
		param = session_alloc(b->reader.session, sizeof(*param));
		param->name = name_at(b, p->name_off);
		param->type = type_at(b, p->type, 0);
		*tail = param;
		tail = &param->next;
	}
}

static void btf_read(struct type_reader *reader, struct ctype *type)
{
	struct btf_reader *b = of(reader);
	const struct btf_type *t = btf__type_by_id(b->btf, type->id);

	if (!t)
		return;
	if (type->kind == CTYPE_POINTER || type->kind == CTYPE_ARRAY || type->kind == CTYPE_FUNCTION)
		type->target = type_at(b, type->target_id, 0);
	if (btf_is_composite(t))
		read_members(b, t, type);
	else if (btf_is_any_enum(t))
		read_values(b, t, type);
	else if (btf_is_func_proto(t))
		read_params(b, t, type);
}

/* The sections say which variables are in them. */
static void find_sections(struct btf_reader *b)
{
	if (b->sections)
		return;
	b->sections = session_alloc(b->reader.session, (b->end - b->first) * sizeof(*b->sections));
	for (unsigned id = b->first; id < b->end; id++) {
		const struct btf_type *t = btf__type_by_id(b->btf, id);

		if (!btf_is_datasec(t))
			continue;
		for (unsigned i = 0; i < btf_vlen(t); i++) {
			unsigned var = btf_var_secinfos(t)[i].type;

			if (var >= b->first && var < b->end)
				b->sections[var - b->first] = name_at(b, t->name_off);
		}
	}
}

static void tell_variable(struct btf_reader *b, unsigned id, const struct btf_type *t, types_variable *fn, void *data)
{
	struct cvariable v = {
		.name = name_at(b, t->name_off),
		.type = type_at(b, t->type, 0),
		.section = b->sections[id - b->first],
		.reader = &b->reader,
	};

	if (!v.type)
		return;
	v.size = v.type->size;
	v.per_cpu = v.section && strstr(v.section, "percpu");
	fn(&v, data);
}

static void tell_function(struct btf_reader *b, const struct btf_type *t, types_function *fn, void *data)
{
	struct cfunction f = {
		.name = name_at(b, t->name_off),
		.type = type_at(b, t->type, 0),
		.reader = &b->reader,
	};

	if (f.type && f.type->kind == CTYPE_FUNCTION)
		fn(&f, data);
}

static void btf_variables(struct type_reader *reader, const char *name, types_variable *fn, void *data)
{
	struct btf_reader *b = of(reader);
	const struct btf_type *t;
	unsigned id = 0;

	find_sections(b);
	if (!type_name_is_pattern(name)) {
		while ((t = next_named(b, name, &id)))
			if (btf_is_var(t))
				tell_variable(b, id, t, fn, data);
		return;
	}
	for (id = b->first; id < b->end; id++) {
		t = btf__type_by_id(b->btf, id);
		if (btf_is_var(t) && name_at(b, t->name_off) && type_name_matches(name, name_at(b, t->name_off)))
			tell_variable(b, id, t, fn, data);
	}
}

static void btf_functions(struct type_reader *reader, const char *name, types_function *fn, void *data)
{
	struct btf_reader *b = of(reader);
	const struct btf_type *t;
	unsigned id = 0;

	if (!type_name_is_pattern(name)) {
		while ((t = next_named(b, name, &id)))
			if (btf_is_func(t))
				tell_function(b, t, fn, data);
		return;
	}
	for (id = b->first; id < b->end; id++) {
		t = btf__type_by_id(b->btf, id);
		if (btf_is_func(t) && name_at(b, t->name_off) && type_name_matches(name, name_at(b, t->name_off)))
			tell_function(b, t, fn, data);
	}
}

static void btf_close(struct type_reader *reader)
{
	btf__free(of(reader)->btf);
}

static const struct type_reader_ops btf_ops = {
	.find = btf_find,
	.read = btf_read,
	.variables = btf_variables,
	.functions = btf_functions,
	.close = btf_close,
};

struct type_reader *btf_open(struct session *s, const char *path, struct type_reader *base)
{
	struct btf_reader *b;
	struct btf *btf;

	/* its messages are not ours: what cannot be read is not there */
	libbpf_set_print(NULL);
	btf = btf__parse_split(path, base ? of(base)->btf : NULL);
	if (libbpf_get_error(btf))
		return NULL;
	b = session_alloc(s, sizeof(*b));
	b->reader = (struct type_reader){ .ops = &btf_ops, .session = s, .kind = "BTF", .path = path };
	b->btf = btf;
	b->base = base ? of(base) : NULL;
	b->first = base ? b->base->end : 1;
	b->end = btf__type_cnt(btf);
	b->nothing = (struct ctype){ .kind = CTYPE_VOID, .reader = &b->reader, .read = true };
	b->types = session_alloc(s, (b->end - b->first + 1) * sizeof(*b->types));
	return &b->reader;
}

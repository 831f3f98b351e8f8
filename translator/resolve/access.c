// SPDX-License-Identifier: GPL-2.0-or-later
/* From what a script writes to places. */
#include <string.h>

#include "../diag.h"
#include "access.h"
#include "datum.h"

const char *pretty_split(struct session *s, const char *name, int *ret_depth)
{
	size_t n = strlen(name);

	*ret_depth = 0;
	while (n > 1 && name[n - 1] == '$' && *ret_depth < 2) {
		(*ret_depth)++;
		n--;
	}
	return *ret_depth ? session_strndup(s, name, n) : name;
}

static bool is_of_data(const struct probe_use *use)
{
	return use && (use->kind == PROBE_DATA || is_sub_probe(use->kind));
}

static bool is_value(const char *name)
{
	return !strcmp(name, "value") || !strcmp(name, "old");
}

static bool find_place(const struct access *a, struct expr *e, struct place *ret);

static bool no_type(const struct access *a, const struct expr *e, const char *name)
{
	const struct watch *w = a->use->watch;

	diag(a->s, &e->loc, DIAG_NO_TYPE, name);
	if (w->range_count > 1)
		diag_note(a->s, "the points of this watch have not all the same type");
	else if (w->definition && w->definition->params)
		diag_note(a->s, "it is what `enable` hands over: kernel.data(&@cast(argument, \"struct T\")->member), or an `enable` with a pointer that has a type");
	else
		diag_note(a->s, "a cast says it: kernel.data(\"(struct T)symbol\")");
	return false;
}

static bool is_compound(const struct ctype *type)
{
	return ctype_has_members(type) || type->kind == CTYPE_ARRAY;
}

/* $value, $old, $address */
static bool data_place(const struct access *a, const struct expr *e, const char *name, struct place *ret)
{
	const struct watch *w = a->use->watch;
	struct ctype *type = w ? watch_type(w) : NULL;
	uint64_t length = w && w->ranges ? w->ranges->length : 0;

	if (!target_is_known(a->use, name)) {
		diag(a->s, &e->loc, DIAG_UNKNOWN_TARGET, name);
		return false;
	}
	if (!is_value(name) && strcmp(name, "address")) {
		diag(a->s, &e->loc, DIAG_NO_MEMBERS);
		return false;
	}
	if (!type)
		return no_type(a, e, session_printf(a->s, "$%s", name));
	ret->loc = e->loc;
	if (!strcmp(name, "address")) {
		ret->where = PLACE_NUMBER;
		ret->base = expr_target(a->s, e->loc, name);
		ret->type = types_pointer_to(types_of(a->s, w->ranges->module), type);
		return true;
	}
	ret->type = type;
	/* the runtime has made a number of what is one */
	if (w->ranges->bit_size || (!is_compound(type) && length <= 8)) {
		ret->where = PLACE_NUMBER;
		ret->base = expr_target(a->s, e->loc, name);
		return true;
	}
	ret->where = PLACE_VALUE;
	ret->old = !strcmp(name, "old");
	ret->length = length;
	return true;
}

static bool target_place(const struct access *a, const struct expr *e, const char *name, struct place *ret)
{
	if (is_of_data(a->use))
		return data_place(a, e, name, ret);
	if (a->use && a->use->kind == PROBE_FUNCTION)
		return function_target(a, e, name, ret);
	if (a->use)
		diag(a->s, &e->loc, DIAG_TARGET_OUTSIDE, name, a->use->point->spelling);
	else
		diag(a->s, &e->loc, DIAG_TARGET_IN_FUNCTION, name);
	return false;
}

/* Where types are looked up that the second or third argument of an @word gives the home of. */
static struct ctype *type_named(const struct access *a, const struct expr *name, const struct expr *home)
{
	const char *module = home ? home->string : NULL;
	struct types *types;
	struct ctype *type;

	if (module && !strcmp(module, "kernel"))
		module = NULL;
	if (module && !strncmp(module, "kernel<", 7)) {
		types = types_of_header(a->s, module + strlen("kernel"));
		if (!types) {
			diag(a->s, &home->loc, DIAG_HEADER, home->string);
			return NULL;
		}
	} else {
		types = types_of(a->s, module);
	}
	type = types_parse(types, name->string);
	if (type)
		return type;
	diag(a->s, &name->loc, DIAG_UNKNOWN_TYPE, name->string);
	diag_note(a->s, "looked into %s", types_searched(types));
	return NULL;
}

static bool cast_place(const struct access *a, struct expr *e, struct place *ret)
{
	struct expr *operand = e->at.args, *name = operand->next;
	struct ctype *type = type_named(a, name, name->next);

	if (!type)
		return false;
	operand->next = NULL;
	ret->loc = e->loc;
	ret->where = PLACE_NUMBER;
	ret->base = operand;
	/* of a pointer that is named as such it is the value */
	ret->type = type->kind == CTYPE_POINTER ? type : types_pointer_to(types_of(a->s, NULL), type);
	return true;
}

static bool var_place(const struct access *a, struct expr *e, struct place *ret)
{
	struct expr *name = e->at.args, *home = name->next;
	const char *module = home && strcmp(home->string, "kernel") ? home->string : NULL;
	struct datum d;

	if (!datum_parse(a->s, module, name->string, &name->loc, &d))
		return false;
	if (!d.type) {
		diag(a->s, &name->loc, DIAG_NO_TYPE, d.symbol);
		datum_advise(a->s, &d);
		return false;
	}
	if (d.per_cpu) {
		diag(a->s, &name->loc, DIAG_PER_CPU_VAR, d.symbol);
		return false;
	}
	ret->loc = e->loc;
	ret->where = PLACE_MEMORY;
	ret->base = expr_symbol(a->s, e->loc, unit_symbol(a->s, &d));
	for (unsigned i = 0; i + 1 < d.hops; i++)
		ret->base = expr_load(a->s, e->loc, ret->base, d.offset[i], 8, false);
	ret->offset = d.offset[d.hops - 1];
	ret->type = d.type;
	ret->bit_offset = d.bit_offset;
	ret->bit_size = d.bit_size;
	return true;
}

/* False after a diagnostic. */
static bool find_place(const struct access *a, struct expr *e, struct place *ret)
{
	int depth;

	*ret = (struct place){ .loc = e->loc };
	switch (e->kind) {
	case EXPR_TARGET:
		return target_place(a, e, pretty_split(a->s, e->target.name, &depth), ret);
	case EXPR_AT:
		if (e->at.word == WORD_CAST)
			return cast_place(a, e, ret);
		if (e->at.word == WORD_VAR)
			return var_place(a, e, ret);
		break;
	case EXPR_ARROW:
		if (*e->arrow.member == '$')
			return find_place(a, e->arrow.base, ret);
		if (!find_place(a, e->arrow.base, ret))
			return false;
		ret->loc = e->loc;
		return place_member(a->s, ret, pretty_split(a->s, e->arrow.member, &depth));
	case EXPR_INDEX:
		if (!find_place(a, e->index.base, ret))
			return false;
		ret->loc = e->loc;
		if (!e->index.keys->next)
			return place_element(a->s, ret, e->index.keys);
		break;
	default:
		break;
	}
	diag(a->s, &e->loc, DIAG_NO_MEMBERS);
	return false;
}

/* How many $ there are behind it. */
static int pretty_depth(struct session *s, const struct expr *e)
{
	int depth = 0;

	if (e->kind == EXPR_TARGET)
		pretty_split(s, e->target.name, &depth);
	else if (e->kind == EXPR_ARROW && *e->arrow.member == '$')
		depth = strlen(e->arrow.member);
	else if (e->kind == EXPR_ARROW)
		pretty_split(s, e->arrow.member, &depth);
	return depth;
}

/* $$parms, $$vars and their like, of a function's probe. */
static bool is_list(const struct expr *e)
{
	return e->kind == EXPR_TARGET && *e->target.name == '$';
}

/* With .length(N) the bytes of a structure are a number as well, and so are some of a number's. */
static bool is_number_anyhow(const struct watch *w, const struct ctype *type)
{
	return w->ranges->sized && w->ranges->length <= 8 && (is_compound(type) || type->size != w->ranges->length);
}

/* What the runtime has ready for the handler. */
static bool is_ready(const struct probe_use *use, const struct expr *e)
{
	struct ctype *type;

	if (e->kind != EXPR_TARGET || !use || !target_is_known(use, e->target.name))
		return false;
	type = is_value(e->target.name) && use->watch ? watch_type(use->watch) : NULL;
	return !type || is_number_anyhow(use->watch, type);
}

/* $value, or $value$: what else there is not is told with all others. */
static bool is_of_data_target(const struct probe_use *use, const struct expr *e)
{
	size_t n = strcspn(e->target.name + 1, "$") + 1;
	char name[16];

	if (!is_of_data(use) || n >= sizeof(name))
		return false;
	memcpy(name, e->target.name, n);
	name[n] = '\0';
	return target_is_known(use, name);
}

bool access_is_typed(const struct probe_use *use, struct expr *e)
{
	switch (e->kind) {
	case EXPR_TARGET:
		return use && !is_ready(use, e) && (use->kind == PROBE_FUNCTION || is_of_data_target(use, e));
	case EXPR_ARROW:
		return is_target(e);
	case EXPR_INDEX:
		return e->index.base->kind != EXPR_IDENT && e->index.base->kind != EXPR_HIST && is_target(e);
	case EXPR_AT:
		return e->at.word == WORD_CAST || e->at.word == WORD_VAR;
	case EXPR_UNARY:
		return e->unary.op == OP_ADDRESS && is_target(e->unary.operand);
	default:
		return false;
	}
}

/* $value$ of what has no type is the number. */
static bool is_plain_text(const struct access *a, const struct expr *e, const char **ret_name)
{
	int depth;

	if (e->kind != EXPR_TARGET || !is_of_data(a->use) || is_list(e))
		return false;
	*ret_name = pretty_split(a->s, e->target.name, &depth);
	if (!depth || !is_value(*ret_name) || !target_is_known(a->use, *ret_name) || !a->use->watch ||
	    watch_type(a->use->watch))
		return false;
	for (const struct range *r = a->use->watch->ranges; r; r = r->next)
		if (r->length > 8)
			return false;
	return true;
}

static struct expr *number_text(struct session *s, struct loc loc, const char *name)
{
	return expr_call(s, loc, "sprintf", expr_append(expr_string(s, loc, "%d"), expr_target(s, loc, name)));
}

static struct expr *lowered(const struct access *a, struct expr *e)
{
	struct place place;
	int depth = pretty_depth(a->s, e);
	const char *name;

	if (is_plain_text(a, e, &name))
		return number_text(a->s, e->loc, name);
	if (is_list(e))
		return function_targets_text(a, e, e->target.name);
	if (e->kind == EXPR_UNARY) {
		e = e->unary.operand;
		/* $value is somewhere, though it is a number */
		if (e->kind == EXPR_TARGET && is_of_data(a->use) && is_value(e->target.name))
			return expr_target(a->s, e->loc, "address");
		return find_place(a, e, &place) ? place_address(a->s, &place) : NULL;
	}
	if (!find_place(a, e, &place))
		return NULL;
	return depth ? place_text(a->s, a->body, &place, depth > 1) : place_number(a->s, &place);
}

bool access_lower(const struct access *a, struct expr *e)
{
	struct expr *made = lowered(a, e), *next = e->next;
	bool done = made != NULL;

	/* what is below it stays unseen: one error is enough */
	if (!made && (pretty_depth(a->s, e) || is_list(e)))
		made = expr_string(a->s, e->loc, "");
	else if (!made)
		made = expr_number(a->s, e->loc, 0);
	*e = *made;
	e->next = next;
	return done;
}

/* Quietly: what is wrong is told where it is used. */
static struct ctype *quiet_type(const struct access *a, struct expr *e)
{
	struct session *s = a->s;
	const char *kept = s->kept_back;
	struct expr *copy = expr_copy(s, e);
	bool address = copy->kind == EXPR_UNARY && copy->unary.op == OP_ADDRESS;
	struct place place;
	bool found;

	if (address)
		copy = copy->unary.operand;
	s->trying++;
	found = find_place(a, copy, &place);
	s->trying--;
	s->kept_back = kept;
	if (!found || (address && place.bit_size))
		return NULL;
	return address ? types_pointer_to(types_of(s, NULL), place.type) : place.type;
}

struct ctype *access_pointer(const struct access *a, struct expr *e)
{
	struct ctype *type = access_is_typed(a->use, e) && !pretty_depth(a->s, e) && !is_list(e) ? quiet_type(a, e) : NULL;

	return type && type->kind == CTYPE_POINTER ? type : NULL;
}

bool access_is_there(const struct access *a, struct expr *e)
{
	const char *name;

	if (e->kind == EXPR_TARGET && (is_ready(a->use, e) || is_list(e) || is_plain_text(a, e, &name)))
		return true;
	return access_is_typed(a->use, e) && quiet_type(a, e);
}

static void find_typed(struct expr *e, void *data)
{
	static const char *const plain[] = { "value", "old", "address", "length", "reason", "priority" };

	if (e->kind != EXPR_ARROW && e->kind != EXPR_INDEX && e->kind != EXPR_UNARY && e->kind != EXPR_TARGET)
		return;
	if (e->kind == EXPR_UNARY && e->unary.op == OP_ADDRESS)
		e = e->unary.operand;
	if (e->kind == EXPR_UNARY || expr_root(e)->kind != EXPR_TARGET)
		return;
	for (size_t i = 0; e->kind == EXPR_TARGET && i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(e->target.name, plain[i]))
			return;
	*(bool *)data = true;
}

bool body_is_typed(struct stmt *st)
{
	bool found = false;

	walk(st, find_typed, NULL, &found);
	return found;
}

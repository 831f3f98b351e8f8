// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays: elements, in, delete, foreach. */
#include <inttypes.h>
#include <string.h>

#include "emit.h"

/*
 * The keys as the runtime takes them, in an array of their own. Of those that
 * are * it sets the bits in *ret_any. They are held where something with effects
 * comes after them (strings may be variables), or where they are used twice: a
 * clock goes on between.
 */
static const char *keys_held(struct emit *em, struct expr *keys, bool effect, bool twice, unsigned *ret_any)
{
	struct session *s = em->s;
	const char *text = "";

	*ret_any = 0;
	for (int i = 0; keys; keys = keys->next, i++) {
		struct value v = { "{ 0 }", true };

		if (keys->kind == EXPR_ANY) {
			*ret_any |= 1u << i;
		} else {
			v = emit_expr(em, keys);
			/* a string of an array that wraps may go while the element is made */
			if (effect || has_effect_list(keys->next) ||
			    (twice && keys->kind != EXPR_IDENT && keys->type == TYPE_LONG) ||
			    (keys->kind == EXPR_INDEX && keys->type == TYPE_STRING))
				v = hold(em, keys, v);
			v.text = session_printf(s, "{ .%s = %s }", keys->type == TYPE_STRING ? "s" : "n", v.text);
		}
		text = session_printf(s, "%s%s%s", text, *text ? ", " : "", v.text);
	}
	return session_printf(s, "(const wt_datum[]){ %s }", text);
}

const char *emit_keys(struct emit *em, struct expr *keys, unsigned *ret_any)
{
	unsigned any;

	return keys_held(em, keys, false, false, ret_any ? ret_any : &any);
}

static struct var *array_of(const struct expr *e)
{
	return e->index.base->ident.var;
}

static const char *map_name(struct emit *em, const struct var *v)
{
	return session_printf(em->s, "&%s", c_var(em->s, v));
}

struct value emit_index(struct emit *em, struct expr *e)
{
	if (e->index.base->kind == EXPR_HIST)
		return emit_bucket(em, e);
	return unstable(session_printf(em->s, "wt_map_%s(%s, %s)", c_type(e->type),
				       map_name(em, array_of(e)), emit_keys(em, e->index.keys, NULL)));
}

static void emit_set(struct emit *em, struct expr *e, const char *keys, const char *value)
{
	const struct var *v = array_of(e);

	line(em, "wt_map_set_%s(c, %s, %s, %s, %s);", c_type(v->type), map_name(em, v),
	     keys, value, c_place(em->s, e->loc));
	emit_check(em);
}

struct value emit_index_assign(struct emit *em, struct expr *e, bool wanted)
{
	struct expr *left = e->assign.lvalue, *right = e->assign.value;
	unsigned any;
	const char *keys = keys_held(em, left->index.keys, has_effect(right), e->assign.op != OP_NONE, &any);
	const char *map = map_name(em, array_of(left)), *temp;
	struct value value = emit_expr(em, right), old;

	switch (e->assign.op) {
	case OP_NONE:
		break;
	case OP_CONCAT:
		temp = new_string(em);
		line(em, "wt_concat(%s, wt_map_string(%s, %s), %s);", temp, map, keys, value.text);
		value = stable(temp);
		break;
	default:
		value = hold(em, right, value);
		old = unstable(session_printf(em->s, "wt_map_long(%s, %s)", map, keys));
		value = arithmetic(em, e, e->assign.op, old.text, value.text);
		break;
	}
	if (wanted)
		value = hold(em, e, value);
	emit_set(em, left, keys, value.text);
	return value;
}

struct value emit_index_crement(struct emit *em, struct expr *e, bool wanted)
{
	struct expr *left = e->crement.lvalue;
	const char *keys = emit_keys(em, left->index.keys, NULL), *slot = new_temp(em), *step, *temp;

	line(em, "long *%s = wt_map_slot(c, %s, %s, %s);", slot, map_name(em, array_of(left)), keys,
	     c_place(em->s, left->loc));
	emit_check(em);
	if (e->crement.prefix)
		step = session_printf(em->s, "%s*%s", op_text(e->crement.op), slot);
	else
		step = session_printf(em->s, "(*%s)%s", slot, op_text(e->crement.op));
	if (!wanted) {
		line(em, "%s;", step);
		return stable("0");
	}
	temp = new_temp(em);
	line(em, "long %s = %s;", temp, step);
	return stable(temp);
}

struct value emit_in(struct emit *em, struct expr *e)
{
	const char *keys, *map;
	unsigned any;

	if (e->in.array->kind == EXPR_HIST)
		return emit_bucket_in(em, e);
	keys = emit_keys(em, e->in.keys, &any);
	map = map_name(em, e->in.array->ident.var);
	if (any)
		return unstable(session_printf(em->s, "(long)wt_map_has_slice(%s, %s, %u)", map, keys, any));
	return unstable(session_printf(em->s, "(long)wt_map_has(%s, %s)", map, keys));
}

static void delete_all(struct emit *em, const struct var *v)
{
	const char *name = c_var(em->s, v);

	if (v->arity)
		line(em, "wt_map_clear(&%s);", name);
	else if (v->type == TYPE_STAT)
		line(em, "wt_aggregate_clear(&%s);", name);
	else if (v->type == TYPE_STRING)
		line(em, "wt_copy(%s, \"\");", name);
	else
		line(em, "%s = 0;", name);
}

void emit_delete(struct emit *em, struct expr *e)
{
	unsigned any;
	const char *keys, *map;

	if (e->kind == EXPR_IDENT) {
		delete_all(em, e->ident.var);
		return;
	}
	keys = emit_keys(em, e->index.keys, &any);
	map = map_name(em, array_of(e));
	if (any)
		line(em, "wt_map_delete_slice(%s, %s, %u);", map, keys, any);
	else
		line(em, "wt_map_delete(%s, %s);", map, keys);
}

/* The buckets in their order, empty ones too. */
static void emit_buckets(struct emit *em, struct stmt *st)
{
	struct foreach *f = st->foreach;
	unsigned label = ++em->labels;
	const char *shape, *of, *at = session_printf(em->s, "bucket_%u", label), *last = "";

	if (f->limit) {
		line(em, "{");
		em->indent++;
		line(em, "const long limit_%u = %s;", label, emit_expr(em, f->limit).text);
		last = session_printf(em->s, "%s < limit_%u && ", at, label);
	}
	of = emit_stat_of(em, f->base->hist.operand, &shape);
	line(em, "for (long %s = 0; %s%s < wt_hist_buckets(%s); %s++) {", at, last, at, shape, at);
	em->indent++;
	emit_store(em, f->keys->ident.var, at);
	if (f->value) {
		emit_store(em, f->value->ident.var, session_printf(em->s, "wt_hist_bucket(c, %s, %s, %s, %s)", of, shape,
								   at, c_place(em->s, st->loc)));
		emit_check(em);
	}
	emit_loop_steps(em, f->body, st->loc);
	emit_block(em, f->body);
	em->indent--;
	line(em, "}");
	if (f->limit) {
		em->indent--;
		line(em, "}");
	}
}

static const char *sort_text(struct emit *em, const struct foreach *f, const struct var *v)
{
	const char *descending = f->descending ? ", .descending = 1" : "";

	if (f->sort == SORT_KEY)
		return session_printf(em->s, ".sort = WT_SORT_KEY, .key = %d%s", f->sort_key, descending);
	if (f->sort == SORT_VALUE && v->type == TYPE_STAT)
		return session_printf(em->s, ".sort = WT_SORT_STAT, .op = %s%s",
				      c_stat_op(f->sort_stat == STAT_NONE ? STAT_COUNT : f->sort_stat), descending);
	if (f->sort == SORT_VALUE)
		return session_printf(em->s, ".sort = WT_SORT_VALUE%s", descending);
	return ".sort = WT_SORT_NONE";
}

static void emit_loop_keys(struct emit *em, const struct foreach *f, const struct var *v, const char *loop)
{
	int i = 0;

	for (struct expr *key = f->keys; key; key = key->next, i++)
		emit_store(em, key->ident.var, session_printf(em->s, "wt_loop_key_%s(&%s, %d)",
					     c_type(v->keys[i]), loop, i));
	if (f->value)
		emit_store(em, f->value->ident.var, session_printf(em->s, "wt_loop_value_%s(&%s)",
						  c_type(v->type), loop));
}

void emit_foreach(struct emit *em, struct stmt *st)
{
	struct foreach *f = st->foreach;
	struct var *v = f->base->ident.var;
	const char *loop, *spec, *limit = "-1";
	unsigned strings = em->strings, outer = em->loop_label, any = 0;

	em->loop_label = 0;
	if (f->base->kind == EXPR_HIST) {
		emit_buckets(em, st);
		em->loop_label = outer;
		return;
	}
	loop = session_printf(em->s, "loop_%u", em->loops++);
	spec = sort_text(em, f, v);
	if (f->slice) {
		const char *keys = emit_keys(em, f->slice, &any);

		spec = session_printf(em->s, "%s, .slice = %s, .any = %u", spec, keys, any);
	}
	if (f->limit)
		limit = session_printf(em->s, "wt_limit(%s)", emit_expr(em, f->limit).text);
	line(em, "wt_loop_begin(c, &%s, %s, &(const struct wt_loop_spec){ %s }, %s, %s);", loop, map_name(em, v), spec,
	     limit, c_place(em->s, st->loc));
	emit_check(em);
	em->strings = strings;
	line(em, "while (wt_loop_next(&%s)) {", loop);
	em->indent++;
	emit_loop_keys(em, f, v, loop);
	emit_loop_steps(em, f->body, st->loc);
	emit_block(em, f->body);
	em->indent--;
	line(em, "}");
	line(em, "wt_loop_end(&%s);", loop);
	em->loop_label = outer;
}

static void emit_map(struct session *s, FILE *out, const struct var *v)
{
	char keys[MAX_KEYS + 1] = "";
	const char *entries = v->entries ? session_printf(s, "%" PRId64 ", .sized = 1", v->entries) : "MAXMAPENTRIES";
	const char *shape = v->type == TYPE_STAT ? session_printf(s, ",\n\t.stat = %s", c_shape(s, v)) : "";

	for (int i = 0; i < v->arity; i++)
		keys[i] = v->keys[i] == TYPE_STRING ? 's' : 'd';
	fprintf(out, "%s struct wt_map %s%s;\n", c_storage(s), c_var(s, v), c_initial(s, session_printf(s,
		"{\n\t.name = %s, .keys = \"%s\", .value = '%c', .entries = %s%s, .loops = %u%s\n}",
		c_string(s, v->name), keys, v->type == TYPE_STRING ? 's' : v->type == TYPE_STAT ? 'x' : 'd', entries,
		v->wraps ? ", .wraps = 1" : "", v->loops, shape)));
}

static bool is_listed(const struct var *v, bool maps)
{
	return v->used && (maps ? v->arity > 0 : !v->arity && v->type == TYPE_STAT);
}

unsigned count_globals(struct session *s, bool maps)
{
	unsigned n = 0;

	for (const struct var *v = s->script.globals; v; v = v->next)
		n += is_listed(v, maps);
	return n;
}

static void emit_table(struct session *s, FILE *out, bool maps)
{
	bool any = false;

	for (struct var *v = s->script.globals; v; v = v->next) {
		if (!is_listed(v, maps))
			continue;
		if (!any)
			fprintf(out, "static struct wt_%s *const %s[] = {\n", maps ? "map" : "aggregate",
				maps ? "maps" : "aggregates");
		any = true;
		fprintf(out, "\t&%s,\n", c_var(s, v));
	}
	if (any)
		fputs("};\n\n", out);
}

void emit_map_tables(struct session *s, FILE *out)
{
	emit_table(s, out, true);
	emit_table(s, out, false);
}

void emit_maps(struct session *s, FILE *out)
{
	for (struct var *v = s->script.globals; v; v = v->next) {
		if (!v->used)
			continue;
		if (v->arity)
			emit_map(s, out, v);
		else if (v->type == TYPE_STAT)
			fprintf(out, "%s struct wt_aggregate %s%s;\n", c_storage(s), c_var(s, v),
				c_initial(s, session_printf(s, "{ .name = %s, .stat = %s }", c_string(s, v->name),
							    c_shape(s, v))));
	}
}

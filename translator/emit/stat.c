// SPDX-License-Identifier: GPL-2.0-or-later
/* Aggregates: what is added to them and asked of them, and histograms. */
#include <inttypes.h>

#include "emit.h"

const char *c_shape(struct session *s, const struct var *v)
{
	const struct histogram *h = &v->histogram;
	const char *text = h->kind == HIST_LOG ? ".hist = WT_HIST_LOG" : ".hist = WT_HIST_NONE";

	if (h->kind == HIST_LINEAR)
		text = session_printf(s, ".hist = WT_HIST_LINEAR, .low = %s, .high = %s, .width = %s",
				      c_number(s, h->low), c_number(s, h->high), c_number(s, h->width));
	if (v->variance)
		text = session_printf(s, "%s, .variance = 1, .shift = %d", text, v->shift);
	return session_printf(s, "{ %s }", text);
}

const char *c_stat_op(enum stat_op op)
{
	static const char *const ops[] = {
#define X(name, text) "WT_STAT_" #name,
		STAT_OPS(X)
#undef X
	};

	return ops[op];
}

const char *emit_stat_of(struct emit *em, struct expr *e, const char **ret_shape)
{
	struct session *s = em->s;
	const struct var *v = expr_var(e);
	const char *name = c_var(s, v);

	*ret_shape = session_printf(s, "&%s.stat", name);
	if (e->kind == EXPR_INDEX)
		return session_printf(s, "wt_map_stat(&%s, %s)", name, emit_keys(em, e->index.keys, NULL));
	return session_printf(s, "wt_aggregate_read(&%s)", name);
}

struct value emit_stat(struct emit *em, struct expr *e)
{
	const char *shape, *of = emit_stat_of(em, e->stat.operand, &shape);
	const char *call = session_printf(em->s, "wt_stat_get(c, %s, %s, %s, %s)", of, shape, c_stat_op(e->stat.op),
					  c_place(em->s, e->loc));

	/* an empty one has a count and a sum */
	if (e->stat.op == STAT_COUNT || e->stat.op == STAT_SUM)
		return unstable(call);
	return checked(em, call);
}

struct value emit_bucket(struct emit *em, struct expr *e)
{
	struct value index = emit_expr(em, e->index.keys);
	const char *shape, *of = emit_stat_of(em, e->index.base->hist.operand, &shape);

	return checked(em, session_printf(em->s, "wt_hist_bucket(c, %s, %s, %s, %s)", of, shape, index.text,
					  c_place(em->s, e->loc)));
}

/* Is there such a bucket? */
struct value emit_bucket_in(struct emit *em, struct expr *e)
{
	struct value index = hold(em, e->in.keys, emit_expr(em, e->in.keys));
	const char *shape;

	emit_stat_of(em, e->in.array->hist.operand, &shape);
	return unstable(session_printf(em->s, "(%s >= 0 && %s < wt_hist_buckets(%s))", index.text, index.text, shape));
}

struct value emit_add(struct emit *em, struct expr *e, bool wanted)
{
	struct expr *left = e->assign.lvalue;
	struct value value = emit_expr(em, e->assign.value);
	const char *place = c_place(em->s, e->loc);

	if (wanted || (left->kind == EXPR_INDEX && has_effect_list(left->index.keys)))
		value = hold(em, e->assign.value, value);
	if (left->kind == EXPR_INDEX)
		line(em, "wt_map_add(c, &%s, %s, %s, %s);", c_var(em->s, expr_var(left)),
		     emit_keys(em, left->index.keys, NULL), value.text, place);
	else
		line(em, "wt_aggregate_add(c, &%s, %s, %s);", c_var(em->s, expr_var(left)), value.text, place);
	emit_check(em);
	return value;
}

void emit_print_hist(struct emit *em, struct expr *e)
{
	struct expr *hist = e->print.args;
	const char *shape, *of = emit_stat_of(em, hist->hist.operand, &shape);

	line(em, "wt_print_hist(c, %s, %s, %s);", of, shape, c_place(em->s, hist->loc));
	emit_check(em);
}

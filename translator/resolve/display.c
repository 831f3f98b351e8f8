// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A global that the script writes and never reads is meant to be seen: an end
 * probe is added that prints it, as if it were written
 *
 *	probe end { printf("n=%d\n", n) }
 *	probe end { foreach (value = [k1, k2] in a-) printf("a[%d,\"%#s\"]=%d\n", k1, k2, value) }
 */
#include "../diag.h"
#include "unit.h"

struct display {
	struct session *s;
	struct var *v;
	struct loc loc;
};

static struct expr *name(struct display *d, const char *text)
{
	return expr_ident(d->s, d->loc, text);
}

static const char *conversion(enum type type)
{
	return type == TYPE_STRING ? "\"%#s\"" : "%d";
}

/* The variable, or its element of the loop. */
static struct expr *element(struct display *d)
{
	struct expr *keys = NULL;

	for (int i = 0; i < d->v->arity; i++)
		keys = expr_append(keys, name(d, session_printf(d->s, "k%d", i + 1)));
	return keys ? expr_index(d->s, d->loc, name(d, d->v->name), keys) : name(d, d->v->name);
}

static struct stmt *print_of(struct display *d, const char *function, struct expr *args)
{
	return stmt_expr(d->s, d->loc, expr_call(d->s, d->loc, function, args));
}

/* "a[%d,\"%#s\"]", and its arguments. */
static const char *head(struct display *d, struct expr **ret_args)
{
	const char *text = d->v->name;

	*ret_args = NULL;
	for (int i = 0; i < d->v->arity; i++) {
		text = session_printf(d->s, "%s%s%s", text, i ? "," : "[", conversion(d->v->keys[i]));
		*ret_args = expr_append(*ret_args, name(d, session_printf(d->s, "k%d", i + 1)));
	}
	return d->v->arity ? session_printf(d->s, "%s]", text) : text;
}

static struct stmt *print_value(struct display *d)
{
	struct expr *args, *format, *value = d->v->arity ? name(d, "value") : name(d, d->v->name);
	const char *text = head(d, &args);

	format = expr_string(d->s, d->loc, session_printf(d->s, "%s=%s\n", text, conversion(d->v->type)));
	return print_of(d, "printf", expr_append(format, expr_append(args, value)));
}

/* An empty aggregate has no least value: only its count. */
static struct stmt *print_aggregate(struct display *d)
{
	static const enum stat_op ops[] = { STAT_COUNT, STAT_MIN, STAT_MAX, STAT_SUM, STAT_AVG };
	struct expr *args, *none;
	const char *text = head(d, &args), *empty = session_printf(d->s, "%s @count=%%d\n", text);
	struct stmt *full;

	none = expr_append(expr_string(d->s, d->loc, empty), args);
	head(d, &args);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		text = session_printf(d->s, "%s %s=%%d", text, stat_op_text(ops[i]));
		args = expr_append(args, expr_stat(d->s, d->loc, ops[i], element(d)));
	}
	full = print_of(d, "printf", expr_append(expr_string(d->s, d->loc, session_printf(d->s, "%s\n", text)), args));
	if (d->v->histogram.kind != HIST_NONE) {
		struct expr *hist = expr_hist(d->s, d->loc, HIST_LOG, element(d));

		hist->hist.shape = d->v->histogram;
		stmt_append(full, print_of(d, "print", hist));
	}
	return stmt_if(d->s, d->loc, expr_stat(d->s, d->loc, STAT_COUNT, element(d)),
		       stmt_block(d->s, d->loc, full),
		       print_of(d, "printf", expr_append(none, expr_stat(d->s, d->loc, STAT_COUNT, element(d)))));
}

static struct stmt *print_array(struct display *d, struct stmt *body)
{
	struct foreach f = {
		.base = name(d, d->v->name),
		.sort = SORT_VALUE,
		.sort_stat = STAT_NONE,
		.descending = true,
		.body = body,
	};

	for (int i = 0; i < d->v->arity; i++)
		f.keys = expr_append(f.keys, name(d, session_printf(d->s, "k%d", i + 1)));
	if (d->v->type != TYPE_STAT)
		f.value = name(d, "value");
	return stmt_foreach(d->s, d->loc, &f);
}

static void add_display(struct session *s, struct var *v)
{
	struct display d = { s, v, v->loc };
	struct component *end = component_new(s, v->loc, "end", false, NULL);
	struct probe_use *use = session_alloc(s, sizeof(*use));
	struct stmt *body = v->type == TYPE_STAT ? print_aggregate(&d) : print_value(&d);

	if (v->arity)
		body = print_array(&d, body);
	script_add_probe(s, v->loc, point_new(s, v->loc, end, false, false, NULL), stmt_block(s, v->loc, body));
	use->kind = PROBE_END;
	use->point = use->part.point = s->script.last.probes->points;
	use->part.body = &s->script.last.probes->body;
	unit_add_use(s, use);
	scope_bind_probe(s, s->script.last.probes);
}

int display_resolve(struct session *s)
{
	int count = 0;

	for (struct var *v = s->script.globals; v; v = v->next) {
		if (!v->written || v->read > v->unread || v->loc.source->is_tapset || v->type == TYPE_UNKNOWN)
			continue;
		add_display(s, v);
		count++;
	}
	return count;
}

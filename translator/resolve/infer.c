// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types: what is known flows to what is not, round after round, until nothing
 * changes; a last round complains about what does not fit or stayed unknown.
 */
#include <string.h>

#include "../diag.h"
#include "../../runtime/format.h"
#include "unit.h"

struct infer {
	struct session *s;
	struct function *function;	/* whose body it is, or NULL */
	bool changed;
	bool complain;			/* the last round */
	struct complaint *complaints;
};

struct complaint {
	struct loc loc;
	struct complaint *next;
};

static const char *type_name(enum type t)
{
	return t == TYPE_LONG ? "a number" : t == TYPE_STRING ? "a string" :
	       t == TYPE_STAT ? "an aggregate" : "nothing";
}

static void infer_expr(struct infer *in, struct expr *e, enum type want);

/* One complaint for one place: what contains it meets it again. */
static void complain(struct infer *in, const struct loc *loc, enum type want, enum type have)
{
	struct complaint *c;

	/* check_operand() has words of its own for no value at all, and for an aggregate */
	if (want == TYPE_VOID || have == TYPE_VOID || have == TYPE_STAT)
		return;
	for (c = in->complaints; c; c = c->next)
		if (c->loc.source == loc->source && c->loc.line == loc->line && c->loc.col == loc->col)
			return;
	c = session_alloc(in->s, sizeof(*c));
	c->loc = *loc;
	c->next = in->complaints;
	in->complaints = c;
	diag(in->s, loc, DIAG_TYPE, type_name(want), type_name(have));
}

/* The place *t takes on type; complains at loc where it has another. */
static void settle(struct infer *in, enum type *t, enum type type, const struct loc *loc)
{
	if (type == TYPE_UNKNOWN || *t == type)
		return;
	if (*t == TYPE_UNKNOWN) {
		*t = type;
		in->changed = true;
	} else if (in->complain) {
		complain(in, loc, type, *t);
	}
}

static void infer_var(struct infer *in, struct expr *e, enum type want)
{
	struct var *v = e->ident.var;

	if (!v)
		return;
	settle(in, &v->type, want, &e->loc);
	e->type = v->type;
	if (in->complain && v->type == TYPE_UNKNOWN) {
		diag(in->s, &e->loc, DIAG_UNRESOLVED_TYPE, v->name);
		if (!strcmp(v->name, "later"))
			diag_note(in->s, "as a word 'later' stands behind 'enable NAME', on the same line");
		v->type = TYPE_LONG;	/* said once */
	}
}

static void infer_keys(struct infer *in, struct expr *keys, struct var *v)
{
	for (int i = 0; keys && i < MAX_KEYS; keys = keys->next, i++) {
		if (keys->kind == EXPR_ANY)
			continue;
		if (!v) {
			infer_expr(in, keys, TYPE_UNKNOWN);
			continue;
		}
		infer_expr(in, keys, v->keys[i]);
		settle(in, &v->keys[i], keys->type, &keys->loc);
	}
}

/* An element, or a bucket. */
static void infer_index(struct infer *in, struct expr *e, enum type want)
{
	struct var *v;

	if (e->index.base->kind != EXPR_IDENT) {
		infer_expr(in, e->index.base, TYPE_UNKNOWN);
		infer_expr(in, e->index.keys, TYPE_LONG);
		settle(in, &e->type, TYPE_LONG, &e->loc);
		return;
	}
	v = e->index.base->ident.var;
	infer_keys(in, e->index.keys, v);
	if (!v)
		return;
	settle(in, &v->type, want, &e->loc);
	e->index.base->type = e->type = v->type;
	if (in->complain && v->type == TYPE_UNKNOWN) {
		diag(in->s, &e->loc, DIAG_UNRESOLVED_TYPE, v->name);
		v->type = TYPE_LONG;
	}
}

/* What can be assigned to. */
static void infer_lvalue(struct infer *in, struct expr *e, enum type want)
{
	if (e->kind == EXPR_IDENT)
		infer_var(in, e, want);
	else if (e->kind == EXPR_INDEX)
		infer_index(in, e, want);
}

/* What @count and the like are asked of. */
static void infer_aggregate(struct infer *in, struct expr *e)
{
	infer_lvalue(in, e, TYPE_STAT);
}

static void infer_foreach(struct infer *in, struct foreach *f)
{
	struct var *v = f->base->kind == EXPR_IDENT ? f->base->ident.var : NULL;
	int i = 0;

	if (f->limit)
		infer_expr(in, f->limit, TYPE_LONG);
	infer_keys(in, f->slice, v);
	if (f->base->kind == EXPR_HIST) {
		infer_expr(in, f->base, TYPE_UNKNOWN);
		infer_var(in, f->keys, TYPE_LONG);
		if (f->value)
			infer_var(in, f->value, TYPE_LONG);
		return;
	}
	if (!v)
		return;
	for (struct expr *key = f->keys; key && i < MAX_KEYS; key = key->next, i++) {
		infer_var(in, key, v->keys[i]);
		settle(in, &v->keys[i], key->type, &key->loc);
	}
	if (f->sort == SORT_VALUE && f->sort_stat != STAT_NONE)
		settle(in, &v->type, TYPE_STAT, &f->base->loc);
	if (f->value && v->type == TYPE_STAT) {
		if (in->complain)
			diag(in->s, &f->value->loc, DIAG_AGGREGATE_VALUE, "an element of this array",
			     "@count, @sum and the like of it have one");
		return;
	}
	if (f->value) {
		infer_var(in, f->value, v->type);
		settle(in, &v->type, f->value->type, &f->value->loc);
	}
}

static void infer_binary(struct infer *in, struct expr *e)
{
	struct expr *l = e->binary.left, *r = e->binary.right;
	enum type both = TYPE_LONG;

	switch (e->binary.op) {
	case OP_CONCAT:
		both = TYPE_STRING;
		break;
	case OP_LT: case OP_LE: case OP_GT: case OP_GE: case OP_EQ: case OP_NE:
		both = l->type != TYPE_UNKNOWN ? l->type : r->type;
		break;
	default:
		break;
	}
	infer_expr(in, l, both);
	infer_expr(in, r, both);
	settle(in, &e->type, e->binary.op == OP_CONCAT ? TYPE_STRING : TYPE_LONG, &e->loc);
}

/* The type of what is assigned to, as far as it is known. */
static enum type lvalue_type(const struct expr *e)
{
	const struct var *v = expr_var(e);

	return v ? v->type : TYPE_UNKNOWN;
}

static void infer_assign(struct infer *in, struct expr *e)
{
	struct expr *l = e->assign.lvalue, *v = e->assign.value;
	enum type type;

	switch (e->assign.op) {
	case OP_NONE:
		/* twice only where that tells more: x = x = x = ... would take 2^n steps */
		if (lvalue_type(l) == TYPE_UNKNOWN)
			infer_expr(in, v, TYPE_UNKNOWN);
		type = lvalue_type(l) != TYPE_UNKNOWN ? lvalue_type(l) : v->type;
		if (type == TYPE_UNKNOWN) {
			infer_lvalue(in, l, type);
			return;
		}
		break;
	case OP_AGGREGATE:
		infer_lvalue(in, l, TYPE_STAT);
		infer_expr(in, v, TYPE_LONG);
		settle(in, &e->type, TYPE_LONG, &e->loc);
		return;
	case OP_CONCAT:
		type = TYPE_STRING;
		break;
	default:
		type = TYPE_LONG;
	}
	/* x = an aggregate: it is the value that is wrong */
	if (type == TYPE_STAT)
		type = TYPE_LONG;
	infer_lvalue(in, l, type);
	infer_expr(in, v, type);
	settle(in, &e->type, type, &e->loc);
}

/* NULL: it has not so many. */
static struct var *param_at(const struct function *f, unsigned i)
{
	struct var *p = f->body.params;

	while (p && i--)
		p = p->next;
	return p;
}

static void infer_call(struct infer *in, struct expr *e)
{
	struct function *f = e->call.function;
	const struct builtin *b = e->call.builtin;
	struct expr *a = e->call.args;

	if (f) {
		/* each argument once, for all overloads: f(f(f(...))) would take 2^n steps */
		for (unsigned i = 0; a; a = a->next, i++) {
			enum type want = TYPE_UNKNOWN;

			for (f = e->call.function; f && want == TYPE_UNKNOWN; f = f->overload)
				if (param_at(f, i))
					want = param_at(f, i)->type;
			infer_expr(in, a, want);
			for (f = e->call.function; f; f = f->overload)
				if (param_at(f, i))
					settle(in, &param_at(f, i)->type, a->type, &a->loc);
		}
		for (f = e->call.function; f; f = f->overload)
			settle(in, &e->type, f->type, &e->loc);
		/* one that only says `next' is of the type of the others */
		for (f = e->call.function; f; f = f->overload)
			if (f->type == TYPE_UNKNOWN)
				settle(in, &f->type, e->type, &e->loc);
		return;
	}
	for (unsigned i = 0; a; a = a->next, i++) {
		char kind = b && i < strlen(b->args) ? b->args[i] : 0;

		infer_expr(in, a, kind == 'd' ? TYPE_LONG : kind == 's' ? TYPE_STRING : TYPE_UNKNOWN);
	}
	if (b)
		settle(in, &e->type, b->type, &e->loc);
}

static void infer_print(struct infer *in, struct expr *e)
{
	struct expr *a = e->print.args;
	char kinds[64];
	size_t bad;
	int n;

	if (e->print.formatted && a && a->kind == EXPR_STRING) {
		n = fmt_arguments(a->string, kinds, sizeof(kinds), &bad);
		a->type = TYPE_STRING;
		a = a->next;
		for (int i = 0; a; a = a->next, i++)
			infer_expr(in, a, i < n && i < (int)sizeof(kinds) ? (kinds[i] == 's' ? TYPE_STRING : TYPE_LONG) :
				   TYPE_UNKNOWN);
	} else {
		for (; a; a = a->next)
			infer_expr(in, a, TYPE_UNKNOWN);
	}
	settle(in, &e->type, e->print.to_string ? TYPE_STRING : TYPE_VOID, &e->loc);
}

/* Where a number is asked for, what gives nothing gives 0: `failed && exit()`. */
static void take_nothing(struct infer *in, struct expr *e, enum type want)
{
	if (want != TYPE_LONG || e->type != TYPE_VOID)
		return;
	e->type = TYPE_LONG;
	in->changed = true;
}

static void infer_number(struct expr *e, void *data)
{
	infer_expr(data, e, TYPE_LONG);
}

/* want: what the context asks for, or TYPE_UNKNOWN for anything that has a value. */
static void infer_expr(struct infer *in, struct expr *e, enum type want)
{
	switch (e->kind) {
	case EXPR_NUMBER:
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_TARGET:
		settle(in, &e->type, strcmp(e->target.name, "reason") ? TYPE_LONG : TYPE_STRING, &e->loc);
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		for (struct expr *a = e->enable.args; a; a = a->next)
			infer_expr(in, a, TYPE_LONG);
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_STRING:
		settle(in, &e->type, TYPE_STRING, &e->loc);
		break;
	case EXPR_IDENT:
		infer_var(in, e, want);
		break;
	case EXPR_UNARY:
		infer_expr(in, e->unary.operand, TYPE_LONG);
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_BINARY:
		infer_binary(in, e);
		break;
	case EXPR_ASSIGN:
		infer_assign(in, e);
		break;
	case EXPR_CREMENT:
		infer_lvalue(in, e->crement.lvalue, TYPE_LONG);
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_TERNARY: {
		enum type yes = e->ternary.yes->type, no = e->ternary.no->type, both = want;

		if (both == TYPE_VOID || both == TYPE_UNKNOWN)
			both = yes != TYPE_UNKNOWN && yes != TYPE_VOID ? yes : no;
		/* where nobody wants a value, nothing will do */
		if (both == TYPE_VOID)
			both = want == TYPE_VOID ? TYPE_LONG : TYPE_UNKNOWN;
		infer_expr(in, e->ternary.cond, TYPE_LONG);
		infer_expr(in, e->ternary.yes, both);
		infer_expr(in, e->ternary.no, both);
		settle(in, &e->type, both, &e->loc);
		return;		/* want was asked of the branches */
	}
	case EXPR_CALL:
		if (want != TYPE_UNKNOWN && want != TYPE_VOID)
			for (struct function *f = e->call.function; f; f = f->overload)
				if (f->type != TYPE_VOID)
					settle(in, &f->type, want, &e->loc);
		infer_call(in, e);
		take_nothing(in, e, want);
		break;
	case EXPR_PRINT:
		infer_print(in, e);
		take_nothing(in, e, want);
		break;
	case EXPR_INDEX:
		infer_index(in, e, want);
		break;
	case EXPR_IN:
		if (e->in.array->kind == EXPR_HIST) {
			infer_expr(in, e->in.array, TYPE_UNKNOWN);
			infer_expr(in, e->in.keys, TYPE_LONG);
		} else {
			infer_keys(in, e->in.keys, e->in.array->ident.var);
		}
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_MATCH:
		infer_expr(in, e->match.operand, TYPE_STRING);
		e->match.pattern->type = TYPE_STRING;
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_STAT:
		infer_aggregate(in, e->stat.operand);
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_HIST:
		infer_aggregate(in, e->hist.operand);
		settle(in, &e->type, TYPE_STAT, &e->loc);
		break;
	case EXPR_AT:
	case EXPR_ARROW:
		settle(in, &e->type, TYPE_LONG, &e->loc);
		break;
	case EXPR_EMBEDDED:
		settle(in, &e->type, strstr(e->embedded.code, "/* string */") ? TYPE_STRING : TYPE_LONG, &e->loc);
		break;
	case EXPR_LOAD:
	case EXPR_FIELD:
	case EXPR_PIECE:
	case EXPR_ENUM:
		expr_each(e, infer_number, in);
		break;
	case EXPR_SYMBOL:
	case EXPR_SAVED:
	case EXPR_ANY:
		break;
	}
	if (!in->complain || e->type == want)
		return;
	if (want == TYPE_LONG || want == TYPE_STRING) {
		/* variables and script functions have complained in settle() */
		if (e->kind != EXPR_IDENT && !(e->kind == EXPR_CALL && e->call.function) &&
		    !(e->kind == EXPR_INDEX && e->index.base->kind == EXPR_IDENT) && e->type != TYPE_UNKNOWN)
			complain(in, &e->loc, want, e->type);
	}
}

static void infer_condition(struct infer *in, struct expr *e)
{
	/* a string as a condition is a mistake */
	if (e)
		infer_expr(in, e, TYPE_LONG);
}

static void infer_effect(struct infer *in, struct expr *e)
{
	if (!e)
		return;
	infer_expr(in, e, e->kind == EXPR_CALL || e->kind == EXPR_PRINT || e->kind == EXPR_TERNARY ? TYPE_VOID :
		   TYPE_UNKNOWN);
}

static void infer_stmt(struct stmt *st, void *data)
{
	struct infer *in = data;

	switch (st->kind) {
	case STMT_EXPR:
		infer_effect(in, st->expr);
		return;
	case STMT_RETURN:
		if (!in->function)
			return;
		if (st->expr) {
			infer_expr(in, st->expr, in->function->type);
			settle(in, &in->function->type, st->expr->type, &st->expr->loc);
		}
		return;
	case STMT_IF:
		infer_condition(in, st->if_.cond);
		break;
	case STMT_WHILE:
	case STMT_FOR:
		infer_effect(in, st->loop.init);
		infer_condition(in, st->loop.cond);
		infer_effect(in, st->loop.step);
		break;
	case STMT_FOREACH:
		infer_foreach(in, st->foreach);
		break;
	case STMT_DELETE:
		if (st->deleted->kind == EXPR_INDEX)
			infer_keys(in, st->deleted->index.keys, st->deleted->index.base->ident.var);
		break;
	case STMT_TRY:
		if (st->try_.message)
			infer_var(in, st->try_.message, TYPE_STRING);
		break;
	default:
		break;
	}
	stmt_each(st, NULL, infer_stmt, in);
}

static void infer_handler(struct body *body, void *data)
{
	infer_stmt(body->stmt, data);
}

static void infer_outside(struct expr *e, void *data)
{
	infer_condition(data, e);
}

static void infer_round(struct infer *in)
{
	struct session *s = in->s;

	in->changed = false;
	for (struct var *v = s->script.globals; v; v = v->next) {
		if (!v->init)
			continue;
		infer_expr(in, v->init, TYPE_UNKNOWN);
		settle(in, &v->type, v->init->type, &v->init->loc);
	}
	for (struct function *f = s->script.functions; f; f = f->next) {
		in->function = f;
		if (f->bound && (f->used || !in->complain) && f->body.stmt)
			infer_stmt(f->body.stmt, in);
	}
	in->function = NULL;
	unit_each_handler(s, infer_handler, in);
	unit_each_expr(s, infer_outside, in);
}

static void find_return(struct stmt *st, void *data)
{
	if (st->kind == STMT_RETURN && st->expr)
		*(bool *)data = true;
}

/* A function that returns no value, and of which nobody wants one, gives none. */
static void settle_voids(struct session *s)
{
	for (struct function *f = s->script.functions; f; f = f->next) {
		bool returns = false;

		walk(f->body.stmt, NULL, find_return, &returns);
		if (!returns && f->type == TYPE_UNKNOWN)
			f->type = TYPE_VOID;
	}
}

static void check_operand(struct expr *e, void *data);

/* The keys of an element, where the element itself is none of a value's operands. */
static void check_keys(struct expr *e, struct session *s)
{
	if (e->kind != EXPR_INDEX)
		return;
	for (struct expr *key = e->index.keys; key; key = key->next)
		check_operand(key, s);
}

/* The operands of e. An aggregate is one only of what asks it or adds to it. */
static void check_below(struct expr *e, struct session *s)
{
	switch (e->kind) {
	case EXPR_STAT:
		check_keys(e->stat.operand, s);
		break;
	case EXPR_HIST:
		check_keys(e->hist.operand, s);
		break;
	case EXPR_INDEX:
		if (e->index.base->kind == EXPR_HIST)
			check_below(e->index.base, s);
		check_keys(e, s);
		break;
	case EXPR_IN:
		for (struct expr *key = e->in.keys; key; key = key->next)
			check_operand(key, s);
		if (e->in.array->kind == EXPR_HIST)
			check_below(e->in.array, s);
		break;
	case EXPR_ASSIGN:
		if (e->assign.op == OP_AGGREGATE)
			check_keys(e->assign.lvalue, s);
		else
			check_operand(e->assign.lvalue, s);
		check_operand(e->assign.value, s);
		break;
	case EXPR_PRINT:
		if (print_is_histogram(e))
			check_below(e->print.args, s);
		else
			expr_each(e, check_operand, s);
		break;
	default:
		expr_each(e, check_operand, s);
	}
}

/* Values that are used must be there: a call of nothing is only a statement. */
static void check_operand(struct expr *e, void *data)
{
	struct session *s = data;

	if ((e->kind == EXPR_CALL || e->kind == EXPR_PRINT) && e->type == TYPE_VOID)
		diag(s, &e->loc, DIAG_NO_VALUE, e->kind == EXPR_CALL ? e->call.name : e->print.name);
	if (e->type == TYPE_STAT)
		diag(s, &e->loc, DIAG_AGGREGATE_VALUE, e->kind == EXPR_HIST ? "a histogram" : "an aggregate",
		     e->kind == EXPR_HIST ? "print it, or take one of its buckets" : "@count, @sum and the like have one");
	check_below(e, s);
}

static void check_stmt(struct stmt *st, void *data)
{
	struct session *s = data;

	switch (st->kind) {
	case STMT_EXPR:
		check_below(st->expr, s);
		return;
	case STMT_FOR:
	case STMT_WHILE:
		if (st->loop.init)
			check_below(st->loop.init, s);
		if (st->loop.step)
			check_below(st->loop.step, s);
		if (st->loop.cond)
			check_operand(st->loop.cond, s);
		stmt_each(st, NULL, check_stmt, s);
		return;
	case STMT_FOREACH:
		for (struct expr *key = st->foreach->slice; key; key = key->next)
			check_operand(key, s);
		if (st->foreach->base->kind == EXPR_HIST)
			check_below(st->foreach->base, s);
		if (st->foreach->limit)
			check_operand(st->foreach->limit, s);
		check_stmt(st->foreach->body, s);
		return;
	case STMT_DELETE:
		check_keys(st->deleted, s);
		return;
	default:
		stmt_each(st, check_operand, check_stmt, s);
	}
}

static void check_body(struct body *body, void *data)
{
	if (body->stmt)
		check_stmt(body->stmt, data);
}

void infer_types(struct session *s)
{
	struct infer in = { .s = s };

	do
		infer_round(&in);
	while (in.changed);
	settle_voids(s);
	do
		infer_round(&in);
	while (in.changed);
	in.complain = true;
	infer_round(&in);
	unit_each_body(s, check_body, s);
	unit_each_expr(s, check_operand, s);
}

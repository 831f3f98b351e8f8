// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions. */
#include <string.h>

#include "emit.h"

static bool counts_as_effect(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_ASSIGN:
	case EXPR_CREMENT:
	case EXPR_ENABLE:
	case EXPR_DISABLE:
	case EXPR_EMBEDDED:
	case EXPR_MATCH:		/* matched() is of the last one */
		return true;
	case EXPR_PRINT:
		return !e->print.to_string;
	case EXPR_CALL:
		return e->call.function || (e->call.builtin->flags & WT_EFFECT);
	default:
		return false;
	}
}

static void find_effect(struct expr *e, void *data)
{
	if (counts_as_effect(e))
		*(bool *)data = true;
}

bool has_effect(struct expr *e)
{
	bool found = false;

	walk_expr(e, find_effect, &found);
	return found;
}

bool has_effect_list(struct expr *e)
{
	for (; e; e = e->next)
		if (has_effect(e))
			return true;
	return false;
}

const char *new_temp(struct emit *em)
{
	return session_printf(em->s, "t%u", ++em->temps);
}

const char *new_string(struct emit *em)
{
	unsigned n = em->strings++;

	if (em->strings > em->most_strings)
		em->most_strings = em->strings;
	return session_printf(em->s, "strings[%u]", n);
}

struct value hold(struct emit *em, struct expr *e, struct value v)
{
	const char *temp;

	if (v.stable)
		return v;
	if (e->type == TYPE_STRING) {
		temp = new_string(em);
		line(em, "wt_copy(%s, %s);", temp, v.text);
	} else {
		temp = new_temp(em);
		line(em, "long %s = %s;", temp, v.text);
	}
	return (struct value){ temp, true };
}

struct value unstable(const char *text)
{
	return (struct value){ text, false };
}

struct value stable(const char *text)
{
	return (struct value){ text, true };
}

static struct value emit_var(struct emit *em, struct var *v)
{
	const char *name = c_var(em->s, v);

	if (v->kind == VAR_GLOBAL && v->sharing == SHARED_COUNTER)
		return unstable(session_printf(em->s, "WT_READ(%s)", name));
	return (struct value){ name, v->kind == VAR_GLOBAL && v->sharing == SHARED_CONSTANT && !v->written };
}

static struct value emit_target(struct emit *em, struct expr *e)
{
	/* set before the handler, not changed in it */
	if (strcmp(e->target.name, "value") && strcmp(e->target.name, "old") && e->type == TYPE_LONG)
		return stable(session_printf(em->s, "(long)c->%s", e->target.name));
	return stable(session_printf(em->s, "c->%s", e->target.name));
}

/* Arguments in an array of their own, so that they are evaluated first. */
static struct value emit_enable(struct emit *em, struct expr *e, bool wanted)
{
	struct session *s = em->s;
	const char *args = "", *call;

	for (struct expr *a = e->enable.args; a; a = a->next) {
		struct value v = emit_expr(em, a);

		if (has_effect_list(a->next))
			v = hold(em, a, v);
		args = session_printf(s, "%s%s%s", args, *args ? ", " : "", v.text);
	}
	args = *args ? session_printf(s, "(const long[]){ %s }", args) : "0";
	call = e->kind == EXPR_ENABLE ?
	       session_printf(s, "wt_enable(c, %d, %d, %s)", e->enable.definition->watch->index,
			      e->enable.later, args) :
	       session_printf(s, "wt_disable(c, %d, %s)", e->enable.definition->watch->index, args);
	if (wanted)
		return hold(em, e, unstable(call));
	line(em, "%s;", call);
	return stable("0");
}

/* Both operands, the left one first. */
static void emit_operands(struct emit *em, struct expr *l, struct expr *r, struct value *lv, struct value *rv)
{
	*lv = emit_expr(em, l);
	if (has_effect(r))
		*lv = hold(em, l, *lv);
	*rv = emit_expr(em, r);
}

void emit_check(struct emit *em)
{
	line(em, "WT_CHECK(c, %s);", em->fail);
}

struct value checked(struct emit *em, const char *call)
{
	const char *temp = new_temp(em);

	line(em, "long %s = %s;", temp, call);
	emit_check(em);
	return stable(temp);
}

struct value arithmetic(struct emit *em, struct expr *e, enum op op, const char *a, const char *b)
{
	struct session *s = em->s;

	switch (op) {
	case OP_DIV:
		return checked(em, session_printf(s, "wt_div(c, %s, %s, %s)", a, b, c_place(s, e->loc)));
	case OP_MOD:
		return checked(em, session_printf(s, "wt_mod(c, %s, %s, %s)", a, b, c_place(s, e->loc)));
	case OP_SHL:
		return unstable(session_printf(s, "wt_shl(%s, %s)", a, b));
	case OP_SHR:
		return unstable(session_printf(s, "wt_shr(%s, %s)", a, b));
	case OP_USHR:
		return unstable(session_printf(s, "wt_ushr(%s, %s)", a, b));
	default:
		return unstable(session_printf(s, "(%s %s %s)", a, op_text(op), b));
	}
}

/* && and ||: the right side runs only where the left does not decide. */
static struct value emit_logic(struct emit *em, struct expr *e)
{
	bool and = e->binary.op == OP_LOGAND;
	struct value l = emit_expr(em, e->binary.left);
	const char *temp;
	struct value r;
	char *before;

	em->indent++;
	before = emit_apart(em, e->binary.right, &r);
	em->indent--;
	if (!before)
		return unstable(session_printf(em->s, "(%s %s %s)", l.text, op_text(e->binary.op), r.text));
	temp = new_temp(em);
	line(em, "long %s = !!%s;", temp, l.text);
	line(em, "if (%s%s) {", and ? "" : "!", temp);
	fputs(before, em->out);
	free(before);
	em->indent++;
	line(em, "%s = !!%s;", temp, r.text);
	em->indent--;
	line(em, "}");
	return stable(temp);
}

static struct value emit_ternary(struct emit *em, struct expr *e)
{
	struct value cond = emit_expr(em, e->ternary.cond);
	bool is_string = e->type == TYPE_STRING;
	const char *temp = is_string ? new_string(em) : new_temp(em);
	struct value v;

	if (!is_string)
		line(em, "long %s;", temp);
	line(em, "if (%s) {", cond.text);
	em->indent++;
	v = emit_expr(em, e->ternary.yes);
	line(em, is_string ? "wt_copy(%s, %s);" : "%s = %s;", temp, v.text);
	em->indent--;
	line(em, "} else {");
	em->indent++;
	v = emit_expr(em, e->ternary.no);
	line(em, is_string ? "wt_copy(%s, %s);" : "%s = %s;", temp, v.text);
	em->indent--;
	line(em, "}");
	return stable(temp);
}

static struct value emit_binary(struct emit *em, struct expr *e)
{
	struct session *s = em->s;
	struct value l, r;
	const char *temp;

	if (e->binary.op == OP_LOGAND || e->binary.op == OP_LOGOR)
		return emit_logic(em, e);
	emit_operands(em, e->binary.left, e->binary.right, &l, &r);
	if (e->binary.op == OP_CONCAT) {
		temp = new_string(em);
		line(em, "wt_concat(%s, %s, %s);", temp, l.text, r.text);
		return stable(temp);
	}
	if (e->binary.left->type == TYPE_STRING)
		return unstable(session_printf(s, "(wt_compare(%s, %s) %s 0)", l.text, r.text, op_text(e->binary.op)));
	return arithmetic(em, e, e->binary.op, l.text, r.text);
}

void emit_store(struct emit *em, struct var *v, const char *value)
{
	const char *name = c_var(em->s, v);

	if (v->type == TYPE_STRING)
		line(em, "wt_copy(%s, %s);", name, value);
	else
		line(em, "%s = %s;", name, value);
}

static bool is_counter(const struct var *v)
{
	return v->kind == VAR_GLOBAL && v->sharing == SHARED_COUNTER;
}

static struct value emit_assign(struct emit *em, struct expr *e, bool wanted)
{
	struct var *v;
	const char *name;
	struct value value, old;

	if (e->assign.op == OP_AGGREGATE)
		return emit_add(em, e, wanted);
	if (e->assign.lvalue->kind == EXPR_INDEX)
		return emit_index_assign(em, e, wanted);
	v = e->assign.lvalue->ident.var;
	name = c_var(em->s, v);
	if (e->assign.op == OP_NONE) {
		value = emit_expr(em, e->assign.value);
		emit_store(em, v, value.text);
		return unstable(name);
	}
	if (e->assign.op == OP_CONCAT) {
		value = emit_expr(em, e->assign.value);
		line(em, "wt_concat(%s, %s, %s);", name, name, value.text);
		return unstable(name);
	}
	if (is_counter(v) && !wanted && (e->assign.op == OP_ADD || e->assign.op == OP_SUB)) {
		value = emit_expr(em, e->assign.value);
		line(em, "WT_COUNT(%s, %s%s);", name, e->assign.op == OP_SUB ? "-" : "", value.text);
		return unstable(name);
	}
	/* as in SystemTap the variable is read when the value is there */
	value = emit_expr(em, e->assign.value);
	old = emit_var(em, v);
	value = arithmetic(em, e, e->assign.op, old.text, value.text);
	emit_store(em, v, value.text);
	return unstable(name);
}

static struct value emit_crement(struct emit *em, struct expr *e, bool wanted)
{
	struct var *v = e->crement.lvalue->ident.var;
	const char *name, *one = e->crement.op == OP_INC ? "1" : "-1";
	struct value old;

	if (e->crement.lvalue->kind == EXPR_INDEX)
		return emit_index_crement(em, e, wanted);
	name = c_var(em->s, v);
	if (!wanted) {
		if (is_counter(v))
			line(em, "WT_COUNT(%s, %s);", name, one);
		else
			line(em, "%s%s;", name, op_text(e->crement.op));
		return unstable(name);
	}
	if (e->crement.prefix) {
		line(em, "%s%s;", name, op_text(e->crement.op));
		return unstable(name);
	}
	old = hold(em, e->crement.lvalue, unstable(name));
	line(em, "%s%s;", name, op_text(e->crement.op));
	return old;
}

/* The arguments, comma-separated, each after the one before it. */
static const char *emit_args(struct emit *em, struct expr *args)
{
	const char *text = "c";

	for (; args; args = args->next) {
		struct value v = emit_expr(em, args);

		if (has_effect_list(args->next))
			v = hold(em, args, v);
		text = session_printf(em->s, "%s, %s", text, v.text);
	}
	return text;
}

static struct value emit_call(struct emit *em, struct expr *e, bool wanted)
{
	const struct builtin *b = e->call.builtin;
	bool fallible = e->call.function || (b->flags & WT_FALLIBLE);
	const char *name = b ? b->c_name : c_function(em->s, e->call.function);
	const char *args = emit_args(em, e->call.args);
	const char *temp = NULL;

	if (e->type == TYPE_STRING) {
		temp = new_string(em);
		args = session_printf(em->s, "%s, %s", args, temp);
	}
	if (b && (b->flags & WT_FALLIBLE))
		args = session_printf(em->s, "%s, %s", args, c_place(em->s, e->loc));
	if ((b ? b->type : e->call.function->type) == TYPE_LONG && (wanted || !fallible)) {
		const char *call = session_printf(em->s, "%s(%s)", name, args);

		if (fallible)
			return checked(em, call);
		/* its effect must not fall into an item of output that is open */
		return wanted && (b->flags & WT_EFFECT) ? hold(em, e, unstable(call)) : unstable(call);
	}
	line(em, "%s(%s);", name, args);
	if (fallible)
		emit_check(em);
	return stable(temp ? temp : "0");
}

struct value emit_expr(struct emit *em, struct expr *e)
{
	struct session *s = em->s;

	switch (e->kind) {
	case EXPR_NUMBER:
		return stable(c_number(s, e->number));
	case EXPR_STRING:
		return stable(c_string(s, e->string));
	case EXPR_IDENT:
		return emit_var(em, e->ident.var);
	case EXPR_TARGET:
		return emit_target(em, e);
	case EXPR_UNARY: {
		struct value v = emit_expr(em, e->unary.operand);

		/* at ~ of a comparison the compiler warns */
		if (e->unary.op == OP_UNARY_BITNOT)
			return (struct value){ session_printf(s, "(%s ^ -1L)", v.text), v.stable };
		return (struct value){ session_printf(s, "(%s%s)", op_text(e->unary.op), v.text), v.stable };
	}
	case EXPR_BINARY:
		return emit_binary(em, e);
	case EXPR_ASSIGN:
		return emit_assign(em, e, true);
	case EXPR_CREMENT:
		return emit_crement(em, e, true);
	case EXPR_TERNARY:
		return emit_ternary(em, e);
	case EXPR_CALL:
		return emit_call(em, e, true);
	case EXPR_PRINT:
		return emit_print(em, e);
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		return emit_enable(em, e, true);
	case EXPR_INDEX:
		return emit_index(em, e);
	case EXPR_IN:
		return emit_in(em, e);
	case EXPR_STAT:
		return emit_stat(em, e);
	case EXPR_MATCH:
		return emit_match(em, e);
	case EXPR_AT:
		return stable(session_printf(s, "((long)(%s))", e->at.args->string));
	case EXPR_EMBEDDED:
		return emit_embedded(em, e, true);
	case EXPR_LOAD:
	case EXPR_PIECE:
	case EXPR_FIELD:
	case EXPR_SYMBOL:
	case EXPR_ENUM:
	case EXPR_SAVED:
		return emit_typed(em, e);
	case EXPR_HIST:
	case EXPR_ARROW:
	case EXPR_ANY:
		break;		/* no values: pass 2 has seen to it */
	}
	abort();
}

void emit_effect(struct emit *em, struct expr *e)
{
	struct value v;

	switch (e->kind) {
	case EXPR_ASSIGN:
		emit_assign(em, e, false);
		return;
	case EXPR_CREMENT:
		emit_crement(em, e, false);
		return;
	case EXPR_CALL:
		v = emit_call(em, e, false);
		if (!v.stable)
			line(em, "(void)%s;", v.text);
		return;
	case EXPR_PRINT:
		emit_print(em, e);
		return;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		emit_enable(em, e, false);
		return;
	case EXPR_EMBEDDED:
		emit_embedded(em, e, false);
		return;
	default:
		v = emit_expr(em, e);
		/* a bare value: the compiler sees that nothing comes of it */
		if (e->kind != EXPR_NUMBER && e->kind != EXPR_STRING)
			line(em, "(void)%s;", v.text);
	}
}

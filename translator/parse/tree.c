/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constructors of the tree, and ways to walk it.
 */
#include "parse/tree.h"

#include "diag.h"

#include <string.h>

const char *op_text(enum op op)
{
	static const char *const texts[] = {
		[OP_NONE] = "",
#define X(name, text) [OP_##name] = text,
		BINARY_OPS(X)
#undef X
#define X(name, text) [OP_UNARY_##name] = text,
		UNARY_OPS(X)
#undef X
		[OP_INC] = "++",
		[OP_DEC] = "--",
	};

	return texts[op];
}

/* Puts a node one level above what has this depth. */
static unsigned above(struct session *session, const struct loc *loc, unsigned depth)
{
	if (depth < MAX_NESTING)
		return depth + 1;
	if (!session->too_deep)
		diag(session, loc, DIAG_NESTING, MAX_NESTING);
	session->too_deep = true;
	return depth;
}

static unsigned deepest(const struct expr *list)
{
	unsigned depth = 0;

	for (; list; list = list->next)
		if (list->depth > depth)
			depth = list->depth;
	return depth;
}

static struct expr *expr_new(struct session *session, struct loc loc, enum expr_kind kind, unsigned below)
{
	struct expr *e = session_alloc(session, sizeof(*e));

	e->kind = kind;
	e->loc = loc;
	e->depth = above(session, &loc, below);
	return e;
}

struct expr *expr_number(struct session *session, struct loc loc, int64_t number)
{
	struct expr *e = expr_new(session, loc, EXPR_NUMBER, 0);

	e->number = number;
	return e;
}

struct expr *expr_hex_number(struct session *session, struct loc loc, int64_t number)
{
	struct expr *e = expr_number(session, loc, number);

	e->hex = true;
	return e;
}

struct expr *expr_string(struct session *session, struct loc loc, const char *string)
{
	struct expr *e = expr_new(session, loc, EXPR_STRING, 0);

	e->string = string;
	return e;
}

struct expr *expr_ident(struct session *session, struct loc loc, const char *name)
{
	struct expr *e = expr_new(session, loc, EXPR_IDENT, 0);

	e->ident.name = name;
	return e;
}

struct expr *expr_target(struct session *session, struct loc loc, const char *name)
{
	struct expr *e = expr_new(session, loc, EXPR_TARGET, 0);

	e->target.name = name;
	return e;
}

struct expr *expr_unary(struct session *session, struct loc loc, enum op op, struct expr *operand)
{
	struct expr *e = expr_new(session, loc, EXPR_UNARY, operand->depth);

	e->unary.op = op;
	e->unary.operand = operand;
	return e;
}

static unsigned max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

struct expr *expr_binary(struct session *session, struct loc loc, enum op op, struct expr *left, struct expr *right)
{
	struct expr *e = expr_new(session, loc, EXPR_BINARY, max(left->depth, right->depth));

	e->binary.op = op;
	e->binary.left = left;
	e->binary.right = right;
	return e;
}

static void check_lvalue(struct session *session, const struct expr *lvalue, const char *op)
{
	if (lvalue->kind != EXPR_IDENT && lvalue->kind != EXPR_TARGET)
		diag(session, &lvalue->loc, DIAG_NOT_ASSIGNABLE, op);
}

struct expr *expr_assign(struct session *session, struct loc loc, enum op op, struct expr *lvalue, struct expr *value)
{
	struct expr *e = expr_new(session, loc, EXPR_ASSIGN, max(lvalue->depth, value->depth));

	check_lvalue(session, lvalue, session_printf(session, "%s=", op_text(op)));
	e->assign.op = op;
	e->assign.lvalue = lvalue;
	e->assign.value = value;
	return e;
}

struct expr *expr_crement(struct session *session, struct loc loc, enum op op, bool prefix, struct expr *lvalue)
{
	struct expr *e = expr_new(session, loc, EXPR_CREMENT, lvalue->depth);

	check_lvalue(session, lvalue, op_text(op));
	e->crement.op = op;
	e->crement.prefix = prefix;
	e->crement.lvalue = lvalue;
	return e;
}

struct expr *expr_ternary(struct session *session, struct loc loc, struct expr *cond, struct expr *yes, struct expr *no)
{
	struct expr *e = expr_new(session, loc, EXPR_TERNARY, max(cond->depth, max(yes->depth, no->depth)));

	e->ternary.cond = cond;
	e->ternary.yes = yes;
	e->ternary.no = no;
	return e;
}

struct expr *expr_call(struct session *session, struct loc loc, const char *name, struct expr *args)
{
	static const struct print_name {
		const char *name;
		bool formatted, delimited, newline;
	} prints[] = {
		{ "print", false, false, false }, { "println", false, false, true },
		{ "printd", false, true, false }, { "printdln", false, true, true },
		{ "printf", true, false, false },
	};
	struct expr *e = expr_new(session, loc, EXPR_CALL, deepest(args));
	bool to_string = name[0] == 's';

	for (size_t i = 0; i < sizeof(prints) / sizeof(*prints); i++) {
		if (strcmp(name + to_string, prints[i].name))
			continue;
		e->kind = EXPR_PRINT;
		e->print.name = name;
		e->print.to_string = to_string;
		e->print.formatted = prints[i].formatted;
		e->print.delimited = prints[i].delimited;
		e->print.newline = prints[i].newline;
		e->print.args = args;
		return e;
	}
	e->call.name = name;
	e->call.args = args;
	return e;
}

struct expr *expr_enable(struct session *session, struct loc loc, bool enable, const char *name, struct loc name_loc,
			 bool has_args, struct expr *args, bool later)
{
	struct expr *e = expr_new(session, loc, enable ? EXPR_ENABLE : EXPR_DISABLE, deepest(args));

	e->type = TYPE_LONG;
	e->enable.name = name;
	e->enable.name_loc = name_loc;
	e->enable.has_args = has_args;
	e->enable.args = args;
	e->enable.later = later;
	return e;
}

/* X_append: walks from head to the end, so it is cheap when head is the last. */
#define APPEND(type)							\
struct type *type##_append(struct type *head, struct type *tail)	\
{									\
	struct type **end = &head;					\
									\
	while (*end)							\
		end = &(*end)->next;					\
	*end = tail;							\
	return head;							\
}

APPEND(expr)
APPEND(stmt)
APPEND(var)
APPEND(component)
APPEND(point)

static struct stmt *stmt_new(struct session *session, struct loc loc, enum stmt_kind kind, unsigned below)
{
	struct stmt *s = session_alloc(session, sizeof(*s));

	s->kind = kind;
	s->loc = loc;
	s->depth = above(session, &loc, below);
	return s;
}

static unsigned depth_of(const struct expr *e)
{
	return e ? e->depth : 0;
}

struct stmt *stmt_simple(struct session *session, struct loc loc, enum stmt_kind kind)
{
	return stmt_new(session, loc, kind, 0);
}

struct stmt *stmt_block(struct session *session, struct loc loc, struct stmt *first)
{
	struct stmt *s, *inner;
	unsigned depth = 0;

	for (inner = first; inner; inner = inner->next)
		depth = max(depth, inner->depth);
	s = stmt_new(session, loc, STMT_BLOCK, depth);
	s->block = first;
	return s;
}

struct stmt *stmt_expr(struct session *session, struct loc loc, struct expr *e)
{
	struct stmt *s = stmt_new(session, loc, STMT_EXPR, depth_of(e));

	s->expr = e;
	return s;
}

struct stmt *stmt_return(struct session *session, struct loc loc, struct expr *e)
{
	struct stmt *s = stmt_new(session, loc, STMT_RETURN, depth_of(e));

	s->expr = e;
	return s;
}

struct stmt *stmt_if(struct session *session, struct loc loc, struct expr *cond, struct stmt *yes, struct stmt *no)
{
	struct stmt *s = stmt_new(session, loc, STMT_IF, max(cond->depth, max(yes->depth, no ? no->depth : 0)));

	s->if_.cond = cond;
	s->if_.yes = yes;
	s->if_.no = no;
	return s;
}

struct stmt *stmt_while(struct session *session, struct loc loc, struct expr *cond, struct stmt *body)
{
	struct stmt *s = stmt_for(session, loc, NULL, cond, NULL, body);

	s->kind = STMT_WHILE;
	return s;
}

struct stmt *stmt_for(struct session *session, struct loc loc, struct expr *init, struct expr *cond,
		      struct expr *step, struct stmt *body)
{
	unsigned depth = max(max(depth_of(init), depth_of(cond)), max(depth_of(step), body->depth));
	struct stmt *s = stmt_new(session, loc, STMT_FOR, depth);

	s->loop.init = init;
	s->loop.cond = cond;
	s->loop.step = step;
	s->loop.body = body;
	return s;
}

struct var *var_new(struct session *session, struct loc loc, enum var_kind kind, const char *name, enum type type)
{
	struct var *v = session_alloc(session, sizeof(*v));

	v->name = name;
	v->loc = loc;
	v->type = type;
	v->kind = kind;
	return v;
}

/* Makes one number of a minus and a number, as literals have it. */
static void fold_minus(struct expr *e)
{
	if (e->kind != EXPR_UNARY || e->unary.op != OP_UNARY_NEG || e->unary.operand->kind != EXPR_NUMBER)
		return;
	e->kind = EXPR_NUMBER;
	e->depth = 1;
	e->number = (int64_t)-(uint64_t)e->unary.operand->number;
}

struct component *component_new(struct session *session, struct loc loc, const char *name, bool has_parens,
				struct expr *args)
{
	struct component *c = session_alloc(session, sizeof(*c));

	for (struct expr *arg = args; arg; arg = arg->next)
		fold_minus(arg);
	c->name = name;
	c->loc = loc;
	c->has_parens = has_parens;
	c->arg = args;
	return c;
}

struct point *point_new(struct session *session, struct loc loc, struct component *components, bool optional,
			bool sufficient, struct expr *condition)
{
	struct point *p = session_alloc(session, sizeof(*p));
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		abort();
	components_print(out, components);
	fclose(out);
	p->spelling = session_strndup(session, text, length);
	free(text);
	p->loc = loc;
	p->components = components;
	p->optional = optional;
	p->sufficient = sufficient;
	p->condition = condition;
	return p;
}

void script_add_global(struct session *session, struct var *var, struct expr *init, bool is_private)
{
	struct script *script = &session->script;

	var->init = init;
	var->is_private = is_private;
	*(script->last.globals ? &script->last.globals->next : &script->globals) = var;
	script->last.globals = var;
}

void script_add_function(struct session *session, struct loc loc, const char *name, enum type type,
			 struct var *params, struct stmt *body, bool is_private)
{
	struct function *f = session_alloc(session, sizeof(*f));
	struct script *script = &session->script;

	f->name = name;
	f->loc = loc;
	f->type = type;
	f->body.stmt = body;
	f->body.params = params;
	f->is_private = is_private;
	f->from_tapset = loc.source->is_tapset;
	*(script->last.functions ? &script->last.functions->next : &script->functions) = f;
	script->last.functions = f;
}

void script_add_probe(struct session *session, struct loc loc, struct point *points, struct stmt *body)
{
	struct probe *p = session_alloc(session, sizeof(*p));
	struct script *script = &session->script;

	p->loc = loc;
	p->points = points;
	p->body.stmt = body;
	p->from_tapset = loc.source->is_tapset;
	*(script->last.probes ? &script->last.probes->next : &script->probes) = p;
	script->last.probes = p;
}

void script_add_definition(struct session *session, struct loc loc, const char *name, struct var *params,
			   bool has_params, struct point *points, struct stmt *body)
{
	struct definition *d = session_alloc(session, sizeof(*d));
	struct script *script = &session->script;

	d->name = name;
	d->loc = loc;
	d->params = params;
	d->has_params = has_params;
	d->points = points;
	d->body.stmt = body;
	d->body.params = params;
	d->from_tapset = loc.source->is_tapset;
	*(script->last.definitions ? &script->last.definitions->next : &script->definitions) = d;
	script->last.definitions = d;
}

void expr_each(struct expr *e, void (*fn)(struct expr *, void *), void *data)
{
	struct expr *arg;

	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_IDENT:
	case EXPR_TARGET:
		break;
	case EXPR_UNARY:
		fn(e->unary.operand, data);
		break;
	case EXPR_BINARY:
		fn(e->binary.left, data);
		fn(e->binary.right, data);
		break;
	case EXPR_ASSIGN:
		fn(e->assign.lvalue, data);
		fn(e->assign.value, data);
		break;
	case EXPR_CREMENT:
		fn(e->crement.lvalue, data);
		break;
	case EXPR_TERNARY:
		fn(e->ternary.cond, data);
		fn(e->ternary.yes, data);
		fn(e->ternary.no, data);
		break;
	case EXPR_CALL:
		for (arg = e->call.args; arg; arg = arg->next)
			fn(arg, data);
		break;
	case EXPR_PRINT:
		for (arg = e->print.args; arg; arg = arg->next)
			fn(arg, data);
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		for (arg = e->enable.args; arg; arg = arg->next)
			fn(arg, data);
		break;
	}
}

void stmt_each(struct stmt *s, void (*on_expr)(struct expr *, void *), void (*on_stmt)(struct stmt *, void *),
	       void *data)
{
#define DO_EXPR(e) do { if (on_expr && (e)) on_expr(e, data); } while (0)
#define DO_STMT(s) do { if (on_stmt && (s)) on_stmt(s, data); } while (0)
	switch (s->kind) {
	case STMT_EMPTY:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE:
		break;
	case STMT_BLOCK:
		for (struct stmt *inner = s->block; inner; inner = inner->next)
			DO_STMT(inner);
		break;
	case STMT_EXPR:
	case STMT_RETURN:
		DO_EXPR(s->expr);
		break;
	case STMT_IF:
		DO_EXPR(s->if_.cond);
		DO_STMT(s->if_.yes);
		DO_STMT(s->if_.no);
		break;
	case STMT_WHILE:
	case STMT_FOR:
		DO_EXPR(s->loop.init);
		DO_EXPR(s->loop.cond);
		DO_STMT(s->loop.body);
		DO_EXPR(s->loop.step);
		break;
	}
#undef DO_EXPR
#undef DO_STMT
}

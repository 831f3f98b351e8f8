/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constructors of the tree.
 */
#include "parse/tree_internal.h"

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
		[OP_ADDRESS] = "&",
		[OP_AGGREGATE] = "<<<",
	};

	return texts[op];
}

const char *stat_op_text(enum stat_op op)
{
	static const char *const texts[] = {
#define X(name, text) text,
		STAT_OPS(X)
#undef X
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

unsigned deepest(const struct expr *list)
{
	unsigned depth = 0;

	for (; list; list = list->next)
		if (list->depth > depth)
			depth = list->depth;
	return depth;
}

struct expr *expr_new(struct session *session, struct loc loc, enum expr_kind kind, unsigned below)
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

static bool is_element(const struct expr *e)
{
	return e->kind == EXPR_INDEX && e->index.base->kind == EXPR_IDENT;
}

/* p->member, p->member[1]: pass 2 knows whether p has any. */
static bool is_member(const struct expr *e)
{
	while (e->kind == EXPR_INDEX)
		e = e->index.base;
	return e->kind == EXPR_ARROW;
}

static void check_lvalue(struct session *session, struct expr *lvalue, const char *op)
{
	if (lvalue->kind != EXPR_IDENT && !is_member(lvalue) && !is_element(lvalue) && !is_target(lvalue))
		diag(session, &lvalue->loc, DIAG_NOT_ASSIGNABLE, op);
}

struct expr *expr_assign(struct session *session, struct loc loc, enum op op, struct expr *lvalue, struct expr *value)
{
	struct expr *e = expr_new(session, loc, EXPR_ASSIGN, max(lvalue->depth, value->depth));

	check_lvalue(session, lvalue, op == OP_AGGREGATE ? "<<<" : session_printf(session, "%s=", op_text(op)));
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

struct expr *expr_index(struct session *session, struct loc loc, struct expr *base, struct expr *keys)
{
	struct expr *e = expr_new(session, loc, EXPR_INDEX, max(base->depth, deepest(keys)));

	if (base->kind != EXPR_IDENT && base->kind != EXPR_HIST && !is_member(base) && !is_target(base))
		diag(session, &loc, DIAG_NO_ARRAY);
	e->index.base = base;
	e->index.keys = keys;
	return e;
}

struct expr *expr_any(struct session *session, struct loc loc)
{
	return expr_new(session, loc, EXPR_ANY, 0);
}

struct expr *expr_in(struct session *session, struct loc loc, struct expr *keys, struct expr *array)
{
	struct expr *e = expr_new(session, loc, EXPR_IN, deepest(keys));

	e->in.keys = keys;
	e->in.array = array;
	return e;
}

struct expr *expr_arrow(struct session *session, struct loc loc, struct expr *base, const char *member)
{
	struct expr *e = expr_new(session, loc, EXPR_ARROW, base->depth);

	e->arrow.base = base;
	e->arrow.member = member;
	return e;
}

struct expr *expr_match(struct session *session, struct loc loc, struct expr *operand, struct expr *pattern,
			bool negated)
{
	struct expr *e = expr_new(session, loc, EXPR_MATCH, max(operand->depth, pattern->depth));

	if (pattern->kind != EXPR_STRING)
		diag(session, &pattern->loc, DIAG_REGEX_LITERAL);
	e->match.operand = operand;
	e->match.pattern = pattern;
	e->match.negated = negated;
	return e;
}

void embedded_check(struct session *session, struct loc loc)
{
	if (loc.source->is_tapset || session->options.guru)
		return;
	diag(session, &loc, DIAG_EMBEDDED);
	diag_note(session, "C in a script can do anything to the kernel: -g says that you mean it");
}

struct expr *expr_embedded(struct session *session, struct loc loc, const char *code)
{
	struct expr *e = expr_new(session, loc, EXPR_EMBEDDED, 0);

	embedded_check(session, loc);
	e->embedded.code = code;
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

struct stmt *stmt_foreach(struct session *session, struct loc loc, const struct foreach *foreach)
{
	unsigned depth = max(foreach->body->depth, max(deepest(foreach->slice), depth_of(foreach->limit)));
	struct stmt *s = stmt_new(session, loc, STMT_FOREACH, max(depth, foreach->base->depth));

	s->foreach = session_alloc(session, sizeof(*s->foreach));
	*s->foreach = *foreach;
	return s;
}

struct stmt *stmt_delete(struct session *session, struct loc loc, struct expr *deleted)
{
	struct stmt *s = stmt_new(session, loc, STMT_DELETE, depth_of(deleted));

	if (deleted->kind != EXPR_IDENT && !is_element(deleted))
		diag(session, &deleted->loc, DIAG_NOT_ASSIGNABLE, "delete");
	s->deleted = deleted;
	return s;
}

struct stmt *stmt_try(struct session *session, struct loc loc, struct stmt *body, struct expr *message,
		      struct stmt *handler)
{
	struct stmt *s = stmt_new(session, loc, STMT_TRY, max(body->depth, handler->depth));

	s->try_.body = body;
	s->try_.message = message;
	s->try_.handler = handler;
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

void script_add_global(struct session *session, struct var *var, struct expr *init, bool is_private)
{
	struct script *script = &session->script;

	var->init = init;
	var->is_private = is_private;
	*(script->last.globals ? &script->last.globals->next : &script->globals) = var;
	script->last.globals = var;
}

struct function *script_add_function(struct session *session, struct loc loc, const char *name, enum type type,
				     struct var *params, struct stmt *body, const char *embedded)
{
	struct function *f = session_alloc(session, sizeof(*f));
	struct script *script = &session->script;

	f->name = name;
	f->loc = loc;
	f->type = type;
	f->body.stmt = body;
	f->body.params = params;
	f->embedded = embedded;
	f->from_tapset = loc.source->is_tapset;
	*(script->last.functions ? &script->last.functions->next : &script->functions) = f;
	script->last.functions = f;
	return f;
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

struct definition *script_add_definition(struct session *session, struct loc loc, const char *name,
					 struct var *params, bool has_params, struct point *points, struct stmt *body)
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
	return d;
}

void script_add_embed(struct session *session, struct loc loc, const char *code)
{
	struct embed *e = session_alloc(session, sizeof(*e));
	struct script *script = &session->script;

	embedded_check(session, loc);
	e->code = code;
	e->loc = loc;
	*(script->last.embeds ? &script->last.embeds->next : &script->embeds) = e;
	script->last.embeds = e;
}

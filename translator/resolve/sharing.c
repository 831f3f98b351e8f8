// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How handlers share the global variables, so that a handler takes the lock
 * only where it must.
 *
 * begin, end and error probes run alone and do not count, nor do those that
 * never run. Whoever enables or disables a watch, or is a hit of one that
 * somebody does that with, takes the lock, and so does who may turn a watch's
 * condition. A global is
 *
 *	CONSTANT	no handler writes it
 *	COUNTER		each handler touches it in one place, outside of loops,
 *			to count it (++ -- += -=, the result unused) or to read
 *			it, and touches no other global but such as are CONSTANT,
 *			or only ever counted while handlers run side by side
 *	AGGREGATE	an aggregate: what is added to it goes to memory of the CPU's
 *			own; who asks it, deletes from it or loops over it holds
 *			the lock
 *	LOCKED		otherwise: the handlers that touch it hold the lock for
 *			their whole run, so each is atomic to the others
 *
 * A handler is atomic to the others: with COUNTER because all it does with shared
 * data that another may look at is one atomic operation. Additions to several
 * aggregates may be seen one by one.
 */
#include "unit.h"

struct access {
	struct var *var;
	bool counts;		/* a count whose result is unused, or an addition to an aggregate */
	bool writes;
	struct access *next;
};

/* Functions that a handler calls: what is called twice need not be looked into again. */
struct called {
	struct function *function;
	unsigned times;
	struct called *next;
};

struct handler {
	struct session *s;
	struct access *accesses;
	struct called *called;
	unsigned loops;
	struct function *stack[64];	/* functions being walked */
	unsigned depth;
	bool recursive;			/* too deep to say: all is LOCKED */
	bool enables;			/* it enables or disables watches */
};

static void note_access(struct handler *h, struct var *v, bool writes, bool counts)
{
	struct access *a;

	if (!v || v->kind != VAR_GLOBAL)
		return;
	a = session_alloc(h->s, sizeof(*a));
	a->var = v;
	a->writes = writes;
	a->counts = counts;
	a->next = h->accesses;
	h->accesses = a;
	if (h->loops) {
		struct access *again = session_alloc(h->s, sizeof(*again));

		*again = *a;
		again->next = h->accesses;
		h->accesses = again;
	}
}

static void note_embedded(struct var *v, const char *name, bool writes, void *data)
{
	(void)name;
	note_access(data, v, writes, false);
}

static void visit_stmt(struct stmt *st, void *data);

/* How often it was called before. */
static unsigned note_call(struct handler *h, struct function *f)
{
	struct called *c = h->called;

	while (c && c->function != f)
		c = c->next;
	if (!c) {
		c = session_alloc(h->s, sizeof(*c));
		c->function = f;
		c->next = h->called;
		h->called = c;
	}
	return c->times++;
}

static void visit_function(struct handler *h, struct function *f)
{
	for (unsigned i = 0; i < h->depth; i++) {
		if (h->stack[i] == f) {
			h->recursive = true;
			return;
		}
	}
	if (h->depth == sizeof(h->stack) / sizeof(h->stack[0])) {
		h->recursive = true;
		return;
	}
	/* two accesses are many */
	if (note_call(h, f) >= 2)
		return;
	h->stack[h->depth++] = f;
	if (f->embedded)
		embedded_each_global(h->s, f->embedded, f->loc, note_embedded, h);
	if (f->body.stmt)
		visit_stmt(f->body.stmt, h);
	h->depth--;
}

static void visit_expr(struct expr *e, void *data);

/* What is assigned to; counts: no more than that, or an addition to an aggregate. */
static void visit_lvalue(struct handler *h, struct expr *e, bool counts)
{
	struct var *v = expr_var(e);

	for (struct expr *key = e->kind == EXPR_INDEX ? e->index.keys : NULL; key; key = key->next)
		visit_expr(key, h);
	/* of an array even a count needs the lock: it may make the element */
	if (v)
		note_access(h, v, true, counts && (!v->arity || v->type == TYPE_STAT));
}

static void visit_expr(struct expr *e, void *data)
{
	struct handler *h = data;

	switch (e->kind) {
	case EXPR_IDENT:
		note_access(h, e->ident.var, false, false);
		break;
	case EXPR_ASSIGN:
		visit_expr(e->assign.value, h);
		visit_lvalue(h, e->assign.lvalue, e->assign.op == OP_AGGREGATE);
		return;
	case EXPR_CREMENT:
		visit_lvalue(h, e->crement.lvalue, false);
		return;
	case EXPR_CALL:
		expr_each(e, visit_expr, h);
		for (struct function *f = e->call.function; f; f = f->overload)
			visit_function(h, f);
		return;
	case EXPR_EMBEDDED:
		embedded_each_global(h->s, e->embedded.code, e->loc, note_embedded, h);
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		h->enables = true;
		break;
	default:
		break;
	}
	expr_each(e, visit_expr, h);
}

/* An expression whose value nobody uses. */
static void visit_effect(struct handler *h, struct expr *e)
{
	if (!e)
		return;
	if (e->kind == EXPR_CREMENT) {
		visit_lvalue(h, e->crement.lvalue, true);
	} else if (e->kind == EXPR_ASSIGN && (e->assign.op == OP_ADD || e->assign.op == OP_SUB)) {
		visit_expr(e->assign.value, h);
		visit_lvalue(h, e->assign.lvalue, true);
	} else {
		visit_expr(e, h);
	}
}

static void visit_foreach(struct handler *h, struct foreach *f)
{
	for (struct expr *key = f->slice; key; key = key->next)
		visit_expr(key, h);
	if (f->limit)
		visit_expr(f->limit, h);
	visit_expr(f->base, h);
	h->loops++;
	for (struct expr *key = f->keys; key; key = key->next)
		visit_lvalue(h, key, false);
	if (f->value)
		visit_lvalue(h, f->value, false);
	visit_stmt(f->body, h);
	h->loops--;
}

static void visit_stmt(struct stmt *st, void *data)
{
	struct handler *h = data;

	switch (st->kind) {
	case STMT_EXPR:
		visit_effect(h, st->expr);
		return;
	case STMT_WHILE:
	case STMT_FOR:
		visit_effect(h, st->loop.init);
		h->loops++;
		if (st->loop.cond)
			visit_expr(st->loop.cond, h);
		visit_effect(h, st->loop.step);
		visit_stmt(st->loop.body, h);
		h->loops--;
		return;
	case STMT_FOREACH:
		visit_foreach(h, st->foreach);
		return;
	case STMT_DELETE:
		visit_lvalue(h, st->deleted, false);
		return;
	case STMT_TRY:
		visit_stmt(st->try_.body, h);
		if (st->try_.message)
			visit_lvalue(h, st->try_.message, false);
		visit_stmt(st->try_.handler, h);
		return;
	default:
		stmt_each(st, visit_expr, visit_stmt, h);
	}
}

static bool runs_alone(const struct probe_use *use)
{
	return use->kind == PROBE_BEGIN || use->kind == PROBE_END || use->kind == PROBE_ERROR ||
	       use->kind == PROBE_NEVER;
}

static void handler_walk(struct session *s, struct probe_use *use, struct handler *h)
{
	*h = (struct handler){ .s = s };
	for (struct part *part = use_parts(use); part; part = part->next) {
		if (part->condition)
			visit_expr(part->condition, h);
		if (part->body->stmt)
			visit_stmt(part->body->stmt, h);
	}
}

/* A handler's accesses that others could see happen one after the other. */
static unsigned count_shared(const struct handler *h)
{
	unsigned n = 0;

	for (const struct access *a = h->accesses; a; a = a->next)
		n += a->var->sharing != SHARED_CONSTANT && a->var->sharing != SHARED_AGGREGATE && a->var->looked_at;
	return n;
}

/* What the watches' conditions depend on. */
static void conditions_walk(struct session *s, struct handler *h)
{
	*h = (struct handler){ .s = s };
	for (struct watch *w = s->unit->watches; w; w = w->next)
		if (w->condition)
			visit_expr(w->condition, h);
}

static bool depends_on(const struct handler *conditions, const struct var *v)
{
	for (const struct access *a = conditions->accesses; a; a = a->next)
		if (a->var == v)
			return true;
	return false;
}

/* The watch can be shut while its hits wait for the lock: then they must find out. */
static bool is_shut_by_script(const struct probe_use *use)
{
	return use->kind == PROBE_DATA && (use->watch->dynamic || use->watch->condition);
}

static void find_writes(struct session *s)
{
	struct handler h;

	for (struct var *v = s->script.globals; v; v = v->next) {
		v->sharing = SHARED_CONSTANT;
		v->looked_at = false;
	}
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		if (runs_alone(use))
			continue;
		handler_walk(s, use, &h);
		for (struct access *a = h.accesses; a; a = a->next) {
			if (a->writes)
				a->var->sharing = a->var->type == TYPE_STAT ? SHARED_AGGREGATE : SHARED_COUNTER;
			a->var->looked_at |= !a->counts;
		}
	}
}

static void find_locked(struct session *s, const struct handler *conditions)
{
	struct handler h;

	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		if (runs_alone(use))
			continue;
		handler_walk(s, use, &h);
		for (struct access *a = h.accesses; a; a = a->next)
			if (a->var->sharing == SHARED_COUNTER &&
			    (h.recursive || count_shared(&h) > 1 || (a->writes && !a->counts) ||
			     a->var->type == TYPE_STRING || depends_on(conditions, a->var)))
				a->var->sharing = SHARED_LOCKED;
	}
}

void sharing_resolve(struct session *s)
{
	struct handler h, conditions;

	conditions_walk(s, &conditions);
	find_writes(s);
	find_locked(s, &conditions);
	for (struct probe_use *use = s->unit->uses; use; use = use->next) {
		handler_walk(s, use, &h);
		for (struct access *a = h.accesses; a; a = a->next) {
			use->locks |= a->var->sharing == SHARED_LOCKED ||
				      (a->var->sharing == SHARED_AGGREGATE && !a->counts);
			use->decides |= a->writes && depends_on(&conditions, a->var);
		}
		/* who may turn a condition does so under the lock */
		use->locks |= use->decides;
		use->locks |= h.enables || is_shut_by_script(use);
		if (runs_alone(use))
			use->locks = false;
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 2: from a tree of names to a unit that can be emitted. */
#include <inttypes.h>

#include "../diag.h"
#include "access.h"
#include "datum.h"

static void check_print(struct expr *e, void *data)
{
	if (e->kind == EXPR_PRINT)
		print_call_check(data, e);
}

int resolve(struct session *s)
{
	s->unit = session_alloc(s, sizeof(*s->unit));
	if (library_load(s))
		return -1;
	prefetch_types(s);
	points_resolve(s);
	watch_types_resolve(s);
	fold_defined(s);
	scope_resolve(s);
	if (!s->errors && !s->unit->uses)
		diag(s, NULL, DIAG_NO_PROBES);
	if (s->errors)
		return -1;
	elide(s);
	infer_types(s);
	if (!s->errors && display_resolve(s))
		infer_types(s);
	embedded_check_types(s);
	unit_walk(s, check_print, s);
	if (s->errors)
		return -1;
	sharing_resolve(s);
	usage_warn(s);
	library_warn_arguments(s);
	return 0;
}

static const char *type_name(enum type t)
{
	return t == TYPE_STRING ? "string" : t == TYPE_LONG ? "long" : t == TYPE_STAT ? "aggregate" : "";
}


/* Before it, where there is one. */
static const char *colon(enum type t)
{
	return *type_name(t) ? ":" : "";
}

static void print_global(FILE *out, const struct var *v)
{
	static const char *const sharing[] = {
		[SHARED_LOCKED] = "locked",
		[SHARED_CONSTANT] = "constant",
		[SHARED_COUNTER] = "counter",
		[SHARED_AGGREGATE] = "a part for each CPU",
	};

	fprintf(out, "global %s", v->name);
	for (int i = 0; i < v->arity; i++)
		fprintf(out, "%s%s", i ? ", " : "[", type_name(v->keys[i]));
	fprintf(out, "%s%s%s%s, %s\n", v->arity ? "]" : "", v->wraps ? "%" : "", colon(v->type), type_name(v->type),
		sharing[v->sharing]);
}

/* From the symbol on; and of which CPU. */
static void print_way(FILE *out, const struct range *r)
{
	for (unsigned i = 0; r->datum && i < r->datum->hops; i++)
		if (r->datum->offset[i] || i)
			fprintf(out, i ? ", the pointer there + %" PRId64 : " + %" PRId64, r->datum->offset[i]);
	if (r->one_cpu)
		fprintf(out, ", CPU %u's", r->cpu);
	else if (r->per_cpu)
		fprintf(out, ", each CPU's own");
}

static void print_ranges(FILE *out, struct session *s, const struct watch *w)
{
	for (const struct range *r = w->ranges; r; r = r->next) {
		if (r->module)
			fprintf(out, "  address of %s in module %s", r->symbol, r->module);
		else if (r->symbol)
			fprintf(out, "  address of %s", r->symbol);
		else if (r->expr)
			fprintf(out, "  address given by enable");
		else
			fprintf(out, "  address 0x%" PRIx64, r->address);
		print_way(out, r);
		if (r->symbol)
			fprintf(out, ", bound when %s", r->module ? "it is there" : "the module is loaded");
		if (r->type)
			fprintf(out, ", %s", ctype_spell(s, r->type));
		if (r->bit_size)
			fprintf(out, ", %u bits of", r->bit_size);
		fprintf(out, "%s%" PRIu64 " bytes, %s%s\n", r->bit_size ? " " : ", ", r->length,
			w->reads ? "reads and writes" : w->change ? "changes" : "writes",
			w->values ? ", with values" : "");
	}
}

/* What is not as usual of it. */
static void print_watch(FILE *out, struct session *s, const struct watch *w)
{
	print_ranges(out, s, w);
	if (!w->starts)
		fprintf(out, "  off until it is enabled\n");
	else if (w->may_fail)
		fprintf(out, "  may fail at the start%s\n", w->later ? ", and waits then" : "");
	if (w->priority && w->priority->kind == EXPR_NUMBER) {
		fprintf(out, "  priority %" PRId64 "\n", w->priority->number);
	} else if (w->priority) {
		fprintf(out, "  priority ");
		expr_print(out, w->priority);
		fputc('\n', out);
	}
	if (w->condition) {
		fprintf(out, "  only if ");
		expr_print(out, w->condition);
		fputc('\n', out);
	}
}

static void print_locals(FILE *out, const struct body *body)
{
	for (const struct var *v = body->locals; v; v = v->next)
		fprintf(out, "  local %s%s%s\n", v->name, colon(v->type), type_name(v->type));
}

static void print_timer(FILE *out, const struct probe_use *u)
{
	const char *unit = u->period_jiffies ? "jiffies" : "ns";

	fprintf(out, "  every %" PRIu64 " %s", u->period_jiffies ? u->period_jiffies : u->period_ns, unit);
	if (u->spread)
		fprintf(out, ", up to %" PRIu64 " %s more or less", u->spread, unit);
	fprintf(out, "%s\n", u->each_cpu ? ", on every CPU" : "");
}

void unit_print(FILE *out, struct session *s)
{
	for (const struct var *v = s->script.globals; v; v = v->next)
		if (v->used)
			print_global(out, v);
	for (const struct function *f = s->script.functions; f; f = f->next) {
		if (!f->used)
			continue;
		fprintf(out, "function %s%s%s (", f->name, colon(f->type), type_name(f->type));
		for (const struct var *p = f->body.params; p; p = p->next)
			fprintf(out, "%s%s%s%s", p->name, colon(p->type), type_name(p->type), p->next ? ", " : "");
		fprintf(out, ")\n");
		print_locals(out, &f->body);
	}
	for (struct probe_use *u = s->unit->uses; u; u = u->next) {
		fprintf(out, "probe %s%s%s\n", u->kind == PROBE_DATA ? u->watch->name : u->point->spelling,
			u->locks ? ", locks" : "", u->decides ? ", decides" : "");
		for (struct alternative *a = u->unless; a; a = a->next)
			fprintf(out, "  left out where there is %s\n", a->use->point->spelling);
		if (u->kind == PROBE_DATA)
			print_watch(out, s, u->watch);
		if (u->kind == PROBE_TIMER)
			print_timer(out, u);
		for (struct part *part = use_parts(u); part; part = part->next)
			print_locals(out, part->body);
	}
}

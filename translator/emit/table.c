// SPDX-License-Identifier: GPL-2.0-or-later
/* What the module says of itself, and the tables by which the runtime finds its handlers. */
#include <inttypes.h>
#include <string.h>

#include "../resolve/datum.h"
#include "emit.h"

static void emit_info(struct session *s, FILE *out, unsigned *n, const char *text)
{
	fprintf(out, "WT_INFO(%u, %s);\n", (*n)++, c_string(s, text));
}

/* What whoever runs the module needs for printing, to be had beforehand. */
struct needs {
	bool stacks, lines, marks;
};

static void find_needs(struct expr *e, void *data)
{
	static const char *const stacks[] = { "wt_print_backtrace", "wt_print_syms" };
	static const char *const lines[] = {
		"wt_print_backtrace_fileline", "wt_symfileline", "wt_symfile", "wt_symline",
	};
	static const char *const marks[] = { "wt_pointer_text", "wt_symfileline", "wt_symfile", "wt_symline" };
	const char *name = e->kind == EXPR_CALL && e->call.builtin ? e->call.builtin->c_name : "";
	struct needs *needs = data;

	for (size_t i = 0; i < sizeof(stacks) / sizeof(*stacks); i++)
		needs->stacks |= !strcmp(name, stacks[i]);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		needs->lines |= !strcmp(name, lines[i]);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		needs->marks |= !strcmp(name, marks[i]);
}

static void emit_needs(struct session *s, FILE *out, unsigned *n)
{
	struct needs needs = { 0 };

	unit_walk(s, find_needs, &needs);
	if (needs.stacks || needs.lines || needs.marks)
		emit_info(s, out, n, "watchtap.stacks=1");
	if (needs.lines)
		emit_info(s, out, n, "watchtap.lines=1");
	if (needs.marks)
		emit_info(s, out, n, "watchtap.marks=1");
}

static const char *place_text(struct session *s, struct loc loc)
{
	return session_printf(s, "%s:%u:%u", loc.source->name, loc.line, loc.col);
}

/* As wire.h says: MODULE:SYMBOL@LINKED+OFFSET */
static const char *symbol_text(struct session *s, const char *module, const char *symbol, uint64_t linked_at,
			       int64_t offset)
{
	const char *text = module ? session_printf(s, "%s:%s", module_name(s, module), symbol) : symbol;

	if (linked_at)
		text = session_printf(s, "%s@0x%" PRIx64, text, linked_at);
	return offset ? session_printf(s, "%s+0x%" PRIx64, text, offset) : text;
}

static const char *address_text(struct session *s, const struct range *r)
{
	if (r->symbol)
		return symbol_text(s, r->module, r->symbol, r->datum->linked_at, r->datum->offset[0]);
	return r->expr ? "-" : session_printf(s, "0x%" PRIx64, r->address);
}

static const char *access_text(struct session *s, const struct watch *w, const struct range *r)
{
	return session_printf(s, "%s%s", w->reads ? "rw" : "write", r->per_cpu ? ",percpu" : "");
}

static void emit_ranges_info(struct session *s, FILE *out, unsigned *n)
{
	for (struct watch *w = s->unit->watches; w; w = w->next) {
		int number = w->first_range;

		for (struct range *r = w->ranges; r; r = r->next)
			emit_info(s, out, n, session_printf(s, "watchtap.range.%d=%d %s %" PRIu64 " %s %s %s %s",
				  number++, w->use->index, address_text(s, r), r->length, access_text(s, w, r),
				  w->may_fail ? "?" : w->starts ? "!" : "-", place_text(s, r->point->loc),
				  r->point->spelling));
	}
}

/* The numbers of the probes that make this one superfluous. */
static const char *unless_text(struct session *s, const struct alternative *a)
{
	const char *text = session_printf(s, "%d", a->use->index);

	for (a = a->next; a; a = a->next)
		text = session_printf(s, "%s %d", text, a->use->index);
	return text;
}

void emit_meta(struct session *s, FILE *out)
{
	unsigned n = 0;

	for (struct format *f = s->unit->formats; f; f = f->next)
		emit_info(s, out, &n, session_printf(s, "watchtap.format.%d=%s", f->index, f->text));
	emit_ranges_info(s, out, &n);
	for (struct probe_use *u = s->unit->uses; u; u = u->next) {
		emit_info(s, out, &n, session_printf(s, "watchtap.probe.%d=%s %s", u->index,
			  place_text(s, u->point->loc), u->point->spelling));
		if (u->function)
			emit_info(s, out, &n, session_printf(s, "watchtap.function.%d=%s %s", u->index,
				  u->point->optional ? "?" : "!",
				  symbol_text(s, u->function_module, u->function, u->function_linked_at, 0)));
		if (u->unless)
			emit_info(s, out, &n, session_printf(s, "watchtap.unless.%d=%s", u->index,
				  unless_text(s, u->unless)));
	}
	for (const struct symbol_use *u = s->unit->symbols; u; u = u->next)
		emit_info(s, out, &n, session_printf(s, "watchtap.symbol.%d=%s", u->index,
			  symbol_text(s, u->module, u->symbol, u->linked_at, 0)));
	emit_needs(s, out, &n);
	fprintf(out, "WT_INFO(%u, \"watchtap.max_functions=\" WT_TEXT(MAXFUNCTIONS));\n", n++);
	fputc('\n', out);
}

struct probe_use *first_of(struct session *s, struct probe_use *u)
{
	struct probe_use *first = s->unit->uses;

	if (u->kind == PROBE_DATA)
		return u;
	while (first->kind == PROBE_DATA || first->part.body != u->part.body ||
	       first->part.condition != u->part.condition)
		first = first->next;
	return first;
}

static const char *function_name(struct session *s, const struct watch *w, const char *what)
{
	return session_printf(s, "watch_%d_%s", w->index, what);
}

/* Where the arguments say where the ranges are. */
static unsigned emit_aim(struct emit *em, struct watch *w)
{
	unsigned strings, most = 0;
	int i = 0;

	for (struct range *r = w->ranges; r; r = r->next, i++) {
		if (!r->expr)
			continue;
		strings = emit_value_function(em, session_printf(em->s, "watch_%d_range_%d", w->index, i), r->expr);
		most = strings > most ? strings : most;
	}
	i = 0;
	fprintf(em->out, "static void watch_%d_aim(struct wt_ctx *c, unsigned long *ret)\n{\n", w->index);
	em->indent = 1;
	for (struct range *r = w->ranges; r; r = r->next, i++)
		if (r->expr)
			line(em, "ret[%d] = watch_%d_range_%d(c);", i, w->index, i);
	fputs("}\n\n", em->out);
	return most;
}

unsigned emit_watch_functions(struct emit *em)
{
	unsigned most = 0;

	for (struct watch *w = em->s->unit->watches; w; w = w->next) {
		unsigned strings[3] = { 0 };

		if (w->condition)
			strings[0] = emit_value_function(em, function_name(em->s, w, "condition"), w->condition);
		if (w->priority)
			strings[1] = emit_value_function(em, function_name(em->s, w, "priority"), w->priority);
		if (w->definition && w->definition->params)
			strings[2] = emit_aim(em, w);
		for (int i = 0; i < 3; i++)
			most = strings[i] > most ? strings[i] : most;
	}
	return most;
}

static void emit_flag(FILE *out, bool set, const char *name)
{
	if (set)
		fprintf(out, "\t\t.%s = 1,\n", name);
}

/* Where it is not 0. */
static void emit_number(FILE *out, int64_t number, const char *name)
{
	if (number == INT64_MIN)
		fprintf(out, "\t\t.%s = -0x7fffffffffffffff - 1,\n", name);
	else if (number)
		fprintf(out, "\t\t.%s = %" PRId64 ",\n", name, number);
}

static unsigned count_saved(const struct probe_use *u)
{
	unsigned n = 0;

	for (const struct saved *saved = u->saved; saved; saved = saved->next)
		n++;
	return n;
}

static void emit_probe_table(struct session *s, FILE *out)
{
	static const char *const kinds[] = {
		"WT_BEGIN", "WT_END", "WT_ERROR", "WT_TIMER", "WT_DATA", "WT_FUNCTION",
		"WT_ENABLED", "WT_DISABLED", "WT_UNAVAILABLE", "WT_NEVER",
	};

	fputs("static struct wt_probe probes[] = {\n", out);
	for (struct probe_use *u = s->unit->uses; u; u = u->next) {
		fprintf(out, "\t{\n\t\t.kind = %s,\n\t\t.handler = probe_%d,\n\t\t.point = %s,\n", kinds[u->kind],
			first_of(s, u)->index, c_string(s, u->point->spelling));
		emit_flag(out, u->locks, "locks");
		emit_flag(out, u->decides, "decides");
		emit_flag(out, u->returns, "returns");
		emit_flag(out, u->function && u->point->optional, "optional");
		emit_flag(out, u->once, "once");
		emit_flag(out, u->each_cpu, "each_cpu");
		emit_number(out, u->max_active, "max_active");
		if (u->saved)
			fprintf(out, "\t\t.saved = %u,\n\t\t.entry = probe_%d_entry,\n", count_saved(u), u->index);
		if (u->watch)
			fprintf(out, "\t\t.watch = %d,\n", u->watch->index);
		emit_number(out, u->sequence, "sequence");
		emit_number(out, u->period_ns, "period_ns");
		emit_number(out, u->period_jiffies, "period_jiffies");
		emit_number(out, u->spread, "spread");
		fputs("\t},\n", out);
	}
	fputs("};\n\n", out);
}

static unsigned count_params(const struct watch *w)
{
	unsigned n = 0;

	if (w->definition)
		for (const struct var *v = w->definition->params; v; v = v->next)
			n++;
	return n;
}

/* The offsets at which pointers lie, the first apart: that is bound with the symbol. */
static void emit_hops(FILE *out, const struct datum *d)
{
	fprintf(out, "\t\t\t\t.hop_count = %u,\n\t\t\t\t.hops = (const long[]){", d->hops - 1);
	for (unsigned i = 1; i < d->hops; i++)
		fprintf(out, "%s %" PRId64, i > 1 ? "," : "", d->offset[i]);
	fputs(" },\n", out);
}

static bool is_unsigned(const struct range *r)
{
	return r->type && !r->type->is_signed && (r->bit_size || r->type->size == r->length) &&
	       (r->type->kind == CTYPE_INT || r->type->kind == CTYPE_ENUM);
}

/* Is more to be done for its value than to read it with a sign? */
static bool is_odd(const struct range *r)
{
	uint64_t n = r->length;

	return r->bit_size || (n < 8 && (is_unsigned(r) || (n != 1 && n != 2 && n != 4)));
}

static void emit_range(struct session *s, FILE *out, const struct range *r)
{
	fprintf(out, "\t\t\t{\n\t\t\t\t.address = 0x%" PRIx64 ",\n\t\t\t\t.length = %" PRIu64 ",\n", r->address, r->length);
	if (r->module)
		fprintf(out, "\t\t\t\t.module = %s,\n\t\t\t\t.symbol = %s,\n\t\t\t\t.offset = %" PRId64 ",\n",
			c_string(s, module_name(s, r->module)), c_string(s, r->symbol), r->datum->offset[0]);
	if (r->datum && r->datum->hops > 1)
		emit_hops(out, r->datum);
	if (r->bit_size)
		fprintf(out, "\t\t\t\t.shift = %u,\n\t\t\t\t.bits = %u,\n", r->bit_offset, r->bit_size);
	if (is_unsigned(r))
		fputs("\t\t\t\t.is_unsigned = 1,\n", out);
	if (is_odd(r))
		fputs("\t\t\t\t.is_odd = 1,\n", out);
	if (r->one_cpu)
		fprintf(out, "\t\t\t\t.one_cpu = 1,\n\t\t\t\t.cpu = %u,\n", r->cpu);
	fputs("\t\t\t},\n", out);
}

static void emit_watch(struct session *s, FILE *out, const struct watch *w)
{
	unsigned params = count_params(w);

	fprintf(out, "\t{\n\t\t.name = %s,\n", c_string(s, w->name));
	fputs("\t\t.ranges = (const struct wt_range_def[]){\n", out);
	for (const struct range *r = w->ranges; r; r = r->next)
		emit_range(s, out, r);
	fprintf(out, "\t\t},\n\t\t.range_count = %d,\n\t\t.first_range = %d,\n\t\t.probe = %d,\n",
		w->range_count, w->first_range, w->use->index);
	fprintf(out, "\t\t.args = %u,\n\t\t.instances = %s,\n", params, params ? "MAXINSTANCES" : "1");
	emit_flag(out, w->ranges->per_cpu && !w->ranges->one_cpu, "per_cpu");
	emit_flag(out, w->reads, "reads");
	emit_flag(out, w->change, "change");
	emit_flag(out, w->values, "values");
	emit_flag(out, w->starts, "starts");
	emit_flag(out, w->may_fail || !w->starts, "may_fail");
	emit_flag(out, w->later, "later");
	emit_flag(out, w->dynamic, "dynamic");
	if (params)
		fprintf(out, "\t\t.aim = %s,\n", function_name(s, w, "aim"));
	if (w->priority)
		fprintf(out, "\t\t.priority = %s,\n", function_name(s, w, "priority"));
	if (w->condition)
		fprintf(out, "\t\t.condition = %s,\n", function_name(s, w, "condition"));
	fputs("\t},\n", out);
}

void emit_tables(struct session *s, FILE *out)
{
	emit_probe_table(s, out);
	if (!s->unit->watches)
		return;
	fputs("static const struct wt_watch_def watches[] = {\n", out);
	for (struct watch *w = s->unit->watches; w; w = w->next)
		emit_watch(s, out, w);
	fputs("};\n\n", out);
}

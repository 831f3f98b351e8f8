// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 3: the C file as a whole. */
#include <inttypes.h>
#include <string.h>

#include "emit.h"

/* How many string slots a function's frame has, and the deepest chain below it. */
struct frame {
	struct function *function;
	unsigned strings;
	unsigned below;			/* the most of the chains from here, once known */
	unsigned calls;			/* functions of the longest one, this one included */
	bool known, on_stack;
	struct frame *next;
};

struct depth {
	struct frame *frames;
	unsigned most, calls;		/* below the body being looked at */
	bool recursive;
};

static struct frame *frame_of(struct depth *d, struct function *f)
{
	struct frame *frame = d->frames;

	while (frame->function != f)
		frame = frame->next;
	return frame;
}

static void deepest(struct expr *e, void *data);

/* A function, and below it what it calls, or passes its call on to. */
static void deepest_function(struct depth *d, struct function *f)
{
	struct depth below = { .frames = d->frames };
	struct frame *frame = frame_of(d, f);

	if (frame->on_stack) {
		d->recursive = true;
		return;
	}
	/* once for each function: the paths to it may be without number */
	if (!frame->known) {
		frame->on_stack = true;
		walk(f->body.stmt, deepest, NULL, &below);
		if (f->overload)
			deepest_function(&below, f->overload);
		frame->on_stack = false;
		frame->known = true;
		frame->below = below.most;
		frame->calls = below.calls + 1;
		d->recursive |= below.recursive;
	}
	if (frame->strings + frame->below > d->most)
		d->most = frame->strings + frame->below;
	if (frame->calls > d->calls)
		d->calls = frame->calls;
}

static void deepest(struct expr *e, void *data)
{
	if (e->kind == EXPR_CALL && e->call.function)
		deepest_function(data, e->call.function);
}

static void emit_globals(struct session *s, FILE *out)
{
	static const char *const comments[] = {
		[SHARED_LOCKED] = "under the lock",
		[SHARED_CONSTANT] = "not written by handlers that run side by side",
		[SHARED_COUNTER] = "atomic",
	};
	unsigned long room = unit_maxstringlen(s);

	for (struct var *v = s->script.globals; v; v = v->next) {
		const char *value;

		if (!v->used || v->arity || v->type == TYPE_STAT)
			continue;
		if (v->type == TYPE_STRING)
			value = c_string(s, v->init ? session_strndup(s, v->init->string, strnlen(v->init->string, room - 1)) : "");
		else
			value = c_number(s, v->init ? v->init->number : 0);
		fprintf(out, "%s %s %s%s;\t/* %s */\n", c_storage(s), v->type == TYPE_STRING ? "wt_string" : "long",
			c_var(s, v), c_initial(s, value), comments[v->sharing]);
	}
	fputc('\n', out);
}

/* A line directive needs a plain number; the name is what messages show. */
static void emit_line(struct session *s, FILE *out, struct loc loc)
{
	fprintf(out, "#line %u %s\n", loc.line, c_string(s, loc.source->name));
}

const char *comment_text(struct session *s, const char *text)
{
	char *copy = session_strdup(s, text);

	for (char *p = copy; *p; p++)
		if ((p[0] == '*' && p[1] == '/') || *p == '\n')
			*p = ' ';
	return copy;
}

static void emit_prototypes(struct emit *em)
{
	struct session *s = em->s;

	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->used)
			fprintf(em->out, "%s;\n", function_head(em, f));
	/* for the table of the probes, which may be in another part */
	for (struct probe_use *u = s->unit->uses; u && s->c_parts; u = u->next)
		if (first_of(s, u) == u)
			fprintf(em->out, "%s void probe_%d(struct wt_ctx *c);\n", c_storage(s), u->index);
	fputc('\n', em->out);
}

static struct frame *emit_functions(struct emit *em)
{
	struct session *s = em->s;
	struct frame *frames = NULL;

	for (struct function *f = s->script.functions; f; f = f->next) {
		struct frame *frame;

		if (!f->used)
			continue;
		fprintf(em->out, "/* function %s */\n", f->name);
		emit_line(s, em->out, f->loc);
		frame = session_alloc(s, sizeof(*frame));
		frame->function = f;
		frame->strings = emit_function_body(em, f);
		frame->next = frames;
		frames = frame;
		part_between(em);
	}
	return frames;
}

/* Strings of a frame and of the deepest chain of calls from these statements. */
static void deepen(struct depth *d, struct part *parts, unsigned frame, unsigned *most)
{
	for (struct part *part = parts; part; part = part->next) {
		walk(part->body->stmt, deepest, NULL, d);
		if (part->condition)
			walk_expr(part->condition, deepest, d);
	}
	if (frame + d->most > *most)
		*most = frame + d->most;
}

static void deepest_of_point(struct expr *e, void *data)
{
	walk_expr(e, deepest, data);
}

/*
 * The bodies of the probes. Returns how many string slots the deepest chain takes,
 * as C, those of the watches' functions with it, and how many functions the longest
 * one has.
 */
static const char *emit_probes(struct emit *em, struct frame *frames, unsigned of_watches, unsigned *calls)
{
	struct depth points = { .frames = frames };
	struct session *s = em->s;
	unsigned most = 0, most_function = 0;
	bool recursive;

	/* a handler that enables a watch has the watch's functions on top */
	unit_each_expr(s, deepest_of_point, &points);
	recursive = points.recursive;
	*calls = 0;
	for (struct probe_use *u = s->unit->uses; u; u = u->next) {
		struct depth d = { .frames = frames };

		if (first_of(s, u) != u)
			continue;
		fprintf(em->out, "/* probe %s */\n", comment_text(s, u->kind == PROBE_DATA ? u->watch->name : u->point->spelling));
		emit_line(s, em->out, u->point->loc);
		deepen(&d, use_parts(u), emit_probe_body(em, u), &most);
		recursive |= d.recursive;
		*calls = d.calls > *calls ? d.calls : *calls;
		part_between(em);
	}
	*calls += points.calls;
	most += of_watches + points.most;
	for (struct frame *f = frames; f; f = f->next)
		if (f->strings > most_function)
			most_function = f->strings;
	if (recursive && most_function)
		return session_printf(s, "%u + WT_NESTING(%u) * %u", most, *calls, most_function);
	return session_printf(s, "%u", most);
}

/* What others are told of the script: the file's name, or for -e and -m the module's. */
static const char *script_name(struct session *s)
{
	const char *file = s->options.script_file, *slash;
	size_t n;

	if (!file || !strcmp(file, "-") || s->options.module_name)
		return "0";
	slash = strrchr(file, '/');
	file = slash ? slash + 1 : file;
	n = strlen(file);
	if (n > 4 && !strcmp(file + n - 4, ".stp"))
		n -= 4;
	return c_string(s, session_strndup(s, file, n));
}

/* Of those that are used, functions and globals of the same name: all but the first get numbers. */
static void number_twins(struct session *s)
{
	for (struct function *f = s->script.functions; f; f = f->next)
		for (struct function *g = s->script.functions; f->used && g != f; g = g->next)
			f->index += g->used && !strcmp(f->name, g->name);
	for (struct var *v = s->script.globals; v; v = v->next)
		for (struct var *w = s->script.globals; v->used && w != v; w = w->next)
			v->index += w->used && !strcmp(v->name, w->name);
}

int emit(struct session *s)
{
	struct emit em = { .s = s };
	unsigned of_watches, of_entries, calls;
	const char *strings;
	char *text;
	size_t size;

	number_twins(s);
	emit_embedded_prepare(s);
	part_plan(s);
	em.out = open_memstream(&text, &size);
	fputs("/* Made by watchtap from a script: what it says is in script.h of the runtime. */\n", em.out);
	emit_embedded_headers(s, em.out);
	fputs("#include \"script.h\"\n#include \"script_limits.h\"\n\n", em.out);
	part_begin(&em);
	emit_meta(s, em.out);
	part_end(&em);
	emit_globals(s, em.out);
	emit_maps(s, em.out);
	emit_symbols(s, em.out);
	emit_regexes(s, em.out);
	emit_embedded_declarations(s, em.out);
	emit_prototypes(&em);
	part_begin(&em);
	of_watches = emit_watch_functions(&em);
	of_entries = emit_entries(&em);
	of_watches = of_entries > of_watches ? of_entries : of_watches;
	strings = emit_probes(&em, emit_functions(&em), of_watches, &calls);
	part_end(&em);
	part_begin(&em);
	emit_map_tables(s, em.out);
	emit_tables(s, em.out);
	fprintf(em.out, "const struct wt_script wt_script = {\n\t.limits = WT_LIMITS,\n\t.name = %s,\n"
		"\t.probe_count = %d,\n\t.probes = probes,\n"
		"\t.watch_count = %d,\n\t.watches = %s,\n\t.range_count = %d,\n"
		"\t.strings = %s,\n\t.nesting = WT_NESTING(%u),\n%s%s%s%s};\n",
		script_name(s), s->unit->use_count, s->unit->watch_count, s->unit->watches ? "watches" : "0",
		s->unit->range_count, strings, calls,
		count_globals(s, true) ? "\t.map_count = sizeof(maps) / sizeof(maps[0]),\n\t.maps = maps,\n" : "",
		count_globals(s, false) ? "\t.aggregate_count = sizeof(aggregates) / sizeof(aggregates[0]),\n"
					  "\t.aggregates = aggregates,\n" : "",
		s->unit->regex_groups ? "\t.matches = 1,\n" : "",
		s->unit->symbols ? "\t.symbol_count = sizeof(symbols) / sizeof(symbols[0]),\n\t.symbols = symbols,\n" : "");
	part_end(&em);
	fclose(em.out);
	s->c_text = session_strdup(s, text);
	free(text);
	return s->errors ? -1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 3: the C file as a whole. */
#include <inttypes.h>
#include <string.h>

#include "emit.h"

/* How many string slots a function's frame has, and the deepest chain below it. */
struct frame {
	struct function *function;
	unsigned strings;
	bool on_stack;
	struct frame *next;
};

struct depth {
	struct frame *frames;
	unsigned most;			/* below the body being looked at */
	bool recursive;
};

static struct frame *frame_of(struct depth *d, struct function *f)
{
	struct frame *frame = d->frames;

	while (frame->function != f)
		frame = frame->next;
	return frame;
}

static void deepest(struct expr *e, void *data)
{
	struct depth *d = data, below = { d->frames, 0, false };
	struct frame *frame;

	if (e->kind != EXPR_CALL || !e->call.function)
		return;
	frame = frame_of(d, e->call.function);
	if (frame->on_stack) {
		d->recursive = true;
		return;
	}
	frame->on_stack = true;
	walk(e->call.function->body.stmt, deepest, NULL, &below);
	frame->on_stack = false;
	d->recursive |= below.recursive;
	if (frame->strings + below.most > d->most)
		d->most = frame->strings + below.most;
}

static void emit_info(struct session *s, FILE *out, unsigned *n, const char *text)
{
	fprintf(out, "WT_INFO(%u, %s);\n", (*n)++, c_string(s, text));
}

static void find_stack(struct expr *e, void *data)
{
	if (e->kind == EXPR_CALL && e->call.builtin && !strcmp(e->call.builtin->name, "print_backtrace"))
		*(bool *)data = true;
}

/* Whoever runs the module then reads the symbols beforehand. */
static bool prints_stacks(struct session *s)
{
	bool found = false;

	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->used)
			walk(f->body.stmt, find_stack, NULL, &found);
	for (struct probe_use *u = s->unit->uses; u; u = u->next)
		walk(u->probe->body.stmt, find_stack, NULL, &found);
	return found;
}

static void emit_meta(struct session *s, FILE *out)
{
	unsigned n = 0;

	for (struct format *f = s->unit->formats; f; f = f->next)
		emit_info(s, out, &n, session_printf(s, "watchtap.format.%d=%s", f->index, f->text));
	for (struct watch *w = s->unit->watches; w; w = w->next)
		emit_info(s, out, &n, session_printf(s, "watchtap.watch.%d=%s %" PRIu64 " %s %s", w->index,
			  w->symbol ? w->symbol : session_printf(s, "0x%" PRIx64, w->address),
			  w->length, w->reads ? "rw" : "write", w->use->point->spelling));
	for (struct probe_use *u = s->unit->uses; u; u = u->next)
		emit_info(s, out, &n, session_printf(s, "watchtap.probe.%d=%s:%u:%u %s", u->index,
			  u->point->loc.source->name, u->point->loc.line, u->point->loc.col,
			  u->point->spelling));
	if (prints_stacks(s))
		emit_info(s, out, &n, "watchtap.stacks=1");
	fputc('\n', out);
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
		if (!v->used)
			continue;
		if (v->type == TYPE_STRING)
			fprintf(out, "static wt_string %s = %s;", c_var(s, v),
				c_string(s, v->init ? session_strndup(s, v->init->string, strnlen(v->init->string, room - 1)) : ""));
		else
			fprintf(out, "static long %s = %s;", c_var(s, v), c_number(s, v->init ? v->init->number : 0));
		fprintf(out, "\t/* %s */\n", comments[v->sharing]);
	}
	fputc('\n', out);
}

/* A line directive needs a plain number; the name is what messages show. */
static void emit_line(struct session *s, FILE *out, struct loc loc)
{
	fprintf(out, "#line %u %s\n", loc.line, c_string(s, loc.source->name));
}

/* Text for a comment: it may not end it. */
static const char *comment_text(struct session *s, const char *text)
{
	char *copy = session_strdup(s, text);

	for (char *p = copy; *p; p++)
		if ((p[0] == '*' && p[1] == '/') || *p == '\n')
			*p = ' ';
	return copy;
}

static struct frame *emit_functions(struct emit *em)
{
	struct session *s = em->s;
	struct frame *frames = NULL;

	for (struct function *f = s->script.functions; f; f = f->next)
		if (f->used)
			fprintf(em->out, "%s;\n", function_head(em, f));
	fputc('\n', em->out);
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
	}
	return frames;
}

/* Several points of one probe share a body: it has the first one's number. */
static struct probe_use *first_of(struct session *s, const struct probe_use *u)
{
	struct probe_use *first = s->unit->uses;

	while (first->probe != u->probe)
		first = first->next;
	return first;
}

/* The bodies of the probes. Returns how many string slots the deepest chain takes, as C. */
static const char *emit_probes(struct emit *em, struct frame *frames)
{
	struct session *s = em->s;
	unsigned most = 0, most_function = 0;
	bool recursive = false;

	for (struct probe_use *u = s->unit->uses; u; u = u->next) {
		struct depth d = { frames, 0, false };
		unsigned strings;

		if (first_of(s, u) != u)
			continue;
		fprintf(em->out, "/* probe %s */\n", comment_text(s, u->point->spelling));
		emit_line(s, em->out, u->point->loc);
		strings = emit_probe_body(em, u->probe, u->index);
		walk(u->probe->body.stmt, deepest, NULL, &d);
		if (strings + d.most > most)
			most = strings + d.most;
		recursive |= d.recursive;
	}
	for (struct frame *f = frames; f; f = f->next)
		if (f->strings > most_function)
			most_function = f->strings;
	if (recursive && most_function)
		return session_printf(s, "%u + MAXNESTING * %u", most, most_function);
	return session_printf(s, "%u", most);
}

static void emit_probe_table(struct session *s, FILE *out)
{
	static const char *const kinds[] = { "WT_BEGIN", "WT_END", "WT_ERROR", "WT_TIMER", "WT_DATA" };

	fputs("static const struct wt_probe probes[] = {\n", out);
	for (struct probe_use *u = s->unit->uses; u; u = u->next) {
		fprintf(out, "\t{\n\t\t.kind = %s,\n\t\t.handler = probe_%d,\n\t\t.point = %s,\n", kinds[u->kind],
			first_of(s, u)->index, c_string(s, u->point->spelling));
		if (u->locks)
			fputs("\t\t.locks = 1,\n", out);
		if (u->watch)
			fprintf(out, "\t\t.watch = %d,\n", u->watch->index);
		if (u->period_ns)
			fprintf(out, "\t\t.period_ns = %" PRIu64 ",\n", u->period_ns);
		fputs("\t},\n", out);
	}
	fputs("};\n\n", out);
}

static void emit_watch_table(struct session *s, FILE *out)
{
	if (!s->unit->watches)
		return;
	fputs("static const struct wt_watch_def watches[] = {\n", out);
	for (struct watch *w = s->unit->watches; w; w = w->next) {
		fprintf(out, "\t{\n\t\t.spelling = %s,\n", c_string(s, w->use->point->spelling));
		if (!w->symbol)
			fprintf(out, "\t\t.address = 0x%" PRIx64 ",\n", w->address);
		fprintf(out, "\t\t.length = %" PRIu64 ",\n\t\t.reads = %d,\n\t\t.values = %d,\n\t\t.probe = %d,\n\t},\n",
			w->length, w->reads, w->values, w->use->index);
	}
	fputs("};\n\n", out);
}

int emit(struct session *s)
{
	struct emit em = { .s = s };
	const char *strings;
	char *text;
	size_t size;

	em.out = open_memstream(&text, &size);
	fputs("/* Made by watchtap from a script: what it says is in script.h of the runtime. */\n"
	      "#include \"script.h\"\n\n", em.out);
	emit_meta(s, em.out);
	emit_globals(s, em.out);
	strings = emit_probes(&em, emit_functions(&em));
	emit_probe_table(s, em.out);
	emit_watch_table(s, em.out);
	fprintf(em.out, "const struct wt_script wt_script = {\n"
		"\t.probe_count = %d,\n\t.probes = probes,\n"
		"\t.watch_count = %d,\n\t.watches = %s,\n"
		"\t.strings = %s,\n};\n",
		s->unit->use_count, s->unit->watch_count, s->unit->watches ? "watches" : "0", strings);
	fclose(em.out);
	s->c_text = session_strdup(s, text);
	free(text);
	return 0;
}

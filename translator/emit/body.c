// SPDX-License-Identifier: GPL-2.0-or-later
/* A handler or a function: its frame around its statements. */
#include <string.h>

#include "emit.h"

static void declare_strings(struct emit *em, struct var *list)
{
	for (struct var *v = list; v; v = v->next) {
		if (v->type != TYPE_STRING)
			continue;
		if (v->kind == VAR_PARAM) {
			/* a copy of its own: the caller's variable may change meanwhile */
			line(em, "char *const %s = %s;", c_var(em->s, v), new_string(em));
			line(em, "wt_copy(%s, given_%s);", c_var(em->s, v), v->name);
		} else {
			line(em, "char *const %s = %s;", c_var(em->s, v), new_string(em));
			line(em, "%s[0] = '\\0';", c_var(em->s, v));
		}
	}
}

/* One part's statements; `next` leaves it for the part behind, or leaves all. */
static void emit_part(struct emit *em, const struct part *part, bool guarded, bool leaves_all, struct loc loc)
{
	struct body *body = part->body;
	bool labelled = part->next && !leaves_all;
	struct value holds;

	em->leave = labelled ? session_printf(em->s, "part_%u", ++em->labels) : "out";
	if (guarded) {
		unsigned strings = em->strings;

		holds = emit_expr(em, part->condition);
		line(em, "if (!%s)", holds.text);
		line(em, "\tgoto %s;", em->leave);
		em->strings = strings;
	}
	/* at once, at the start: a body without loops and calls pays for one subtraction */
	emit_steps(em, body->stmt, loc);
	for (struct stmt *s = body->stmt->kind == STMT_BLOCK ? body->stmt->block : body->stmt; s; s = s->next)
		emit_stmt(em, s);
	if (labelled)
		fprintf(em->out, "%s: __attribute__((unused));\n", em->leave);
}

/* Statements between the frame's taking and giving; returns the frame's strings. */
static unsigned emit_framed(struct emit *em, const struct part *parts, struct var *params, bool guarded,
			    const struct body *filter, struct loc loc)
{
	FILE *out = em->out;
	bool locals = false;
	char *text;
	size_t size;

	em->strings = em->most_strings = em->temps = em->labels = em->loop_label = em->loops = 0;
	em->fail = "out";
	em->out = open_memstream(&text, &size);
	declare_strings(em, params);
	for (const struct part *part = parts; part; part = part->next)
		declare_strings(em, part->body->locals);
	for (const struct part *part = parts; part; part = part->next)
		emit_part(em, part, guarded && part->condition, part->body == filter, loc);
	fclose(em->out);
	em->out = out;

	for (const struct part *part = parts; part; part = part->next) {
		locals |= part->body->locals != NULL;
		for (struct var *v = part->body->locals; v; v = v->next)
			if (v->type != TYPE_STRING)
				/* the last that named a shared one may have been left out */
				line(em, "long %s%s = 0;", c_var(em->s, v), v->shared ? " __attribute__((unused))" : "");
	}
	for (unsigned i = 0; i < em->loops; i++)
		line(em, "struct wt_loop loop_%u = { 0 };", i);
	if (em->most_strings)
		line(em, "wt_string *const strings = wt_strings_take(c, %u);", em->most_strings);
	if (locals || em->most_strings || em->loops)
		fputc('\n', em->out);
	fputs(text, em->out);
	free(text);
	fputs("out: __attribute__((unused));\n", em->out);
	/* those that were left on the way */
	for (unsigned i = 0; i < em->loops; i++)
		line(em, "wt_loop_end(&loop_%u);", i);
	if (em->most_strings)
		line(em, "wt_strings_give(c, %u);", em->most_strings);
	return em->most_strings;
}

unsigned emit_probe_body(struct emit *em, struct probe_use *use)
{
	const struct part *parts = use_parts(use);
	/* the runtime looks after the one condition of a watch that has one handler */
	bool guarded = use->kind != PROBE_DATA || parts->next;
	/* as in SystemTap, a definition's `next` keeps its probes from running */
	const struct body *filter = use->watch && use->watch->definition ? &use->watch->definition->body : NULL;
	unsigned strings;

	fprintf(em->out, "%s void probe_%d(struct wt_ctx *c)\n{\n", c_storage(em->s), use->index);
	em->function = NULL;
	em->indent = 1;
	strings = emit_framed(em, parts, NULL, guarded, filter, use->point->loc);
	fputs("}\n\n", em->out);
	return strings;
}

unsigned emit_value_function(struct emit *em, const char *name, struct expr *e)
{
	struct function function = { .name = name, .type = TYPE_LONG };
	struct body body = { .stmt = stmt_return(em->s, e->loc, e) };
	struct part part = { .body = &body };
	unsigned strings;

	fprintf(em->out, "static long %s(struct wt_ctx *c)\n{\n", name);
	em->function = &function;
	em->indent = 1;
	line(em, "long ret = 0;");
	fputc('\n', em->out);
	strings = emit_framed(em, &part, NULL, false, NULL, e->loc);
	line(em, "return ret;");
	fputs("}\n\n", em->out);
	return strings;
}

const char *function_head(struct emit *em, struct function *f)
{
	struct session *s = em->s;
	const char *text = session_printf(s, "%s %s %s(struct wt_ctx *c", c_storage(s),
					  f->type == TYPE_LONG ? "long" : "void", c_function(s, f));

	for (struct var *p = f->body.params; p; p = p->next)
		text = p->type == TYPE_STRING ? session_printf(s, "%s, const char *given_%s", text, p->name) :
		       f->overload ? session_printf(s, "%s, long given_%s", text, p->name) :
				     session_printf(s, "%s, long %s", text, c_var(s, p));
	if (f->type == TYPE_STRING)
		text = session_printf(s, "%s, char *ret", text);
	return session_printf(s, "%s)", text);
}

void emit_function_open(struct emit *em, struct function *f)
{
	fprintf(em->out, "%s\n{\n", function_head(em, f));
	em->function = f;
	em->indent = 1;
	if (f->type == TYPE_LONG)
		line(em, "long ret = 0;");
	else if (f->type == TYPE_STRING)
		line(em, "ret[0] = '\\0';");
}

unsigned emit_function_body(struct emit *em, struct function *f)
{
	struct part part = { .body = &f->body };
	unsigned strings;

	if (f->embedded)
		return emit_embedded_function(em, f);
	emit_function_open(em, f);
	/* an overload gets them as they were given */
	for (struct var *p = f->overload ? f->body.params : NULL; p; p = p->next)
		if (p->type != TYPE_STRING)
			line(em, "long %s __attribute__((unused)) = given_%s;", c_var(em->s, p), p->name);
	fputc('\n', em->out);
	line(em, "WT_ENTER(c, %s);", c_place(em->s, f->loc));
	strings = emit_framed(em, &part, f->body.params, false, NULL, f->loc);
	line(em, "WT_LEAVE(c);");
	fputs("refused:\n", em->out);
	line(em, "return%s;", f->type == TYPE_LONG ? " ret" : "");
	fputs("}\n\n", em->out);
	return strings;
}

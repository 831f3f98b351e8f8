// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements. */
#include <stdarg.h>
#include <string.h>

#include "emit.h"

void line(struct emit *em, const char *format, ...)
{
	va_list ap;

	for (int i = 0; i < em->indent; i++)
		fputc('\t', em->out);
	va_start(ap, format);
	vfprintf(em->out, format, ap);
	va_end(ap);
	fputc('\n', em->out);
}

/* How many statements run in one pass through s, loops' bodies aside: they count for themselves. */
static void count_steps(struct stmt *s, void *data)
{
	unsigned *n = data;

	if (s->kind == STMT_BLOCK) {
		stmt_each(s, NULL, count_steps, n);
		return;
	}
	++*n;
	if (s->kind == STMT_IF || s->kind == STMT_TRY)
		stmt_each(s, NULL, count_steps, n);
}

void emit_steps(struct emit *em, struct stmt *s, struct loc loc)
{
	unsigned n = 0;

	count_steps(s, &n);
	if (n)
		line(em, "WT_STEP(c, %u, %s);", n, c_place(em->s, loc));
}

char *emit_apart(struct emit *em, struct expr *e, struct value *ret)
{
	FILE *out = em->out;
	char *text;
	size_t size;

	em->out = open_memstream(&text, &size);
	if (ret)
		*ret = emit_expr(em, e);
	else
		emit_effect(em, e);
	fclose(em->out);
	em->out = out;
	if (size)
		return text;
	free(text);
	return NULL;
}

/* Text that was emitted one level too deep, less that level. */
static void put_outdented(FILE *out, const char *text)
{
	while (*text) {
		const char *end = strchr(text, '\n') + 1;

		text += *text == '\t';
		fwrite(text, 1, end - text, out);
		text = end;
	}
}

/* Text that declared temporaries gets braces around it. */
static void put_braced(struct emit *em, char *text, bool braces)
{
	if (braces) {
		line(em, "{");
		fputs(text, em->out);
		line(em, "}");
	} else {
		put_outdented(em->out, text);
	}
	free(text);
}

/* e for its effect; a label may stand before it. */
static void emit_braced(struct emit *em, struct expr *e)
{
	unsigned temps = em->temps, strings = em->strings;
	char *text;

	em->indent++;
	text = emit_apart(em, e, NULL);
	em->indent--;
	if (text)
		put_braced(em, text, em->temps != temps);
	em->strings = strings;
}

static void find_continue(struct stmt *s, void *data)
{
	if (s->kind == STMT_CONTINUE)
		*(bool *)data = true;
	else if (s->kind != STMT_WHILE && s->kind != STMT_FOR && s->kind != STMT_FOREACH)
		stmt_each(s, NULL, find_continue, data);
}

/* Without the parentheses around the whole, where the C has its own. */
static const char *bare(struct emit *em, const char *text)
{
	size_t n = strlen(text);
	int depth = 0;

	if (*text != '(')
		return text;
	for (size_t i = 0; i < n; i++) {
		/* a string literal may hold anything */
		if (text[i] == '"')
			return text;
		depth += text[i] == '(';
		depth -= text[i] == ')';
		if (!depth && i + 1 < n)
			return text;
	}
	return session_strndup(em->s, text + 1, n - 2);
}

void emit_block(struct emit *em, struct stmt *s)
{
	if (s->kind == STMT_BLOCK) {
		for (s = s->block; s; s = s->next)
			emit_stmt(em, s);
	} else {
		emit_stmt(em, s);
	}
}

/* What one pass through a loop costs; a body without statements costs as well. */
void emit_loop_steps(struct emit *em, struct stmt *body, struct loc loc)
{
	if (body->kind == STMT_BLOCK && !body->block)
		line(em, "WT_STEP(c, 1, %s);", c_place(em->s, loc));
	else
		emit_steps(em, body, body->loc);
}

static void emit_loop(struct emit *em, struct stmt *s)
{
	unsigned outer = em->loop_label, strings = em->strings;
	struct value cond = { "1", true };
	char *before = NULL;
	bool continues = false;

	if (s->loop.init)
		emit_effect(em, s->loop.init);
	em->strings = strings;
	em->indent++;
	if (s->loop.cond)
		before = emit_apart(em, s->loop.cond, &cond);
	em->indent--;
	find_continue(s->loop.body, &continues);
	em->loop_label = s->loop.step && continues ? ++em->labels : 0;

	if (before) {
		line(em, "for (;;) {");
		fputs(before, em->out);
		em->indent++;
		line(em, "if (!%s)", cond.text);
		line(em, "\tbreak;");
		em->indent--;
		free(before);
	} else {
		line(em, "while (%s) {", bare(em, cond.text));
	}
	em->strings = strings;
	em->indent++;
	emit_loop_steps(em, s->loop.body, s->loc);
	emit_block(em, s->loop.body);
	if (em->loop_label) {
		em->indent--;
		line(em, "step_%u:;", em->loop_label);
		em->indent++;
	}
	if (s->loop.step)
		emit_braced(em, s->loop.step);
	em->indent--;
	line(em, "}");
	em->loop_label = outer;
	em->strings = strings;
}

static void emit_if(struct emit *em, struct stmt *s)
{
	unsigned strings = em->strings;
	struct value cond = emit_expr(em, s->if_.cond);

	em->strings = strings;
	line(em, "if (%s) {", bare(em, cond.text));
	em->indent++;
	emit_block(em, s->if_.yes);
	em->indent--;
	if (s->if_.no) {
		line(em, "} else {");
		em->indent++;
		emit_block(em, s->if_.no);
		em->indent--;
	}
	line(em, "}");
}

static void emit_return(struct emit *em, struct stmt *s)
{
	if (s->expr) {
		struct value v = emit_expr(em, s->expr);

		if (em->function->type == TYPE_STRING)
			line(em, "wt_copy(ret, %s);", v.text);
		else if (em->function->type == TYPE_LONG)
			line(em, "ret = %s;", v.text);
	}
	line(em, "goto out;");
}

/* What fails in the body goes to the label; loops that it leaves so are ended there. */
static void emit_try(struct emit *em, struct stmt *s)
{
	const char *outer = em->fail;
	unsigned label = ++em->labels, loop = em->loops;

	em->fail = session_printf(em->s, "catch_%u", label);
	line(em, "{");
	em->indent++;
	emit_block(em, s->try_.body);
	em->indent--;
	line(em, "}");
	em->fail = outer;
	line(em, "if (0) {");
	line(em, "catch_%u: __attribute__((unused));", label);
	em->indent++;
	for (; loop < em->loops; loop++)
		line(em, "wt_loop_end(&loop_%u);", loop);
	line(em, "if (c->error == wt_aborted)");
	line(em, "\tgoto %s;", em->fail);
	if (s->try_.message)
		emit_store(em, s->try_.message->ident.var, "c->error");
	line(em, "c->error = 0;");
	emit_block(em, s->try_.handler);
	em->indent--;
	line(em, "}");
}

void emit_pass_on(struct emit *em, struct stmt *s)
{
	const struct function *f = em->function, *overload = f->overload;
	const char *args = "c";

	if (!overload) {
		line(em, "wt_fail(c, %s, \"no other function '%s' is left for 'next'\");", c_place(em->s, s->loc), f->name);
		line(em, "goto out;");
		return;
	}
	for (const struct var *p = f->body.params; p; p = p->next)
		args = session_printf(em->s, "%s, given_%s", args, p->name);
	if (f->type == TYPE_STRING)
		args = session_printf(em->s, "%s, ret", args);
	line(em, "%s%s(%s);", f->type == TYPE_LONG ? "ret = " : "", c_function(em->s, overload), args);
	line(em, "goto out;");
}

static void emit_simple(struct emit *em, struct stmt *s)
{
	switch (s->kind) {
	case STMT_EMPTY:
		break;
	case STMT_BLOCK:
		emit_block(em, s);
		break;
	case STMT_EXPR:
		emit_effect(em, s->expr);
		break;
	case STMT_IF:
		emit_if(em, s);
		break;
	case STMT_WHILE:
	case STMT_FOR:
		emit_loop(em, s);
		break;
	case STMT_RETURN:
		emit_return(em, s);
		break;
	case STMT_NEXT:
		if (em->function)
			emit_pass_on(em, s);
		else
			line(em, "goto %s;", em->leave);
		break;
	case STMT_BREAK:
		line(em, "break;");
		break;
	case STMT_CONTINUE:
		if (em->loop_label)
			line(em, "goto step_%u;", em->loop_label);
		else
			line(em, "continue;");
		break;
	case STMT_FOREACH:
		emit_foreach(em, s);
		break;
	case STMT_DELETE:
		emit_delete(em, s->deleted);
		break;
	case STMT_TRY:
		emit_try(em, s);
		break;
	}
}

/* Temporaries live for one statement: braces around it, its string slots free after it. */
void emit_stmt(struct emit *em, struct stmt *s)
{
	unsigned strings = em->strings, temps = em->temps;
	FILE *out = em->out;
	char *text;
	size_t size;

	em->out = open_memstream(&text, &size);
	em->indent++;
	emit_simple(em, s);
	em->indent--;
	fclose(em->out);
	em->out = out;
	put_braced(em, text, em->temps != temps && s->kind != STMT_BLOCK);
	em->strings = strings;
}

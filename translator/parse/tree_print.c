/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a tree as a script that parses to the same tree: every operator within
 * an expression has its parentheses, every simple statement its semicolon.
 */
#include "parse/tree.h"
#include "parse/literal.h"
#include "parse/tree_internal.h"

#include <inttypes.h>

/* A negative number is only written as one where it is read as a literal; elsewhere it would be a minus and a number. */
static void print_number(FILE *out, const struct expr *e, bool literal)
{
	if (e->hex || (e->number < 0 && !literal))
		fprintf(out, "0x%" PRIx64, (uint64_t)e->number);
	else
		fprintf(out, "%" PRId64, e->number);
}

/* With numbers as literals; what is no literal, as any expression. */
static void print_literal(FILE *out, const struct expr *e)
{
	if (e->kind == EXPR_NUMBER)
		print_number(out, e, true);
	else
		expr_print(out, e);
}

/* Between brackets, "()" or "[]". */
static void print_list(FILE *out, const struct expr *list, const char *brackets,
		       void (*print)(FILE *, const struct expr *))
{
	fputc(brackets[0], out);
	for (; list; list = list->next) {
		print(out, list);
		if (list->next)
			fputs(", ", out);
	}
	fputc(brackets[1], out);
}

static void print_args(FILE *out, const char *name, const struct expr *args)
{
	fputs(name, out);
	print_list(out, args, "()", expr_print);
}

/* As an operand: in parentheses if it has an operator. */
static void print_operand(FILE *out, const struct expr *e)
{
	bool parens = e->kind == EXPR_UNARY || e->kind == EXPR_BINARY || e->kind == EXPR_ASSIGN ||
		      e->kind == EXPR_CREMENT || e->kind == EXPR_TERNARY || e->kind == EXPR_ENABLE ||
		      e->kind == EXPR_DISABLE || e->kind == EXPR_IN || e->kind == EXPR_MATCH;

	if (parens)
		fputc('(', out);
	expr_print(out, e);
	if (parens)
		fputc(')', out);
}

/* @word(operand, ...) with the numbers that belong to it. */
static void print_hist(FILE *out, const struct expr *e)
{
	const struct histogram *h = &e->hist.shape;

	fputs(h->kind == HIST_LOG ? "@hist_log(" : "@hist_linear(", out);
	expr_print(out, e->hist.operand);
	if (h->kind == HIST_LINEAR)
		fprintf(out, ", %" PRId64 ", %" PRId64 ", %" PRId64, h->low, h->high, h->width);
	fputc(')', out);
}

static void print_stat(FILE *out, const struct expr *e)
{
	fprintf(out, "%s(", stat_op_text(e->stat.op));
	expr_print(out, e->stat.operand);
	if (e->stat.shift)
		fprintf(out, ", %" PRId64, e->stat.shift->number);
	fputc(')', out);
}

void expr_print(FILE *out, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_NUMBER:
		print_number(out, e, false);
		break;
	case EXPR_STRING:
		literal_print_string(out, e->string);
		break;
	case EXPR_IDENT:
		fputs(e->ident.name, out);
		break;
	case EXPR_TARGET:
		fprintf(out, "$%s", e->target.name);
		break;
	case EXPR_UNARY:
		fputs(op_text(e->unary.op), out);
		print_operand(out, e->unary.operand);
		break;
	case EXPR_BINARY:
		print_operand(out, e->binary.left);
		fprintf(out, " %s ", op_text(e->binary.op));
		print_operand(out, e->binary.right);
		break;
	case EXPR_ASSIGN:
		print_operand(out, e->assign.lvalue);
		fprintf(out, " %s%s ", op_text(e->assign.op), e->assign.op == OP_AGGREGATE ? "" : "=");
		print_operand(out, e->assign.value);
		break;
	case EXPR_CREMENT:
		if (e->crement.prefix)
			fputs(op_text(e->crement.op), out);
		print_operand(out, e->crement.lvalue);
		if (!e->crement.prefix)
			fputs(op_text(e->crement.op), out);
		break;
	case EXPR_TERNARY:
		print_operand(out, e->ternary.cond);
		fputs(" ? ", out);
		print_operand(out, e->ternary.yes);
		fputs(" : ", out);
		print_operand(out, e->ternary.no);
		break;
	case EXPR_CALL:
		print_args(out, e->call.name, e->call.args);
		break;
	case EXPR_PRINT:
		print_args(out, e->print.name, e->print.args);
		break;
	case EXPR_ENABLE:
	case EXPR_DISABLE:
		fputs(e->kind == EXPR_ENABLE ? "enable " : "disable ", out);
		if (e->enable.has_args)
			print_args(out, e->enable.name, e->enable.args);
		else
			fputs(e->enable.name, out);
		if (e->enable.later)
			fputs(" later", out);
		break;
	case EXPR_INDEX:
		expr_print(out, e->index.base);
		print_list(out, e->index.keys, "[]", expr_print);
		break;
	case EXPR_ANY:
		fputc('*', out);
		break;
	case EXPR_IN:
		print_list(out, e->in.keys, "[]", expr_print);
		fputs(" in ", out);
		expr_print(out, e->in.array);
		break;
	case EXPR_ARROW:
		print_operand(out, e->arrow.base);
		fprintf(out, "%s%s", *e->arrow.member == '$' ? "" : "->", e->arrow.member);
		break;
	case EXPR_MATCH:
		print_operand(out, e->match.operand);
		fputs(e->match.negated ? " !~ " : " =~ ", out);
		expr_print(out, e->match.pattern);
		break;
	case EXPR_STAT:
		print_stat(out, e);
		break;
	case EXPR_HIST:
		print_hist(out, e);
		break;
	case EXPR_AT:
		print_args(out, at_word_text(e->at.word), e->at.args);
		break;
	case EXPR_EMBEDDED:
		fprintf(out, "%%{%s%%}", e->embedded.code);
		break;
	case EXPR_LOAD:
	case EXPR_PIECE:
	case EXPR_FIELD:
	case EXPR_SYMBOL:
	case EXPR_ENUM:
	case EXPR_SAVED:
		tree_print_typed(out, e);
		break;
	}
}

static void indent(FILE *out, int level)
{
	while (level--)
		fputc('\t', out);
}

static void print_stmt(FILE *out, const struct stmt *s, int level);

/* What a header is followed by: a block on its line, anything else below it. */
static void print_body(FILE *out, const struct stmt *s, int level)
{
	if (s->kind == STMT_BLOCK) {
		fputs(" {\n", out);
		for (s = s->block; s; s = s->next)
			print_stmt(out, s, level + 1);
		indent(out, level);
		fputs("}\n", out);
	} else {
		fputc('\n', out);
		print_stmt(out, s, level + 1);
	}
}

static void print_optional(FILE *out, const char *before, const struct expr *e)
{
	if (!e)
		return;
	fputs(before, out);
	expr_print(out, e);
}

static const char *direction(const struct foreach *f)
{
	return f->descending ? "-" : "+";
}

static void print_foreach(FILE *out, const struct foreach *f)
{
	const char *open = f->keys->next ? "[" : "", *close = f->keys->next ? "]" : "";
	int i = 0;

	fputs("foreach (", out);
	if (f->value)
		fprintf(out, "%s = ", f->value->ident.name);
	fputs(open, out);
	for (const struct expr *key = f->keys; key; key = key->next, i++)
		fprintf(out, "%s%s%s", key->ident.name, f->sort == SORT_KEY && f->sort_key == i ? direction(f) : "",
			key->next ? ", " : "");
	fprintf(out, "%s in ", close);
	expr_print(out, f->base);
	if (f->slice)
		print_list(out, f->slice, "[]", expr_print);
	if (f->sort == SORT_VALUE)
		fprintf(out, "%s%s%s", f->sort_stat == STAT_NONE ? "" : " ",
			f->sort_stat == STAT_NONE ? "" : stat_op_text(f->sort_stat), direction(f));
	print_optional(out, " limit ", f->limit);
	fputc(')', out);
}

static void print_try(FILE *out, const struct stmt *s, int level)
{
	fputs("try", out);
	print_body(out, s->try_.body, level);
	indent(out, level);
	fputs("catch", out);
	if (s->try_.message)
		fprintf(out, " (%s)", s->try_.message->ident.name);
	print_body(out, s->try_.handler, level);
}

static void print_stmt(FILE *out, const struct stmt *s, int level)
{
	indent(out, level);
	switch (s->kind) {
	case STMT_EMPTY:
		fputs(";\n", out);
		break;
	case STMT_BLOCK:
		fputs("{\n", out);
		for (s = s->block; s; s = s->next)
			print_stmt(out, s, level + 1);
		indent(out, level);
		fputs("}\n", out);
		break;
	case STMT_EXPR:
		expr_print(out, s->expr);
		fputs(";\n", out);
		break;
	case STMT_IF:
		fputs("if (", out);
		expr_print(out, s->if_.cond);
		fputc(')', out);
		print_body(out, s->if_.yes, level);
		if (s->if_.no) {
			indent(out, level);
			fputs("else", out);
			print_body(out, s->if_.no, level);
		}
		break;
	case STMT_WHILE:
		fputs("while (", out);
		expr_print(out, s->loop.cond);
		fputc(')', out);
		print_body(out, s->loop.body, level);
		break;
	case STMT_FOR:
		fputs("for (", out);
		print_optional(out, "", s->loop.init);
		fputc(';', out);
		print_optional(out, " ", s->loop.cond);
		fputc(';', out);
		print_optional(out, " ", s->loop.step);
		fputc(')', out);
		print_body(out, s->loop.body, level);
		break;
	case STMT_RETURN:
		fputs("return", out);
		print_optional(out, " ", s->expr);
		fputs(";\n", out);
		break;
	case STMT_NEXT:
		fputs("next;\n", out);
		break;
	case STMT_BREAK:
		fputs("break;\n", out);
		break;
	case STMT_CONTINUE:
		fputs("continue;\n", out);
		break;
	case STMT_FOREACH:
		print_foreach(out, s->foreach);
		print_body(out, s->foreach->body, level);
		break;
	case STMT_DELETE:
		print_optional(out, "delete ", s->deleted);
		fputs(";\n", out);
		break;
	case STMT_TRY:
		print_try(out, s, level);
		break;
	}
}

static const char *type_suffix(enum type type)
{
	return type == TYPE_LONG ? ":long" : type == TYPE_STRING ? ":string" : "";
}

static void print_global(FILE *out, const struct var *v)
{
	fprintf(out, "%sglobal %s%s", v->is_private ? "private " : "", v->name, v->wraps ? "%" : "");
	if (v->entries)
		fprintf(out, "[%" PRId64 "]", v->entries);
	fputs(type_suffix(v->type), out);
	if (v->init) {
		fputs(" = ", out);
		print_literal(out, v->init);
	}
	fputs(";\n", out);
}

static void print_function(FILE *out, const struct function *f)
{
	fprintf(out, "%sfunction %s%s(", f->is_private ? "private " : "", f->name, type_suffix(f->type));
	for (const struct var *v = f->body.params; v; v = v->next)
		fprintf(out, "%s%s%s", v->name, type_suffix(v->type), v->next ? ", " : "");
	fputc(')', out);
	if (f->has_priority)
		fprintf(out, f->priority < 0 ? ":0x%" PRIx64 : ":%" PRId64, f->priority);
	if (f->embedded)
		fprintf(out, "\n%%{%s%%}\n", f->embedded);
	else
		print_body(out, f->body.stmt, 0);
}

void components_print(FILE *out, const struct component *c)
{
	for (; c; c = c->next) {
		fputs(c->name, out);
		if (c->arg)
			print_list(out, c->arg, "()", print_literal);
		if (c->next)
			fputc('.', out);
	}
}

static void print_points(FILE *out, const struct point *p)
{
	for (; p; p = p->next) {
		fprintf(out, "%s%s", p->spelling, p->sufficient ? " !" : p->optional ? " ?" : "");
		print_optional(out, " if (", p->condition);
		fprintf(out, "%s%s", p->condition ? ")" : "", p->next ? ", " : "");
	}
}

static void print_definition(FILE *out, const struct definition *d)
{
	fprintf(out, "probe %s%s", d->name, d->has_params ? "(" : "");
	for (const struct var *v = d->params; v; v = v->next)
		fprintf(out, "%s%s", v->name, v->next ? ", " : "");
	fprintf(out, "%s %s ", d->has_params ? ")" : "", d->epilogue ? "+=" : "=");
	print_points(out, d->points);
	print_body(out, d->body.stmt, 0);
	if (d->after) {
		fputs(",", out);
		print_body(out, d->after, 0);
	}
}

static void print_probe(FILE *out, const struct probe *p)
{
	fputs("probe ", out);
	print_points(out, p->points);
	print_body(out, p->body.stmt, 0);
}

void tree_print(FILE *out, const struct script *script)
{
	for (const struct embed *e = script->embeds; e; e = e->next)
		fprintf(out, "%%{%s%%}\n", e->code);
	for (const struct var *v = script->globals; v; v = v->next)
		print_global(out, v);
	for (const struct function *f = script->functions; f; f = f->next)
		print_function(out, f);
	for (const struct definition *d = script->definitions; d; d = d->next)
		print_definition(out, d);
	for (const struct probe *p = script->probes; p; p = p->next)
		print_probe(out, p);
}

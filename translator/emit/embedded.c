// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * C that the script brings along (-g). It sees the kernel's headers, which the
 * rest of a script does without, and the macros STAP_... of runtime/embedded.h.
 */
#include <string.h>

#include "emit.h"

static void find_embedded(struct expr *e, void *data)
{
	if (e->kind == EXPR_EMBEDDED || (e->kind == EXPR_AT && e->at.word == WORD_CONST))
		*(bool *)data = true;
}

static bool has_embedded(struct session *s)
{
	bool found = s->script.embeds;

	for (const struct function *f = s->script.functions; f; f = f->next)
		found |= f->used && f->embedded;
	unit_walk(s, find_embedded, &found);
	return found;
}

/* What STAP_PRINTF prints is an item like any other. */
static const char print_format[] = "%s";

void emit_embedded_prepare(struct session *s)
{
	s->unit->embedded = has_embedded(s);
	if (s->unit->embedded)
		unit_format(s, print_format);
}

void emit_embedded_headers(struct session *s, FILE *out)
{
	if (s->unit->embedded)
		fputs("#include \"embedded.h\"\n", out);
}

static void emit_code(struct session *s, FILE *out, const char *code, struct loc loc)
{
	fprintf(out, "#line %u %s\n%s\n", loc.line, c_string(s, loc.source->name), code);
}

/* An array's: the keys are arguments of the macros. */
static void emit_array_accessors(struct session *s, FILE *out, const struct var *v)
{
	const char *type = c_type(v->type), *names = "", *keys = "";

	for (int i = 0; i < v->arity; i++) {
		names = session_printf(s, "%s%sk%d", names, i ? ", " : "", i);
		keys = session_printf(s, "%s%s{ .%s = (k%d) }", keys, i ? ", " : "",
				      v->keys[i] == TYPE_STRING ? "s" : "n", i);
	}
	fprintf(out, "#define STAP_GLOBAL_GET_%s(%s) wt_map_%s(&%s, (const wt_datum[]){ %s })\n", v->name, names, type,
		c_var(s, v), keys);
	fprintf(out, "#define STAP_GLOBAL_SET_%s(%s, value) do { \\\n"
		"\twt_map_set_%s(c, &%s, (const wt_datum[]){ %s }, (value), place); \\\n"
		"\tWT_CHECK(c, WT_FAIL_LABEL); \\\n} while (0)\n", v->name, names, type, c_var(s, v), keys);
}

/* Globals by the names that C has for them. */
static void emit_accessors(struct session *s, FILE *out)
{
	for (const struct var *v = s->script.globals; v; v = v->next) {
		const char *name = c_var(s, v);

		if (!v->used || v->type == TYPE_STAT || v->index)
			continue;
		if (v->arity) {
			emit_array_accessors(s, out, v);
			continue;
		}
		fprintf(out, "#define STAP_GLOBAL_GET_%s() (%s)\n", v->name, name);
		if (v->type == TYPE_STRING)
			fprintf(out, "#define STAP_GLOBAL_SET_%s(value) wt_copy(%s, (value))\n", v->name, name);
		else
			fprintf(out, "#define STAP_GLOBAL_SET_%s(value) (%s = (value))\n", v->name, name);
	}
}

void emit_embedded_declarations(struct session *s, FILE *out)
{
	if (!s->unit->embedded)
		return;
	fprintf(out, "#define WT_PRINT_FORMAT %d\n", unit_format(s, print_format)->index);
	emit_accessors(s, out);
	for (const struct embed *e = s->script.embeds; e; e = e->next)
		emit_code(s, out, e->code, e->loc);
	fputc('\n', out);
}

/* What the macros need: where an error goes, and how a value is returned. */
static void emit_macros(struct emit *em, const char *fail, const struct function *f)
{
	fprintf(em->out, "#define WT_FAIL_LABEL %s\n", fail);
	if (!f)
		return;
	if (f->type == TYPE_STRING)
		fputs("#define STAP_RETVALUE ret\n#define STAP_RETURN(value) do { wt_copy(ret, (value)); goto out; } while (0)\n",
		      em->out);
	else if (f->type == TYPE_LONG)
		fputs("#define STAP_RETVALUE ret\n#define STAP_RETURN(value) do { ret = (value); goto out; } while (0)\n",
		      em->out);
	else
		fputs("#define STAP_RETURN() goto out\n", em->out);
	for (const struct var *p = f->body.params; p; p = p->next) {
		bool given = p->type == TYPE_STRING || f->overload;

		fprintf(em->out, "#define STAP_ARG_%s %s\n", p->name,
			given ? session_printf(em->s, "given_%s", p->name) : c_var(em->s, p));
	}
}

static void emit_end_of_macros(struct emit *em, const struct function *f)
{
	fputs("#undef WT_FAIL_LABEL\n", em->out);
	if (!f)
		return;
	fputs("#undef STAP_RETVALUE\n#undef STAP_RETURN\n", em->out);
	for (const struct var *p = f->body.params; p; p = p->next)
		fprintf(em->out, "#undef STAP_ARG_%s\n", p->name);
}

/* The block of C, with what its macros name. */
static void emit_block_of_c(struct emit *em, const char *code, struct loc loc)
{
	line(em, "{");
	line(em, "\tconst char *const place __attribute__((unused)) = %s;", c_place(em->s, loc));
	fputs("{\n", em->out);
	emit_code(em->s, em->out, code, loc);
	fputs("}\n", em->out);
	if (strstr(code, "CONTEXT")) {
		line(em, "\tif (c->error) {");
		line(em, "\t\tc->place = place;");
		line(em, "\t\tgoto WT_FAIL_LABEL;");
		line(em, "\t}");
	}
	line(em, "}");
}

unsigned emit_embedded_function(struct emit *em, struct function *f)
{
	struct stmt next = { .kind = STMT_NEXT, .loc = f->loc };

	emit_function_open(em, f);
	emit_macros(em, "out", f);
	emit_block_of_c(em, f->embedded, f->loc);
	emit_end_of_macros(em, f);
	if (function_passes_on(f)) {
		line(em, "goto out;");
		fputs("next:\n", em->out);
		emit_pass_on(em, &next);
	}
	fputs("out: __attribute__((unused));\n", em->out);
	line(em, "return%s;", f->type == TYPE_LONG ? " ret" : "");
	fputs("}\n\n", em->out);
	return 0;
}

struct value emit_embedded(struct emit *em, struct expr *e, bool wanted)
{
	const char *temp;

	if (!wanted) {
		emit_macros(em, em->fail, NULL);
		emit_block_of_c(em, e->embedded.code, e->loc);
		emit_end_of_macros(em, NULL);
		return stable("0");
	}
	if (e->type == TYPE_STRING) {
		temp = new_string(em);
		line(em, "wt_copy(%s, (%s));", temp, e->embedded.code);
		return stable(temp);
	}
	return hold(em, e, unstable(session_printf(em->s, "((long)(%s))", e->embedded.code)));
}

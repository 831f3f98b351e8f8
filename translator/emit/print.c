// SPDX-License-Identifier: GPL-2.0-or-later
/* printf and its family: an item of output, or a string. */
#include "../../runtime/format.h"
#include "emit.h"

/* An argument and its value. */
struct operand {
	struct expr *e;
	struct value value;
};

/* In order, all of them before the first is used; a NULL e ends them. */
static struct operand *emit_operands(struct emit *em, struct expr *args)
{
	struct operand *operands, *o;
	unsigned n = 0;

	for (struct expr *a = args; a; a = a->next)
		n++;
	o = operands = session_alloc(em->s, (n + 1) * sizeof(*operands));
	for (struct expr *a = args; a; a = a->next, o++) {
		o->e = a;
		o->value = emit_expr(em, a);
		if (has_effect_list(a->next))
			o->value = hold(em, a, o->value);
	}
	return operands;
}

/*
 * The arguments of one conversion, *at and what follows: each goes through
 * `number`; the converted one is for the caller, as is how many bytes of memory
 * the conversion reads.
 */
static const char *emit_fields(struct emit *em, const struct fmt_spec *spec, struct operand **at,
			       void (*number)(struct emit *, const char *text, void *data), void *data)
{
	const char *bytes = session_printf(em->s, "%d", spec->precision > 0 ? spec->precision : 1);

	if (spec->width == FMT_STAR)
		number(em, (*at)++->value.text, data);
	if (spec->precision == FMT_STAR) {
		struct operand *o = (*at)++;

		o->value = hold(em, o->e, o->value);	/* it is used twice */
		bytes = o->value.text;
		number(em, bytes, data);
	}
	return bytes;
}

/* "address, bytes, user, place": what wt_memory() and wt_print_memory() end with */
static const char *memory_args(struct emit *em, const struct fmt_spec *spec, const struct operand *o,
			       const char *bytes)
{
	return session_printf(em->s, "%s, %s, %d, %s", o->value.text, bytes,
			      !!(spec->flags & FMT_ALTERNATE), c_place(em->s, o->e->loc));
}

static bool is_memory(const struct fmt_spec *spec)
{
	return spec->conversion == 'm' || spec->conversion == 'M';
}

/* The arguments of wt_sprintf(). */
struct sprint {
	const char *kinds, *args;
};

static void add_number(struct emit *em, const char *text, void *data)
{
	struct sprint *sp = data;

	sp->kinds = session_printf(em->s, "%sd", sp->kinds);
	sp->args = session_printf(em->s, "%s, (long)%s", sp->args, text);
}

static void add_bytes(struct emit *em, struct sprint *sp, char kind, const char *text)
{
	sp->kinds = session_printf(em->s, "%s%c", sp->kinds, kind);
	sp->args = session_printf(em->s, "%s, (const char *)%s", sp->args, text);
}

static struct value emit_sprint(struct emit *em, struct expr *e)
{
	struct operand *o = emit_operands(em, e->print.args);
	struct sprint sp = { "", "" };
	const char *temp, *bytes;
	struct fmt_spec spec;

	for (const char *at = e->print.text; *at; ) {
		at = fmt_next(at, &spec);
		bytes = emit_fields(em, &spec, &o, add_number, &sp);
		if (!spec.conversion)
			continue;
		if (is_memory(&spec)) {
			temp = new_string(em);
			bytes = checked(em, session_printf(em->s, "wt_memory(c, %s, %s)", temp,
							   memory_args(em, &spec, o, bytes))).text;
			add_bytes(em, &sp, 'm', temp);
			sp.args = session_printf(em->s, "%s, %s", sp.args, bytes);
		} else if (spec.conversion == 's') {
			add_bytes(em, &sp, 's', o->value.text);
		} else {
			add_number(em, o->value.text, &sp);
		}
		o++;
	}
	temp = new_string(em);
	line(em, "wt_sprintf(%s, %s, \"%s\"%s);", temp, c_string(em->s, e->print.text), sp.kinds, sp.args);
	return (struct value){ temp, true };
}

static void print_number(struct emit *em, const char *text, void *data)
{
	(void)data;
	line(em, "wt_print_long(c, %s);", text);
}

/* One item; the operand after its last one. */
static struct operand *emit_item(struct emit *em, const struct format *f, struct operand *o)
{
	bool fallible = false;
	struct fmt_spec spec;
	const char *bytes;

	line(em, "wt_print_open(c, %d);", f->index);
	for (const char *at = f->text; *at; ) {
		at = fmt_next(at, &spec);
		bytes = emit_fields(em, &spec, &o, print_number, NULL);
		if (!spec.conversion)
			continue;
		if (is_memory(&spec)) {
			line(em, "wt_print_memory(c, %s);", memory_args(em, &spec, o, bytes));
			fallible = true;
		} else if (spec.conversion == 's') {
			line(em, "wt_print_string(c, %s);", o->value.text);
		} else {
			print_number(em, o->value.text, NULL);
		}
		o++;
	}
	line(em, "wt_print_close(c);");
	if (fallible)
		emit_check(em);
	return o;
}

struct value emit_print(struct emit *em, struct expr *e)
{
	struct operand *o;

	if (e->print.to_string)
		return emit_sprint(em, e);
	if (print_is_histogram(e)) {
		emit_print_hist(em, e);
		return (struct value){ "0", true };
	}
	o = emit_operands(em, e->print.args);
	for (int i = 0; i < e->print.format_count; i++)
		o = emit_item(em, e->print.formats[i], o);
	return (struct value){ "0", true };
}

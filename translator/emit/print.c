// SPDX-License-Identifier: GPL-2.0-or-later
/* printf and its family: an item of output, or a string. */
#include <string.h>

#include "emit.h"

/* The arguments' values in order, all of them before the first is used. */
static struct value *emit_values(struct emit *em, struct expr *args)
{
	struct value *values;
	unsigned n = 0;

	for (struct expr *a = args; a; a = a->next)
		n++;
	values = session_alloc(em->s, (n + 1) * sizeof(*values));
	n = 0;
	for (struct expr *a = args; a; a = a->next) {
		values[n] = emit_expr(em, a);
		if (has_effect_list(a->next))
			values[n] = hold(em, a, values[n]);
		n++;
	}
	return values;
}

static struct value emit_sprint(struct emit *em, struct expr *e)
{
	struct value *values = emit_values(em, e->print.args);
	const char *temp = new_string(em);
	const char *args = "", *kinds = "";
	unsigned n = 0;

	for (struct expr *a = e->print.args; a; a = a->next) {
		bool is_string = a->type == TYPE_STRING;

		kinds = session_printf(em->s, "%s%c", kinds, is_string ? 's' : 'd');
		args = session_printf(em->s, "%s, %s%s", args, is_string ? "(const char *)" : "(long)", values[n++].text);
	}
	line(em, "wt_sprintf(%s, %s, \"%s\"%s);", temp, c_string(em->s, e->print.text), kinds, args);
	return (struct value){ temp, true };
}

struct value emit_print(struct emit *em, struct expr *e)
{
	struct value *values;
	struct expr *a = e->print.args;
	unsigned n = 0;

	if (e->print.to_string)
		return emit_sprint(em, e);
	if (print_is_histogram(e)) {
		emit_print_hist(em, e);
		return (struct value){ "0", true };
	}
	values = emit_values(em, a);
	for (int i = 0; i < e->print.format_count; i++) {
		struct format *f = e->print.formats[i];

		line(em, "wt_print_open(c, %d);", f->index);
		for (unsigned k = 0; f->kinds[k] && a; k++, a = a->next, n++)
			line(em, a->type == TYPE_STRING ? "wt_print_string(c, %s);" : "wt_print_long(c, %s);",
			     values[n].text);
		line(em, "wt_print_close(c);");
	}
	return (struct value){ "0", true };
}

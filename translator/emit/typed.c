// SPDX-License-Identifier: GPL-2.0-or-later
/* What has types of C: bytes of memory, of $value and $old, bit-fields, enumerators. */
#include <inttypes.h>

#include "../types/types.h"
#include "emit.h"

/* The bytes that were seen at the access, and before it. */
static const char *seen(struct session *s, const struct expr *e)
{
	if (e->piece.length > 8)
		return session_printf(s, "c->%s", e->piece.old ? "were" : "are");
	return session_printf(s, "(const unsigned char *)&c->%s", e->piece.old ? "old" : "value");
}

static struct value emit_piece(struct emit *em, struct expr *e)
{
	struct session *s = em->s;
	const char *from = seen(s, e), *offset = c_number(s, e->piece.offset), *string;
	bool safe = !e->piece.index;

	if (!safe)
		offset = session_printf(s, "%s + %s", emit_expr(em, e->piece.index).text, offset);
	if (e->type == TYPE_STRING) {
		string = new_string(em);
		line(em, "wt_piece_string(c, %s, %" PRIu64 ", %s, %u, %s, %s);", from, e->piece.length, offset,
		     e->piece.size, string, c_place(s, e->loc));
		if (!safe)
			emit_check(em);
		return stable(string);
	}
	if (safe)
		return stable(session_printf(s, "wt_bytes(%s + %s, %u, %d)", from, offset, e->piece.size,
					     e->piece.is_signed));
	return checked(em, session_printf(s, "wt_piece(c, %s, %" PRIu64 ", %s, %u, %d, %s)", from, e->piece.length, offset,
					  e->piece.size, e->piece.is_signed, c_place(s, e->loc)));
}

static struct value emit_enum(struct emit *em, struct expr *e)
{
	const char *string = new_string(em);
	struct value v = emit_expr(em, e->enumerator.operand);

	line(em, "wt_enum_name(%s, names_%d, %s);", v.text, e->enumerator.names->index, string);
	return stable(string);
}

struct value emit_typed(struct emit *em, struct expr *e)
{
	struct session *s = em->s;
	struct value v;

	switch (e->kind) {
	case EXPR_LOAD:
		v = emit_expr(em, e->load.address);
		return checked(em, session_printf(s, "wt_load(c, %s + %s, %u, %d, %s)", v.text, c_number(s, e->load.offset),
						  e->load.size, e->load.is_signed, c_place(s, e->loc)));
	case EXPR_PIECE:
		return emit_piece(em, e);
	case EXPR_FIELD:
		v = emit_expr(em, e->field.operand);
		return (struct value){ session_printf(s, "wt_field(%s, %u, %u, %d)", v.text, e->field.shift, e->field.bits,
						      e->field.is_signed), v.stable };
	case EXPR_SYMBOL:
		return stable(session_printf(s, "(long)symbols[%d]", e->symbol.use->index));
	case EXPR_ENUM:
		return emit_enum(em, e);
	default:
		return stable(session_printf(s, "c->saved[%d]", e->saved.index));
	}
}

static bool is_flag(int64_t value)
{
	return value > 0 && !(value & (value - 1));
}

/* Are they bits, to be combined? At least two, and all but a zero are single. */
static bool are_flags(const struct cvalue *values)
{
	unsigned bits = 0, n = 0;

	for (; values; values = values->next, n++) {
		if (values->value && !is_flag(values->value))
			return false;
		bits += values->value > 2;
	}
	return n > 2 && bits;
}

void emit_symbols(struct session *s, FILE *out)
{
	if (s->unit->symbol_count)
		fprintf(out, "%s unsigned long symbols[%d];\t/* addresses, as they are told at load */\n", c_storage(s),
			s->unit->symbol_count);
	for (const struct name_table *t = s->unit->name_tables; t; t = t->next) {
		fprintf(out, "/* %s */\nstatic const struct wt_name names_%d[] __attribute__((unused)) = {\n",
			comment_text(s, ctype_spell(s, t->type)), t->index);
		for (const struct cvalue *v = ctype_values(t->type); v; v = v->next)
			fprintf(out, "\t{ %s, %s },\n", c_number(s, v->value), c_string(s, v->name));
		fprintf(out, "\t{ %d, 0 },\n};\n", are_flags(ctype_values(t->type)));
	}
}

/* What a .return probe keeps of the call: static void probe_N_entry(struct wt_ctx *c, long *ret) */
unsigned emit_entries(struct emit *em)
{
	unsigned strings, most = 0;

	for (struct probe_use *u = em->s->unit->uses; u; u = u->next) {
		if (!u->saved)
			continue;
		for (struct saved *saved = u->saved; saved; saved = saved->next) {
			strings = emit_value_function(em, session_printf(em->s, "probe_%d_saved_%d", u->index, saved->index),
						      saved->expr);
			most = strings > most ? strings : most;
		}
		fprintf(em->out, "static void probe_%d_entry(struct wt_ctx *c, long *ret)\n{\n", u->index);
		em->indent = 1;
		for (struct saved *saved = u->saved; saved; saved = saved->next)
			line(em, "ret[%d] = probe_%d_saved_%d(c);", saved->index, u->index, saved->index);
		fputs("}\n\n", em->out);
	}
	return most;
}

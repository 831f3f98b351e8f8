// SPDX-License-Identifier: GPL-2.0-or-later
/* The nodes that pass 2 makes of what has types of C. */
#include <inttypes.h>

#include "tree_internal.h"

struct expr *expr_load(struct session *session, struct loc loc, struct expr *address, int64_t offset, unsigned size,
		       bool is_signed)
{
	struct expr *e = expr_new(session, loc, EXPR_LOAD, address->depth);

	e->type = TYPE_LONG;
	e->load.address = address;
	e->load.offset = offset;
	e->load.size = size;
	e->load.is_signed = is_signed;
	return e;
}

struct expr *expr_piece(struct session *session, struct loc loc, bool old, uint64_t length, struct expr *index,
			int64_t offset, unsigned size, bool is_signed)
{
	struct expr *e = expr_new(session, loc, EXPR_PIECE, index ? index->depth : 0);

	e->type = TYPE_LONG;
	e->piece.old = old;
	e->piece.length = length;
	e->piece.index = index;
	e->piece.offset = offset;
	e->piece.size = size;
	e->piece.is_signed = is_signed;
	return e;
}

struct expr *expr_field(struct session *session, struct loc loc, struct expr *operand, unsigned shift, unsigned bits,
			bool is_signed)
{
	struct expr *e = expr_new(session, loc, EXPR_FIELD, operand->depth);

	e->type = TYPE_LONG;
	e->field.operand = operand;
	e->field.shift = shift;
	e->field.bits = bits;
	e->field.is_signed = is_signed;
	return e;
}

struct expr *expr_symbol(struct session *session, struct loc loc, struct symbol_use *use)
{
	struct expr *e = expr_new(session, loc, EXPR_SYMBOL, 0);

	e->type = TYPE_LONG;
	e->symbol.use = use;
	return e;
}

struct expr *expr_enum(struct session *session, struct loc loc, struct expr *operand, struct name_table *names)
{
	struct expr *e = expr_new(session, loc, EXPR_ENUM, operand->depth);

	e->type = TYPE_STRING;
	e->enumerator.operand = operand;
	e->enumerator.names = names;
	return e;
}

struct expr *expr_saved(struct session *session, struct loc loc, int index)
{
	struct expr *e = expr_new(session, loc, EXPR_SAVED, 0);

	e->type = TYPE_LONG;
	e->saved.index = index;
	return e;
}

static const char *width_text(unsigned size, bool is_signed)
{
	static const char *const texts[] = { "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64" };

	return texts[(is_signed ? 4 : 0) + (size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3)];
}

void tree_print_typed(FILE *out, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_LOAD:
		fprintf(out, "(%s at ", width_text(e->load.size, e->load.is_signed));
		expr_print(out, e->load.address);
		fprintf(out, " + %" PRId64 ")", e->load.offset);
		break;
	case EXPR_PIECE:
		fprintf(out, "($%s from byte %" PRId64 ", %u bytes)", e->piece.old ? "old" : "value", e->piece.offset,
			e->piece.size);
		break;
	case EXPR_FIELD:
		fprintf(out, "(%u bits from bit %u of ", e->field.bits, e->field.shift);
		expr_print(out, e->field.operand);
		fputc(')', out);
		break;
	case EXPR_SYMBOL:
		fputs("(address of a symbol)", out);
		break;
	case EXPR_ENUM:
		fputs("(name of ", out);
		expr_print(out, e->enumerator.operand);
		fputc(')', out);
		break;
	case EXPR_SAVED:
		fprintf(out, "@entry:%d", e->saved.index);
		break;
	default:
		break;
	}
}

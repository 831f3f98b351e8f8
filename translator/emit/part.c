// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The C of a long script, in parts: pass 4 compiles them side by side, each from
 * the same text with WT_PART defined (runtime/script.h). All parts see what the
 * handlers share; the first one defines it, and has the tables.
 */
#include "emit.h"

/* Expressions from which on a script is long: about 150 KB of C. */
#define LONG_SCRIPT 5000
/* Bytes of bodies in a part: what the compiler takes about a second for. */
#define PART_BYTES (96 << 10)

static void count(struct expr *e, void *data)
{
	(void)e;
	++*(unsigned *)data;
}

void part_plan(struct session *s)
{
	unsigned expressions = 0;

	unit_walk(s, count, &expressions);
	/* what C of the script's own defines, its other C may need */
	s->c_parts = expressions >= LONG_SCRIPT && !s->unit->embedded;
}

void part_begin(struct emit *em)
{
	if (em->s->c_parts)
		fputs("#if WT_IN(0)\n", em->out);
	em->part_start = ftell(em->out);
}

void part_between(struct emit *em)
{
	if (!em->s->c_parts || ftell(em->out) - em->part_start < PART_BYTES)
		return;
	fprintf(em->out, "#endif\n#if WT_IN(%u)\n", em->s->c_parts++);
	em->part_start = ftell(em->out);
}

void part_end(struct emit *em)
{
	if (em->s->c_parts)
		fputs("#endif\n", em->out);
}

const char *c_storage(const struct session *s)
{
	return s->c_parts ? "WT_SHARED" : "static";
}

const char *c_initial(struct session *s, const char *value)
{
	return session_printf(s, s->c_parts ? " WT_INIT(%s)" : " = %s", value);
}

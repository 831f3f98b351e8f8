// SPDX-License-Identifier: GPL-2.0-or-later
/* C literals and names. */
#include <inttypes.h>
#include <string.h>

#include "emit.h"

/*
 * Three-digit octal escapes: unlike hex ones they end by themselves. '?' is
 * escaped for the sake of trigraphs.
 */
const char *c_string(struct session *s, const char *text)
{
	char *out = session_alloc(s, 4 * strlen(text) + 3), *p = out;

	*p++ = '"';
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '\n')
			p = stpcpy(p, "\\n");
		else if (c == '\t')
			p = stpcpy(p, "\\t");
		else if (c == '"' || c == '\\')
			*p++ = '\\', *p++ = c;
		else if (c < ' ' || c > '~' || c == '?')
			p += sprintf(p, "\\%03o", c);
		else
			*p++ = c;
	}
	strcpy(p, "\"");
	return out;
}

const char *c_number(struct session *s, int64_t n)
{
	/* the lowest number has no literal of its own in C */
	if (n == INT64_MIN)
		return "(-0x7fffffffffffffffL - 1)";
	return n < 0 ? session_printf(s, "(%" PRId64 "L)", n) : session_printf(s, "%" PRId64 "L", n);
}

const char *c_type(enum type type)
{
	return type == TYPE_STRING ? "string" : "long";
}

const char *c_place(struct session *s, struct loc loc)
{
	return c_string(s, session_printf(s, "%s:%u:%u", loc.source->name, loc.line, loc.col));
}

/* Prefixes keep the script's names apart from C's and ours. */
const char *c_var(struct session *s, const struct var *v)
{
	if (v->sharing == SHARED_ARGUMENT)
		return session_printf(s, "c->args[%d]", v->index);
	/* one of several bodies in a function; a global of a file of its own */
	if (v->kind != VAR_PARAM && v->index)
		return session_printf(s, "%c%d_%s", v->kind == VAR_LOCAL ? 'l' : 'g', v->index, v->name);
	return session_printf(s, "%s_%s", v->kind == VAR_GLOBAL ? "g" : v->kind == VAR_PARAM ? "p" : "l",
			      v->name);
}

const char *c_function(struct session *s, const struct function *f)
{
	/* one of the tapset may be hidden by the script's */
	const char *prefix = f->from_tapset ? "tapset" : "function";

	if (f->index)
		return session_printf(s, "%s%d_%s", prefix, f->index, f->name);
	return session_printf(s, "%s_%s", prefix, f->name);
}

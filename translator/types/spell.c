// SPDX-License-Identifier: GPL-2.0-or-later
/* Types as C spells them. */
#include "reader.h"

#define MAX_DEPTH	16	/* of what a type is made of, in a message */
#define MAX_PIECES	200	/* of these: a function may take itself, many times */

struct spelling {
	struct session *session;
	unsigned pieces;
};

static const char *spell(struct spelling *, struct ctype *, const char *inner, unsigned depth);

static const char *spell_params(struct spelling *s, struct ctype *t, unsigned depth)
{
	const char *ret = "";

	for (const struct cparam *p = ctype_params(t); p; p = p->next) {
		if (s->pieces >= MAX_PIECES)
			return session_printf(s->session, "%s%s...", ret, *ret ? ", " : "");
		ret = session_printf(s->session, "%s%s%s", ret, *ret ? ", " : "", spell(s, p->type, "", depth));
	}
	return *ret ? ret : "void";
}

/* A name for what has none of its own. */
static const char *spell_tag(struct session *s, const struct ctype *t)
{
	const char *word = t->kind == CTYPE_STRUCT ? "struct" : t->kind == CTYPE_UNION ? "union" : "enum";

	return t->name ? session_printf(s, "%s %s", word, t->name) : session_printf(s, "%s {...}", word);
}

/* inner: what stands where a declaration has the name. */
static const char *spell(struct spelling *spelling, struct ctype *t, const char *inner, unsigned depth)
{
	const char *name, *target_inner;
	struct session *s = spelling->session;
	struct ctype *target;

	if (!t || depth > MAX_DEPTH || spelling->pieces++ >= MAX_PIECES)
		return session_printf(s, "?%s%s", *inner ? " " : "", inner);
	if (t->alias)
		return session_printf(s, "%s%s%s", t->alias, *inner ? " " : "", inner);
	switch (t->kind) {
	case CTYPE_POINTER:
		target = ctype_named_target(t);
		if (target && !target->alias && (target->kind == CTYPE_ARRAY || target->kind == CTYPE_FUNCTION))
			target_inner = session_printf(s, "(*%s)", inner);
		else
			target_inner = session_printf(s, "*%s", inner);
		return spell(spelling, target, target_inner, depth + 1);
	case CTYPE_ARRAY:
		target_inner = t->count ? session_printf(s, "%s[%llu]", inner, (unsigned long long)t->count)
					: session_printf(s, "%s[]", inner);
		return spell(spelling, ctype_named_target(t), target_inner, depth + 1);
	case CTYPE_FUNCTION:
		target_inner = session_printf(s, "%s(%s)", inner, spell_params(spelling, t, depth + 1));
		return spell(spelling, ctype_named_target(t), target_inner, depth + 1);
	case CTYPE_STRUCT:
	case CTYPE_UNION:
	case CTYPE_ENUM:
		name = spell_tag(s, t);
		break;
	case CTYPE_VOID:
		name = "void";
		break;
	default:
		name = t->name ? t->name : "?";
	}
	return session_printf(s, "%s%s%s", name, *inner ? " " : "", inner);
}

const char *ctype_spell(struct session *s, struct ctype *t)
{
	struct spelling spelling = { .session = s };

	return spell(&spelling, t, "", 0);
}

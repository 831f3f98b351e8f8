// SPDX-License-Identifier: GPL-2.0-or-later
/* =~ and !~: the functions that match, and their calls. */
#include "../diag.h"
#include "../regex/regex.h"
#include "emit.h"

struct value emit_match(struct emit *em, struct expr *e)
{
	struct session *s = em->s;
	struct value v = emit_expr(em, e->match.operand);
	const char *not = e->match.negated ? "!" : "", *call;

	if (s->unit->regex_groups) {
		/* what it found is for matched() and ngroups() */
		call = session_printf(s, "%swt_match(c, %s, wt_regex_%u)", not, v.text, e->match.regex->number);
		return hold(em, e, unstable(session_printf(s, "(long)%s", call)));
	}
	return unstable(session_printf(s, "(long)(%swt_regex_%u(%s))", *not ? not : "!!", e->match.regex->number, v.text));
}

/* A search for a use of a pattern. */
struct search {
	const struct regex *regex;
	const struct expr *found;	/* the first */
};

static void find_match(struct expr *e, void *data)
{
	struct search *search = data;

	if (!search->found && e->kind == EXPR_MATCH && e->match.regex == search->regex)
		search->found = e;
}

/* NULL: nothing that is left uses it. */
static const struct expr *first_use(struct session *s, const struct regex *regex)
{
	struct search search = { regex, NULL };

	unit_walk(s, find_match, &search);
	return search.found;
}

void emit_regexes(struct session *s, FILE *out)
{
	for (const struct regex *regex = s->unit->regexes; regex; regex = regex->next) {
		const struct expr *use = first_use(s, regex);
		struct regex_error error = { 0 };
		const char *text;

		if (!use)
			continue;
		text = regex_function(s, regex, s->unit->regex_groups, &error);
		if (text) {
			fprintf(out, "/* =~ %s */\n%s\n", comment_text(s, c_string(s, regex->pattern)), text);
		} else if (error.kind == REGEX_NO_RE2C) {
			diag(s, &use->loc, DIAG_NO_RE2C, error.words);
			diag_note(s, "on Debian it is in the package re2c");
		} else {
			diag(s, &use->match.pattern->loc, DIAG_REGEX_SIZE, error.words);
		}
		if (!text)
			return;
	}
}

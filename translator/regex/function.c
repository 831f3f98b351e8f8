// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The C function around the automata. The string's NUL stands for its end: no
 * set has it, and $ takes it up. There are two rules, for matches that end at
 * the string's end and for others. The longer match counts, which is the first
 * rule's where both hold. Where the second may match no byte there is nothing
 * left for re2c's default rule, which would win over it.
 */
#include "internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct writing {
	struct session *session;
	const struct regex *regex;
	bool captures, search;
	/* [1] where the match ends at the string's end, NONE if that is nothing special */
	const struct regex_node *at_start[2], *elsewhere[2];
	FILE *out;
};

static int place(struct writing *f)
{
	static const struct regex_node none = { .kind = REGEX_NONE };
	const struct regex_node *tree = f->regex->tree;

	for (int end = 0; end < 2; end++) {
		bool wanted = !end || tree->has_end;

		f->at_start[end] = wanted ? regex_place(f->session, tree, true, end) : &none;
		f->elsewhere[end] = wanted ? regex_place(f->session, tree, false, end) : &none;
		if (!f->at_start[end] || !f->elsewhere[end])
			return -1;
	}
	return 0;
}

static bool never(const struct regex_node *const trees[2])
{
	return trees[0]->kind == REGEX_NONE && trees[1]->kind == REGEX_NONE;
}

/* Does it match wherever it is tried? */
static bool always(const struct regex_node *const trees[2])
{
	return trees[0]->kind != REGEX_NONE && regex_may_be_empty(trees[0]);
}

/* After any bytes; a pattern with ^ is itself at the start, and what is left of it after one byte or more. */
static const struct regex_node *searched(struct writing *f, bool end)
{
	const struct regex_node *node = f->elsewhere[end];
	struct regex_node *any, *skipped;

	if (node->kind != REGEX_NONE) {
		any = regex_node(f->session, REGEX_SET, NULL, NULL);
		regex_set_invert(any->set);
		skipped = regex_node(f->session, REGEX_REPEATED, any, NULL);
		skipped->min = f->regex->tree->has_start;
		skipped->max = REGEX_NO_MAX;
		node = regex_node(f->session, REGEX_CAT, skipped, node);
	}
	if (!f->regex->tree->has_start || f->at_start[end]->kind == REGEX_NONE)
		return node;
	return node->kind == REGEX_NONE ? f->at_start[end] :
	       regex_node(f->session, REGEX_ALT, f->at_start[end], node);
}

/* The pattern for a person to recognize, with nothing in it that ends a comment. */
static void put_comment(struct writing *f)
{
	fputs("/* =~ \"", f->out);
	for (size_t i = 0; i < f->regex->length && i < 80; i++) {
		char byte = f->regex->pattern[i];

		fputc(isascii(byte) && isprint(byte) && !strchr("/\\\"", byte) ? byte : '.', f->out);
	}
	fputs("\" */\n", f->out);
}

/*
 * Group n of the pattern from the rule's that stand for it: of several the last
 * that took part. But a repetition goes on with nothing only if it must.
 */
static void put_group(struct writing *f, const struct regex_rule *rule, unsigned n)
{
	unsigned copies = 0;

	for (unsigned i = 1; i <= rule->count; i++) {
		if (rule->group[i] != n)
			continue;
		if (copies++)
			fprintf(f->out, "\t\tif (yypmatch[%u] > yypmatch[%u] || (yypmatch[%u] >= 0 && at[%u] < 0))\n\t",
				2 * i + 1, 2 * i, 2 * i, 2 * n);
		fprintf(f->out, "\t\tat[%u] = yypmatch[%u], at[%u] = yypmatch[%u];\n",
			2 * n, 2 * i, 2 * n + 1, 2 * i + 1);
	}
	if (!copies)
		fprintf(f->out, "\t\tat[%u] = at[%u] = -1;\n", 2 * n, 2 * n + 1);
}

static void put_action(struct writing *f, const struct regex_rule *rule, bool end)
{
	if (!f->captures) {
		fputs("\t{ return 1; }\n", f->out);
		return;
	}
	/* the NUL, which $ took up, is not part of the match */
	fprintf(f->out, "\t{\n\t\tat[0] = yypmatch[0], at[1] = yypmatch[1]%s;\n", end ? " - 1" : "");
	for (unsigned n = 1; n < f->regex->groups; n++)
		put_group(f, rule, n);
	fprintf(f->out, "\t\treturn %u;\n\t}\n", f->regex->groups);
}

/* One automaton, which begins at p. failed: what is done when there is no match. */
static int put_block(struct writing *f, const struct regex_node *const trees[2], const char *failed)
{
	struct regex_node *nul = regex_node(f->session, REGEX_SET, NULL, NULL);

	regex_set_add(nul->set, 0);
	fputs("\t/*!re2c\n", f->out);
	for (int end = 1; end >= 0; end--) {
		const struct regex_node *tree = trees[end];
		struct regex_rule rule;

		if (tree->kind == REGEX_NONE)
			continue;
		if (end)
			tree = regex_node(f->session, REGEX_CAT, tree, nul);
		if (regex_rule(f->session, tree, f->captures, &rule))
			return -1;
		fprintf(f->out, "\t%s", rule.text);
		put_action(f, &rule, end);
	}
	if (!always(trees))
		fprintf(f->out, "\t* { %s }\n", failed);
	fputs("\t*/\n", f->out);
	return 0;
}

static int put_automata(struct writing *f)
{
	bool has_start = f->regex->tree->has_start;
	bool only_start = has_start && (always(f->at_start) || never(f->elsewhere));

	if (f->search) {
		const struct regex_node *trees[2] = { searched(f, false), searched(f, true) };

		return put_block(f, trees, "return 0;");
	}
	if (has_start && put_block(f, f->at_start, only_start ? "return 0;" : "goto later;"))
		return -1;
	if (only_start)
		return 0;
	if (has_start)
		fputs("later:\n\tif (!*from++)\n\t\treturn 0;\n", f->out);
	fputs("\tfor (;; from++) {\n\tp = from;\n", f->out);
	if (put_block(f, f->elsewhere, "if (!*from) return 0; continue;"))
		return -1;
	fputs("\t}\n", f->out);
	return 0;
}

static void put_settings(struct writing *f)
{
	fputs("\t/*!re2c\n"
	      "\tre2c:yyfill:enable = 0;\n"
	      "\tre2c:yych:emit = 0;\n"
	      "\tre2c:api = custom;\n"
	      "\tre2c:api:style = free-form;\n"
	      "\tre2c:indent:top = 1;\n"
	      "\tre2c:define:YYCTYPE = \"unsigned char\";\n"
	      "\tre2c:define:YYPEEK = \"*p\";\n"
	      "\tre2c:define:YYSKIP = \"p++;\";\n"
	      "\tre2c:define:YYSHIFT = \"p += @@{shift};\";\n"
	      "\tre2c:define:YYBACKUP = \"backup = p;\";\n"
	      "\tre2c:define:YYRESTORE = \"p = backup;\";\n"
	      "\tre2c:define:YYSTAGP = \"@@{tag} = p - text;\";\n"
	      "\tre2c:define:YYSTAGN = \"@@{tag} = -1;\";\n"
	      "\tre2c:define:YYSHIFTSTAG = \"@@{tag} += @@{shift};\";\n"
	      "\t*/\n", f->out);
}

static int put_function(struct writing *f)
{
	const char *unused = "__attribute__((unused))";

	put_comment(f);
	/* each part of a long script has it */
	fprintf(f->out, "static %s int wt_regex_%u(const char *s%s)\n{\n", unused, f->regex->number,
		f->captures ? ", short *at" : "");
	if (never(f->at_start) || (!f->captures && (always(f->at_start) || always(f->elsewhere)))) {
		fprintf(f->out, "\t(void)s;\n%s\treturn %d;\n}\n", f->captures ? "\t(void)at;\n" : "", !never(f->at_start));
		return 0;
	}
	fprintf(f->out, "\tconst unsigned char *text = (const unsigned char *)s, *p = text, *from %s = text;\n", unused);
	fprintf(f->out, "\tconst unsigned char *backup %s;\n\tunsigned char yych %s;\n", unused, unused);
	if (f->captures) {
		fprintf(f->out, "\tint yynmatch %s;\n", unused);
		fputs("/*!maxnmatch:re2c format = \"\\tshort yypmatch[2 * @@] = { [0 ... 2 * @@ - 1] = -1 };\"; */\n", f->out);
		fputs("/*!stags:re2c format = \"\\tshort @@ = -1;\\n\"; */", f->out);
	}
	put_settings(f);
	if (put_automata(f))
		return -1;
	fputs("}\n", f->out);
	return 0;
}

char *regex_source(struct session *session, const struct regex *regex, bool captures, bool search,
		   struct regex_error *ret)
{
	struct writing f = { .session = session, .regex = regex, .captures = captures, .search = search };
	char *text = NULL, *copy;
	size_t length;
	int failed;

	if (place(&f))
		return regex_too_large(session, ret);
	f.out = open_memstream(&text, &length);
	if (!f.out)
		abort();	/* no memory */
	failed = put_function(&f);
	if (fclose(f.out))
		abort();
	copy = failed ? regex_too_large(session, ret) : session_strdup(session, text);
	free(text);
	return copy;
}

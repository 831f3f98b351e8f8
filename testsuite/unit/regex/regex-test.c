// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translator/regex against tables, and against glibc's regexec for random
 * patterns and strings: the functions are generated, compiled with cc and
 * loaded. Prints "ok N - name" or "not ok"; status 1 if one is not.
 *
 *	regex-test [SEED [PATTERNS]]
 */
#include <dlfcn.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "regex/regex.h"
#include "cases.h"
#include "random.h"
#include "reference.h"

typedef int match_fn(const char *s);
typedef int groups_fn(const char *s, short *at);

static struct session session;
static char folder[] = "/tmp/regex-test-XXXXXX";
static const struct loc nowhere;
static int count, failed;

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	failed |= !good;
}

/* Everything of a list in one library, but for what is too large. */
static void *load(const struct regex *list, bool groups)
{
	char source[100], library[100], command[500];
	static unsigned number;		/* the loader knows libraries by name */
	struct regex_error error;
	FILE *f;

	snprintf(source, sizeof(source), "%s/regex.c", folder);
	snprintf(library, sizeof(library), "%s/%u.so", folder, number++);
	f = fopen(source, "w");
	for (; f && list; list = list->next) {
		const char *text = regex_function(&session, list, groups, &error);

		if (!text) {
			if (error.kind != REGEX_SIZE)
				printf("# %s: %s\n", list->pattern, error.words);
			continue;
		}
		fprintf(f, "%sint f%u(const char *s%s);\nint f%u(const char *s%s)\n{\n\treturn wt_regex_%u(s%s);\n}\n",
			text, list->number, groups ? ", short *at" : "", list->number, groups ? ", short *at" : "", list->number, groups ? ", at" : "");
	}
	if (!f || fclose(f))
		return NULL;
	snprintf(command, sizeof(command), "${CC:-cc} -std=gnu11 -O1 -Wall -Wextra -Werror -shared -fPIC -o %s %s",
		 library, source);
	return system(command) ? NULL : dlopen(library, RTLD_NOW);
}

static void *function(void *library, const struct regex *regex)
{
	char name[20];

	snprintf(name, sizeof(name), "f%u", regex->number);
	return dlsym(library, name);
}

static void expect_error(const char *pattern, size_t offset, bool size)
{
	struct regex *list = NULL, *regex;
	struct regex_error error = {};
	char name[200];

	regex = regex_find(&session, &list, &nowhere, pattern, strlen(pattern), &error);
	if (regex && regex_function(&session, regex, false, &error))
		error.words = "none";
	snprintf(name, sizeof(name), "\"%.60s\" is an error at %zu: %s", pattern, offset, error.words);
	report(strcmp(error.words, "none") && error.offset == offset &&
	       error.kind == (size ? REGEX_SIZE : REGEX_SYNTAX), name);
}

static void errors(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error(bad[i].pattern, bad[i].offset, false);
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		expect_error(large[i], 0, true);
}

/* "0,3 1,2 -": the groups as cases.h has them. */
static const char *shown(const short *at, int groups, char *text)
{
	char *to = text;

	*to = '\0';
	for (int i = 0; i < groups; i++) {
		to += at[2 * i] < 0 ? sprintf(to, "%s-", i ? " " : "") :
		      sprintf(to, "%s%d,%d", i ? " " : "", at[2 * i], at[2 * i + 1]);
	}
	return text;
}

static void table(void)
{
	size_t cases = sizeof(good) / sizeof(good[0]), i;
	struct regex *list = NULL, *regex;
	struct regex_error error;
	void *plain, *groups;
	char name[300], text[500];

	for (i = 0; i < cases; i++) {
		if (!regex_find(&session, &list, &nowhere, good[i].pattern, strlen(good[i].pattern), &error)) {
			printf("# %s: %s\n", good[i].pattern, error.words);
			report(0, good[i].pattern);
			return;
		}
	}
	plain = load(list, false);
	groups = load(list, true);
	report(plain && groups, "the table's functions");
	for (i = 0; plain && groups && i < cases; i++) {
		short at[2 * REGEX_GROUPS];
		int n;

		regex = regex_find(&session, &list, &nowhere, good[i].pattern, strlen(good[i].pattern), &error);
		n = ((groups_fn *)function(groups, regex))(good[i].string, at);
		snprintf(name, sizeof(name), "\"%.60s\" in \"%.60s\"", good[i].pattern, good[i].string);
		shown(at, n, text);
		report(!strcmp(text, good[i].groups) &&
		       ((match_fn *)function(plain, regex))(good[i].string) == !!n, name);
		if (strcmp(text, good[i].groups))
			printf("# groups %s\n", text);
	}
}

struct tally {
	unsigned long strings, too_large, wrong;
	unsigned long other_match, other_groups;	/* than glibc's */
	bool shown;
};

static void show(struct tally *t, const struct regex *regex, const char *string, const char *what, const short *at,
		 const regmatch_t *theirs)
{
	if (t->shown)
		return;
	t->shown = true;
	printf("# %s: \"%s\" in \"%s\": %d,%d, glibc %d,%d\n", what, regex->pattern, string, at[0], at[1],
	       theirs->rm_so, theirs->rm_eo);
}

/*
 * glibc's groups are not always POSIX's, nor are its matches where an anchor
 * stands in a repetition: what differs is counted, and shown if asked for.
 */
static void compare(const struct regex *regex, match_fn *plain, groups_fn *groups, const regex_t *theirs,
		    const char *string, struct tally *t)
{
	regmatch_t wanted[REGEX_GROUPS];
	short at[2 * REGEX_GROUPS] = {};
	bool they = !regexec(theirs, string, regex->groups, wanted, 0);
	int start = 0, end = 0, n = groups(string, at);
	bool matches = reference_match(regex->tree, string, &start, &end);

	t->strings++;
	if (plain(string) != matches || n != (matches ? (int)regex->groups : 0) || (n && (at[0] != start || at[1] != end))) {
		show(t, regex, string, "wrong match", at, wanted);
		t->wrong++;
		return;
	}
	if (they != matches || (n && (wanted[0].rm_so != start || wanted[0].rm_eo != end))) {
		if (getenv("SHOW_GLIBC"))
			show(t, regex, string, "other match", at, wanted);
		t->other_match++;
		return;
	}
	for (int i = 1; i < n; i++) {
		if (at[2 * i] == wanted[i].rm_so && at[2 * i + 1] == wanted[i].rm_eo)
			continue;
		if (getenv("SHOW_GLIBC"))
			show(t, regex, string, "other group", at + 2 * i, wanted + i);
		t->other_groups++;
		return;
	}
}

static void batch(unsigned patterns, struct tally *t)
{
	struct regex *list = NULL, *regex;
	struct regex_error error;
	char pattern[RANDOM_PATTERN], string[RANDOM_STRING];
	void *plain, *groups;

	while (patterns--) {
		random_pattern(pattern);
		regex = regex_find(&session, &list, &nowhere, pattern, strlen(pattern), &error);
		if (!regex) {
			printf("# %s: %s\n", pattern, error.words);
			t->wrong++;
		}
	}
	plain = load(list, false);
	groups = load(list, true);
	if (!plain || !groups) {
		report(0, "random functions are loaded");
		return;
	}
	for (regex = list; regex; regex = regex->next) {
		match_fn *match = function(plain, regex);
		groups_fn *match_groups = function(groups, regex);
		regex_t theirs;

		if (!match || !match_groups) {
			t->too_large++;
			continue;
		}
		if (regcomp(&theirs, regex->pattern, REG_EXTENDED)) {
			printf("# glibc refuses %s\n", regex->pattern);
			continue;
		}
		t->shown = false;
		for (unsigned i = 0; i < 200; i++) {
			random_string(string, i);
			compare(regex, match, match_groups, &theirs, string, t);
		}
		regfree(&theirs);
	}
	dlclose(plain);
	dlclose(groups);
}

int main(int argc, char **argv)
{
	unsigned patterns = argc > 2 ? (unsigned)atoi(argv[2]) : 60, n;
	struct tally t = {};
	char command[100];

	random_seed(argc > 1 ? strtoull(argv[1], NULL, 0) : 1);
	obstack_init(&session.arena);
	if (!mkdtemp(folder))
		return 1;
	errors();
	table();
	for (; patterns; patterns -= n) {
		n = patterns > 200 ? 200 : patterns;
		batch(n, &t);
	}
	printf("# %lu strings, %lu patterns too large; other than glibc's: %lu matches, %lu groups\n",
	       t.strings, t.too_large, t.other_match, t.other_groups);
	report(t.strings && !t.wrong, "random patterns match as they should");
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	failed |= system(command) != 0;
	obstack_free(&session.arena, NULL);
	return failed;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One input, one script: passes 1 to 3 as translator/main.c runs them, and what
 * -p prints of them. The comments at its beginning may say more, as in the tests:
 *
 *	# options: -g -u -D MAXACTION=5		of -g -u -w -W -D
 *	# args: 1 two
 */
#include <stdio.h>
#include <string.h>

#include "emit/emit.h"
#include "session.h"
#include "stand_in.h"

#define MAX_WORDS	16

static FILE *nowhere;

/* libFuzzer's counters of what was covered; none in replay. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak)), __stop___sancov_cntrs[] __attribute__((weak));
static bool keeps_all;

/*
 * What is no script in the parser's eyes is most of what mutation makes, and
 * differs from all others in some way; if each were kept for that, nothing would
 * be left of the time for what comes after the parser. So of 64 one is.
 */
static void forget(const char *text)
{
	uint32_t hash = 0;

	for (; *text; text++)
		hash = hash * 31 + (uint8_t)*text;
	if (!keeps_all && __start___sancov_cntrs && (hash ^ hash >> 16) % 64)
		memset(__start___sancov_cntrs, 0, (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	library_open();
	nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	keeps_all = getenv("FUZZ_KEEP_ALL");
	stderr = nowhere;	/* the diagnostics; sanitizers have a way of their own */
	return 0;
}

/* The words of a line. */
static int split(struct session *s, const char *line, char *words[MAX_WORDS])
{
	char *copy = session_strndup(s, line, strcspn(line, "\n")), *rest, *word;
	int n = 0;

	for (word = strtok_r(copy, " \t\r", &rest); word && n < MAX_WORDS; word = strtok_r(NULL, " \t\r", &rest))
		words[n++] = word;
	return n;
}

static void read_options(struct session *s, const char *line)
{
	struct options *o = &s->options;
	char *words[MAX_WORDS];
	int n = split(s, line, words);

	for (int i = 0; i < n; i++) {
		o->guru |= !strcmp(words[i], "-g");
		o->unoptimized |= !strcmp(words[i], "-u");
		o->no_warnings |= !strcmp(words[i], "-w");
		o->strict |= !strcmp(words[i], "-W");
		if (!strcmp(words[i], "-D") && i + 1 < n) {
			struct define *d = session_alloc(s, sizeof(*d));

			*d = (struct define){ words[++i], o->defines };
			o->defines = d;
		}
	}
}

static void read_comments(struct session *s, const char *text)
{
	static const char options[] = "# options:", args[] = "# args:";
	struct options *o = &s->options;

	for (; *text == '#'; text += strcspn(text, "\n"), text += *text == '\n') {
		if (!strncmp(text, options, strlen(options)))
			read_options(s, text + strlen(options));
		if (!strncmp(text, args, strlen(args)) && !o->argc) {
			o->argv = session_alloc(s, MAX_WORDS * sizeof(*o->argv));
			o->argc = split(s, text + strlen(args), o->argv);
		}
	}
}

/*
 * What -p 1 prints of a script is a script again, of which it prints the same.
 */
static void check_print(const struct session *first)
{
	char *text, *again = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct session s = {
		.options = first->options,
		.library_macros = first->library_macros,
		.has_library_macros = true,
	};

	obstack_init(&s.arena);
	tree_print(out, &first->script);
	fclose(out);
	s.options.script_text = text;
	if (!parse_script(&s)) {
		out = open_memstream(&again, &size);
		tree_print(out, &s.script);
		fclose(out);
	}
	if (!again || strcmp(text, again)) {
		printf("-p 1 prints:\n%s\nand of that:\n%s\n", text, again ? again : "nothing");
		abort();
	}
	free(text);
	free(again);
	obstack_free(&s.arena, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session s;

	session_open(&s);
	s.options.last_pass = 3;
	s.options.script_text = session_strndup(&s, (const char *)data, size);
	read_comments(&s, s.options.script_text);
	if (parse_script(&s)) {
		forget(s.options.script_text);
	} else {
		check_print(&s);
		if (!resolve(&s)) {
			unit_print(nowhere, &s);
			emit(&s);
		}
	}
	session_close(&s);
	return 0;
}

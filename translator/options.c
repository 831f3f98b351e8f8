// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "options.h"

struct option_row {
	unsigned forms;
	char letter;
	const char *name, *argument, *text;
};

static const struct option_row rows[] = {
#define OPTION(forms, letter, name, argument, text) { forms, letter, name, argument, text },
#include "options.def"
#undef OPTION
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define LONG_ONLY 256			/* getopt's value of row i without a letter: this + i */

static const char *const synopses[] = {
	[SCRIPT] =
		"usage: watchtap [OPTIONS] FILE [ARGUMENTS]     run the script in FILE, - for standard input\n"
		"       watchtap [OPTIONS] -e SCRIPT [ARGUMENTS]\n"
		"       watchtap watch SYMBOL|ADDRESS [OPTIONS]   show who writes it, without a script\n"
		"       watchtap run [OPTIONS] MODULE.ko        run what -p 4 -m made\n"
		"       watchtap slots [--json] [--follow]      what the debug registers watch, and for whom\n"
		"       watchtap vm [OPTIONS] [COMMAND...]      a command in a throw-away virtual machine\n\n"
		"Watches the kernel's data with the CPU's debug registers.\n\n",
	[WATCH] =
		"usage: watchtap watch SYMBOL|ADDRESS [OPTIONS]\n\n"
		"Shows a line for each write: command, pid, old and new value.\n\n",
	[RUN] =
		"usage: watchtap run [OPTIONS] MODULE.ko\n\n"
		"Runs a module that 'watchtap -p 4 -m NAME' made.\n\n",
};

static void usage(FILE *out, enum form form)
{
	fputs(synopses[form], out);
	for (size_t i = 0; i < ROWS; i++) {
		const struct option_row *r = &rows[i];
		const char *argument = r->argument ? r->argument : "";
		char left[64];

		if (!(r->forms & form))
			continue;
		if (!r->letter)
			snprintf(left, sizeof(left), "--%s%s%s", r->name, *argument && *argument != '[' ? " " : "", argument);
		else
			snprintf(left, sizeof(left), "-%c%s%s%s%s", r->letter, r->name ? ", --" : "",
				 r->name ? r->name : "", *argument ? " " : "", argument);
		fprintf(out, "  %-16s %s\n", left, r->text);
	}
}

int options_error(const char *format, ...)
{
	va_list ap;

	fputs("watchtap: error: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputs(" [usage]\nTry 'watchtap -h'.\n", stderr);
	return -1;
}

int options_number(const char *option, const char *text, double least, double most, double *ret)
{
	char *end;

	*ret = strtod(text, &end);
	if (end != text && !*end && *ret >= least && *ret <= most)
		return 0;
	return options_error("%s takes a number from %g to %g, not '%s'", option, least, most, text);
}

/* getopt's tables for one form. The script's arguments follow FILE: '+' stops there. */
static void make_tables(enum form form, char *shorts, struct option *longs)
{
	if (form == SCRIPT)
		*shorts++ = '+';
	*shorts++ = ':';
	for (size_t i = 0; i < ROWS; i++) {
		const struct option_row *r = &rows[i];

		if (!(r->forms & form))
			continue;
		if (r->letter) {
			*shorts++ = r->letter;
			if (r->argument)
				*shorts++ = ':';
		}
		if (r->name)
			*longs++ = (struct option){ r->name,
				!r->argument ? no_argument : *r->argument == '[' ? optional_argument : required_argument,
				NULL, r->letter ? r->letter : LONG_ONLY + (int)i };
	}
	*shorts = '\0';
	*longs = (struct option){ 0 };
}

struct next_long {
	enum form form;
	size_t i;
};

static const char *next_long(void *data)
{
	struct next_long *n = data;

	while (n->i < ROWS) {
		const struct option_row *r = &rows[n->i++];

		if (r->name && (r->forms & n->form))
			return r->name;
	}
	return NULL;
}

static int unknown_option(enum form form, int opt, char **argv)
{
	struct next_long n = { form, 0 };
	const char *word = argv[optind - 1], *near;

	if (opt == ':')
		return options_error("%s needs an argument", word);
	if (strncmp(word, "--", 2))
		return options_error("unknown option -%c", optopt);
	near = diag_nearest(word + 2, next_long, &n);
	if (near)
		return options_error("unknown option %s; did you mean --%s?", word, near);
	return options_error("unknown option %s", word);
}

/* A module's name as the kernel takes it, with room for _PID behind it. */
static int check_module_name(const char *name)
{
	if (*name && strlen(name) <= 40 &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(name))
		return 0;
	return options_error("-m takes a name of up to 40 letters, digits and underscores, not '%s'", name);
}

/* To the list of what an option was given. */
static void append(struct session *s, struct define **tail, const char *text)
{
	struct define *d = session_alloc(s, sizeof(*d));

	d->text = text;
	while (*tail)
		tail = &(*tail)->next;
	*tail = d;
}

static int take_priority(struct options *o, const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 0);
	if (end == text || *end || errno || n != (int)n)
		return options_error("--priority takes a whole number of 32 bits, not '%s'", text);
	o->priority = n;
	return 0;
}

static int take_types(struct options *o, const char *text)
{
	static const char *const known[] = { "dwarf", "btf", "headers", "kallsyms" };

	o->types = text;
	for (const char *at = text; ; at++) {
		size_t i = 0, length = strcspn(at, ",");

		while (i < sizeof(known) / sizeof(known[0]) && (strlen(known[i]) != length || strncmp(at, known[i], length)))
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			return options_error("--types takes dwarf, btf, headers or kallsyms, or several with commas, not '%s'", text);
		at += length;
		if (!*at)
			return 0;
	}
}

static int take_long(struct session *s, const char *name)
{
	struct options *o = &s->options;

	if (!strcmp(name, "priority"))
		return take_priority(o, optarg);
	if (!strcmp(name, "types"))
		return take_types(o, optarg);
	if (!strcmp(name, "vm")) {
		o->vm = true;
		o->vm_kernel = optarg;
	} else if (!strcmp(name, "length")) {
		o->watch_length = optarg;
	} else if (!strcmp(name, "rw")) {
		o->watch_rw = true;
	} else if (!strcmp(name, "stack")) {
		o->watch_stack = true;
	} else if (!strcmp(name, "once")) {
		o->watch_once = true;
	} else if (!strcmp(name, "slots")) {
		s->slots_path = optarg;
	}
	return 0;
}

static int take_option(struct session *s, enum form form, int opt)
{
	struct options *o = &s->options;
	double number;

	switch (opt) {
	case 'e':
		o->script_text = optarg;
		return 0;
	case 'p':
		if (options_number("-p", optarg, 1, 5, &number))
			return -1;
		o->last_pass = number;
		return 0;
	case 'v':
		o->verbose++;
		return 0;
	case 'k':
		o->keep = true;
		return 0;
	case 'm':
		o->module_name = optarg;
		return check_module_name(optarg);
	case 'o':
		o->output = optarg;
		return 0;
	case 'c':
		o->command = optarg;
		return 0;
	case 'T':
		return options_number("-T", optarg, 0.001, 1e9, &o->seconds);
	case 'D':
		append(s, &o->defines, optarg);
		return 0;
	case 'g':
		o->guru = true;
		return 0;
	case 'u':
		o->unoptimized = true;
		return 0;
	case 'w':
		o->no_warnings = true;
		return 0;
	case 'W':
		o->strict = true;
		return 0;
	case 'I':
		append(s, &o->folders, optarg);
		return 0;
	case 'r':
		o->release = optarg;
		return 0;
	case 'l':
	case 'L':
		o->list = optarg;
		o->list_more = opt == 'L';
		return 0;
	case 'h':
		usage(stdout, form);
		return 1;
	case 'V':
		puts("watchtap " WT_VERSION);
		return 1;
	}
	return take_long(s, rows[opt - LONG_ONLY].name);
}

int options_read(struct session *s, enum form form, int argc, char **argv, int *rest)
{
	char shorts[2 * ROWS + 3];
	struct option longs[ROWS + 1];
	int opt, error;

	s->options.last_pass = 5;
	make_tables(form, shorts, longs);
	opterr = 0;
	while ((opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return unknown_option(form, opt, argv);
		error = take_option(s, form, opt);
		if (error)
			return error;
	}
	*rest = optind;
	if (s->options.vm && s->options.release)
		return options_error("-r and --vm exclude each other: --vm=KERNEL chooses the kernel");
	return 0;
}

int options_parse(struct session *s, int argc, char **argv)
{
	int rest, error = options_read(s, SCRIPT, argc, argv, &rest);

	if (error)
		return error;
	if (s->options.list)
		return 0;
	if (!s->options.script_text) {
		if (rest == argc)
			return options_error("no script: give a file, - or -e SCRIPT");
		s->options.script_file = argv[rest++];
	}
	s->options.argc = argc - rest;
	s->options.argv = argv + rest;
	return 0;
}

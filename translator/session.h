/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of the translator: what the user asked for, the arena that every
 * pass allocates from, and what each pass hands to the next.
 */
#ifndef TRANSLATOR_SESSION_H
#define TRANSLATOR_SESSION_H

#include <obstack.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "parse/tree.h"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

struct macro;
struct unit;
struct vm_kernel;

/* A source text: a file, -e's argument, stdin, or a tapset file. */
struct source {
	const char *name;		/* as messages show it: "FILE", "-e", "<stdin>" */
	const char *text;		/* NUL after the last byte */
	size_t length;
	bool is_tapset;
	struct source *next;
};

struct session {
	struct obstack arena;

	/* what the user asked for (options.c fills it) */
	struct options {
		const char *script_text;	/* -e, or NULL */
		const char *script_file;	/* FILE, "-" for stdin */
		int argc;			/* $1... of the script */
		char **argv;
		int last_pass;			/* -p, 1 to 5 */
		int verbose;			/* how many -v */
		bool keep;			/* -k */
		bool guru;			/* -g */
		bool unoptimized;		/* -u */
		bool no_warnings;		/* -w */
		bool strict;			/* -W */
		const char *module_name;	/* -m */
		const char *output;		/* -o */
		const char *command;		/* -c */
		double seconds;			/* -T, 0 for no limit */
		int priority;			/* --priority: of watches that do not say theirs */
		const char *release;		/* -r, or NULL for the running kernel */
		bool vm;			/* --vm */
		const char *vm_kernel;		/* --vm=KERNEL, or NULL */
		const char *types;		/* where types are looked for: "dwarf,btf,headers", fewer, "kallsyms" for none; NULL: all */
		struct define { const char *text; struct define *next; } *defines; /* -D NAME=VALUE */
		struct define *folders;		/* -I DIR */
		const char *list;		/* -l, -L: a probe point, or NULL */
		bool list_more;			/* -L */
		/* watchtap watch (oneshot.c makes script_text of it) */
		const char *watch_length;		/* --length */
		bool watch_rw, watch_stack, watch_once;	/* --rw, --stack, --once */
	} options;
	struct vm_kernel *vm_kernel;			/* --vm: vm/vm.h */
	struct types *types;				/* types/types.h */

	/* pass 1 */
	struct source *sources;
	struct script script;
	bool too_deep;				/* nesting was reported: pass 1 reads no further */
	bool *used_arguments;			/* of argv, by the script */
	struct macro *library_macros;		/* of .stpm files (parse/preprocess.h) */
	bool has_library_macros;		/* these have been read */
	struct macro_use {			/* where the script uses macros: for diag.c */
		struct loc loc;
		const struct macro *macro;
		struct macro_use *next;
	} *macro_uses;

	/* pass 2 to 4: each in its own header */
	struct unit *unit;			/* resolve/unit.h */
	const char *c_text;			/* emit: the generated C */
	unsigned c_parts;			/* that it is to be compiled in; 0: as a whole */
	const char *module_path;		/* build: NAME.ko */
	const char *slots_path;			/* build: the arbiter's module for that kernel */

	/* diag.c */
	unsigned errors;
	unsigned warnings;
	bool diag_hidden;			/* the last diagnostic was only counted; so are its notes */
	struct said *said;			/* what was shown: a place that was copied is not told of twice */
	unsigned trying;			/* what does not resolve is left out: no error is one */
	const char *kept_back;			/* the first that was none, or NULL */
};

/* Arena helpers; they never fail (out of memory ends the program with a message). */
void *session_alloc(struct session *, size_t bytes);		/* zeroed */
char *session_strdup(struct session *, const char *);
char *session_strndup(struct session *, const char *, size_t);
char *session_printf(struct session *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* parse/parse.c: pass 1. Adds the source's declarations to session->script. 0, or -1 after diagnostics. */
struct source *source_add(struct session *, const char *name, char *text, size_t length, bool is_tapset);
int parse_source(struct session *, struct source *);
/* parse/declared.c: of what parse_source read; gives diagnostics. */
void declared_check(struct session *, const struct source *);
/* Reads FILE ("-" stdin, NULL with -e) as options say, checks it (binary, empty), parses it. */
int parse_script(struct session *);

#endif

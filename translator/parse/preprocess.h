/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The preprocessor: what lies between the scanner and the filter. Three layers,
 * each pulling from the one before, with one state for all:
 *
 *	input (input.c)			the script's text, and what stands for a part of it: the
 *					text of $1, the body of a macro, the tokens of its argument
 *	macros (macro.c, expand.c)	@define is taken out, @NAME replaced by its body
 *	conditionals (preprocess.c)	%( CONDITION %? TOKENS %: TOKENS %); condition.c says
 *					whether it holds, kernel_facts.c what of the kernel it asks
 *
 * What a condition leaves out is only read to find its end: there is no argument
 * out of range in it, no unknown macro, and no definition.
 *
 * Places.  The tokens of a body get the place where the script uses the macro,
 * so that every pass points into the script; diag.c adds where the macro is
 * defined (macro_used_at).
 */
#ifndef TRANSLATOR_PREPROCESS_H
#define TRANSLATOR_PREPROCESS_H

#include "parse/token.h"

/* Tokens that all expansions of a source may make: some would double with each level. */
#define MAX_EXPANDED	1000000

struct tokens {
	const struct token *first;
	size_t count;
};

struct macro {
	const char *name;		/* without the @ */
	struct loc loc;			/* of the name in its definition */
	const char **params;		/* without the @ */
	size_t param_count;
	struct tokens body;
	bool broken;			/* its definition was reported: uses are BAD */
	struct macro *next;
};

/* A use of a macro. */
struct expansion {
	const struct macro *macro;
	const struct tokens *args;	/* as many as there are parameters */
	const struct expansion *outer;	/* the one in whose body the use is written; NULL if in none */
};

/* Something that tokens come from. */
struct input {
	struct input *below;		/* goes on when this one has ended */
	struct scanner scanner;		/* of a text; else scanner.flex is NULL */
	struct tokens tokens;		/* of a body or an argument */
	size_t at;
	struct token ahead;		/* read but not delivered */
	bool has_ahead;
	int argument;			/* it is the text of $N: N */
	bool is_body;
	struct loc loc;			/* of what it stands for */
	const struct expansion *expansion; /* whose parameters its tokens may name */
};

struct conditional {
	struct loc loc;			/* of its %( */
	bool in_else;			/* behind its %: */
};

struct preprocess {
	struct session *session;
	struct input *input;		/* where the next token comes from */
	int inputs;			/* how many there are, one below the other */
	size_t expanded;		/* tokens so far */
	bool newline;			/* a line has ended in what was left out since the last token */
	bool skipping;			/* a branch that is not taken */
	struct macro *macros;		/* of this source */
	struct conditional conditionals[MAX_NESTING];
	int depth;
	struct loc unknown;		/* of the last macro that nobody knew */
};

struct preprocess *preprocess_open(struct session *session, const struct source *source);
void preprocess_close(struct preprocess *pp);
/* The next token for the parser: no argument, no macro, no preprocessor word. BAD for what was reported. */
void preprocess_next(struct preprocess *pp, struct token *ret);
/* Reads the definitions of a .stpm file, which holds nothing else, into session->library_macros. */
int preprocess_library(struct session *session, const struct source *source);

/* Does a declaration begin here? What is open before it has been forgotten. */
bool token_declares(const struct token *token);

/* input.c */
void input_text(struct preprocess *pp, const struct source *source);
/* Its tokens come next; `use` is what they stand for. NULL after a diagnostic, when there is too much. */
struct input *input_tokens(struct preprocess *pp, const struct token *use, struct tokens tokens);
/* The next token of this input alone (at its end T_EOF), as it is written. */
void input_raw(struct preprocess *pp, struct input *in, struct token *ret);
const struct token *input_peek(struct preprocess *pp, struct input *in);
/* Delivers the token that was read last again. */
void input_unread(struct preprocess *pp, const struct token *token);
/* The next token of all: where one ends the one below goes on, and $1 is its text. As written while skipping. */
void input_next(struct preprocess *pp, struct token *ret);
/* Ends all that stands for a part of the text, and closes that. */
void input_close(struct preprocess *pp);
/* Reports that no more can be expanded, and ends pass 1. */
void input_too_large(struct preprocess *pp, const struct loc *loc);

/* macro.c. `word`: the @define that was read. False if `ret` is to be a BAD token. */
bool macro_define(struct preprocess *pp, const struct token *word);
/* The macro that @NAME means here: the source's own, or the library's. NULL if none. */
const struct macro *macro_find(struct preprocess *pp, const char *name);
/* For diag.c: the macro that the script uses at this place, or NULL. */
const struct macro *macro_used_at(const struct session *session, const struct loc *loc);

/* expand.c: the next token after macros. */
void expand_next(struct preprocess *pp, struct token *ret);

/* condition.c: reads a condition, and %? behind it: 1 or 0, or -1 after a diagnostic, *ret_last the token to blame. */
int condition_read(struct preprocess *pp, struct token *ret_last);

/* kernel_facts.c: of the kernel that the script is for, as -r, --vm or this machine say. */
const char *kernel_release(struct session *session);
/* The value of CONFIG_...: as written there, "" if it is not set. NULL if nothing says how the kernel is configured. */
const char *kernel_config(struct session *session, const char *name);

/* resolve/library.c: reads all .stpm files into session->library_macros, once. */
void library_macros(struct session *session);

/* A list of tokens that grows. Zeroed to begin with; taken into the arena at its end. */
struct recording {
	struct token *tokens;
	size_t count, room;
};
void record(struct recording *recording, const struct token *token);
struct tokens recorded(struct session *session, struct recording *recording);

#endif

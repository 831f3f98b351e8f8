/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that bind names share. */
#ifndef TRANSLATOR_SCOPE_H
#define TRANSLATOR_SCOPE_H

#include "unit.h"

/* Arrays that foreach statements around the current place go over. */
struct iterated {
	struct var *var;
	const struct iterated *outer;
};

struct scope {
	struct session *s;
	struct body *body;
	struct function *function;	/* NULL in a probe */
	struct var *params;		/* the function's, or the watch's */
	struct body *before;		/* of the definition that the probe is of, or NULL */
	const struct probe_use *use;	/* whose body it is, or NULL */
	bool at_entry;			/* in @entry(...) */
	bool lost;			/* a probe whose points are wrong: that has been told */
	unsigned loops;			/* around the current statement */
	const struct iterated *iterated;
};

/* scope.c */
void bind_expr(struct expr *e, void *scope);
/* typed.c: whether e is of things with types: then it is bound as what it means, or a diagnostic has been given. */
bool bind_typed(struct scope *, struct expr *e);
/* typed.c: @entry(...) */
void bind_entry(struct scope *, struct expr *e);
void bind_function_body(struct session *, struct function *);
struct var *find_var(struct var *list, const char *name);
/* The global of that name which a source sees: a private one is its own file's. */
struct var *find_global(struct session *, const char *name, const struct source *);

/* match.c: the pattern of =~ or !~, read; diagnoses. */
void bind_match(struct session *, struct expr *e);

/* call.c: the function or builtin of an EXPR_CALL; diagnoses. */
void bind_call(struct scope *, struct expr *e);
unsigned count_args(const struct expr *args);

/* array.c: elements, aggregates, and what else is done with arrays; each reports what does not fit. */
enum use { USE_READ, USE_WRITE, USE_BOTH };
void bind_index(struct scope *, struct expr *e, enum use);
void bind_in(struct scope *, struct expr *e);
void bind_addition(struct scope *, struct expr *e);	/* what is left of <<< */
void bind_stat(struct scope *, struct expr *e);
void bind_hist(struct scope *, struct expr *e);
void bind_delete(struct scope *, struct expr *e);
/* Opens the loop: binds all but its body; *ret is for the body's scope. */
void bind_foreach(struct scope *, struct foreach *f, struct iterated *ret);
/* v is used with so many keys, 0: as a plain variable. */
void set_arity(struct session *, struct var *v, int arity, const struct loc *loc);
/* v is written here: not while a foreach goes over it. */
void check_iterated(struct scope *, const struct var *v, const struct loc *loc);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 3: the unit as C that is good to read.
 *
 *	emit.c		the file as a whole: globals, handlers
 *	table.c		what the module says of itself; its tables
 *	body.c		a handler or function: its frame around its statements
 *	statement.c	statements
 *	expression.c	expressions
 *	print.c		printf and its family
 *	array.c		elements, in, delete, foreach
 *	typed.c		bytes, bit-fields, enumerators: what has types of C
 *	stat.c		aggregates and histograms
 *	embedded.c	C of the script's own
 *	literal.c	C literals, identifiers, places
 *	part.c		the C of a long script in parts
 *
 * An expression becomes a C expression where it can, and statements before it
 * where it must: a call that can fail, a string's making, an assignment inside
 * an expression. Operands are evaluated from left to right, as SystemTap does:
 * one that a later operand's effects could change is put into a temporary.
 */
#ifndef TRANSLATOR_EMIT_H
#define TRANSLATOR_EMIT_H

#include <stdio.h>

#include "../resolve/unit.h"

struct emit {
	struct session *s;
	FILE *out;			/* of the body being emitted */
	int indent;
	unsigned temps;			/* long temporaries so far: t1, t2, ... */
	unsigned strings;		/* string slots in use now */
	unsigned most_strings;		/* the most in use at once in this body */
	unsigned labels;
	unsigned loop_label;		/* of the innermost loop that needs one, else 0 */
	unsigned loops;			/* foreach statements so far in this body */
	const char *leave;		/* the label that `next` goes to */
	const char *fail;		/* the label that an error goes to */
	struct function *function;	/* or NULL: a probe */
	long part_start;		/* where in `out' the present part began */
};

/* A C expression. stable: nothing that runs later changes what it yields. */
struct value {
	const char *text;
	bool stable;
};

/* emit.c: pass 3. 0, or -1 after diagnostics. Sets session->c_text and c_parts. */
int emit(struct session *);

/* body.c. Strings: how many slots the body's own frame has. */
unsigned emit_probe_body(struct emit *, struct probe_use *);
/* static long name(struct wt_ctx *c): the expression's value, 0 where it fails. */
unsigned emit_value_function(struct emit *, const char *name, struct expr *);
unsigned emit_function_body(struct emit *, struct function *);
const char *function_head(struct emit *, struct function *);
/* Up to its own first statement: the head, and the value that it returns. */
void emit_function_open(struct emit *, struct function *);

/* table.c. The watches' functions are emitted first; the most strings of one that is called. */
void emit_meta(struct session *, FILE *);
unsigned emit_watch_functions(struct emit *);
void emit_tables(struct session *, FILE *);
/* The use whose body stands for this one's too. */
struct probe_use *first_of(struct session *, struct probe_use *);

/* statement.c */
void emit_stmt(struct emit *, struct stmt *);
/* Charges the handler for the statements of one pass through s; loops inside it charge for themselves. */
void emit_steps(struct emit *, struct stmt *, struct loc);
/*
 * What e needs before it, as text that the caller frees (NULL if nothing); its
 * value to *ret, or none with ret NULL: e for its effect. So the caller can
 * choose between while (e) and a loop with a test inside.
 */
char *emit_apart(struct emit *, struct expr *, struct value *ret);

/* expression.c */
struct value emit_expr(struct emit *, struct expr *);
void emit_effect(struct emit *, struct expr *);		/* its value is not wanted */
bool has_effect(struct expr *);
bool has_effect_list(struct expr *);
struct value hold(struct emit *, struct expr *, struct value);	/* make it stable */

struct value stable(const char *text);
struct value unstable(const char *text);
/* A call that may fail, and its value. */
struct value checked(struct emit *, const char *call);
void emit_check(struct emit *);
/* a op b for numbers, as e has it; the texts are C operands. */
struct value arithmetic(struct emit *, struct expr *e, enum op, const char *a, const char *b);
/* v = value */
void emit_store(struct emit *, struct var *v, const char *value);

/* array.c */
struct value emit_index(struct emit *, struct expr *);
struct value emit_index_assign(struct emit *, struct expr *, bool wanted);
struct value emit_index_crement(struct emit *, struct expr *, bool wanted);
struct value emit_in(struct emit *, struct expr *);
void emit_delete(struct emit *, struct expr *);
void emit_foreach(struct emit *, struct stmt *);
const char *emit_keys(struct emit *, struct expr *keys, unsigned *ret_any);
void emit_maps(struct session *, FILE *);
void emit_map_tables(struct session *, FILE *);		/* those of wt_script */
unsigned count_globals(struct session *, bool maps);	/* of those in the table: arrays, or plain aggregates */

/* typed.c */
struct value emit_typed(struct emit *, struct expr *);
void emit_symbols(struct session *, FILE *);		/* the tables that these want */
unsigned emit_entries(struct emit *);			/* the most strings of one */

/* stat.c */
struct value emit_stat(struct emit *, struct expr *);
struct value emit_bucket(struct emit *, struct expr *);
struct value emit_bucket_in(struct emit *, struct expr *);
struct value emit_add(struct emit *, struct expr *, bool wanted);	/* x <<< v */
void emit_print_hist(struct emit *, struct expr *);
/* What `e` (an aggregate) holds, and the C of how it is spread. */
const char *emit_stat_of(struct emit *, struct expr *e, const char **ret_shape);
const char *c_shape(struct session *, const struct var *);
const char *c_stat_op(enum stat_op);

/* regex.c */
struct value emit_match(struct emit *, struct expr *);
void emit_regexes(struct session *, FILE *);

/* embedded.c */
void emit_embedded_headers(struct session *, FILE *);
void emit_embedded_prepare(struct session *);	/* before the formats are emitted */
void emit_embedded_declarations(struct session *, FILE *);
unsigned emit_embedded_function(struct emit *, struct function *);
struct value emit_embedded(struct emit *, struct expr *, bool wanted);

/* part.c. Decides whether there are parts; the rest does nothing where there are none. */
void part_plan(struct session *);
/* Around what only one part has: the first, and between two bodies perhaps the next. */
void part_begin(struct emit *);
void part_between(struct emit *);
void part_end(struct emit *);
/* Of what all parts share: its storage class, and its initial value (C, " = VALUE"). */
const char *c_storage(const struct session *);
const char *c_initial(struct session *, const char *value);

/* statement.c */
void emit_block(struct emit *, struct stmt *);
/* `next` in a function. */
void emit_pass_on(struct emit *, struct stmt *);
void emit_loop_steps(struct emit *, struct stmt *body, struct loc loc);

/* print.c */
struct value emit_print(struct emit *, struct expr *);

/* A line of the body, indented. */
void line(struct emit *, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *new_temp(struct emit *);
const char *new_string(struct emit *);

/* emit.c: text for a comment, which it may not end. */
const char *comment_text(struct session *, const char *);

/* literal.c */
const char *c_string(struct session *, const char *);	/* quoted and escaped */
const char *c_number(struct session *, int64_t);
const char *c_type(enum type);				/* as it stands in the names of the runtime's functions */
const char *c_place(struct session *, struct loc);	/* "FILE:LINE:COL", quoted */
const char *c_var(struct session *, const struct var *);
const char *c_function(struct session *, const struct function *);

#endif

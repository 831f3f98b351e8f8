/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The syntax tree.
 *
 * Contract.  Nodes live in the session's arena and are never freed one by one.
 * Only the constructors in tree.c make nodes; grammar actions call nothing
 * else.  Strings live in the arena and are NUL-terminated (compare them with
 * strcmp); a string literal does not contain NUL.  Nothing is nested more than
 * MAX_NESTING deep, so a pass may recurse over the tree.
 *
 *	after parse	every node has loc; type is TYPE_UNKNOWN unless the
 *			source declares it; the fields marked [resolve] are 0
 *	after resolve	every expr has a type (LONG, STRING, STAT for what is
 *			added to with <<<, or VOID for calls); idents have var,
 *			calls have function or builtin; unused functions and
 *			globals have used == false
 *	emit		reads only; there is no ARROW any more, nor an AT but @const
 */
#ifndef TRANSLATOR_TREE_H
#define TRANSLATOR_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct source;
struct builtin;
struct format;
struct watch;
struct regex;
struct ctype;
struct symbol_use;
struct name_table;

struct loc {
	const struct source *source;
	unsigned line;			/* from 1 */
	unsigned col;			/* from 1, in bytes */
	const struct loc *expanded_for;	/* of a copy of an alias's: the point that names the alias; else NULL */
};

#define MAX_NESTING	1000

#define MAX_KEYS	9		/* of an array */

enum type { TYPE_UNKNOWN, TYPE_LONG, TYPE_STRING, TYPE_VOID, TYPE_STAT };

/* The operators: enum name, spelling. */
#define BINARY_OPS(X)							\
	X(MUL, "*") X(DIV, "/") X(MOD, "%") X(ADD, "+") X(SUB, "-")	\
	X(SHL, "<<") X(SHR, ">>") X(USHR, ">>>")			\
	X(AND, "&") X(XOR, "^") X(OR, "|")				\
	X(LT, "<") X(LE, "<=") X(GT, ">") X(GE, ">=") X(EQ, "==") X(NE, "!=") \
	X(LOGAND, "&&") X(LOGOR, "||") X(CONCAT, ".")
#define UNARY_OPS(X)							\
	X(PLUS, "+") X(NEG, "-") X(NOT, "!") X(BITNOT, "~")

enum op {
	OP_NONE,		/* in an assignment: plain = */
#define X(name, text) OP_##name,
	BINARY_OPS(X)
#undef X
#define X(name, text) OP_UNARY_##name,
	UNARY_OPS(X)
#undef X
	OP_INC, OP_DEC,
	OP_ADDRESS,		/* unary & */
	OP_AGGREGATE,		/* <<<: only in an assignment */
};

const char *op_text(enum op op);

/* What is asked of an aggregate, as enum wt_stat_op of runtime/map.h: enum name, spelling. */
#define STAT_OPS(X)							\
	X(COUNT, "@count") X(SUM, "@sum") X(MIN, "@min") X(MAX, "@max")	\
	X(AVG, "@avg") X(VARIANCE, "@variance")

enum stat_op {
#define X(name, text) STAT_##name,
	STAT_OPS(X)
#undef X
	STAT_NONE,
};

const char *stat_op_text(enum stat_op op);

/* The @words with parentheses: enum name, spelling, how many arguments at least and at most. */
#define AT_WORDS(X)							\
	X(DEFINED, "@defined", 1, 1) X(CAST, "@cast", 2, 3)		\
	X(VAR, "@var", 1, 2) X(CONST, "@const", 1, 1)			\
	X(ENTRY, "@entry", 1, 1) X(PERF, "@perf", 1, 1)

enum at_word {
#define X(name, text, least, most) WORD_##name,
	AT_WORDS(X)
#undef X
	WORD_NONE,
};

const char *at_word_text(enum at_word word);

/* How the values of an aggregate are spread: what @hist_log and @hist_linear of it ask for. */
struct histogram {
	enum hist_kind { HIST_NONE, HIST_LOG, HIST_LINEAR } kind;
	int64_t low, high, width;	/* HIST_LINEAR */
};

/* A variable: a global, a function's parameter, or a local. */
struct var {
	const char *name;
	struct loc loc;			/* of the declaration or the first use */
	enum type type;
	enum var_kind { VAR_GLOBAL, VAR_PARAM, VAR_LOCAL } kind;
	struct expr *init;		/* globals: a literal, or NULL */
	unsigned read;			/* [resolve] in so many places */
	unsigned unread;		/* [resolve] globals: how many of them were left out */
	bool written, used;		/* [resolve] */
	bool is_private;		/* globals: `private` */
	bool wraps;			/* globals: `a%` */
	int64_t entries;		/* globals: `a[N]`; 0: none was given */
	int arity;			/* [resolve] of an array: its keys; 0: no array */
	bool arity_known, arity_mixed;	/* [resolve] */
	struct loc arity_loc;		/* [resolve] where it became known */
	bool deleted;			/* [resolve] */
	bool shared;			/* [resolve] locals: other bodies see them */
	int reads;			/* [resolve] locals: places that read it */
	bool named;			/* [resolve] locals: something is left that names it */
	struct ctype *ctype;		/* [resolve] a watch's parameter: what it points to, or NULL */
	bool ctype_mixed;		/* [resolve] the same: not always to one type */
	bool looked_at;			/* [resolve] by handlers that run side by side */
	enum type keys[MAX_KEYS];	/* [resolve] */
	struct histogram histogram;	/* [resolve] TYPE_STAT */
	bool variance;			/* [resolve] TYPE_STAT: @variance is asked for */
	int shift;			/* [resolve] TYPE_STAT: the bits of @variance(x, N) */
	unsigned loops;			/* [resolve] foreach statements over it */
	unsigned sharing;		/* [resolve] globals: enum sharing, resolve/sharing.h */
	int index;			/* [resolve] its number among its kind */
	struct var *next;
};

enum expr_kind {
	EXPR_NUMBER,
	EXPR_STRING,
	EXPR_IDENT,
	EXPR_TARGET,		/* $value; name without the $ */
	EXPR_UNARY,
	EXPR_BINARY,		/* arithmetic, comparison, logic, concatenation */
	EXPR_ASSIGN,		/* op OP_NONE: =, else op= */
	EXPR_CREMENT,		/* ++ and --: op OP_INC, OP_DEC */
	EXPR_TERNARY,
	EXPR_CALL,
	EXPR_PRINT,		/* print, println, printd, printdln, printf and their s... forms */
	EXPR_ENABLE,		/* enable NAME, enable NAME(args) later */
	EXPR_DISABLE,
	EXPR_INDEX,		/* a[x, y]; also of a histogram and of $targets */
	EXPR_ANY,		/* * in the place of a key */
	EXPR_IN,		/* [x, y] in a */
	EXPR_ARROW,		/* ->member */
	EXPR_MATCH,		/* =~ and !~ */
	EXPR_STAT,		/* @count(a) and the like */
	EXPR_HIST,		/* @hist_log(a), @hist_linear(a, low, high, width) */
	EXPR_AT,		/* @defined, @cast and the like */
	EXPR_EMBEDDED,		/* %{ C %} */
	/* What pass 2 makes of things with types (resolve/place.c). */
	EXPR_LOAD,		/* bytes of the kernel's memory */
	EXPR_PIECE,		/* bytes of $value or $old */
	EXPR_FIELD,		/* bits of a number */
	EXPR_SYMBOL,		/* a symbol's address */
	EXPR_ENUM,		/* the name of an enumerator */
	EXPR_SAVED,		/* what was kept when the function was entered */
};

struct expr {
	enum expr_kind kind;
	enum type type;
	struct loc loc;			/* of the operator, for binary ones and assignments; else of the first token */
	unsigned depth;			/* how many levels the tree has from here down */
	bool hex;			/* EXPR_NUMBER: written in hexadecimal */
	struct expr *next;		/* in an argument list */
	union {
		int64_t number;
		const char *string;
		struct { const char *name; struct var *var; } ident;
		struct { const char *name; } target;
		struct { enum op op; struct expr *operand; } unary;
		struct { enum op op; struct expr *left, *right; } binary;
		struct { enum op op; struct expr *lvalue, *value; } assign;
		struct { enum op op; bool prefix; struct expr *lvalue; } crement;
		struct { struct expr *cond, *yes, *no; } ternary;
		struct {
			const char *name;
			struct expr *args;
			struct function *function;	/* [resolve] */
			const struct builtin *builtin;	/* [resolve] */
		} call;
		struct {
			const char *name;	/* as written: "printf", "sprintln", ... */
			bool to_string;		/* sprint...: its value is the text */
			bool formatted;		/* first argument is a format */
			bool delimited;		/* first argument is a delimiter: printd */
			bool newline;		/* ...ln */
			struct expr *args;
			const char *text;	/* [resolve] to_string: the format */
			struct format **formats; /* [resolve] else: its pieces, see resolve/print_call.c */
			int format_count;
		} print;
		struct {
			const char *name;	/* of the watch */
			struct loc name_loc;
			struct expr *args;
			bool has_args;		/* parentheses were written, perhaps empty */
			bool later;		/* ENABLE: now or later */
			struct definition *definition;	/* [resolve] */
		} enable;		/* ENABLE and DISABLE; type is TYPE_LONG from the beginning */
		struct { struct expr *base, *keys; } index;	/* base: an IDENT, a HIST, or what has members */
		struct { struct expr *array, *keys; } in;	/* array: an IDENT, or a HIST */
		struct { struct expr *base; const char *member; } arrow;
		struct {
			struct expr *operand;
			struct expr *pattern;		/* an EXPR_STRING */
			bool negated;			/* !~ */
			struct regex *regex;		/* [resolve] */
		} match;
		struct { enum stat_op op; struct expr *operand, *shift; } stat;	/* shift: @variance's, or NULL */
		struct { struct expr *operand; struct histogram shape; } hist;
		struct { enum at_word word; struct expr *args; } at;
		struct { const char *code; } embedded;	/* between %{ and %} */
		struct {
			struct expr *address;	/* a number; the bytes are at an offset from it */
			int64_t offset;
			unsigned size;		/* bytes: 1, 2, 4 or 8 */
			bool is_signed;
		} load;
		struct {
			struct expr *index;	/* a number of bytes, which is added to offset; or NULL */
			int64_t offset;		/* in what is watched */
			unsigned size;		/* TYPE_LONG: 1, 2, 4 or 8; TYPE_STRING: those of an array of char */
			uint64_t length;	/* of all that is watched */
			bool is_signed;
			bool old;
		} piece;
		struct { struct expr *operand; unsigned shift, bits; bool is_signed; } field;
		struct { struct symbol_use *use; } symbol;
		struct { struct expr *operand; struct name_table *names; } enumerator;
		struct { int index; } saved;	/* in struct probe_use's list */
	};
};

enum stmt_kind {
	STMT_EMPTY,
	STMT_BLOCK,
	STMT_EXPR,
	STMT_IF,
	STMT_WHILE,
	STMT_FOR,
	STMT_RETURN,
	STMT_NEXT,
	STMT_BREAK,
	STMT_CONTINUE,
	STMT_FOREACH,
	STMT_DELETE,
	STMT_TRY,
};

struct foreach {
	struct expr *value;		/* foreach (VALUE = ...): an IDENT, or NULL */
	struct expr *keys;		/* IDENTs */
	struct expr *base;		/* an IDENT, or a HIST */
	struct expr *slice;		/* a[x, *]: keys or EXPR_ANY; NULL: all of it */
	enum { SORT_NONE, SORT_KEY, SORT_VALUE } sort;
	int sort_key;			/* SORT_KEY: which, from 0 */
	enum stat_op sort_stat;		/* SORT_VALUE: STAT_NONE where none is named */
	bool descending;
	struct expr *limit;		/* or NULL */
	struct stmt *body;
};

struct stmt {
	enum stmt_kind kind;
	struct loc loc;
	unsigned depth;			/* as of an expr */
	struct stmt *next;		/* in a block */
	union {
		struct stmt *block;	/* the first of them, or NULL */
		struct expr *expr;	/* STMT_EXPR; STMT_RETURN: NULL without a value */
		struct { struct expr *cond; struct stmt *yes, *no; } if_;
		struct { struct expr *init, *cond, *step; struct stmt *body; } loop; /* WHILE has only cond; any of FOR's may be NULL */
		struct foreach *foreach;
		struct expr *deleted;	/* STMT_DELETE: an IDENT or an INDEX */
		struct { struct stmt *body, *handler; struct expr *message; } try_; /* message: an IDENT, or NULL */
	};
};

/* What has a body of its own: a function, a probe or a definition. */
struct body {
	struct stmt *stmt;
	struct var *params;		/* functions and definitions */
	struct var *locals;		/* [resolve] */
};

struct function {
	const char *name;
	struct loc loc;
	enum type type;			/* what it returns */
	struct body body;
	const char *embedded;		/* its body is C, between %{ and %}; else NULL */
	bool has_priority;
	int64_t priority;		/* of overloads; the lower is tried first */
	bool is_private;
	bool bound;			/* [resolve] its names are */
	bool used;			/* [resolve] a probe calls it, or what calls it */
	bool from_tapset;
	struct function *overload;	/* [resolve] of the same name and arity, tried where this one says `next` */
	int index;			/* [emit] among those of its name */
	int effect;			/* [resolve] elide.c's */
	struct function *next;
};

/* One component of a probe point: kernel . data("x") . write; or {a, b} in the place of one. */
struct component {
	const char *name;
	struct loc loc;
	struct expr *arg;		/* the first of its arguments, or NULL; a number with a - is one EXPR_NUMBER */
	bool has_parens;
	struct point *choices;		/* {a, b}; gone when the point is made */
	struct component *next;
};

/* One probe point as written; `probe a, b {}` has two. */
struct point {
	struct loc loc;
	struct component *components;
	bool optional;			/* ? */
	bool sufficient;		/* ! */
	struct expr *condition;		/* `if (...)` after it, or NULL */
	const char *spelling;		/* canonical: as pp() gives it; without marks and condition */
	struct point *next;
};

struct probe {
	struct loc loc;
	struct point *points;
	struct body body;
	bool from_tapset;
	struct probe *next;
};

/*
 * A named watch or an alias: `probe NAME = POINTS {...}`, `probe NAME(a, b) = POINTS
 * {...}`, `probe NAME += POINTS {...}`. It is a watch where all points are data,
 * and the name is one identifier.
 */
struct definition {
	const char *name;		/* with dots, perhaps */
	bool epilogue;			/* += */
	struct stmt *after;		/* = points {...}, {...}: the second block; else NULL. Only of an alias */
	struct loc loc;			/* of the name */
	struct var *params;		/* the same list as body.params */
	bool has_params;		/* parentheses were written */
	struct point *points;
	struct body body;
	bool from_tapset;
	struct watch *watch;		/* [resolve] */
	bool bound;			/* [resolve] its names are */
	struct definition *next;
};

/* %{ C %} outside of everything: declarations for embedded C. */
struct embed {
	const char *code;
	struct loc loc;
	struct embed *next;
};

/* Everything that one or more files declare, in source order. */
struct script {
	struct embed *embeds;
	struct var *globals;
	struct function *functions;
	struct probe *probes;
	struct definition *definitions;
	struct {
		struct embed *embeds;
		struct var *globals;
		struct function *functions;
		struct probe *probes;
		struct definition *definitions;
	} last;
};

/* Constructors; loc is copied. Lists are built front to back: X_append returns the head. */
struct expr *expr_number(struct session *, struct loc, int64_t);
struct expr *expr_hex_number(struct session *, struct loc, int64_t);
struct expr *expr_string(struct session *, struct loc, const char *);
struct expr *expr_ident(struct session *, struct loc, const char *);
struct expr *expr_target(struct session *, struct loc, const char *);
struct expr *expr_unary(struct session *, struct loc, enum op, struct expr *);
struct expr *expr_binary(struct session *, struct loc, enum op, struct expr *, struct expr *);
/* The next two report an lvalue that is neither a variable, nor an element, nor a target. */
struct expr *expr_assign(struct session *, struct loc, enum op, struct expr *, struct expr *);
struct expr *expr_crement(struct session *, struct loc, enum op, bool prefix, struct expr *);
struct expr *expr_ternary(struct session *, struct loc, struct expr *, struct expr *, struct expr *);
struct expr *expr_call(struct session *, struct loc, const char *, struct expr *args); /* makes EXPR_PRINT of print names */
/* enable: an EXPR_ENABLE, else an EXPR_DISABLE, which has no `later` */
struct expr *expr_enable(struct session *, struct loc, bool enable, const char *name, struct loc name_loc,
			 bool has_args, struct expr *args, bool later);
struct expr *expr_index(struct session *, struct loc, struct expr *base, struct expr *keys);
struct expr *expr_any(struct session *, struct loc);
struct expr *expr_in(struct session *, struct loc, struct expr *keys, struct expr *array);
struct expr *expr_arrow(struct session *, struct loc, struct expr *base, const char *member);
struct expr *expr_match(struct session *, struct loc, struct expr *operand, struct expr *pattern, bool negated);
/* The @words: each reports arguments that are too many, too few, or no such ones. */
struct expr *expr_stat(struct session *, struct loc, enum stat_op, struct expr *args);
struct expr *expr_hist(struct session *, struct loc, enum hist_kind, struct expr *args);
struct expr *expr_at(struct session *, struct loc, enum at_word, struct expr *args);
struct expr *expr_embedded(struct session *, struct loc, const char *code);
struct expr *expr_load(struct session *, struct loc, struct expr *address, int64_t offset, unsigned size, bool is_signed);
/* index may be NULL */
struct expr *expr_piece(struct session *, struct loc, bool old, uint64_t length, struct expr *index,
			int64_t offset, unsigned size, bool is_signed);
struct expr *expr_field(struct session *, struct loc, struct expr *operand, unsigned shift, unsigned bits, bool is_signed);
struct expr *expr_symbol(struct session *, struct loc, struct symbol_use *);
struct expr *expr_saved(struct session *, struct loc, int index);
struct expr *expr_enum(struct session *, struct loc, struct expr *operand, struct name_table *);
struct expr *expr_append(struct expr *head, struct expr *tail);

struct stmt *stmt_simple(struct session *, struct loc, enum stmt_kind);	/* EMPTY NEXT BREAK CONTINUE */
struct stmt *stmt_block(struct session *, struct loc, struct stmt *first);
struct stmt *stmt_expr(struct session *, struct loc, struct expr *);
struct stmt *stmt_return(struct session *, struct loc, struct expr *);
struct stmt *stmt_if(struct session *, struct loc, struct expr *, struct stmt *, struct stmt *);
struct stmt *stmt_while(struct session *, struct loc, struct expr *, struct stmt *);
struct stmt *stmt_for(struct session *, struct loc, struct expr *, struct expr *, struct expr *, struct stmt *);
struct stmt *stmt_foreach(struct session *, struct loc, const struct foreach *);
struct stmt *stmt_delete(struct session *, struct loc, struct expr *);
struct stmt *stmt_try(struct session *, struct loc, struct stmt *body, struct expr *message, struct stmt *handler);
struct stmt *stmt_append(struct stmt *head, struct stmt *tail);

struct var *var_new(struct session *, struct loc, enum var_kind, const char *, enum type);
struct var *var_append(struct var *head, struct var *tail);
struct component *component_new(struct session *, struct loc, const char *, bool has_parens, struct expr *args);
struct component *component_choices(struct session *, struct loc, struct point *choices);
struct component *component_append(struct component *head, struct component *tail);
/* One point for each way to choose among the {a, b} in it; reports more than MAX_CHOICES. */
struct point *point_new(struct session *, struct loc, struct component *, bool optional, bool sufficient,
			struct expr *condition);
struct point *point_append(struct point *head, struct point *tail);

void script_add_global(struct session *, struct var *, struct expr *init, bool is_private);
/* Reports embedded C at loc where it is not allowed: in a script without -g. */
void embedded_check(struct session *, struct loc);
/* The function that comes with a body: of statements, or else of C. */
struct function *script_add_function(struct session *, struct loc, const char *, enum type, struct var *params,
				     struct stmt *, const char *embedded);
void script_add_probe(struct session *, struct loc, struct point *, struct stmt *);
struct definition *script_add_definition(struct session *, struct loc, const char *, struct var *params,
					 bool has_params, struct point *, struct stmt *);
void script_add_embed(struct session *, struct loc, const char *code);

/* tree_walk.c: what $x->a[1]->b is a member of; e itself where it has none before it. */
struct expr *expr_root(struct expr *e);
/* $target->member[...], @cast(...)->member and the like: there are members. */
bool is_target(struct expr *e);
/* The variable that e names or has an element of; NULL where it does neither, or is not resolved yet. */
struct var *expr_var(const struct expr *e);

/* tree_walk.c: copies share nothing but names and what is resolved. Without what follows in a list. */
struct expr *expr_copy(struct session *, const struct expr *);
struct stmt *stmt_copy(struct session *, const struct stmt *);
struct component *component_copy(struct session *, const struct component *);	/* the whole list */

/*
 * expr_each calls fn on each direct sub-expression of e, in the order of the
 * source. stmt_each calls on_expr on each expression and on_stmt on each
 * statement directly in s; either may be NULL. Neither goes deeper: the callback
 * does, if it wants.
 */
void expr_each(struct expr *e, void (*fn)(struct expr *, void *), void *data);
void stmt_each(struct stmt *s, void (*on_expr)(struct expr *, void *), void (*on_stmt)(struct stmt *, void *), void *data);

/* Pass 1's print (-p 1): the script again, in canonical form. */
#include <stdio.h>
void tree_print(FILE *out, const struct script *script);
void expr_print(FILE *out, const struct expr *e);
void components_print(FILE *out, const struct component *components);

#endif

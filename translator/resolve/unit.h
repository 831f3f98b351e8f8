/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pass 2 hands to pass 3: the script with its names bound, its types
 * known, and each probe point turned into one row of the lists below.
 *
 * The files of pass 2, in the order in which they run:
 *
 *	library.c	reads the tapset
 *	prefetch.c	variables whose types the compiler is asked for, all at once
 *	point.c		probe points, by the table of kinds; point_data.c,
 *			point_timer.c, point_function.c, point_basic.c are its rows
 *	glob.c		kernel.data("pattern*")
 *	point_name.c	the aliases and watches that a point names, with wildcards
 *	expand.c	from probes as written to those that there are
 *	alias.c		copies of an alias's points and statements, for the probe that names it
 *	split.c		probes whose points see different variables are several
 *	match.c		the patterns of =~
 *	fold.c		@defined, and what is known to be true or false
 *	scope.c		binds names; call.c: functions and builtins; array.c:
 *			elements of arrays, aggregates
 *	point_expr.c	expressions that stand in points
 *	target.c	$value, $reason and the like
 *	datum.c		what a data probe names: symbol, members, elements, pointers
 *	watch_type.c	types and lengths of what is watched
 *	access.c	things with types in handlers; place.c: their members, elements,
 *			numbers, addresses; pretty.c: text of them;
 *			target_function.c: a function's parameters
 *	watch.c		watches: who handles their hits, who is told of them
 *	elide.c		what the script does for nothing is left out
 *	infer.c		types
 *	print_call.c	printf and its family: formats checked and numbered
 *	display.c	an end probe that prints what nobody reads
 *	embedded.c	what C in a script is to the translator
 *	sharing.c	which globals need the lock
 *	usage.c		warnings about variables, and watches that nothing enables
 *	resolve.c	calls them, and prints for -p 2
 */
#ifndef TRANSLATOR_UNIT_H
#define TRANSLATOR_UNIT_H

#include "../session.h"

/* A function written in C: one row of runtime/builtins.def. */
struct builtin {
	const char *name;
	enum type type;			/* what it returns */
	const char *c_name;
	const char *args;		/* 'd' or 's' for each */
	unsigned flags;
};

enum builtin_flag {
	WT_FALLIBLE = 1,		/* takes the place, may end the handler */
	WT_EFFECT = 2,			/* does something besides returning a value */
	WT_MATCHES = 4,			/* is about what the last =~ found */
};

/* The one of that name with so many arguments, or else any of that name, or NULL. */
const struct builtin *builtin_find(const char *name, unsigned arity);
const struct builtin *builtin_at(unsigned i);	/* NULL behind the last */
/* A call of a builtin, whatever functions of that name the script has. */
struct expr *builtin_call(struct session *, struct loc, const char *name, struct expr *args);

/* In the order of enum wt_probe_kind of runtime/script.h. */
enum probe_kind {
	PROBE_BEGIN, PROBE_END, PROBE_ERROR, PROBE_TIMER, PROBE_DATA, PROBE_FUNCTION,
	PROBE_ENABLED, PROBE_DISABLED, PROBE_UNAVAILABLE, PROBE_NEVER,
};

struct datum;

/* Memory that a watch is about: one of its points. */
struct range {
	const char *module;		/* symbol is this module's, or NULL */
	const char *symbol;		/* or NULL: */
	struct expr *expr;		/* of the watch's arguments, or NULL: */
	uint64_t address;
	const struct datum *datum;	/* of a symbol: what is to be done from there on */
	uint64_t length;		/* bytes */
	bool sized;			/* .length says so */
	struct ctype *type;		/* or NULL: nobody knows */
	unsigned bit_offset, bit_size;	/* of a bit-field, in those bytes; bit_size 0: it is none */
	bool settled, mixed;		/* watch_type.c's */
	bool per_cpu;			/* of a per-CPU variable: of a watch all ranges, each CPU's own copy, */
	bool one_cpu;			/* or of this one CPU's copy alone */
	unsigned cpu;
	struct point *point;
	struct range *next;
};

/* A symbol whose address a handler wants: @var. */
struct symbol_use {
	const char *module, *symbol;	/* module: or NULL, the kernel's */
	uint64_t linked_at;		/* of several symbols of that name the one that is there; or 0 */
	int index;
	struct symbol_use *next;
};
struct symbol_use *unit_symbol(struct session *, const struct datum *);

/* Numbers that have names: an enum's. */
struct name_table {
	struct ctype *type;
	int index;
	struct name_table *next;
};
struct name_table *unit_names(struct session *, struct ctype *);

/* Statements that run at a hit, in a chain: a definition's own, then its probes'. */
struct part {
	struct body *body;
	struct point *point;
	struct expr *condition;		/* of this one's point, or NULL */
	struct part *next;
};

/* One claim on registers (or a pool of them, where it has arguments). */
struct watch {
	const char *name;		/* as the definition or the probe point is written */
	const char *key;		/* anonymous ones: what makes two points the same watch */
	struct definition *definition;	/* or NULL: anonymous */
	struct range *ranges;
	int range_count, first_range;
	bool reads;			/* .rw */
	bool change;			/* .change */
	bool values;			/* $value or $old is used */
	bool starts;			/* enabled at the start */
	bool required;			/* a probe of it has no `?` */
	bool may_fail;			/* the script goes on without it */
	bool later;			/* .later */
	bool dynamic;			/* `enable` or `disable` names it */
	bool bound;			/* its definition's names are */
	bool unconditional;		/* somebody wants it whatever the conditions say */
	struct expr *priority;		/* or NULL */
	struct expr *base_condition;	/* the definition's, or NULL */
	struct expr *condition;		/* all of it, or NULL */
	struct part *parts;
	int index;
	struct probe_use *use;		/* PROBE_DATA */
	struct watch *next;
};

/*
 * A point behind one with `!` is for nothing where the kernel has what that one
 * stands for; for functions and symbols this is known when the module is loaded.
 */
struct alternative {
	struct probe_use *use;
	struct alternative *next;
};

/* What a .return probe keeps from when the function was entered: $name, @entry(...). */
struct saved {
	struct expr *expr;
	const char *name;		/* of the parameter, or NULL */
	int index;
	struct saved *next;
};

/* One probe point with its handler: `probe a, b {}` gives two, of one body. */
struct probe_use {
	enum probe_kind kind;
	struct part part;		/* but for PROBE_DATA: the watch's parts */
	struct point *point;
	struct alternative *unless;	/* left out where one of these is there */
	int64_t sequence;		/* PROBE_BEGIN, PROBE_END, PROBE_ERROR: lower ones run first */
	bool once;			/* PROBE_BEGIN: oneshot */
	uint64_t period_ns;		/* PROBE_TIMER, or 0: */
	uint64_t period_jiffies;
	uint64_t spread;		/* PROBE_TIMER: .randomize, in the period's unit */
	bool each_cpu;			/* PROBE_TIMER: .profile */
	const char *function;		/* PROBE_FUNCTION: name, with wildcards perhaps */
	const char *function_module;	/* PROBE_FUNCTION: its module's, likewise; NULL: anybody's */
	const char *function_file;	/* PROBE_FUNCTION: the FILE of NAME@FILE, or NULL */
	uint64_t function_linked_at;	/* PROBE_FUNCTION: NAME@FILE's entry in the linked file, or 0 */
	bool returns;			/* PROBE_FUNCTION: .return */
	unsigned max_active;		/* PROBE_FUNCTION: .maxactive(N), or 0 */
	struct saved *saved;		/* PROBE_FUNCTION, returns */
	struct watch *watch;		/* PROBE_DATA and sub-probes */
	bool locks;			/* sharing.c */
	bool decides;			/* sharing.c: changes what a condition depends on */
	int index;
	struct probe_use *next;
};

/* The parts that run where the use is. */
struct part *use_parts(struct probe_use *use);
/* Can the overload behind this function be reached? */
bool function_passes_on(const struct function *);
bool is_sub_probe(enum probe_kind kind);

/* A piece of a printf that fits in one item: see runtime/script.h. */
struct format {
	const char *text;
	int index;
	struct format *next;
};

struct wanted;

struct unit {
	struct probe_use *uses;
	struct wanted *wanted;		/* watch.c's */
	struct watch *watches;
	struct format *formats;
	int use_count, watch_count, range_count, format_count;
	struct symbol_use *symbols;
	struct name_table *name_tables;
	int symbol_count, name_table_count;
	struct regex *regexes;		/* of =~ and !~; equal patterns are one */
	bool regex_groups;		/* matched() or ngroups() is used */
	bool embedded;			/* there is C in it that sees the kernel's headers */
};

/* A use at the end of the list. */
void unit_add_use(struct session *, struct probe_use *);

/* watch_type.c: the length that follows from the type, where none was given. False after a diagnostic. */
bool range_length(struct session *, struct range *);

/* Finds the format with that text or adds it. */
struct format *unit_format(struct session *, const char *text);

/* A limit of the runtime's as the last -D sets it, or else its standard value. */
unsigned long unit_limit(struct session *, const char *name, unsigned long standard);
unsigned long unit_maxstringlen(struct session *);

/* Pass 2. 0, or -1 after diagnostics. */
int resolve(struct session *);
void unit_print(FILE *out, struct session *);

/* Its steps; each reports what it finds wrong and goes on as far as it makes sense. */
int library_load(struct session *);
/* Of arguments that nothing asks for. */
void library_warn_arguments(struct session *);
void fold_defined(struct session *);
/* Does an @defined stand in it? Its answer is another for each point. */
bool body_has_defined(struct stmt *);
void scope_resolve(struct session *);
/* Is $name there in that probe? */
bool target_is_known(const struct probe_use *, const char *name);
void targets_check(struct session *);
/* An expression in a probe point changes nothing, and is made of globals and arguments. */
void point_expr_check(struct session *, struct expr *);
void point_expr_not_global(struct session *, const struct var *, struct var *params);
/*
 * Calls fn once for each expression that stands in a probe point: addresses,
 * priorities, conditions as they are written.
 */
void unit_each_expr(struct session *, void (*fn)(struct expr *, void *), void *data);
void prefetch_types(struct session *);
void points_resolve(struct session *);
void watches_resolve(struct session *);
void elide(struct session *);
void infer_types(struct session *);
void print_call_check(struct session *, struct expr *);
/* print(@hist_log(x)) and println of it. */
bool print_is_histogram(const struct expr *);
void sharing_resolve(struct session *);
void usage_warn(struct session *);
/* embedded.c: what C in a script is to the translator. */
void embedded_use(struct session *, const char *code, struct loc);
/* For each global that a pragma in code names; v is NULL where there is none of that name. */
typedef void embedded_global(struct var *v, const char *name, bool writes, void *data);
void embedded_each_global(struct session *, const char *code, struct loc, embedded_global *, void *data);
bool embedded_is_pure(const char *code);
/* After infer_types(): the globals that only C uses have no types. */
void embedded_check_types(struct session *);
/* display.c: globals that are written and never read are printed at the end. 0 where there is none. */
int display_resolve(struct session *);
/* scope.c: what the script uses, anew: less of it is left. */
void scope_mark_used(struct session *);
/* scope.c: of a probe that was added late. */
void scope_bind_probe(struct session *, struct probe *);

/* How the script's handlers share a global (struct var's sharing). */
enum sharing {
	SHARED_LOCKED,		/* under the lock */
	SHARED_CONSTANT,	/* not written while handlers run side by side */
	SHARED_COUNTER,		/* only counted and read: atomic, no lock */
	SHARED_ARGUMENT,	/* a parameter that is a watch's argument */
	SHARED_AGGREGATE,	/* added to without the lock, else under it */
};

/* Calls fn for each expression under s, nested ones included; for statements likewise. */
void walk(struct stmt *s, void (*on_expr)(struct expr *, void *),
	  void (*on_stmt)(struct stmt *, void *), void *data);
void walk_expr(struct expr *e, void (*on_expr)(struct expr *, void *), void *data);
/* Calls fn once for the body of each probe and each definition that there is a watch of. */
void unit_each_handler(struct session *, void (*fn)(struct body *, void *), void *data);
/* The same, after the bodies of functions that are used (of which C has no stmt). */
void unit_each_body(struct session *, void (*fn)(struct body *, void *), void *data);
/* Calls fn once for each expression that is emitted: in bodies, then in probe points. */
void unit_walk(struct session *, void (*on_expr)(struct expr *, void *), void *data);

#endif

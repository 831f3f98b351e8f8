/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of probe points. A new kind is a file with its resolver and a row
 * of the table in point.c.
 */
#ifndef TRANSLATOR_POINT_H
#define TRANSLATOR_POINT_H

#include "unit.h"

struct point_kind {
	const char *head;		/* the first component's name */
	const char *form;		/* for messages: "timer.ms(N)" */
	/* fills use->kind and what belongs to it, and adds it to the unit; or diagnoses, and returns false */
	bool (*resolve)(struct session *, struct probe_use *use, struct component *first);
};

bool point_basic(struct session *, struct probe_use *, struct component *);
bool point_timer(struct session *, struct probe_use *, struct component *);
bool point_kernel(struct session *, struct probe_use *, struct component *);	/* and module() */
bool point_kprobe(struct session *, struct probe_use *, struct component *);
bool point_process(struct session *, struct probe_use *, struct component *);

/*
 * Probe points of SystemTap's that watchtap does not have: whether this is one
 * that is known; then it is said what there is instead.
 */
bool point_absent(struct session *, const struct component *first);
/* kernel.NAME, module("M").NAME; likewise. */
bool point_absent_of_kernel(struct session *, const struct component *first);
/* The suffix of a function's point; likewise. */
bool point_absent_of_function(struct session *, const struct component *);

/* Whether c has the argument that kind ('d', 's', or 0 for none) asks for; diagnoses. */
bool component_argument(struct session *, struct component *c, char kind);

/* glob.c: does its symbol have * or ? in it? Then what it stands for, or NULL after a diagnostic. */
bool point_is_glob(const struct point *);
struct point *point_glob(struct session *, const struct point *);

/* A data probe's point, taken apart. */
struct data_point {
	const char *module;		/* or NULL: the kernel's */
	struct component *data, *length, *access, *priority;
	struct component *cpu;		/* .cpu(N), .percpu */
	bool later;
	struct component *told;		/* the sub-probe's name, or NULL */
	enum probe_kind kind;		/* PROBE_DATA, or the sub-probe's */
};

/* Whether the point is one of data; else diagnoses. */
bool point_data_take(struct session *, struct component *first, struct data_point *ret);
/* The kind of a sub-probe of that name, or PROBE_DATA: it is none. */
enum probe_kind point_told(const char *name);
/* The range that it stands for; NULL after a diagnostic. params: what an address may be made of. */
struct range *point_data_range(struct session *, const struct data_point *, struct point *, struct var *params);
/* kernel.function("NAME"), module("M").function("NAME") */
bool point_function(struct session *, struct probe_use *, struct component *first);
/* Whether its argument is a module's name, as /proc/modules has it, or the path of a module's file; diagnoses. */
bool point_module_check(struct session *, const struct component *);

/*
 * watch.c: a point of data that is no definition's becomes a watch's, or a
 * sub-probe's that is found when all points are known; a point that begins with
 * the name of a definition likewise.
 */
bool watch_anonymous(struct session *, struct probe_use *, const struct data_point *);
bool watch_named(struct session *, struct probe_use *, struct definition *, struct component *rest);
/* A definition of that name: the script's own, else the tapset's. */
struct definition *definition_find(struct session *, const char *name);
struct definition *watch_find(struct session *, const char *name);	/* only if it is a watch */
/* Do these name the same memory and want the same of it, whatever the order of the suffixes? */
bool point_is_same(struct session *, const struct point *, const struct point *);
/* The watch of a definition, made where this is the first use of it; NULL after a diagnostic. */
struct watch *definition_watch(struct session *, struct definition *);

/* Is it kernel.data or module.data? */
bool is_data(const struct component *first);
/* A definition is a watch where its name is one identifier and all its points are data; else it is an alias. */
bool is_watch(const struct definition *);

/* point_name.c: what a point may name. */
struct named {
	struct definition *definition;		/* a watch, or an alias */
	const struct component *suffix;		/* what follows its name, or NULL */
	struct named *next;
};

/* The definitions that the point begins with the name of, in the order of the source. */
struct named *point_names(struct session *, const struct component *first);
/* A name with its dots; in the pattern * stands for a part of one component, ** for a part of the name. */
bool name_matches(const char *pattern, const char *name);
/* Diagnoses a point that stands for nothing. */
void point_unknown(struct session *, const struct point *);

/* point.c: the kinds whose head the component names, one after the other; NULL behind the last. */
const struct point_kind *point_kind_match(const struct component *first, const struct point_kind *after);
/* The kind, watch or alias whose name is most like this one, or NULL. */
const char *point_nearest(struct session *, const char *name);

/* expand.c: the probes that this one stands for, each with points of kinds and of watches; NULL if none. */
struct probe *probe_expand(struct session *, struct probe *);
/* split.c: whether the point may have its handler in common with all those of the probe. */
bool point_may_join(struct session *, const struct probe *, const struct point *);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reader of types offers, to types.c alone. */
#ifndef TRANSLATOR_TYPES_READER_H
#define TRANSLATOR_TYPES_READER_H

#include "types.h"

/*
 * Whatever is read may be damaged or hostile: a reader then knows less, and
 * says so once by a warning; it does not crash, and it ends.
 */
struct type_reader_ops {
	/* The complete type of that tag and name, or NULL. */
	struct ctype *(*find)(struct type_reader *, enum ctype_tag, const char *name);
	/* Fills target, members, values, params of a type of this reader's: ctype.read is set by the caller. */
	void (*read)(struct type_reader *, struct ctype *);
	/* Each that fits; name may be a pattern for fnmatch(3). Any may be NULL. */
	void (*variables)(struct type_reader *, const char *name, types_variable *, void *data);
	void (*functions)(struct type_reader *, const char *name, types_function *, void *data);
	void (*close)(struct type_reader *);
};

struct type_reader {
	const struct type_reader_ops *ops;
	struct session *session;
	const char *kind;		/* "DWARF", "BTF", "headers" */
	const char *path;		/* of what it reads */
	struct types *types;		/* that it belongs to; types.c's */
	struct type_reader *next;
};

/*
 * Each opens a reader in the session's arena, its own state around it; NULL where
 * there is nothing to read. Nothing is said of that.
 */
/* A file with DWARF: vmlinux, a module, an object. index: where to keep one, by build-id; or it is small. */
struct type_reader *dwarf_open(struct session *, const char *path, bool index);
/* BTF: in an ELF file's .BTF, or raw; base: what a module's is split from, or NULL. */
struct type_reader *btf_open(struct session *, const char *path, struct type_reader *base);
/* The headers of the kernel that the script is for. */
struct type_reader *headers_open(struct session *);
/*
 * Variables that are about to be asked for one by one: to compile them together
 * takes not much longer than one. Of a headers_open() reader; of others it does nothing.
 */
void headers_prefetch(struct type_reader *, const char *const *names, size_t n);
/*
 * One of them, or several, as in @cast(p, "struct x", "kernel<linux/sched.h>"): "linux/sched.h",
 * "<linux/sched.h><linux/fs.h>". NULL: it does not compile.
 */
struct type_reader *header_open(struct session *, const char *header);

/* Where debug information and BTF are: dwarf_find.c, btf_find.c. An arena's path, or NULL. */
const char *dwarf_find_kernel(struct session *);
const char *dwarf_find_module(struct session *, const char *module);
const char *btf_find_kernel(struct session *);
const char *btf_find_module(struct session *, const char *module);
/* Whether the script's kernel is this machine's own, running. */
bool types_of_running(struct session *);
/* A module's file among those of the script's kernel. */
const char *types_module_file(struct session *, const char *module);
/* Whether the file, or that which its build-id leads to, has DWARF. */
bool dwarf_has_debug_info(const char *path);

/* types.c, for the others. As ctype_target, but a tag alone is not looked up: */
struct ctype *ctype_named_target(struct ctype *);
/* The next reader, the module's before the kernel's; NULL at the end. *place begins with 0. */
struct type_reader *types_next_reader(struct types *, unsigned *place, bool at_hand);
struct session *types_session(struct types *);
/*
 * Whether the reader's variables and functions of that name are those of t: the kernel's are no
 * module's, and which of the two a header declares is not told.
 */
bool types_has_names(const struct types *t, const struct type_reader *, const char *name);

/* tell.c */
bool type_name_is_pattern(const char *name);
/* fnmatch(3) where the name is a pattern, else whether it is the same. */
bool type_name_matches(const char *pattern, const char *name);

#endif

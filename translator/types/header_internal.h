/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's headers declare, in the order of the way there:
 *
 *	header_token.c		a header's text to tokens: comments, strings and the preprocessor's lines left out
 *	header_word.c		what a word in a declaration is
 *	header_scan.c		tokens to declared names
 *	header_index.c		all headers' names in one file: which of them declares a name
 *	header_make.c		makes that file
 *	header_answer.c		what the compiler has said about names, kept
 *	header_compile.c	the compiler is asked about names
 *	header_source.c		the C for that, and what the compiler says against it
 *	headers.c		the readers
 *
 * In the cache's folder for the kernel and its compiler (build/compiler.h):
 *
 *	index			header_index.c's
 *	objects/HASH.o		what the compiler made, by its source's hash
 *	names/wt_KIND_NAME	a symbolic link to nowhere: which object has the answer
 *
 * All appear by rename: several programs may make the same at once.
 */
#ifndef TRANSLATOR_TYPES_HEADER_INTERNAL_H
#define TRANSLATOR_TYPES_HEADER_INTERNAL_H

#include "reader.h"

/* Kinds of names, as the index has them. */
enum header_kind {
	HEADER_VARIABLE,
	HEADER_PER_CPU,
	HEADER_STRUCT,
	HEADER_UNION,
	HEADER_ENUM,
	HEADER_TYPEDEF,
	HEADER_KINDS,
};

/* header_token.c */
#define HEADER_LEVELS 64
struct header_text {
	const char *begin, *at, *end;
	bool line_start;	/* nothing but blanks since the line's beginning */
	unsigned depth;		/* of braces */
	unsigned level;		/* of #if; of those deeper than the array nothing is known */
	struct { unsigned depth; bool over; } levels[HEADER_LEVELS];	/* over: what follows #else is not compiled */
};

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_OTHER };	/* OTHER: one byte; " for a string; 0 for a number */

struct token {
	enum token_kind kind;
	char byte;
	const char *text;	/* a word's */
	size_t length;
	bool column_0;
};

void header_text_init(struct header_text *, const char *text, size_t length);
struct token header_next(struct header_text *);

/* header_word.c */
bool token_is(const struct token *, const char *word);
bool token_begins(const struct token *, const char *prefix);
/* Beside a type and a name, and neither. */
bool token_is_attribute(const struct token *);
bool token_is_base(const struct token *);
bool token_is_typeof(const struct token *);
bool token_is_tag(const struct token *, enum header_kind *ret_kind);

/*
 * header_scan.c. Calls back for each name that the header declares at file
 * scope. It is no parser of C: it may take a word for a variable that is none,
 * which the compiler will then say.
 */
typedef void header_name(enum header_kind, const char *name, size_t length, void *data);
void header_scan(const char *text, size_t length, header_name *, void *data);

/* header_make.c. Writes the index of the headers in these folders. 0, or -1. */
int header_make_index(struct session *, const char *const *folders, const char *path);

/*
 * header_index.c: the file, in this machine's byte order. Headers are as
 * #include has them, entries sorted by name; of equal ones the better header is
 * first. Strings end with a NUL.
 */
#define HEADER_INDEX_MAGIC "watchtap headers 1\n"
struct header_index_file {
	char magic[20];
	uint32_t headers;	/* how many */
	uint32_t entries;
	uint32_t strings;	/* bytes */
	uint64_t sum;		/* header_index_sum() of what follows */
	/* uint32_t headers[]: offsets in the strings; entries[]; the strings */
};
struct header_entry {
	uint32_t name, header, kind;
};
uint64_t header_index_sum(const void *, size_t length);

struct header_index;
/* NULL: there is no such file, or it is damaged. */
struct header_index *header_index_open(struct session *, const char *path);
void header_index_close(struct header_index *);
/* The nth header that declares the name as one of the kinds (bits 1 << kind), or NULL. */
const char *header_index_find(struct header_index *, unsigned kinds, const char *name, unsigned nth,
			      enum header_kind *ret_kind);
/* Each entry whose name fits the pattern, sorted by name. */
typedef void header_found(enum header_kind, const char *name, const char *header, void *data);
void header_index_each(struct header_index *, const char *pattern, header_found *, void *data);

/* A name asked for, and the answer. */
struct header_wanted {
	enum header_kind kind;	/* VARIABLE: PER_CPU as well */
	const char *name;
	const char *object;	/* the answer: where header_probe_name() is; NULL: no header declares the name */
	bool per_cpu;
	/* header_compile.c's */
	unsigned nth;		/* of the index' headers */
	const char *header;
	bool prelude;		/* the header needs others before it */
	bool apart;		/* it did not go together with others */
};
/* header_answer.c */
struct header_objects {
	struct session *session;
	struct kernel_compiler *compiler;
	struct header_index *index;
};
/* NULL, silently: kernel_compiler_open(). Makes the index where there is none. */
struct header_objects *header_objects_open(struct session *);
void header_objects_close(struct header_objects *);
const char *header_in_cache(struct header_objects *, const char *what);
const char *header_object_path(struct header_objects *, const char *hash);
const char *header_answer_path(struct header_objects *, const struct header_wanted *);
/* Whether the answer is known; it is in object and per_cpu then. */
bool header_read_answer(struct header_objects *, const char *path, struct header_wanted *);
/* An answer that cannot be kept is asked for again. */
void header_keep_answer(struct header_objects *, const char *path, const char *text);
/* What was found is of no use: it is removed, and so is its object. */
void header_forget(struct header_objects *, const struct header_wanted *);

/*
 * header_compile.c. Many at once take less time than one after the other. Of a
 * name that is repeated the first gets the answer.
 */
void header_resolve(struct header_objects *, struct header_wanted *, size_t n);
/* All types of these headers, named as header_open() takes them; or NULL. */
const char *header_whole(struct header_objects *, const char *headers);

/* The variable that points to what was asked for. */
const char *header_probe_name(struct session *, enum header_kind, const char *name);

/* header_source.c */
/* What is compiled for those that are not done; and the owner of each line: */
struct header_source {
	const char *text;
	struct header_line {
		struct header_wanted *wanted;	/* this one's probe */
		const char *header;		/* this one's #include */
		bool wrong;
	} *lines;
	unsigned n;
};
void header_write_source(struct session *, struct header_wanted **, size_t n, struct header_source *ret);
/* Includes what headers that do not include all they need are mostly in want of. */
const char *header_prelude(struct session *);
/* Marks the lines that the compiler says are wrong. */
void header_read_errors(const char *errors, struct header_source *);

/* A name that C takes for one: a script's may be anything. */
bool header_is_name(const char *);

#endif

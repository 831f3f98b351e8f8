/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a script module says of itself, read from its file. */
#ifndef RUN_META_H
#define RUN_META_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of struct module's name, with the NUL (MODULE_NAME_LEN of a 64-bit kernel). */
#define META_NAME_SIZE 56

/* A range of memory that a watch is about. */
struct meta_range {
	size_t probe;			/* whose handler its hits run */
	const char *symbol;		/* or NULL: address is known already, or never here */
	const char *module;		/* the symbol is this one's; NULL: anybody's */
	uint64_t linked_at;		/* of several symbols of that name the one that is there in the linked file; or 0 */
	uint64_t offset;		/* bytes from the symbol */
	uint64_t address;
	uint64_t length;
	bool given;			/* the address is an argument of the watch */
	bool write_only;
	bool per_cpu;			/* the address is one to which a CPU's offset is added */
	bool must_start;		/* the script does not start without it */
	bool may_fail;			/* that is said of it; else it is off at the start */
	char problem[128];		/* bind.c: why it has no address; "" if none */
	const char *place;		/* FILE:LINE:COL */
	const char *spelling;		/* the probe point as written */
};

/* A symbol whose address handlers want. */
struct meta_symbol {
	const char *symbol;
	const char *module;		/* or NULL */
	uint64_t linked_at;		/* as above */
	uint64_t address;		/* bind.c */
};

struct meta_probe {
	const char *place;		/* FILE:LINE:COL */
	const char *spelling;
	const char *function;		/* the pattern of the functions that it is for, or NULL */
	const char *module;		/* and of their module; NULL: anybody's */
	uint64_t linked_at;		/* of several functions of that name the one that is there; or 0 */
	bool may_fail;			/* there may be no such function */
	const char *unless;		/* the numbers of probes that make it superfluous, or NULL */
	bool left_out;			/* bind.c: one of these is there */
	uint64_t *functions;		/* bind.c: where they are */
	size_t n_functions;
};

/* Bytes that can be read behind any string. */
#define META_SLACK 16

/* All strings live in image or in text and are freed with them. */
struct meta {
	char *image;			/* the file, whole */
	size_t image_size;
	char *text;			/* a copy of .modinfo that was cut into pieces */
	char *name;			/* in image: struct module's name, META_NAME_SIZE bytes */
	const char *vermagic;
	const char *slots;		/* watchtap.slots, or NULL */
	bool stacks;			/* watchtap.stacks: it prints names of addresses */
	bool lines;			/* watchtap.lines: and their places in the source */
	bool marks;			/* watchtap.marks: its strings may have marks */
	size_t max_functions;		/* watchtap.max_functions: of one probe */
	const char **formats;		/* NULL where an index was left out */
	size_t n_formats;
	struct meta_range *ranges;
	size_t n_ranges;
	struct meta_symbol *symbols;
	size_t n_symbols;
	struct meta_probe *probes;
	size_t n_probes;
};

/* Reads the module at path. 0, or -1 after a message [module]; *ret is to be freed in both cases. */
int meta_read(const char *path, struct meta *ret);
void meta_free(struct meta *);

#endif

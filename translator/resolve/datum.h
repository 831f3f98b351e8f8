/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a data probe names, "(struct T)symbol@file.c.member[3]->other+0x10", taken
 * apart: where it is from its symbol on, and what it is.
 */
#ifndef TRANSLATOR_DATUM_H
#define TRANSLATOR_DATUM_H

#include "../types/types.h"
#include "unit.h"

/* Pointers that are followed from a symbol to what is watched. */
#define MOST_HOPS	8

struct datum {
	const char *module;		/* whose symbol it is, or NULL: the kernel's */
	const char *symbol;
	const char *file;		/* of symbol@file, or NULL */
	uint64_t linked_at;		/* symbol@file: struct cvariable's address */
	struct ctype *type;		/* NULL: nobody knows */
	unsigned bit_offset, bit_size;	/* of a bit-field, from the last offset on; bit_size 0: it is none */
	bool per_cpu;			/* each CPU has its own */
	/* The first from the symbol, each further one from where the pointer at the one before it points to. */
	int64_t offset[MOST_HOPS];
	unsigned hops;			/* how many there are, at least 1 */
};

/* Is path a file called wanted? "panic.c" and "kernel/panic.c" are names of kernel/panic.c. */
bool file_is(const char *path, const char *wanted);

/* False after a diagnostic at loc, which is that of the string literal. */
bool datum_parse(struct session *, const char *module, const char *text, const struct loc *loc, struct datum *ret);
/* What there is to do where a type is not known: notes to the diagnostic before. */
void datum_advise(struct session *, const struct datum *);

#endif

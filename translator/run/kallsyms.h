/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's symbols.  /proc/kallsyms is read once and kept as it is, some
 * 5 MB; reading it is what costs (the kernel unpacks each name), 40 ms here
 * and about a second under emulation.  So nothing is read before it is needed.
 */
#ifndef RUN_KALLSYMS_H
#define RUN_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line of /proc/kallsyms; name and module are not terminated. */
struct ksym {
	uint64_t address;
	char type;			/* as in nm(1) */
	const char *name;
	size_t name_len;
	const char *module;		/* NULL: the kernel's own */
	size_t module_len;
};

struct kallsyms {
	char *text;
	size_t size;
	struct ksym_place {
		uint64_t address;
		const char *line;
	} *table;			/* by address; made when first asked for */
	size_t n;
	uint64_t read_at;		/* CLOCK_MONOTONIC, ns */
};

/*
 * Reads the file if that was not done yet. 0, or -1 after a message
 * [no-symbols] (it is not there, or it shows no addresses to us).
 */
int kallsyms_load(struct kallsyms *);
void kallsyms_free(struct kallsyms *);

/* The symbol at line; returns the next line, NULL at the end. Start with text. */
const char *kallsyms_line(const struct kallsyms *, const char *line, struct ksym *ret);

/*
 * Calls found for each symbol that has one of the n names, in the file's
 * order; which is the index of the name, rest the line after the symbol's.
 */
void kallsyms_find(const struct kallsyms *, const char *const *names, size_t n,
		   void (*found)(void *data, size_t which, const struct ksym *sym,
				 const char *rest),
		   void *data);

/* Does now what the first kallsyms_lookup() would: for a script that prints stacks. */
void kallsyms_prepare(struct kallsyms *);

/*
 * The symbol that address lies in, *size what it measures (up to the next one).
 * false if there is none. Reads the file again, at most once a second, when
 * the address may be that of a module loaded since.
 */
bool kallsyms_lookup(struct kallsyms *, uint64_t address, struct ksym *ret, uint64_t *size);

#endif

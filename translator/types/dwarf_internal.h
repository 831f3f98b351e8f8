/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader of DWARF, for its own files alone:
 *
 *	dwarf_find.c		where a kernel's and a module's debug information is
 *	dwarf.c			opens a file; variables
 *	dwarf_die.c		its entries
 *	dwarf_place.c		where they are: addresses, names of files
 *	dwarf_type.c		types
 *	dwarf_member.c		their members and values
 *	dwarf_function.c	functions, and where their parameters are
 *	dwarf_index.c		finds names
 *	dwarf_walk.c		goes over all of a file for that
 *	dwarf_store.c		keeps that in the cache
 *
 * What is read may be damaged or made to do harm. libdw checks that it stays
 * within its sections. Here no chain of references is followed without a bound,
 * and a sibling has to come after the one before it.
 */
#ifndef TRANSLATOR_DWARF_INTERNAL_H
#define TRANSLATOR_DWARF_INTERNAL_H

#include <elfutils/libdwfl.h>

#include "reader.h"

/*
 * Which entry (DIE): its offset in .debug_info and, above it, where else it may
 * be, and which dimension of an array is meant. 0: none, which is what C calls void.
 */
#define DWARF_ID_OFFSET		0x0000ffffffffffffULL
#define DWARF_ID_DIMENSION(n)	((uint64_t)(n) << 48)
#define DWARF_ID_DIMENSION_OF(id) ((unsigned)((id) >> 48) & 63)
#define DWARF_ID_TYPES		(1ULL << 62)	/* of .debug_types */
#define DWARF_ID_ALT		(1ULL << 63)	/* of the file that several share (dwz) */

enum dwarf_kind {
	DWARF_TYPE,		/* in the order of enum ctype_tag; a typedef or a base type */
	DWARF_STRUCT,
	DWARF_UNION,
	DWARF_ENUM,
	DWARF_VARIABLE,
	DWARF_FUNCTION,
	DWARF_KINDS
};

/* Sorted by kind, name, id. This is what the cache keeps as well. */
struct dwarf_entry {
	uint64_t id;
	uint32_t name;		/* where it begins in the names */
	uint32_t kind;
};

struct dwarf_index {
	const struct dwarf_entry *entries;
	uint64_t count;
	const char *names;
	uint64_t names_size;
	void *map;		/* of the cache's file, or NULL */
	size_t map_size;
	void *own_entries, *own_names;	/* where it is not from there */
};

struct dwarf {
	struct type_reader reader;
	Dwfl *dwfl;
	Dwfl_Module *module;
	Dwarf *dwarf;
	Dwarf_Addr bias;
	bool relocatable;	/* not linked yet: addresses are offsets in sections */
	bool told_of_damage;
	bool keep_index;
	bool indexed;
	struct dwarf_index index;
	unsigned depth;		/* of arrays of arrays, while they are read */
	struct dwarf_types {	/* by id */
		struct dwarf_type_slot {
			uint64_t id;
			struct ctype *type;
		} *slots;
		size_t used, size;	/* a power of two, or 0 */
	} types;
};

/* What a file is found to be before it is read. */
struct dwarf_probe {
	bool has_dwarf;		/* itself, or a file that its build-id leads to */
	unsigned id_length;	/* 0: it has no build-id */
	unsigned char id[64];
};

/* dwarf.c */
/* false: it is no ELF file of x86-64. */
bool dwarf_probe(const char *path, struct dwarf_probe *ret);
/* Says once that the file is damaged. */
void dwarf_damaged(struct dwarf *);

/* dwarf_die.c */
/* 0 where it is no entry of this file's. */
uint64_t dwarf_id(struct dwarf *, Dwarf_Die *);
bool dwarf_die(struct dwarf *, uint64_t id, Dwarf_Die *ret);
/* The first child, the next sibling; false at the end, and where it is damaged. */
bool dwarf_first(struct dwarf *, Dwarf_Die *parent, Dwarf_Die *ret);
bool dwarf_next(struct dwarf *, Dwarf_Die *);
/* A number of the entry's, or of what it is an instance of. */
bool dwarf_number(Dwarf_Die *, unsigned attribute, uint64_t *ret);
bool dwarf_flag(Dwarf_Die *, unsigned attribute);
/* The entry's name in the arena, or NULL. */
const char *dwarf_name(struct dwarf *, Dwarf_Die *);

/* dwarf_place.c */
/* The file of the entry's unit, or that which declares it; in the arena, or NULL. */
const char *dwarf_unit_file(struct dwarf *, Dwarf_Die *);
const char *dwarf_declaring_file(struct dwarf *, Dwarf_Die *);
/* An address as DWARF has it: its section, NULL for what was not linked; *ret as types.h says. */
const char *dwarf_place(struct dwarf *, Dwarf_Addr, uint64_t *ret);

/* dwarf_type.c */
/* The type with that id; NULL where it cannot be read. */
struct ctype *dwarf_type(struct dwarf *, uint64_t id);
/* The type that the entry is of: no DW_AT_type is void. */
struct ctype *dwarf_type_of(struct dwarf *, Dwarf_Die *);
void dwarf_types_free(struct dwarf *);

/* dwarf_member.c */
void dwarf_read(struct type_reader *, struct ctype *);

/* dwarf_function.c */
void dwarf_functions(struct type_reader *, const char *name, types_function *, void *data);
/* Its parameters. */
void dwarf_read_function(struct dwarf *, struct ctype *, Dwarf_Die *);

/* dwarf_index.c */
/* Calls found with each of that kind whose name fits. */
void dwarf_index_find(struct dwarf *, enum dwarf_kind, const char *name,
		      void (*found)(struct dwarf *, Dwarf_Die *, const char *name, void *data), void *data);
void dwarf_index_free(struct dwarf *);

/* dwarf_walk.c */
/* Makes the index from the file. */
void dwarf_walk(struct dwarf *, struct dwarf_index *ret);

/* dwarf_store.c */
bool dwarf_store_load(struct dwarf *, struct dwarf_index *ret);
/* The cache is no place to complain about: without it the next run is as slow as this one. */
void dwarf_store_save(struct dwarf *, const struct dwarf_index *);

#endif

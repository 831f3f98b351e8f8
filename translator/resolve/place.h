/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Things that have a type of C: where they are, and what can be made of them.
 * place.c goes from one to what it has; access.c makes places of what a script
 * says; pretty.c text of them.
 */
#ifndef TRANSLATOR_PLACE_H
#define TRANSLATOR_PLACE_H

#include "../types/types.h"
#include "unit.h"

struct place {
	enum {
		PLACE_MEMORY,		/* at an address: base + offset */
		PLACE_VALUE,		/* in $value or $old: base (or NULL: 0) + offset bytes from its beginning */
		PLACE_NUMBER,		/* base is its value; it is nowhere */
	} where;
	struct expr *base;
	int64_t offset;
	bool old;			/* PLACE_VALUE: in $old */
	uint64_t length;		/* PLACE_VALUE: of what is watched; what lies behind it is read anew */
	struct ctype *type;
	unsigned bit_offset, bit_size;	/* of a bit-field: from offset on; bit_size 0: it is none */
	struct loc loc;			/* for what is said of it, and of what is made of it */
};

/* Each changes the place to what it has there; false after a diagnostic. */
bool place_follow(struct session *, struct place *);				/* *p */
bool place_member(struct session *, struct place *, const char *name);		/* p->name, or s.name */
bool place_element(struct session *, struct place *, struct expr *index);	/* p[index] */

/* A number: of an array its address. NULL after a diagnostic. */
struct expr *place_number(struct session *, const struct place *);
struct expr *place_address(struct session *, const struct place *);

/* p$ and, deep, p$$: an expression that makes the text. NULL after a diagnostic. */
struct expr *place_text(struct session *, struct body *, const struct place *, bool deep);

/* The smallest aligned 1, 2, 4 or 8 bytes that a bit-field lies in; where none does, bytes from its first on. */
void bit_unit(unsigned bit, unsigned bits, int64_t *ret_byte, unsigned *ret_size);

/*
 * From where a structure is to where a member of it is, bits behind its beginning:
 * adds to the offset, in words where it is a bit-field, so that the unit which the
 * field lies in can be told from it.
 */
void member_at(const struct cmember *, uint64_t bits, int64_t *offset, unsigned *ret_bit_offset, unsigned *ret_bit_size);

/*
 * The member of that name, in unnamed ones as well; *ret_bits is how many bits it
 * is behind the beginning. NULL: there is none.
 */
const struct cmember *member_find(struct ctype *, const char *name, uint64_t *ret_bits);
/* Says that there is none of that name, and which is most like it. */
void member_missing(struct session *, const struct loc *, struct ctype *, const char *name);

#endif

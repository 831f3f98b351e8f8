/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The types of the kernel's data: of what is watched, and of what a script
 * reaches from there.
 *
 * A kernel's types are known from several places, each with a reader:
 *
 *	dwarf.c		debug information: of vmlinux, of modules, of what
 *			headers.c has compiled; dwarf_index.c finds names in it
 *	btf.c		the kernel's own description, of all its types and few of
 *			its variables
 *	headers.c	the kernel's headers: which of them declares a name, and
 *			what the compiler makes of that
 *
 *	reader.h	what a reader offers
 *	types.c		asks them one after the other
 *	tell.c		does so for variables and functions
 *	written.c	types as a script writes them
 *	spell.c		types as C spells them
 *
 * Everything lives in the session's arena. A type is read as far as it was
 * asked for: a target, the members, the values by the functions below.
 */
#ifndef TRANSLATOR_TYPES_H
#define TRANSLATOR_TYPES_H

#include "../session.h"

enum ctype_kind {
	CTYPE_VOID,
	CTYPE_INT,		/* char and bool as well */
	CTYPE_FLOAT,
	CTYPE_ENUM,
	CTYPE_POINTER,
	CTYPE_ARRAY,
	CTYPE_STRUCT,
	CTYPE_UNION,
	CTYPE_FUNCTION,
};

struct type_reader;

/*
 * A type of C, without const and the like and without typedefs (but for the
 * name of the outermost one). Equal types may be several of these.
 */
struct ctype {
	enum ctype_kind kind;
	const char *name;	/* the tag, or a base type's name; NULL: it has none */
	const char *alias;	/* the typedef that it was named by, or NULL */
	uint64_t size;		/* bytes; 0: there is no such thing, or it is not known */
	uint64_t count;		/* CTYPE_ARRAY: elements; 0: a flexible one */
	bool is_signed;		/* CTYPE_INT, CTYPE_ENUM */
	bool is_char;		/* CTYPE_INT: char itself, so that an array of it is text */
	bool is_bool;		/* CTYPE_INT */
	bool incomplete;	/* a struct, union or enum of which there is only the tag */

	/* The reader's, and read when first asked for. */
	struct type_reader *reader;
	uint64_t id;		/* of the type in what the reader reads */
	uint64_t target_id;
	bool read;
	struct ctype *target;
	struct cmember *members;
	struct cvalue *values;
	struct cparam *params;
};

struct cmember {
	const char *name;	/* NULL: an unnamed struct or union, whose members are the outer one's */
	struct ctype *type;
	uint64_t bit_offset;	/* from the beginning of what it is a member of */
	unsigned bit_size;	/* of a bit-field; 0: it is none */
	struct cmember *next;
};

/* An enumerator. */
struct cvalue {
	const char *name;
	int64_t value;		/* of an unsigned enum the bits are the same */
	struct cvalue *next;
};

/* A function's parameter, and where it is when the function is entered. */
struct cparam {
	const char *name;	/* NULL: it has none */
	struct ctype *type;
	enum cparam_place {
		CPARAM_BY_ABI,	/* as the calling convention says: nothing else is known */
		CPARAM_REGISTER,	/* number: DWARF's, of x86-64 */
		CPARAM_STACK,	/* number: bytes from the stack pointer at the entry */
		CPARAM_NOWHERE,	/* the compiler has left it out */
	} place;
	int64_t number;
	struct cparam *next;
};

/* A variable of the kernel's or a module's. */
struct cvariable {
	const char *name;
	struct ctype *type;	/* NULL: only its size is known */
	uint64_t size;		/* bytes; 0: unknown */
	bool per_cpu;
	const char *file;	/* which defines it, as its compiler was called: "kernel/panic.c"; or NULL */
	const char *section;	/* ".data", or NULL */
	/*
	 * Where it is in the file that was linked: for vmlinux as its symbol
	 * table has it, for a module an offset in its section. 0: unknown.
	 */
	uint64_t address;
	struct type_reader *reader;
};

struct cfunction {
	const char *name;
	struct ctype *type;	/* CTYPE_FUNCTION: target is what it returns, params what it takes */
	const char *file;	/* or NULL */
	unsigned line;		/* or 0 */
	const char *section;	/* ".text", or NULL */
	uint64_t address;	/* of its entry, as above; 0: unknown */
	bool inlined;		/* there is no function of its own */
	struct type_reader *reader;
};

/* What may be written before a name. */
enum ctype_tag { TAG_NONE, TAG_STRUCT, TAG_UNION, TAG_ENUM };	/* NONE: a typedef or a base type */

/*
 * What a pointer points to, an array's element, what a function returns; NULL
 * where that cannot be read. A tag alone is looked up elsewhere.
 */
struct ctype *ctype_target(struct ctype *);
const struct cmember *ctype_members(struct ctype *);
const struct cvalue *ctype_values(struct ctype *);
const struct cparam *ctype_params(struct ctype *);

static inline bool ctype_has_members(const struct ctype *t)
{
	return t->kind == CTYPE_STRUCT || t->kind == CTYPE_UNION;
}

/* The type as C spells it: "struct task_struct *", "int [4]", "pid_t". */
const char *ctype_spell(struct session *, struct ctype *);

/*
 * The types of a kernel, and of one module where that is given. Nothing is read
 * before it is asked for; the same call gives the same object.
 */
struct types;
struct types *types_of(struct session *, const char *module);
/* What the kernel calls a module that may be given as its file: "/path/the-module.ko" is the_module. */
const char *module_name(struct session *, const char *module);
/*
 * What one header of the kernel has, then the kernel's own, as in
 * @cast(p, "struct x", "kernel<linux/sched.h>"). NULL: it does not compile.
 */
struct types *types_of_header(struct session *, const char *header);

/* The type of that tag and name; NULL: nobody has it. */
struct ctype *types_find(struct types *, enum ctype_tag, const char *name);
/* A type as written: "struct foo **", "unsigned long [4]"; NULL: nobody has it, or it is none. */
struct ctype *types_parse(struct types *, const char *text);
struct ctype *types_pointer_to(struct types *, struct ctype *);

/*
 * Variables and functions. name may be a pattern (* ? [ ]). Each is told of by
 * the first reader that knows any of that name.
 */
typedef void types_variable(const struct cvariable *, void *data);
typedef void types_function(const struct cfunction *, void *data);
void types_variables(struct types *, const char *name, types_variable *, void *data);
/* The same without asking the compiler, as long as anybody else knows the kernel: for all but a variable's type. */
void types_variables_at_hand(struct types *, const char *name, types_variable *, void *data);
void types_functions(struct types *, const char *name, types_function *, void *data);

/* Many variables are going to be asked for: what takes a compiler is done for all at once. */
void types_prefetch(struct types *, const char *const *names, size_t n);

/* What was looked into, for messages: "DWARF, BTF and the kernel's headers". */
const char *types_searched(struct types *);

void types_close(struct session *);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a generated script and the runtime know of each other.
 *
 * A script's C file includes this and script_limits.h: no kernel header, so that
 * it compiles in a tenth of a second. Everything here is plain C; the names
 * are wt_... for functions and types, WT_... for macros.
 *
 * Handlers run in #DB context (data probes), in hard interrupts (timers), in
 * kprobes or in a process (begin, end, error, the sub-probes of watches). None
 * may sleep or allocate. What they need is in struct wt_ctx, one for each CPU
 * and level.
 */
#ifndef WATCHTAP_SCRIPT_H
#define WATCHTAP_SCRIPT_H

#include "limits.h"
#include "map.h"

/*
 * Numbers wrap around in a script (and the kernel is compiled so); what else
 * the compiler may find odd in an expression is for the translator to say.
 */
#pragma GCC diagnostic ignored "-Woverflow"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wint-in-bool-context"
#pragma GCC diagnostic ignored "-Wbool-compare"

/*
 * The C of a long script can be compiled in parts, each with its number as
 * WT_PART: what they share, the first one defines. Without, it is all there.
 */
#ifndef WT_PART
#define WT_IN(part)	1
#define WT_SHARED	static
#define WT_INIT(...)	= __VA_ARGS__
#elif WT_PART == 0
#define WT_IN(part)	((part) == 0)
#define WT_SHARED	__attribute__((visibility("hidden")))
#define WT_INIT(...)	= __VA_ARGS__
#else
#define WT_IN(part)	((part) == WT_PART)
#define WT_SHARED	extern __attribute__((visibility("hidden")))
#define WT_INIT(...)
#endif

#define WT_LIKELY(x)	__builtin_expect(!!(x), 1)
#define WT_UNLIKELY(x)	__builtin_expect(!!(x), 0)

#define WT_MATCH_GROUPS	32	/* as REGEX_GROUPS of the translator */

struct pt_regs;
struct wt_ctx;

typedef char wt_string[MAXSTRINGLEN];

/*
 * Bytes of one ring buffer event with its header: what fits in one page of the
 * kernel's ring buffer. One item is never longer (the translator splits a
 * printf that could be), so that the output area needs room for two.
 */
#define WT_EVENT_BYTES	4000
_Static_assert(MAXSTRINGLEN >= 8 && MAXSTRINGLEN <= WT_EVENT_BYTES - 64,
	       "MAXSTRINGLEN is from 8 to 3936");
_Static_assert(MAXTRACE >= 1 && MAXTRACE <= 400, "MAXTRACE is from 1 to 400");

enum wt_probe_kind {
	WT_BEGIN, WT_END, WT_ERROR, WT_TIMER, WT_DATA, WT_FUNCTION,
	WT_ENABLED, WT_DISABLED, WT_UNAVAILABLE,	/* what a watch is told */
	WT_NEVER,					/* nobody runs it */
};

struct wt_probe {
	enum wt_probe_kind kind;
	void (*handler)(struct wt_ctx *);
	const char *point;			/* as pp() gives it */
	_Bool locks;				/* needs the lock of the globals */
	_Bool decides;				/* may change what a watch's condition says */
	_Bool returns;				/* WT_FUNCTION: .return */
	_Bool optional;				/* WT_FUNCTION: the script goes on where it cannot be probed */
	_Bool once;				/* WT_BEGIN: the script ends after it */
	_Bool each_cpu;				/* WT_TIMER: a timer on every CPU */
	unsigned int max_active;		/* WT_FUNCTION: .maxactive(N), 0 if left out */
	unsigned int watch;			/* WT_DATA and sub-probes: index in watches */
	unsigned int saved;			/* WT_FUNCTION, .return: numbers kept from when it was entered */
	void (*entry)(struct wt_ctx *c, long *ret);	/* which this finds */
	long long sequence;			/* WT_BEGIN, WT_END, WT_ERROR: lower ones run first */
	unsigned long long period_ns;		/* WT_TIMER; or 0: */
	unsigned long long period_jiffies;
	unsigned long long spread;		/* WT_TIMER: in the unit of its period, by how much that varies */
};

/* What a watch takes at most: arguments, and ranges of memory. */
#define WT_MAX_ARGS	8
#define WT_MAX_RANGES	4

struct wt_range_def {
	unsigned long address;			/* 0: bound before the start, or by aim() */
	unsigned long length;			/* bytes */
	const char *module, *symbol;		/* what it is in a module, or NULL */
	long offset;				/* and how many bytes from there */
	/*
	 * Pointers that are followed when the watch is enabled: the first is at the address
	 * that was bound, each further one so many bytes from where the one before points to.
	 */
	unsigned int hop_count;
	const long *hops;
	unsigned char shift, bits;		/* of a bit-field in these bytes, which is the value; bits 0: there is none */
	_Bool is_unsigned;			/* the value is */
	_Bool is_odd;				/* it is not just 1, 2, 4 or 8 bytes with a sign */
	_Bool one_cpu;				/* the address is a per-CPU one, and this CPU's copy is meant: */
	unsigned int cpu;
};

/* A watch as the script defines it. It has one instance, or with arguments a pool of them. */
struct wt_watch_def {
	const char *name;			/* the probe point as written, or the watch's name */
	const struct wt_range_def *ranges;
	unsigned int range_count;
	unsigned int first_range;		/* its number among the ranges of all watches */
	unsigned int probe;			/* whose handler runs at a hit */
	unsigned int args;
	unsigned int instances;
	_Bool per_cpu;				/* all addresses are per-CPU ones: each CPU watches its own copy */
	_Bool reads;				/* .rw */
	_Bool change;				/* .change */
	_Bool values;				/* $value or $old is used */
	_Bool starts;				/* enabled at the start */
	_Bool may_fail;				/* the script goes on where it cannot be */
	_Bool later;				/* and it waits then */
	_Bool dynamic;				/* `enable` names it */
	/* With c->args set. NULL where there is none. */
	void (*aim)(struct wt_ctx *c, unsigned long *ret);	/* the ranges' addresses */
	long (*priority)(struct wt_ctx *c);
	long (*condition)(struct wt_ctx *c);
};

/* Of the script's handlers: script_limits.h says what each is. */
struct wt_limits {
	long action, action_interruptible;	/* statements */
	int errors, skipped;
	_Bool interruptible, no_overload;
	unsigned long stack_space;		/* bytes */
	int try_lock;				/* tries */
	unsigned int try_lock_delay;		/* microseconds */
	unsigned long long overload_interval, overload_threshold;	/* CPU cycles, as is: */
	unsigned int overload_trap;
	unsigned int buffer_mb;
};

/* The one object that the runtime wants from a script. */
struct wt_script {
	struct wt_limits limits;
	const char *name;			/* as others are told of it, or NULL: the module's */
	unsigned int probe_count;
	struct wt_probe *probes;		/* some are made WT_NEVER before the start: WT_IOC_PROBE */
	unsigned int watch_count;
	const struct wt_watch_def *watches;
	unsigned int range_count;		/* of all watches */
	unsigned int strings;			/* the most wt_strings that a handler's frames hold at once */
	int nesting;				/* script functions inside one another that a handler may enter */
	unsigned int map_count;
	struct wt_map *const *maps;
	unsigned int aggregate_count;
	struct wt_aggregate *const *aggregates;
	_Bool matches;				/* matched() or ngroups() is used */
	unsigned int symbol_count;
	unsigned long *symbols;			/* filled before the start: WT_IOC_SYMBOL */
};
extern const struct wt_script wt_script;

/* What the last =~ of a handler found: the groups, and the text that they are of. */
struct wt_match {
	int groups;				/* 0: nothing */
	short at[2 * WT_MATCH_GROUPS];		/* where each begins and ends, -1: it took no part */
	wt_string text;
};

/* The part of a context that generated code touches; the runtime's is around it. */
struct wt_ctx {
	union {
		const char *error;		/* not NULL: the handler is to be left */
		const char *last_error;		/* the same, as embedded C may call it */
	};
	const char *place;			/* FILE:LINE:COL of the error */
	long actions;				/* statements that may still run */
	int nesting;				/* script functions that may still be entered */
	long value, old;			/* of a data probe with values */
	unsigned char are[32] __attribute__((aligned(8)));	/* the same where they have more than 8 bytes */
	unsigned char were[32] __attribute__((aligned(8)));
	const long *saved;			/* of a .return probe, what entry() has found */
	unsigned long address, length;		/* what is watched; per_cpu: in a hit this CPU's copy, else as bound */
	const long *args;			/* of the watch */
	const char *reason;			/* sub-probes */
	long priority;
	wt_string *strings, *strings_end;	/* room for string variables */
	unsigned char *out;			/* where the next byte of output goes */
	struct wt_out_item *item;		/* the open item */
	struct wt_match *match;			/* NULL where wt_script.matches is not set */
};

/* Ends the handler: message is a literal or lives in the context. Any context. */
void wt_fail(struct wt_ctx *c, const char *place, const char *message);

/* What c->error is after abort(): no catch takes it. */
extern const char wt_aborted[];

/* Leaves for the label where something before has failed: out, or where it is caught. */
#define WT_CHECK(c, label)	do { if (WT_UNLIKELY((c)->error)) goto label; } while (0)

#define WT_STEP(c, n, where) do {					\
	if (WT_UNLIKELY(((c)->actions -= (n)) < 0)) {			\
		wt_fail(c, where, "MAXACTION exceeded");		\
		goto out;						\
	}								\
} while (0)

/*
 * A frame of string variables: taken on entry, given back on exit in reverse
 * order. The strings are not cleared. The translator has counted the deepest
 * chain, so only unbounded recursion fails, by MAXNESTING.
 */
static inline wt_string *wt_strings_take(struct wt_ctx *c, unsigned int n)
{
	wt_string *s = c->strings;

	c->strings += n;
	return s;
}

static inline void wt_strings_give(struct wt_ctx *c, unsigned int n)
{
	c->strings -= n;
}

#define WT_ENTER(c, where) do {						\
	if (WT_UNLIKELY(--(c)->nesting < 0)) {				\
		(c)->nesting++;						\
		wt_fail(c, where, "MAXNESTING exceeded");		\
		goto refused;						\
	}								\
} while (0)
#define WT_LEAVE(c)	((c)->nesting++)

/* Arithmetic that C leaves undefined. Shift counts are taken modulo 64. */
static inline long wt_div(struct wt_ctx *c, long a, long b, const char *place)
{
	if (WT_UNLIKELY(b == 0)) {
		wt_fail(c, place, "division by zero");
		return 0;
	}
	return b == -1 ? (long)(0UL - (unsigned long)a) : a / b;
}

static inline long wt_mod(struct wt_ctx *c, long a, long b, const char *place)
{
	if (WT_UNLIKELY(b == 0)) {
		wt_fail(c, place, "division by zero");
		return 0;
	}
	return b == -1 ? 0 : a % b;
}

static inline long wt_shl(long a, long n) { return (long)((unsigned long)a << (n & 63)); }
static inline long wt_shr(long a, long n) { return a >> (n & 63); }
static inline long wt_ushr(long a, long n) { return (long)((unsigned long)a >> (n & 63)); }

/* What `foreach (... limit n)` means: below zero as zero. */
static inline long wt_limit(long n) { return n < 0 ? 0 : n; }

/* Globals that are only counted: no lock, right on every CPU. */
#define WT_COUNT(g, n)	((void)__atomic_fetch_add(&(g), (n), __ATOMIC_RELAXED))
#define WT_READ(g)	__atomic_load_n(&(g), __ATOMIC_RELAXED)

/*
 * enable and disable: args has as many as the watch has, or is NULL (disable:
 * all instances). 1 or 0, as the language says. Any context that runs handlers;
 * the caller's probe has .locks, or runs alone.
 */
long wt_enable(struct wt_ctx *c, unsigned int watch, _Bool later, const long *args);
long wt_disable(struct wt_ctx *c, unsigned int watch, const long *args);

/* Strings. Longer ones are cut, as in SystemTap. dst may be one of the sources. */
void wt_copy(char *dst, const char *src);
void wt_concat(char *dst, const char *a, const char *b);
int wt_compare(const char *a, const char *b);

/*
 * sprintf: kinds has 'd' or 's' for each argument, which are long or const char *;
 * 'm' is a const char * and a long: memory that wt_memory() has read.
 */
void wt_sprintf(char *dst, const char *format, const char *kinds, ...);
/* Into a wt_string, cut to its size; returns how many bytes. May fail. */
long wt_memory(struct wt_ctx *c, char *dst, long address, long bytes, _Bool user, const char *place);

/* Bytes of the kernel's memory as a number. size: 1, 2, 4 or 8. May fail. */
long wt_load(struct wt_ctx *c, long address, unsigned int size, _Bool is_signed, const char *place);

/* Bytes of a value, likewise. */
static inline long wt_bytes(const unsigned char *from, unsigned int size, _Bool is_signed)
{
	unsigned long v = 0;

	__builtin_memcpy(&v, from, size);
	if (is_signed && size < 8)
		return (long)(v << (64 - 8 * size)) >> (64 - 8 * size);
	return (long)v;
}

/* Where the offset is only known now: fails outside of the value's length. */
long wt_piece(struct wt_ctx *c, const unsigned char *from, unsigned long length, long offset, unsigned int size,
	      _Bool is_signed, const char *place);
/* An array of char in a value, up to a NUL. */
void wt_piece_string(struct wt_ctx *c, const unsigned char *from, unsigned long length, long offset, unsigned int size,
		     char *ret, const char *place);

/* Bits of a number: bits is from 1 to 64. */
static inline long wt_field(long value, unsigned int shift, unsigned int bits, _Bool is_signed)
{
	unsigned long v = (unsigned long)value << (64 - shift - bits);

	return is_signed ? (long)v >> (64 - bits) : (long)(v >> (64 - bits));
}

/* An enumerator; behind the last one is a NULL, whose value says whether they are bits that combine. */
struct wt_name {
	long value;
	const char *name;
};
void wt_enum_name(long value, const struct wt_name *names, char *ret);

/* =~ with groups: 1 or 0, and the groups are kept in the context. */
long wt_match(struct wt_ctx *c, const char *s, int (*regex)(const char *s, short *at));

/* Output: one item is opened, filled in the format's order, and closed. */
void wt_print_open(struct wt_ctx *c, unsigned int format);
void wt_print_string(struct wt_ctx *c, const char *s);
void wt_print_memory(struct wt_ctx *c, long address, long bytes, _Bool user, const char *place); /* may fail */
void wt_print_close(struct wt_ctx *c);
static inline void wt_print_long(struct wt_ctx *c, long v)
{
	__builtin_memcpy(c->out, &v, sizeof(v));
	c->out += sizeof(v);
}

#define WT_BUILTIN(name, ret, cname, args, flags, prototype) prototype;
#include "builtins.def"
#undef WT_BUILTIN

#define WT_TEXT(macro)	WT_TEXT_(macro)
#define WT_TEXT_(text)	#text

/* A string of the section .modinfo: see the end of wire.h. */
#define WT_INFO(n, text)						\
	static const char wt_info_##n[]					\
	__attribute__((section(".modinfo"), used, aligned(1))) = text

#endif

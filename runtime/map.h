/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays and aggregates: what a generated script and the runtime know of them.
 * Part of script.h: plain C, no kernel header.
 *
 * Two kinds, with different rules:
 *  - Arrays of numbers and strings. The caller of every function holds the lock
 *    of the globals or runs alone.
 *  - Aggregates, alone (struct wt_aggregate) or in an array (value 'x').
 *    wt_aggregate_add() and wt_map_add() need no lock: any CPU, any context that
 *    runs handlers, on top of anything. All else as above: reading, deleting and
 *    loops are for who holds the lock or runs alone.
 *
 * A read of an aggregate has every value that was added before it, with these
 * exceptions. A value that the caller has interrupted the adding of, or that a
 * stuck CPU is adding, may be seen in part (in the count but not yet in the sum).
 * Of an array, values that were added while its table was in use on their CPU are
 * there when it is not any more, and so are deletions; there is room for 8 such
 * changes on each CPU, what is more is counted as lost. A CPU whose table cannot be
 * had for 10 ms is left out of a read, and that is counted.
 *
 * Memory, taken when the module is loaded: an element takes 24 bytes, 8 for each
 * number, MAXSTRINGLEN + 4 for each string key, MAXSTRINGLEN for a string
 * value, 72 and 8 for each bucket for an aggregate. An array has `entries` of
 * them; an array of aggregates as many for each possible CPU, and once more if
 * there are loops over it. Each loop has 16 bytes for each of the entries.
 *
 * Strings that these functions return are in the element: they are good until
 * it is deleted, and, where the array wraps, until the next new element. An
 * array that wraps may be given its own values as values, but none of its
 * strings as keys and none of its keys as values.
 */
#ifndef WATCHTAP_MAP_H
#define WATCHTAP_MAP_H

struct wt_ctx;

typedef union wt_datum {
	long n;
	const char *s;		/* shorter than MAXSTRINGLEN */
} wt_datum;

#define WT_MAX_KEYS	9
#define WT_MAX_ENTRIES	(1u << 30)

/* What an aggregate keeps beside count, sum, minimum and maximum. */
struct wt_stat_def {
	enum wt_hist_kind { WT_HIST_NONE, WT_HIST_LOG, WT_HIST_LINEAR } hist;
	long low, high, width;		/* WT_HIST_LINEAR */
	_Bool variance;
	int shift;			/* bits that the variance is scaled by, 0 to 62 */
};

struct wt_stat;			/* the runtime's: what was added, in sum */
struct wt_map_state;
struct wt_aggregate_state;

enum wt_stat_op {
	WT_STAT_COUNT, WT_STAT_SUM, WT_STAT_MIN, WT_STAT_MAX, WT_STAT_AVG, WT_STAT_VARIANCE,
};

struct wt_map {
	const char *name;
	const char *keys;		/* a letter for each: 'd' a number, 's' a string */
	char value;			/* likewise, or 'x': an aggregate */
	unsigned int entries;		/* how many elements it has room for, 1 to WT_MAX_ENTRIES */
	_Bool sized;			/* the script says how many; else it is MAXMAPENTRIES */
	_Bool wraps;			/* when full, the eldest element makes room */
	struct wt_stat_def stat;	/* of 'x' */
	unsigned int loops;		/* foreach statements over it: so many may be nested */
	struct wt_map_state *state;	/* the runtime's; NULL in the initialiser */
};

struct wt_aggregate {
	const char *name;
	struct wt_stat_def stat;
	struct wt_aggregate_state *state;	/* as above */
};

/* What is not there reads as 0 or "", and is not made. */
long wt_map_long(struct wt_map *map, const wt_datum *keys);
const char *wt_map_string(struct wt_map *map, const wt_datum *keys);
_Bool wt_map_has(struct wt_map *map, const wt_datum *keys);

/* An array that is full fails, unless it wraps. */
void wt_map_set_long(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, long v,
		     const char *place);
void wt_map_set_string(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, const char *v,
		       const char *place);
/* The element, made with 0 where there is none; NULL after wt_fail(). Good as long as a string. */
long *wt_map_slot(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, const char *place);

/* Bit i of any: every value of key i is meant, keys[i] is not looked at. */
void wt_map_delete(struct wt_map *map, const wt_datum *keys);
void wt_map_delete_slice(struct wt_map *map, const wt_datum *keys, unsigned int any);
_Bool wt_map_has_slice(struct wt_map *map, const wt_datum *keys, unsigned int any);
void wt_map_clear(struct wt_map *map);

/*
 * Aggregates. Reading gives the sum over all CPUs, in room of the array's or
 * aggregate's own: good until the next read of the same. NULL: no such element.
 */
void wt_map_add(struct wt_ctx *c, struct wt_map *map, const wt_datum *keys, long v,
		const char *place);
const struct wt_stat *wt_map_stat(struct wt_map *map, const wt_datum *keys);
void wt_aggregate_add(struct wt_ctx *c, struct wt_aggregate *aggregate, long v, const char *place);
const struct wt_stat *wt_aggregate_read(struct wt_aggregate *aggregate);
void wt_aggregate_clear(struct wt_aggregate *aggregate);

/* Of nothing (NULL, or nothing added) count and sum are 0, the others fail. */
long wt_stat_get(struct wt_ctx *c, const struct wt_stat *stat, const struct wt_stat_def *def,
		 enum wt_stat_op op, const char *place);

/*
 * Histograms. Buckets are numbered from 0, as in SystemTap: of a linear one the
 * first has what is below low, the last what is above the others; of a
 * logarithmic one number 64 has the zeros, 64 + n what has n bits (its values
 * begin at 2^(n-1)), 64 - n likewise the negative ones; the last, 127, has
 * what has 64 bits too.
 *
 * foreach (b in @hist_...(x)) is b from 0 to wt_hist_buckets() - 1, also of an
 * empty aggregate. A bucket or a picture of an empty one fails, and a bucket
 * that there is not.
 */
unsigned int wt_hist_buckets(const struct wt_stat_def *def);
long wt_hist_bucket(struct wt_ctx *c, const struct wt_stat *stat, const struct wt_stat_def *def,
		    long index, const char *place);
void wt_print_hist(struct wt_ctx *c, const struct wt_stat *stat, const struct wt_stat_def *def,
		   const char *place);

/*
 * Loops. Without a sort elements come in the order in which they were made;
 * elements that sort alike too, whichever way the others go. The order is that
 * of the loop's beginning: what is made later is left out, what is deleted is
 * skipped, what changes has its new value but its old place.
 *
 * A loop over an array of aggregates walks over the sums of the beginning of
 * the outermost loop over that array; an element comes where the first CPU, by
 * number, has it. With a limit, sorting keeps no more than that many.
 */
enum wt_sort { WT_SORT_NONE, WT_SORT_KEY, WT_SORT_VALUE, WT_SORT_STAT };

struct wt_loop_spec {
	enum wt_sort sort;
	unsigned int key;		/* WT_SORT_KEY: which, from 0 */
	enum wt_stat_op op;		/* WT_SORT_STAT */
	_Bool descending;
	const wt_datum *slice;		/* only elements with these keys, or NULL */
	unsigned int any;		/* but for those keys, as above */
};

/* Zeroed: not begun. All of it is the runtime's. */
struct wt_loop {
	struct wt_map *map;
	unsigned int room;		/* where its order is; 0: not begun, or ended */
	unsigned int at, count;
	unsigned int node;		/* the element of this turn */
	unsigned long born;		/* newer elements are left out */
};

/* limit: no more than so many turns; negative: all. Fails where too many loops are nested. */
void wt_loop_begin(struct wt_ctx *c, struct wt_loop *loop, struct wt_map *map,
		   const struct wt_loop_spec *spec, long limit, const char *place);
/* On to the first or next element; false: there is none. */
_Bool wt_loop_next(struct wt_loop *loop);
/* To be called on every way out of the loop, the inner one first; may be called more often. */
void wt_loop_end(struct wt_loop *loop);

/* Of this turn's element, as long as it is not deleted. */
long wt_loop_key_long(const struct wt_loop *loop, unsigned int key);
const char *wt_loop_key_string(const struct wt_loop *loop, unsigned int key);
long wt_loop_value_long(const struct wt_loop *loop);
const char *wt_loop_value_string(const struct wt_loop *loop);
const struct wt_stat *wt_loop_value_stat(const struct wt_loop *loop);

#endif

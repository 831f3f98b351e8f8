/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the runtime keeps for an array: map.c, map_cpu.c and map_loop.c share it. */
#ifndef WATCHTAP_MAP_STATE_H
#define WATCHTAP_MAP_STATE_H

/* Changes that can be left for whoever has the word of a CPU's table. */
#define WT_PENDING	8

struct wt_pending {
	bool removes;
	u32 any;			/* of a deletion */
	long value;
	struct wt_node *keys;		/* room for the keys, laid out as in an element */
};

struct wt_map_cpu {
	struct wt_table table;
	atomic_t word;			/* CPU number + 1 of the holder, 0 when free */
	unsigned long taken;		/* pending: a bit for each that is used */
	unsigned long ready;		/* and for each that is complete */
	struct wt_pending pending[WT_PENDING];
};

/* An element in a loop's order. */
struct wt_rank {
	long value;			/* what is compared, where that is a number */
	u32 node;
	u32 place;			/* in the order without a sort */
};

struct wt_order {
	bool used;
	struct wt_rank *ranks;		/* as many as the map has entries */
};

struct wt_map_state {
	struct wt_layout layout;
	struct wt_table table;		/* of 'x': the sums, for loops; without chains if there are none */
	struct wt_map_cpu **cpus;	/* 'x': by CPU */
	struct wt_stat *sum;		/* 'x': wt_map_stat()'s */
	struct wt_order *orders;	/* as many as the map has loops */
	unsigned int loops;		/* those that run */
	char full[128];			/* what to say where there is no room */
};

#endif

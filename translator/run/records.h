/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From pages of the kernel's ring buffers, one buffer per CPU, to events in
 * the order they happened.
 *
 * An event is in its buffer when its handler has ended, and carries the time
 * at which the handler began.  So a page read now may be followed by older
 * events, of other CPUs and of handlers that were interrupted on the same one;
 * but not by any older than RECORDS_HOLD_NS.  The reader therefore prints, when
 * all buffers have been read, what is not newer than the newest event that it
 * had seen RECORDS_HOLD_NS before.  No clock is compared with the kernel's.
 */
#ifndef RUN_RECORDS_H
#define RUN_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No handler runs for longer (the runtime's budget ends it). */
#define RECORDS_HOLD_NS 10000000ull
/* Everything, for records_emit(). */
#define RECORDS_ALL UINT64_MAX

/* An event: struct wt_event and where its items are. Valid until the sink returns. */
struct record {
	uint64_t time;
	const unsigned char *items;	/* RECORDS_SLACK more bytes can be read behind them */
	struct page *page;
	uint32_t serial;
	uint32_t cpu;
	uint16_t probe;
	uint16_t bytes;
};

#define RECORDS_SLACK 16

typedef void records_sink(void *data, const struct record *);

/* What was read of one CPU and not yet emitted, by (time, serial): items[first] up to items[end]. */
struct queue {
	struct record *items;
	size_t first, end, room;
};

struct records {
	uint32_t cpus, page_size;
	struct queue *queues;		/* one for each CPU */
	uint32_t *heap;			/* CPUs with events, while emitting */
	struct page *unused;		/* pages to read into */
	size_t pending;			/* events in the queues */
	uint64_t newest;		/* time of the newest event ever read */
};

/* 0, or -1 when memory is short. */
int records_init(struct records *, uint32_t cpus, uint32_t page_size);
void records_free(struct records *);

enum records_result {
	RECORDS_EMPTY,			/* nothing to read now */
	RECORDS_MORE,			/* there may be more; one round's fill was read */
	RECORDS_END,			/* nothing to read any more */
	RECORDS_FAILED,			/* after a message [records] */
};

/* Reads the control file fd (struct wt_chunk, page) until it is empty. */
enum records_result records_read(struct records *, int fd);

/* Gives the events up to time horizon to sink, in order. */
void records_emit(struct records *, uint64_t horizon, records_sink *sink, void *data);

#endif

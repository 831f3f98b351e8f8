// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chunks -> events -> a queue for each CPU -> merge.  Events stay in the page
 * that they were read into; a page is used again when all of its events have
 * been emitted.  Nothing is allocated per event.
 *
 * The page is taken apart here and not by libtraceevent's kbuffer: that takes
 * 240 instructions per event, for times that nobody asks for, this takes 20.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../runtime/wire.h"
#include "message.h"
#include "records.h"
#include "ringpage.h"

/* Chunks read before events are emitted, however many more there are. */
#define ROUND 4096

struct page {
	struct page *next;		/* in the list of unused ones */
	uint32_t live;			/* events not emitted yet */
	struct wt_chunk chunk __attribute__((aligned(8)));
	unsigned char data[];		/* page_size + RECORDS_SLACK, 8-aligned */
};

_Static_assert(offsetof(struct page, data) % 8 == 0, "ring buffer pages hold 8-byte numbers");
_Static_assert(offsetof(struct page, data) == offsetof(struct page, chunk) + sizeof(struct wt_chunk),
	       "one read() fills both");

int records_init(struct records *r, uint32_t cpus, uint32_t page_size)
{
	memset(r, 0, sizeof(*r));
	r->cpus = cpus;
	r->page_size = page_size;
	r->queues = calloc(cpus, sizeof(*r->queues));
	r->heap = calloc(cpus, sizeof(*r->heap));
	if (r->queues && r->heap)
		return 0;
	run_error("records", "out of memory");
	records_free(r);
	return -1;
}

void records_free(struct records *r)
{
	struct page *page;
	uint32_t cpu;
	size_t i;

	for (cpu = 0; r->queues && cpu < r->cpus; cpu++) {
		struct queue *q = &r->queues[cpu];

		for (i = q->first; i < q->end; i++)
			if (!--q->items[i].page->live)
				free(q->items[i].page);
		free(q->items);
	}
	while ((page = r->unused)) {
		r->unused = page->next;
		free(page);
	}
	free(r->queues);
	free(r->heap);
	memset(r, 0, sizeof(*r));
}

static struct page *take_page(struct records *r)
{
	struct page *page = r->unused;

	if (page)
		r->unused = page->next;
	else	/* zeroed, so that the slack is never undefined */
		page = calloc(1, sizeof(*page) + r->page_size + RECORDS_SLACK);
	if (page)
		page->live = 0;
	return page;
}

static void give_page(struct records *r, struct page *page)
{
	page->next = r->unused;
	r->unused = page;
}

static bool before(const struct record *a, const struct record *b)
{
	if (a->time != b->time)
		return a->time < b->time;
	/* serials wrap around */
	return (int32_t)(a->serial - b->serial) < 0;
}

/* Makes room at the end of the queue, by moving it to the front or by growing it. */
static int make_room(struct queue *q)
{
	size_t used = q->end - q->first;

	if (q->first > q->room / 2) {
		memmove(q->items, q->items + q->first, used * sizeof(*q->items));
	} else {
		size_t room = q->room ? 2 * q->room : 1024;
		struct record *items = malloc(room * sizeof(*items));

		if (!items)
			return -1;
		if (used)
			memcpy(items, q->items + q->first, used * sizeof(*items));
		free(q->items);
		q->items = items;
		q->room = room;
	}
	q->first = 0;
	q->end = used;
	return 0;
}

/* A handler that was interrupted by another comes after it, though it began before. */
static int enqueue(struct queue *q, const struct record *record)
{
	size_t at;

	if (q->end == q->room && make_room(q))
		return -1;
	for (at = q->end; at > q->first && before(record, &q->items[at - 1]); at--)
		q->items[at] = q->items[at - 1];
	q->items[at] = *record;
	q->end++;
	return 0;
}

/* Takes the events of a page. -1 after a message. */
static int take_events(struct records *r, struct page *page)
{
	const unsigned char *at = page->data + RINGPAGE_HEADER, *data;
	const unsigned char *end = ringpage_end(page->data, page->chunk.bytes);
	struct record record = { .page = page, .cpu = page->chunk.cpu };
	const char *problem = NULL;
	struct wt_event event;
	int size;

	if (!end || page->chunk.bytes > r->page_size || page->chunk.cpu >= r->cpus)
		problem = "sent a page that is none";
	page->live = 1;			/* ours, until the end of this */
	while (!problem && at + 4 <= end) {
		data = ringpage_next(&at, end, &size);
		if (!size)
			continue;
		if (size >= (int)sizeof(event))
			memcpy(&event, data, sizeof(event));
		if (size < (int)sizeof(event) || event.bytes > size - sizeof(event)) {
			problem = "sent an event that is none";
			break;
		}
		record.time = event.time;
		record.serial = event.serial;
		record.probe = event.probe;
		record.bytes = event.bytes;
		record.items = data + sizeof(event);
		if (enqueue(&r->queues[record.cpu], &record)) {
			problem = "sends more than fits into memory";
			break;
		}
		page->live++;
		r->pending++;
		if (event.time > r->newest)
			r->newest = event.time;
	}
	if (problem)
		run_error("records", "the kernel %s", problem);
	if (!--page->live)
		give_page(r, page);
	return problem ? -1 : 0;
}

enum records_result records_read(struct records *r, int fd)
{
	int round;

	for (round = 0; round < ROUND; round++) {
		struct page *page = take_page(r);
		ssize_t n;

		if (!page) {
			run_error("records", "out of memory");
			return RECORDS_FAILED;
		}
		n = read(fd, &page->chunk, sizeof(page->chunk) + r->page_size);
		if (n >= (ssize_t)sizeof(page->chunk) &&
		    page->chunk.bytes <= n - sizeof(page->chunk)) {
			if (take_events(r, page))
				return RECORDS_FAILED;
			continue;
		}
		give_page(r, page);
		if (n == 0)
			return RECORDS_END;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return RECORDS_EMPTY;
		run_error("records", "cannot read from the kernel: %s",
			  n < 0 ? strerror(errno) : "the chunk is cut off");
		return RECORDS_FAILED;
	}
	return RECORDS_MORE;
}

/* Of the heap's CPUs the one with the oldest event first; of equals the lower number. */
static bool goes_before(const struct records *r, uint32_t a, uint32_t b)
{
	const struct queue *x = &r->queues[a], *y = &r->queues[b];
	uint64_t s = x->items[x->first].time, t = y->items[y->first].time;

	return s != t ? s < t : a < b;
}

static void sift_down(struct records *r, size_t n, size_t at)
{
	uint32_t *heap = r->heap, cpu = heap[at];
	size_t child;

	for (; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && goes_before(r, heap[child + 1], heap[child]))
			child++;
		if (goes_before(r, cpu, heap[child]))
			break;
		heap[at] = heap[child];
	}
	heap[at] = cpu;
}

void records_emit(struct records *r, uint64_t horizon, records_sink *sink, void *data)
{
	struct record record;
	struct queue *q;
	uint32_t cpu;
	size_t n = 0, i;

	for (cpu = 0; cpu < r->cpus; cpu++)
		if (r->queues[cpu].first < r->queues[cpu].end)
			r->heap[n++] = cpu;
	for (i = n / 2; i-- > 0; )
		sift_down(r, n, i);
	while (n) {
		q = &r->queues[r->heap[0]];
		if (q->items[q->first].time > horizon)
			break;
		record = q->items[q->first++];
		r->pending--;
		if (q->first == q->end) {
			q->first = q->end = 0;
			r->heap[0] = r->heap[--n];
		}
		if (n > 1)
			sift_down(r, n, 0);
		sink(data, &record);
		if (!--record.page->live)
			give_page(r, record.page);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drawing a histogram, to the letter as SystemTap does:
 *
 *	value |-------------------------------------------------- count
 *	    0 |                                                   0
 *	    1 |                                                   0
 *	    2 |@@@                                                3
 *	    4 |                                                   0
 *	    8 |                                                   0
 *	      ~
 *	  512 |                                                   0
 *
 * and an empty line. A row is a bucket, named by the value that is nearest to
 * zero in it (logarithmic) or its lowest (linear); "<10" and ">90" are what is
 * out of a linear one's range.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../../runtime/wire.h"
#include "histogram.h"

/* The buckets that there can be: runtime/stat.c */
#define MOST_BUCKETS	512
#define MOST_COLUMNS	1000
#define LOG_ZERO	64
/* Empty rows shown around those that are not, and the narrowest first column ("value"). */
#define MARGIN		2
#define LEAST_WIDTH	5
/* A row without its bar: a value, a count, what is between. */
#define ROW_BYTES	80

struct histogram {
	struct wt_histogram head;
	uint64_t counts[MOST_BUCKETS];
	int first, last;		/* rows */
	uint64_t highest;		/* count */
	int value_width, count_width;
};

static bool is_linear(const struct histogram *h)
{
	return h->head.width;
}

static bool take(struct histogram *h, const unsigned char *at, size_t bytes)
{
	struct wt_bucket bucket;

	memset(h, 0, sizeof(*h));
	if (bytes < sizeof(h->head))
		return false;
	memcpy(&h->head, at, sizeof(h->head));
	if (h->head.buckets < 3 || h->head.buckets > MOST_BUCKETS || h->head.columns < 1 ||
	    h->head.columns > MOST_COLUMNS || h->head.width < 0)
		return false;
	bytes -= sizeof(h->head);
	for (at += sizeof(h->head); bytes >= sizeof(bucket); bytes -= sizeof(bucket)) {
		memcpy(&bucket, at, sizeof(bucket));
		at += sizeof(bucket);
		if (bucket.index >= h->head.buckets)
			return false;
		h->counts[bucket.index] = bucket.count;
	}
	return !bytes;
}

static int digits(int64_t v)
{
	return snprintf(NULL, 0, "%" PRId64, v);
}

/* Linear: where bucket i begins; number 1 is the first in the range. Wraps around. */
static int64_t linear_value(const struct histogram *h, int i)
{
	return (uint64_t)h->head.low + (uint64_t)(i - 1) * h->head.width;
}

static int64_t log_value(int i)
{
	if (i == LOG_ZERO)
		return 0;
	if (i > LOG_ZERO)
		return 1ull << (i - LOG_ZERO - 1);
	return -(1ull << (LOG_ZERO - 1 - i));
}

/* The rows: what is not empty, and a margin. */
static void find_rows(struct histogram *h)
{
	int i, end = h->head.buckets - 1, least = 0;

	h->first = end;
	for (i = 0; i <= end; i++) {
		if (!h->counts[i])
			continue;
		if (i < h->first)
			h->first = i;
		h->last = i;
		if (h->counts[i] > h->highest)
			h->highest = h->counts[i];
	}
	/* no negative values where there are none; what is out of range only if it is not empty */
	if (!is_linear(h) && h->first >= LOG_ZERO)
		least = LOG_ZERO;
	if (is_linear(h) && !h->counts[0])
		least = 1;
	if (is_linear(h) && !h->counts[end])
		end--;
	h->first = h->first - MARGIN > least ? h->first - MARGIN : least;
	h->last = h->last + MARGIN < end ? h->last + MARGIN : end;
}

static int wider(int a, int b)
{
	return a > b ? a : b;
}

/* The columns' widths. The mark of what is out of range is a column too. */
static void find_widths(struct histogram *h)
{
	bool below = h->first == 0, above = h->last == h->head.buckets - 1;
	int low, high;

	if (is_linear(h)) {
		low = digits(h->head.low) + below;
		/* SystemTap makes it wide enough for one row more */
		high = digits(linear_value(h, h->last + 1)) + above;
	} else {
		low = digits(log_value(h->first));
		high = digits(log_value(h->last));
	}
	h->value_width = wider(wider(low, high), LEAST_WIDTH);
	h->count_width = digits(h->highest);
}

/* Is row i left out, as are those around it that are empty? */
static bool elided(const struct histogram *h, int i)
{
	int near = h->head.elision, k;

	if (near < 0)
		return false;
	for (k = wider(i - near, h->first); k <= i + near && k <= h->last; k++)
		if (h->counts[k])
			return false;
	return true;
}

static void print_header(const struct histogram *h, struct output *out)
{
	size_t room = h->value_width + h->head.columns + ROW_BYTES;
	char *at = output_room(out, room);

	at += snprintf(at, room, "%*s |", h->value_width, "value");
	memset(at, '-', h->head.columns);
	at += h->head.columns;
	memcpy(at, " count\n", 7);
	output_advance(out, at + 7);
}

static void print_row(const struct histogram *h, struct output *out, int i)
{
	size_t room = h->head.columns + ROW_BYTES;
	/* each mark in the bar is that many, so that the longest fits */
	uint64_t scale = (h->highest + h->head.columns - 1) / h->head.columns;
	int bar = h->counts[i] / (scale ? scale : 1);
	char *at = output_room(out, room), *end = at + room;
	const char *mark = "";
	int64_t value;

	value = is_linear(h) ? linear_value(h, i) : log_value(i);
	if (is_linear(h) && i == 0) {
		mark = "<";
		value = h->head.low;
	} else if (is_linear(h) && i == h->head.buckets - 1) {
		mark = ">";
		value = linear_value(h, i - 1);
	}
	at += snprintf(at, room, "%*s%" PRId64 " |", h->value_width - digits(value), mark, value);
	memset(at, '@', bar);
	at += bar;
	at += snprintf(at, end - at, "%*" PRIu64 "\n", h->head.columns - bar + 1 + h->count_width,
		       h->counts[i]);
	output_advance(out, at);
}

bool histogram_print(struct output *out, const unsigned char *at, size_t bytes)
{
	struct histogram h;
	bool left_out = false;
	char *text;
	int i;

	if (!take(&h, at, bytes))
		return false;
	find_rows(&h);
	find_widths(&h);
	print_header(&h, out);
	for (i = h.first; i <= h.last; i++) {
		if (elided(&h, i)) {
			left_out = true;
			continue;
		}
		if (left_out) {
			text = output_room(out, ROW_BYTES);
			text += snprintf(text, ROW_BYTES, "%*s ~\n", h.value_width, "");
			output_advance(out, text);
		}
		left_out = false;
		print_row(&h, out, i);
	}
	text = output_room(out, 1);
	*text = '\n';
	output_advance(out, text + 1);
	return true;
}

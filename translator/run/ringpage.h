/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking apart a page of the kernel's ring buffer. */
#ifndef RUN_RINGPAGE_H
#define RUN_RINGPAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A page of the ring buffer (the format is in tracefs, events/header_page and
 * header_event; least significant bit first, as on x86): time, 8 bytes;
 * committed bytes, 8 bytes, flags from bit 27 on; events.  An event is a word,
 * type in bits 0-4 and time since the last one above, and by its type
 *	1-28		as many words of data
 *	0		a word with the bytes from there on, data
 *	29		left out: a word with the bytes from there on; time 0: the end
 *	30, 31		a word that extends the time
 */
#define RINGPAGE_HEADER 16

/*
 * The data of the event at *at, which then is after it; *size is 0 for an event
 * without data, -1 (and *at stays) for none at all. At least 4 bytes are left.
 */
static inline const unsigned char *ringpage_next(const unsigned char **at, const unsigned char *end,
						 int *size)
{
	const unsigned char *event = *at, *start = event + 4;
	uint32_t head, type, total, extra = 0;

	memcpy(&head, event, 4);
	type = head & 31;
	if (type > 0 && type < 29) {
		total = 4 + 4 * type;
	} else {
		if (end - start < 4)
			goto broken;
		memcpy(&extra, start, 4);
		start += 4;
		total = type >= 30 ? 8 : ((extra + 3) & ~3u) + 4;
		if (type == 29 && !(head >> 5))
			total = end - event;
		if (total < 8)
			goto broken;
	}
	if (total > end - event)
		goto broken;
	*at = event + total;
	*size = type < 29 ? event + total - start : 0;
	return start;
broken:
	*size = -1;
	return NULL;
}

/* Where the events of a page end, of which bytes were read; NULL where it is none. */
static inline const unsigned char *ringpage_end(const unsigned char *page, size_t bytes)
{
	uint64_t committed;

	if (bytes < RINGPAGE_HEADER)
		return NULL;
	memcpy(&committed, page + 8, sizeof(committed));
	committed &= (1u << 27) - 1;
	if (committed > bytes - RINGPAGE_HEADER)
		return NULL;
	return page + RINGPAGE_HEADER + committed;
}

#endif

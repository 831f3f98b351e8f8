/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes from one descriptor to another through a buffer; used by the guest's
 * agent and by the host's end of the channel. Nothing blocks: a stream is
 * filled when poll() says that FROM can be read, and emptied when TO takes it.
 * A full buffer stops the reading, and so the writer at the other end.
 *
 * States: FROM is -1 after end of file; TO is -1 when nobody wants the bytes
 * any more: they are then counted and thrown away.
 */
#ifndef WATCHTAP_VM_STREAM_H
#define WATCHTAP_VM_STREAM_H

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

struct stream {
	int from, to;
	uint64_t in, out;	/* bytes read, bytes written */
	size_t start, end;	/* what is in the buffer */
	char buf[65536];
};

static inline int stream_empty(const struct stream *s)
{
	return s->start == s->end;
}

/* Puts what S waits for into two entries; poll() passes over fd -1. */
static inline void stream_want(const struct stream *s, struct pollfd *from,
			       struct pollfd *to)
{
	from->fd = stream_empty(s) ? s->from : -1;
	from->events = POLLIN;
	/* An entry without events still tells of a reader that has gone. */
	to->fd = s->to;
	to->events = stream_empty(s) ? 0 : POLLOUT;
}

/* 1: some bytes; 0: end of file; -1: try again later. */
static inline int stream_fill(struct stream *s)
{
	ssize_t n = read(s->from, s->buf, sizeof(s->buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n <= 0)
		return 0;
	s->in += n;
	s->start = 0;
	s->end = s->to < 0 ? 0 : n;
	return 1;
}

/*
 * Writes at most CHUNK bytes: a pipe that polls writable takes PIPE_BUF
 * without blocking, but no more is promised. -1: TO takes nothing ever again.
 */
static inline int stream_drain(struct stream *s, size_t chunk)
{
	size_t left = s->end - s->start;
	ssize_t n = write(s->to, s->buf + s->start, left < chunk ? left : chunk);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	s->start += n;
	s->out += n;
	return 0;
}

/* TO is gone. The caller closes it. */
static inline void stream_discard(struct stream *s)
{
	s->to = -1;
	s->start = s->end = 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the script's output goes: one buffer, written when there is nothing
 * more to print or when it is full.
 */
#ifndef RUN_OUTPUT_H
#define RUN_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum output_state {
	OUTPUT_OPEN,
	OUTPUT_CLOSED,			/* the reader has gone or was given up: nothing more is written, quietly */
	OUTPUT_FAILED,			/* after a message [output] */
};

struct output {
	const char *name;		/* for messages */
	int fd;
	bool own;			/* close fd at the end */
	bool watch;			/* poll() tells of fd when the reader has gone */
	size_t most;			/* bytes written at once, so that write() does not block; 0: any */
	enum output_state state;
	char *buffer;
	size_t used, size;
	/*
	 * Waiting for a slow reader ends when signal_fd, if it is not -1, can be
	 * read: then interrupted() is called; true: the output is thrown away.
	 */
	int signal_fd;
	bool (*interrupted)(void *data);
	void *data;
};

/* path NULL: stdout. 0, or -1 after a message [output]. */
int output_open(struct output *, const char *path);
/* Writes the buffer. */
void output_flush(struct output *);
/* Flushes and closes. A message [output] where that fails; see state. */
void output_close(struct output *);

/* The slow path of output_room(). */
char *output_make_room(struct output *, size_t bytes);

/* Where the next bytes go: room for as many as are asked for. Then output_advance(). */
static inline char *output_room(struct output *out, size_t bytes)
{
	if (bytes > out->size - out->used)
		return output_make_room(out, bytes);
	return out->buffer + out->used;
}

/* end: after the last byte written to what output_room() gave. */
static inline void output_advance(struct output *out, const char *end)
{
	out->used = end - out->buffer;
}

#endif

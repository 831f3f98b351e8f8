// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing must not keep the user from stopping the script: `| less` reads a
 * screen and then nothing for minutes.  So this never blocks in write(), only
 * in poll(), where signals are seen.  stdout is shared with other programs, so
 * it is not made O_NONBLOCK: a pipe is opened once more for ourselves, a
 * terminal gets small pieces when it has room.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "output.h"

/* Enough that a write() costs nothing per line. */
#define BUFFER_SIZE (64 * 1024)
/* What a pipe or terminal takes that poll() says can be written (PIPE_BUF). */
#define SMALL_PIECE 4096

static void fail(struct output *out, int error)
{
	out->used = 0;
	if (out->state != OUTPUT_OPEN)
		return;
	if (error == EPIPE) {
		out->state = OUTPUT_CLOSED;
		return;
	}
	out->state = OUTPUT_FAILED;
	run_error("output", "cannot write to %s: %s", out->name, strerror(error));
}

int output_open(struct output *out, const char *path)
{
	struct stat st;
	int again;

	memset(out, 0, sizeof(*out));
	out->signal_fd = -1;
	out->name = path ? path : "the standard output";
	out->fd = STDOUT_FILENO;
	if (path) {
		out->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		out->own = true;
	}
	if (out->fd < 0 || fstat(out->fd, &st) < 0) {
		run_error("output", "cannot open %s: %s", out->name, strerror(errno));
		output_close(out);
		return -1;
	}
	if (S_ISFIFO(st.st_mode)) {
		out->watch = true;
		out->most = SMALL_PIECE;
		again = path ? -1 : open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		if (again >= 0) {
			out->fd = again;
			out->own = true;
			out->most = 0;
		}
	} else if (S_ISSOCK(st.st_mode) || isatty(out->fd)) {
		out->watch = S_ISSOCK(st.st_mode);
		out->most = SMALL_PIECE;
	}
	out->buffer = malloc(BUFFER_SIZE);
	if (!out->buffer) {
		run_error("output", "out of memory");
		output_close(out);
		return -1;
	}
	out->size = BUFFER_SIZE;
	return 0;
}

/* Until there is room, or nobody to read it. false: the output is thrown away from now on. */
static bool wait_for_room(struct output *out)
{
	struct pollfd fds[2] = {
		{ .fd = out->fd, .events = POLLOUT },
		{ .fd = out->signal_fd, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;	/* EINTR: signals that we do not care for */
		if (fds[0].revents)
			return true;
		if (!out->interrupted || out->interrupted(out->data)) {
			out->state = OUTPUT_CLOSED;
			return false;
		}
	}
}

void output_flush(struct output *out)
{
	size_t at = 0;

	while (at < out->used && out->state == OUTPUT_OPEN) {
		size_t bytes = out->used - at;
		ssize_t n;

		if (out->most) {
			if (bytes > out->most)
				bytes = out->most;
			if (!wait_for_room(out))
				break;
		}
		n = write(out->fd, out->buffer + at, bytes);
		if (n >= 0)
			at += n;
		else if (errno == EAGAIN && !wait_for_room(out))
			break;
		else if (errno != EAGAIN && errno != EINTR)
			fail(out, errno);
	}
	out->used = 0;
}

char *output_make_room(struct output *out, size_t bytes)
{
	output_flush(out);
	if (bytes > out->size) {
		char *buffer = realloc(out->buffer, bytes);

		if (!buffer) {
			run_error("output", "out of memory");
			abort();
		}
		out->buffer = buffer;
		out->size = bytes;
	}
	return out->buffer;
}

void output_close(struct output *out)
{
	if (out->used)
		output_flush(out);
	/* some file systems tell of a full disk only now */
	if (out->own && out->fd >= 0 && close(out->fd) < 0)
		fail(out, errno);
	free(out->buffer);
	out->buffer = NULL;
	out->size = 0;
	out->fd = -1;
}

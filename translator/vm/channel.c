// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Between the caller's streams and the guest's command: four virtio-serial
 * ports. stdin, stdout and stderr carry bytes as they are. control carries
 * lines:
 *
 *   guest to host   started                 the command is about to run
 *                   exit STATUS OUT ERR     it has ended; so many bytes were
 *                                           sent on stdout and stderr
 *                   failed MESSAGE          the guest could not get that far
 *   host to guest   eof N                   stdin ends after N bytes
 *                   closed N                nobody reads the command's fd N
 *                   signal N                for the command's process group
 *
 * Ports are not ordered against each other: that is why byte counts are sent.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"
#include "vm_internal.h"

static const int forwarded[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define FORWARDED (sizeof(forwarded) / sizeof(*forwarded))
#define INSIST_SECONDS 2.0	/* a signal this long after another ends the VM */

static volatile sig_atomic_t arrived[NSIG];

static void on_signal(int number)
{
	arrived[number] = 1;
}

struct channel {
	struct qemu *qemu;
	const struct vm_options *options;
	struct stream streams[3];	/* stdin, stdout, stderr */
	int eof_sent;
	int started, ended, status;
	unsigned long long sent[3];	/* what the guest says it sent */
	int write_error;		/* of our stdout or stderr */
	double begun, first_signal;
	char line[1024];		/* of control, unfinished */
	size_t line_length;
	char *err;
	size_t errlen;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static __attribute__((format(printf, 2, 3)))
void tell(struct channel *c, const char *format, ...)
{
	char line[64];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	/* A few lines at most in a run: the socket has room, or qemu is dead. */
	send(c->qemu->ports[PORT_CONTROL], line, n, MSG_NOSIGNAL);
}

/* 1: the channel is done, c->status set. */
static int control_line(struct channel *c, const char *line)
{
	if (!strcmp(line, "started")) {
		c->started = 1;
		if (c->options->verbose)
			fprintf(stderr, "vm: the command starts after %.2f s\n",
				now() - c->begun);
	} else if (sscanf(line, "exit %d %llu %llu", &c->status, &c->sent[1],
			  &c->sent[2]) == 3) {
		c->ended = 1;
	} else if (!strncmp(line, "failed ", 7)) {
		snprintf(c->err, c->errlen, "the VM could not be set up: %s", line + 7);
		c->status = -1;
		return 1;
	}
	return 0;
}

/* qemu has gone and the command had not ended: why? */
static void explain_death(struct channel *c)
{
	char text[512] = "", *line;
	int status = 0;

	if (c->qemu->pid > 0 && waitpid(c->qemu->pid, &status, 0) > 0)
		c->qemu->pid = 0;
	if (pread(c->qemu->log, text, sizeof(text) - 1, 0) < 0)
		*text = 0;
	text[strcspn(text, "\n")] = 0;
	line = *text ? text : "no message from qemu";
	if (WIFSIGNALED(status))
		snprintf(c->err, c->errlen, "the VM ended before the command did: "
			 "qemu was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (status)
		snprintf(c->err, c->errlen, "the VM ended before the command did: %s", line);
	else
		snprintf(c->err, c->errlen, "the VM ended before the command did "
			 "(panic, reboot or power-off in the guest)");
}

/* 1: the channel is done. */
static int read_control(struct channel *c)
{
	ssize_t n = read(c->qemu->ports[PORT_CONTROL], c->line + c->line_length,
			 sizeof(c->line) - 1 - c->line_length);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		explain_death(c);
		c->status = -1;
		return 1;
	}
	c->line_length += n;
	c->line[c->line_length] = 0;
	while ((end = strchr(c->line, '\n'))) {
		*end = 0;
		if (control_line(c, c->line))
			return 1;
		c->line_length -= end + 1 - c->line;
		memmove(c->line, end + 1, c->line_length + 1);
	}
	if (c->line_length == sizeof(c->line) - 1)
		c->line_length = 0;
	return 0;
}

static void pump(struct channel *c, int n, const struct pollfd *from,
		 const struct pollfd *to)
{
	struct stream *s = &c->streams[n];

	if (to->revents & POLLOUT ? stream_drain(s, n ? PIPE_BUF : sizeof(s->buf))
				  : to->revents & (POLLERR | POLLHUP | POLLNVAL)) {
		/* A reader that left is not an error; a full disk is. */
		if (n && to->revents & POLLOUT && errno != EPIPE)
			c->write_error = errno;
		stream_discard(s);
		/* Nobody reads our descriptor N: neither shall the guest write. */
		if (n)
			tell(c, "closed %d\n", n);
	}
	if (from->revents && (from->revents & POLLNVAL || !stream_fill(s)))
		s->from = -1;
	if (!n && s->from < 0 && !c->eof_sent) {
		c->eof_sent = 1;
		tell(c, "eof %llu\n", (unsigned long long)s->in);
	}
}

/* 1: the channel is done, c->status set. */
static int forward_signals(struct channel *c)
{
	for (size_t i = 0; i < FORWARDED; i++) {
		if (!arrived[forwarded[i]])
			continue;
		arrived[forwarded[i]] = 0;
		if (!c->started ||
		    (c->first_signal && now() - c->first_signal >= INSIST_SECONDS)) {
			c->status = 128 + forwarded[i];
			return 1;
		}
		if (!c->first_signal)
			c->first_signal = now();
		tell(c, "signal %d\n", forwarded[i]);
	}
	return 0;
}

/* A job in the background that reads its terminal would be stopped. */
static int may_read_stdin(void)
{
	return !isatty(0) || tcgetpgrp(0) == getpgrp();
}

static int all_delivered(struct channel *c)
{
	for (int i = 1; i < 3; i++)
		if (c->streams[i].in < c->sent[i] || !stream_empty(&c->streams[i]))
			return 0;
	return 1;
}

static void loop(struct channel *c, const sigset_t *unblocked)
{
	for (;;) {
		struct timespec tick = { .tv_nsec = 200000000 };
		struct pollfd fds[7] = {
			{ .fd = c->qemu->ports[PORT_CONTROL], .events = POLLIN }
		};
		int ready;

		if (c->ended && all_delivered(c))
			return;
		for (int i = 0; i < 3; i++)
			stream_want(&c->streams[i], &fds[1 + 2 * i], &fds[2 + 2 * i]);
		if (!may_read_stdin())
			fds[1].fd = -1;
		ready = ppoll(fds, 7, &tick, unblocked);
		if (ready < 0 && errno != EINTR) {
			snprintf(c->err, c->errlen, "poll: %s", strerror(errno));
			c->status = -1;
			return;
		}
		if (forward_signals(c))
			return;
		if (!ready && console_tail_has(c->qemu->console, "Kernel panic - not syncing")) {
			snprintf(c->err, c->errlen, "the VM's kernel panicked");
			c->status = -1;
			return;
		}
		for (int i = 0; i < 3; i++)
			pump(c, i, &fds[1 + 2 * i], &fds[2 + 2 * i]);
		if (fds[0].revents && read_control(c))
			return;
		if (!c->started && now() - c->begun > c->options->boot_timeout) {
			snprintf(c->err, c->errlen, "the VM did not boot in %d s",
				 c->options->boot_timeout);
			c->status = -1;
			return;
		}
	}
}

int channel_run(struct qemu *qemu, const struct vm_options *options, char *err,
		size_t errlen)
{
	struct sigaction action = { .sa_handler = on_signal }, old[FORWARDED], old_pipe;
	struct channel *c = calloc(1, sizeof(*c));
	sigset_t blocked, unblocked;
	int status;

	if (!c) {
		snprintf(err, errlen, "out of memory");
		return -1;
	}
	*c = (struct channel){ .qemu = qemu, .options = options, .begun = now(),
			       .err = err, .errlen = errlen };
	for (int i = 0; i < 3; i++) {
		int port = qemu->ports[PORT_STDIN + i];

		c->streams[i].from = i ? port : 0;
		c->streams[i].to = i ? i : port;
	}
	/* Signals come in during ppoll() only, so none slips in before it. */
	sigemptyset(&blocked);
	for (size_t i = 0; i < FORWARDED; i++) {
		arrived[forwarded[i]] = 0;
		sigaddset(&blocked, forwarded[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &unblocked);
	for (size_t i = 0; i < FORWARDED; i++) {
		sigaction(forwarded[i], NULL, &old[i]);
		/* nohup, and the shell's background jobs: what is ignored stays so */
		if (old[i].sa_handler != SIG_IGN)
			sigaction(forwarded[i], &action, NULL);
		sigdelset(&unblocked, forwarded[i]);
	}
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, &old_pipe);

	loop(c, &unblocked);
	if (c->ended)
		console_await(qemu->console, VM_END_MARK);

	sigaction(SIGPIPE, &old_pipe, NULL);
	for (size_t i = 0; i < FORWARDED; i++)
		sigaction(forwarded[i], &old[i], NULL);
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	status = c->status;
	if (c->write_error) {
		fprintf(stderr, "error: cannot write the output: %s\n",
			strerror(c->write_error));
		status = status ? status : 1;
	}
	free(c);
	return status;
}

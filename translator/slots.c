// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `watchtap slots`: what the debug registers watch and for whom, once or again
 * and again.  The arbiter says it in two files, for people and for programs;
 * nothing of them is understood here.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "run/message.h"
#include "run/output.h"
#include "slots.h"

#define LEAST_SECONDS 0.1
#define MOST_SECONDS 86400

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull

struct view {
	bool json;
	double seconds;			/* --follow, 0 without */
	const char *table;		/* the arbiter's file for people */
	const char *path;		/* the one that is shown */
	char *text;			/* what it said last */
	size_t length, size;
	struct output out;
	bool redraw;			/* in place, on a terminal */
	bool again;			/* it has been shown before */
};

static const struct option longs[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "follow", optional_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

static void usage(void)
{
	printf("usage: watchtap slots [--json] [--follow[=SECONDS]]\n\n"
	       "Shows what the debug registers watch, and for whom.\n\n"
	       "  --json           as JSON, one object on one line\n"
	       "  --follow[=SECONDS] again and again, every second or so many seconds, from %g\n"
	       "  -h, --help       show this\n"
	       "  -V, --version    show the version\n", LEAST_SECONDS);
}

/* As options_read. */
static int read_options(struct view *v, int argc, char **argv)
{
	bool bare = false;		/* --follow without its number */
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "hV", longs, NULL)) != -1) {
		switch (opt) {
		case 'j':
			v->json = true;
			break;
		case 'f':
			bare = !optarg;
			v->seconds = 1;
			if (optarg && options_number("--follow", optarg, LEAST_SECONDS, MOST_SECONDS, &v->seconds))
				return -1;
			break;
		case 'h':
			usage();
			return 1;
		case 'V':
			puts("watchtap " WT_VERSION);
			return 1;
		default:
			if (strncmp(argv[optind - 1], "--", 2))
				return options_error("unknown option -%c", optopt);
			return options_error("unknown option %s", argv[optind - 1]);
		}
	}
	if (optind == argc)
		return 0;
	if (bare && strspn(argv[optind], "0123456789.") == strlen(argv[optind]))
		return options_error("--follow takes its number with a '=': --follow=%s", argv[optind]);
	return options_error("slots takes nothing but options, not '%s'", argv[optind]);
}

/* All of the file at once, so that it is of one moment. 0, or errno. */
static int read_text(struct view *v)
{
	int error = 0, fd = open(v->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	if (fd < 0)
		return errno;
	for (v->length = 0; n && !error; v->length += n > 0 ? n : 0) {
		if (v->length == v->size) {
			char *text = realloc(v->text, v->size + 65536);

			if (!text) {
				error = ENOMEM;
				break;
			}
			v->text = text;
			v->size += 65536;
		}
		n = read(fd, v->text + v->length, v->size - v->length);
		if (n < 0 && errno != EINTR)
			error = errno;
	}
	close(fd);
	return error;
}

/* Whether read_text() failed because there is no arbiter: a file that goes while it is read says EIO. */
static bool is_gone(const struct view *v, int error)
{
	return error && access(v->table, F_OK) && errno == ENOENT;
}

static void tell(const struct view *v, int error)
{
	if (is_gone(v, error)) {
		run_error("not-loaded", "watchtap_slots is not loaded: watchtap holds no debug register");
	} else if (error == ENOENT) {
		run_error("version", "the watchtap_slots that is loaded has no %s: it is older than this program", v->path);
	} else if (error == EACCES || error == EPERM) {
		run_error("no-root", "only root can read %s: it shows kernel addresses", v->path);
		if (geteuid())
			run_note("use sudo");
	} else {
		run_error("cannot-read", "cannot read %s: %s", v->path, strerror(error));
	}
}

static void put(struct output *out, const char *text, size_t length)
{
	char *end = output_room(out, length);

	memcpy(end, text, length);
	output_advance(out, end + length);
}

static void put_string(struct output *out, const char *text)
{
	put(out, text, strlen(text));
}

/* JSON without the line breaks that it may have between tokens, so that each object is a line. */
static void put_object(struct output *out, const char *text, size_t length)
{
	char *end = output_room(out, length + 1);

	for (size_t i = 0; i < length; i++)
		if (text[i] != '\n')
			*end++ = text[i];
	*end++ = '\n';
	output_advance(out, end);
}

static void put_time(struct output *out)
{
	struct timespec now;
	char text[64];
	size_t used;

	clock_gettime(CLOCK_REALTIME, &now);
	used = strftime(text, sizeof(text), "%F %T", localtime(&now.tv_sec));
	snprintf(text + used, sizeof(text) - used, ".%03ld\n", now.tv_nsec / 1000000);
	put_string(out, text);
}

/* As much of a line as fits: one that wraps would make the table taller than its lines. */
static void put_cut_line(struct output *out, const char *text, size_t length, unsigned columns)
{
	char *end = output_room(out, length);
	unsigned column = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = text[i];

		if ((c & 0xc0) != 0x80 && columns && ++column >= columns)
			break;
		*end++ = c < ' ' || c == 0x7f ? '?' : c;
	}
	output_advance(out, end);
	put_string(out, "\033[K\n");
}

/*
 * Over the table before. The last row of the terminal stays free: a newline
 * there would scroll, and the next table would be one row off.
 */
static void draw(struct view *v)
{
	const char *line = v->text, *end = v->text + v->length;
	struct winsize window = { 0 };
	unsigned lines = 0, room = ~0u;
	char more[64];

	for (const char *at = line; at < end; at++)
		lines += *at == '\n' || at + 1 == end;
	/* a serial line's terminal has no size that anyone knows */
	if (!ioctl(v->out.fd, TIOCGWINSZ, &window) && window.ws_row)
		room = window.ws_row > 2 ? window.ws_row - 1 : 1;
	put_string(&v->out, "\033[H");
	for (unsigned row = 0; row < lines; row++) {
		const char *stop = memchr(line, '\n', end - line);

		if (lines > room && row + 1 == room) {
			snprintf(more, sizeof(more), "... and %u lines more", lines - row);
			put_cut_line(&v->out, more, strlen(more), window.ws_col);
			break;
		}
		stop = stop ? stop : end;
		put_cut_line(&v->out, line, stop - line, window.ws_col);
		line = stop + 1;
	}
	put_string(&v->out, "\033[J");
}

static void show(struct view *v)
{
	if (v->json) {
		put_object(&v->out, v->text, v->length);
	} else if (v->redraw) {
		draw(v);
	} else {
		if (v->again)
			put_string(&v->out, "\n");
		if (v->seconds)
			put_time(&v->out);
		put(&v->out, v->text, v->length);
	}
	v->again = true;
	output_flush(&v->out);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* true at that time; false before it, when a signal comes or the reader goes. */
static bool wait_until(const struct view *v, uint64_t at)
{
	struct pollfd fds[] = {
		{ .fd = v->out.signal_fd, .events = POLLIN },
		{ .fd = v->out.watch ? v->out.fd : -1 },
	};
	uint64_t now;
	int events;

	do {
		now = now_ns();
		/* rounded up */
		events = poll(fds, 2, now < at ? (at - now + NS_PER_MS - 1) / NS_PER_MS : 0);
	} while (events < 0 || (!events && now_ns() < at));
	return !events;
}

/* What ends --follow in good order; they stay pending until the program has ended by itself. */
static int catch_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd >= 0)
		sigprocmask(SIG_BLOCK, &set, NULL);
	return fd;
}

/* A signal while the output waits for a slow reader: the rest is thrown away. */
static bool interrupted(void *unused)
{
	return true;
}

/* From what has been read already. 0, or -1 after a message. */
static int follow(struct view *v)
{
	const char *term = getenv("TERM");
	uint64_t next = now_ns();
	int error;

	v->redraw = !v->json && isatty(v->out.fd) && term && strcmp(term, "dumb");
	v->out.signal_fd = catch_signals();
	v->out.interrupted = interrupted;
	for (;;) {
		show(v);
		next += v->seconds * NS_PER_S;
		if (next < now_ns())
			next = now_ns();	/* what a slow reader has missed is not made up for */
		if (v->out.state != OUTPUT_OPEN || !wait_until(v, next))
			return 0;
		error = read_text(v);
		if (is_gone(v, error)) {
			run_note("watchtap_slots has gone: watchtap holds no debug register any more");
			return 0;
		}
		if (error) {
			tell(v, error);
			return -1;
		}
	}
}

int slots_command(struct session *s, int argc, char **argv)
{
	const char *proc = getenv("WATCHTAP_PROC");	/* the tests' made-up files */
	struct view v = { 0 };
	int status = read_options(&v, argc, argv);

	if (status)
		return status;
	v.table = session_printf(s, "%s/slots", proc && *proc ? proc : "/proc/watchtap");
	v.path = v.json ? session_printf(s, "%s.json", v.table) : v.table;
	signal(SIGPIPE, SIG_IGN);
	status = read_text(&v);
	if (status) {
		tell(&v, status);
		status = -1;
	} else if (output_open(&v.out, NULL)) {
		status = -1;
	} else {
		if (v.seconds)
			status = follow(&v);
		else
			show(&v);
		output_close(&v.out);
		if (v.out.state == OUTPUT_FAILED)
			status = -1;
	}
	free(v.text);
	return status ? status : 1;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control file and the event loop.
 *
 * Reading: POLLIN starts a round, further rounds follow every RECORDS_HOLD_NS
 * for as long as events are held back; so a line is printed some 20 ms after
 * its hit, and many hits cost few wake-ups.  Nothing is polled while nothing
 * happens.
 *
 * The end comes from exit() in the script (POLLPRI), a signal, the end of -c's
 * command, -T, or output that cannot be written.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "../../runtime/wire.h"
#include "command.h"
#include "control.h"
#include "message.h"
#include "runner.h"

#define NS_PER_MS 1000000ull

struct session {
	const struct control *c;
	struct records records;
	struct command command;
	int fd;				/* the control file */
	unsigned int signals;		/* how many came */
	bool stopped;
	bool failed;
	uint64_t read_at;		/* when the last round had read all */
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void stop(struct session *s)
{
	if (!s->stopped && ioctl(s->fd, WT_IOC_STOP) < 0) {
		run_error("load", "cannot stop the script: %s", strerror(errno));
		s->failed = true;
	}
	s->stopped = true;
}

static void take_signals(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->c->signal_fd, &info, sizeof(info)) == sizeof(info))
		s->signals++;
}

/* A signal while the output waits for a slow reader: release the watches; a second one: give up. */
static bool output_interrupted(void *data)
{
	struct session *s = data;

	take_signals(s);
	stop(s);
	return s->signals > 1;
}

/* One round: read all, print what cannot be overtaken any more. */
static enum records_result read_round(struct session *s, uint64_t horizon)
{
	enum records_result result;

	result = records_read(&s->records, s->fd);
	s->read_at = now_ns();
	if (result == RECORDS_FAILED)
		s->failed = true;
	records_emit(&s->records, horizon, printer_print, s->c->printer);
	output_flush(s->c->out);
	return result;
}

/* The output of begin probes comes before that of -c's command. */
static void print_begin(struct session *s)
{
	struct timespec hold = { 0, RECORDS_HOLD_NS };

	read_round(s, 0);
	if (!s->records.pending)
		return;
	nanosleep(&hold, NULL);
	read_round(s, s->records.newest);
}

static bool wants_end(const struct session *s)
{
	struct wt_status status = { 0 };

	return ioctl(s->fd, WT_IOC_STATUS, &status) == 0 && status.wants_end;
}

/* Milliseconds until time at, rounded up. */
static int ms_until(uint64_t at)
{
	uint64_t now = now_ns(), ms;

	if (at <= now)
		return 0;
	ms = (at - now + NS_PER_MS - 1) / NS_PER_MS;
	return ms > 1000000 ? 1000000 : (int)ms;
}

static bool ended(const struct session *s)
{
	return s->failed || s->stopped || s->signals ||
	       s->c->out->state != OUTPUT_OPEN;
}

static void loop(struct session *s)
{
	double seconds = s->c->options->seconds;
	uint64_t deadline = seconds > 0 ? now_ns() + (uint64_t)(seconds * 1e9) : 0;

	while (!ended(s)) {
		uint64_t round = s->read_at + RECORDS_HOLD_NS;
		bool held = s->records.pending;
		struct pollfd fds[] = {
			{ .fd = s->fd, .events = POLLPRI | (held ? 0 : POLLIN) },
			{ .fd = s->c->signal_fd, .events = POLLIN },
			{ .fd = s->command.fd, .events = POLLIN },
			{ .fd = s->c->out->watch ? s->c->out->fd : -1 },
		};
		int ms = held ? ms_until(round) : -1;

		if (deadline && (ms < 0 || ms_until(deadline) < ms))
			ms = ms_until(deadline);
		if (poll(fds, 4, ms) < 0 && errno != EINTR) {
			run_error("load", "poll: %s", strerror(errno));
			s->failed = true;
			return;
		}
		if (fds[1].revents)
			take_signals(s);
		if (fds[3].revents)
			s->c->out->state = OUTPUT_CLOSED;
		if (fds[0].revents & POLLIN || (held && now_ns() >= round))
			read_round(s, s->records.newest);
		if (fds[0].revents & ~POLLIN || fds[2].revents)
			return;
		if (deadline && now_ns() >= deadline)
			return;
	}
}

/* What is left: after STOP the buffers hold everything, in whatever order. */
static void print_rest(struct session *s)
{
	enum records_result result = RECORDS_MORE;
	int patience = 100;

	while (result == RECORDS_MORE || (result == RECORDS_EMPTY && --patience)) {
		result = records_read(&s->records, s->fd);
		if (result == RECORDS_EMPTY)	/* the end has not been seen yet */
			poll(NULL, 0, 10);
		if (result == RECORDS_MORE)
			records_emit(&s->records, s->records.newest, printer_print, s->c->printer);
	}
	if (result == RECORDS_FAILED)
		s->failed = true;
	records_emit(&s->records, RECORDS_ALL, printer_print, s->c->printer);
	output_flush(s->c->out);
}

static void print_losses(struct session *s)
{
	static const struct { const char *what, *fate, *cause; } losses[] = {
#define X(name, what, fate, cause) { what, fate, cause },
		WT_LOSSES(X)
#undef X
	};
	struct wt_counters counters;
	int i;

	if (ioctl(s->fd, WT_IOC_COUNTERS, &counters) < 0) {
		run_warning("cannot read what was lost: %s", strerror(errno));
		return;
	}
	for (i = 0; i < WT_LOSS_COUNT; i++) {
		unsigned long long n = counters.lost[i];

		if (n && (i != WT_LOSS_stopped || s->c->options->verbose))
			run_warning("%llu %s%s %s: %s", n, losses[i].what, n == 1 ? "" : "s",
				    losses[i].fate, losses[i].cause);
	}
	if (s->c->options->verbose)
		fprintf(stderr, "watchtap: %llu hits, %llu errors\n",
			(unsigned long long)counters.hits, (unsigned long long)counters.errors);
}

static int open_script(struct session *s)
{
	char path[256];
	struct wt_info info;

	snprintf(path, sizeof(path), WT_SCRIPTS_DIR "/%s", s->c->meta->name);
	s->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (s->fd < 0 || ioctl(s->fd, WT_IOC_INFO, &info) < 0) {
		run_error("load", "cannot open %s: %s", path, strerror(errno));
		return -1;
	}
	if (info.version != WT_WIRE_VERSION || info.ranges != s->c->meta->n_ranges) {
		run_error("version", "the module speaks version %u with %u ranges, not %u with %zu",
			  info.version, info.ranges, WT_WIRE_VERSION, s->c->meta->n_ranges);
		return -1;
	}
	return records_init(&s->records, info.cpus, info.page_size);
}

static int give_addresses(struct session *s)
{
	const struct meta *meta = s->c->meta;
	struct wt_function_at at = { 0 };
	struct wt_symbol_at symbol = { 0 };
	struct wt_bind bind = { 0 };
	size_t i;

	for (at.probe = 0; at.probe < meta->n_probes; at.probe++)
		if (meta->probes[at.probe].left_out && ioctl(s->fd, WT_IOC_PROBE, &at) < 0) {
			run_error("start", "WT_IOC_PROBE: %s", strerror(errno));
			return -1;
		}
	for (bind.range = 0; bind.range < meta->n_ranges; bind.range++) {
		const struct meta_range *range = &meta->ranges[bind.range];

		if (!range->symbol)
			continue;
		bind.address = range->address;
		memcpy(bind.text, range->problem, sizeof(bind.text));
		if (ioctl(s->fd, WT_IOC_BIND, &bind) < 0) {
			run_error_at(range->place, "start", "%s: %s", range->spelling, strerror(errno));
			return -1;
		}
	}
	for (symbol.symbol = 0; symbol.symbol < meta->n_symbols; symbol.symbol++) {
		symbol.address = meta->symbols[symbol.symbol].address;
		if (ioctl(s->fd, WT_IOC_SYMBOL, &symbol) < 0) {
			run_error("start", "the address of %s: %s", meta->symbols[symbol.symbol].symbol, strerror(errno));
			return -1;
		}
	}
	for (at.probe = 0; at.probe < meta->n_probes; at.probe++) {
		const struct meta_probe *probe = &meta->probes[at.probe];

		for (i = 0; i < probe->n_functions; i++) {
			at.address = probe->functions[i];
			if (ioctl(s->fd, WT_IOC_PROBE, &at) < 0) {
				run_error_at(probe->place, "start", "%s: %s", probe->spelling, strerror(errno));
				return -1;
			}
		}
	}
	return 0;
}

static int start_script(struct session *s)
{
	struct wt_start start = { .range = ~0u, .probe = ~0u };
	const struct meta *meta = s->c->meta;
	const char *why;

	if (give_addresses(s))
		return -1;
	if (ioctl(s->fd, WT_IOC_START, &start) == 0)
		return 0;
	why = start.text[0] ? start.text : strerror(errno);
	start.text[sizeof(start.text) - 1] = '\0';
	if (start.range < meta->n_ranges)
		run_error_at(meta->ranges[start.range].place, "start", "%s: %s",
			     meta->ranges[start.range].spelling, why);
	else if (start.probe < meta->n_probes)
		run_error_at(meta->probes[start.probe].place, "start", "%s: %s",
			     meta->probes[start.probe].spelling, why);
	else
		run_error("start", "%s", why);
	return -1;
}

/* Before the start: begin probes may ask for target(). */
static int make_command(struct session *s)
{
	if (!s->c->options->command)
		return 0;
	if (command_start(&s->command, s->c->options->command, &s->c->old_mask))
		return -1;
	runner_target(s->c->meta->name, s->command.pid);
	return 0;
}

int control_script(const struct control *c)
{
	struct session s = { .c = c, .fd = -1, .command.fd = -1, .command.go = -1 };
	struct wt_status status = { 0 };

	c->out->signal_fd = c->signal_fd;
	c->out->interrupted = output_interrupted;
	c->out->data = &s;

	if (open_script(&s) || make_command(&s) || start_script(&s)) {
		s.failed = true;
		goto out;
	}
	if (c->options->command) {
		print_begin(&s);
		/* exit() in a begin probe: there is nothing to run it for */
		if (!ended(&s) && !wants_end(&s))
			command_go(&s.command);
	}
	loop(&s);
	stop(&s);
	print_rest(&s);
	if (ioctl(s.fd, WT_IOC_STATUS, &status) < 0 || status.failed)
		s.failed = true;
	s.command.told |= s.signals > 0;
	command_end(&s.command, c->signal_fd);
	print_losses(&s);
out:
	command_end(&s.command, c->signal_fd);
	c->out->interrupted = NULL;
	if (s.fd >= 0)
		close(s.fd);
	records_free(&s.records);
	return s.failed ? -1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's kernel log: does the kernel complain in it, and where? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm_internal.h"

#define SHOW_LINES 120
#define AWAIT_MS 2000

/* At the start of the text, behind the time stamp. */
static const char *const complaint_starts[] = {
	"WARNING:", "INFO: task ", "Kernel panic", "Oops:", "general protection fault",
	"Call Trace:", "------------[ cut here ]", "double fault:", "UBSAN:",
	"stack segment:", "PANIC:", NULL
};

/* Anywhere in a line. */
static const char *const complaint_words[] = {
	"BUG: ", "rcu: INFO:", "soft lockup", "hard LOCKUP", "detected stalls on", " [#", NULL
};

char *console_text(int fd)
{
	struct stat st;
	size_t size = fd < 0 || fstat(fd, &st) ? 0 : st.st_size;
	char *text = malloc(size + 1);
	ssize_t n;

	if (!text)
		abort();
	n = size ? pread(fd, text, size, 0) : 0;
	if (n < 0)
		n = 0;
	/* The firmware writes control characters; 0 bytes would end the text. */
	for (ssize_t i = 0; i < n; i++)
		if (!text[i] || text[i] == '\r' || text[i] == '\033')
			text[i] = ' ';
	text[n] = 0;
	return text;
}

int console_tail_has(int fd, const char *mark)
{
	char tail[16384];	/* a panic's message and its call trace */
	struct stat st;
	off_t at;
	ssize_t n;

	if (fstat(fd, &st))
		return 0;
	at = st.st_size > (off_t)sizeof(tail) ? st.st_size - sizeof(tail) : 0;
	n = pread(fd, tail, sizeof(tail), at);
	return n > 0 && memmem(tail, n, mark, strlen(mark));
}

void console_await(int fd, const char *mark)
{
	for (int ms = 0; ms < AWAIT_MS && !console_tail_has(fd, mark); ms += 2)
		usleep(2000);
}

static int is_complaint(const char *line, size_t length)
{
	const char *text = line, *close;

	if (*text == '[' && (close = memchr(text, ']', length)))
		text = close + 1;
	while (text < line + length && *text == ' ')
		text++;
	for (int i = 0; complaint_starts[i]; i++)
		if (!strncmp(text, complaint_starts[i], strlen(complaint_starts[i])))
			return 1;
	for (int i = 0; complaint_words[i]; i++)
		if (memmem(line, length, complaint_words[i], strlen(complaint_words[i])))
			return 1;
	return 0;
}

const char *console_complaint(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (is_complaint(text, length))
			return text;
		text += length + (text[length] == '\n');
	}
	return NULL;
}

/* The start of the line that is COUNT lines before AT. */
static const char *lines_back(const char *text, const char *at, int count)
{
	while (at > text) {
		if (at[-1] == '\n' && count-- == 0)
			break;
		at--;
	}
	return at;
}

void console_show(const char *text, const char *console_path)
{
	const char *from = console_complaint(text), *end = text + strlen(text);
	int left = SHOW_LINES;

	from = from ? lines_back(text, from, 3) : lines_back(text, end, 30);
	fprintf(stderr, "--- the VM's kernel log%s ---\n", from > text ? ", from here" : "");
	for (; *from && left; left--) {
		size_t length = strcspn(from, "\n"), shown = length;

		while (shown && from[shown - 1] == ' ')
			shown--;
		fprintf(stderr, "%.*s\n", (int)shown, from);
		from += length + (from[length] == '\n');
	}
	fprintf(stderr, "--- end of the log%s%s%s ---\n", *from ? "'s part" : "",
		console_path ? "; all of it is in " : "", console_path ? console_path : "");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs re2c: no shell, no files but in memory, and no more time, memory and
 * output than a pattern deserves.
 */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * re2c takes 5 ms for usual patterns and gives up by itself, after half a
 * second, on what has too many states. Its output is what becomes code of the
 * module: this much takes the compiler up to two seconds.
 */
#define MAX_SECONDS	1
#define MAX_WAIT	10000	/* milliseconds; on a machine that is busy */
#define MAX_MEMORY	(512UL << 20)
#define MAX_OUTPUT	(64UL << 10)

/* Tags: each is two bytes of the stack in a handler. */
#define MAX_TAGS	100

#define NOT_RUN		127

enum { IN, OUT, ERR, FILES };

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t n;

	for (; left; text += n, left -= (size_t)n) {
		n = write(fd, text, left);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return -1;
	}
	return lseek(fd, 0, SEEK_SET) ? -1 : 0;
}

static char *read_all(struct session *session, int fd)
{
	off_t length = lseek(fd, 0, SEEK_END);
	char *text;

	if (length < 0)
		return "";
	text = session_alloc(session, (size_t)length + 1);
	return pread(fd, text, (size_t)length, 0) == length ? text : "";
}

static void limit(int what, rlim_t value)
{
	struct rlimit limits = { .rlim_cur = value, .rlim_max = value };

	setrlimit(what, &limits);
}

static void child(const int files[FILES], bool captures, pid_t parent)
{
	const char *arguments[] = {
		"re2c", "--no-debug-info", "--no-generation-date", "--no-version", "--case-ranges", "-",
		captures ? "--posix-captures" : NULL, NULL,
	};
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NOT_RUN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, MAX_SECONDS);
	limit(RLIMIT_AS, MAX_MEMORY);
	limit(RLIMIT_FSIZE, MAX_OUTPUT);
	signal(SIGXFSZ, SIG_DFL);
	for (int i = 0; i < FILES; i++) {
		if (dup2(files[i], i) < 0)
			_exit(NOT_RUN);
	}
	execvp(arguments[0], (char *const *)arguments);
	dprintf(STDERR_FILENO, "%s", strerror(errno));
	_exit(NOT_RUN);
}

/* The status as of waitpid, -1 where it cannot be started; one that does not end is killed. */
static int run(const int files[FILES], bool captures)
{
	pid_t parent = getpid(), pid = fork();
	struct pollfd ended = { .events = POLLIN };
	int status, n;

	if (!pid)
		child(files, captures, parent);
	if (pid < 0)
		return -1;
	ended.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (ended.fd >= 0) {
		do {
			n = poll(&ended, 1, MAX_WAIT);
		} while (n < 0 && errno == EINTR);
		if (n <= 0)
			kill(pid, SIGKILL);
		close(ended.fd);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return status;
}

static unsigned count_of(const char *text, const char *word)
{
	unsigned n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

/* What came of it: the output, or NULL and the error. */
static char *judge(struct session *session, const int files[FILES], int status, struct regex_error *ret)
{
	char *errors = read_all(session, files[ERR]), *output;

	if (status >= 0 && WIFSIGNALED(status))
		return regex_too_large(session, ret);
	if (status < 0 || WEXITSTATUS(status)) {
		/* its own limits, and memory that it did not get */
		if (strstr(errors, "too many") || strstr(errors, "exceeds") || strstr(errors, "bad_alloc"))
			return regex_too_large(session, ret);
		regex_fail(session, ret, 0, "%.*s", (int)strcspn(errors, "\n"), *errors ? errors : strerror(errno));
		ret->kind = REGEX_NO_RE2C;
		return NULL;
	}
	output = read_all(session, files[OUT]);
	if (count_of(output, "\tshort yyt") > MAX_TAGS)
		return regex_too_large(session, ret);
	return output;
}

char *re2c_run(struct session *session, const char *text, bool captures, struct regex_error *ret)
{
	int files[FILES], opened;
	char *output = NULL;

	for (opened = 0; opened < FILES; opened++) {
		files[opened] = memfd_create("re2c", MFD_CLOEXEC);
		if (files[opened] < 0)
			break;
	}
	if (opened == FILES && !write_all(files[IN], text)) {
		output = judge(session, files, run(files, captures), ret);
	} else {
		regex_fail(session, ret, 0, "%s", strerror(errno));
		ret->kind = REGEX_NO_RE2C;
	}
	while (opened--)
		close(files[opened]);
	return output;
}

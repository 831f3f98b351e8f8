// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the commands of a build. Each gets a process group of its own, so that
 * a signal to this program ends make, the compilers and all that they started
 * before the temporary folder is removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

/* The last lines of a command that failed are the ones that say why. */
#define SHOWN_LINES 60
/* A build for a kernel takes about 3 MB. */
#define FULL_BYTES (4 << 20)

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
#define ENDING (sizeof(ending) / sizeof(ending[0]))
static struct sigaction before[ENDING];
static volatile sig_atomic_t caught;
static volatile pid_t running;

static void on_signal(int signal)
{
	caught = signal;
	if (running > 0)
		kill(-running, SIGTERM);
}

void build_signals_begin(void)
{
	struct sigaction action = { .sa_handler = on_signal };	/* no SA_RESTART: waiting for the lock ends */

	for (size_t i = 0; i < ENDING; i++)
		sigaction(ending[i], NULL, &before[i]);
	for (size_t i = 0; i < ENDING; i++) {
		if (before[i].sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
}

void build_signals_end(void)
{
	for (size_t i = 0; i < ENDING; i++)
		sigaction(ending[i], &before[i], NULL);
	if (caught)
		raise(caught);
	caught = 0;
}

bool build_interrupted(void)
{
	return caught != 0;
}

static void child(struct build *b, const char *folder, const char *text, int out, pid_t parent)
{
	/* make's and gcc's settings are the kernel's, not those of a make that we may run under */
	static const char *const unwanted[] = {
		"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MAKEFILES", "M", "O", "V", "C", "W",
		"ARCH", "CROSS_COMPILE", "CFLAGS", "KCFLAGS", "KCPPFLAGS", "KBUILD_OUTPUT", "KBUILD_EXTRA_SYMBOLS",
		"KBUILD_VERBOSE", "CPATH", "C_INCLUDE_PATH", "GREP_OPTIONS", "CDPATH",
	};
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	for (size_t i = 0; i < ENDING; i++)
		signal(ending[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		unsetenv(unwanted[i]);
	/* the kernel's Makefile takes LC_ALL back, and the quotes of messages with it */
	unsetenv("LC_CTYPE");
	unsetenv("LC_MESSAGES");
	setenv("LANG", "C", 1);
	setenv("LC_ALL", "C", 1);
	if (b->temp)
		setenv("TMPDIR", b->temp, 1);	/* the compiler's own files go when the folder goes */
	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	if (chdir(folder))
		_exit(127);
	execl("/bin/sh", "sh", "-e", "-c", text, (char *)NULL);
	_exit(127);
}

static char *read_all(struct build *b, int fd)
{
	struct obstack *arena = &b->session->arena;
	char buffer[4096];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0)
			obstack_grow(arena, buffer, (int)n);
	}
	obstack_1grow(arena, '\0');
	return obstack_finish(arena);
}

int command_run(struct build *b, const char *folder, const char *text, char **ret_output)
{
	sigset_t block, old;
	int status, out[2];
	pid_t parent = getpid();
	pid_t pid;

	*ret_output = "";
	if (b->session->options.verbose > 1)
		fprintf(stderr, "watchtap: in %s: %s\n", folder, text);
	if (pipe2(out, O_CLOEXEC))
		return -1;
	/* no signal between the fork and the note of whom to pass it to */
	sigemptyset(&block);
	for (size_t i = 0; i < ENDING; i++)
		sigaddset(&block, ending[i]);
	sigprocmask(SIG_BLOCK, &block, &old);
	pid = caught ? -1 : fork();
	if (!pid)
		child(b, folder, text, out[1], parent);
	if (pid > 0)
		setpgid(pid, pid);
	running = pid;
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(out[1]);
	if (pid > 0)
		*ret_output = read_all(b, out[0]);
	close(out[0]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	running = 0;
	if (b->session->options.verbose > 1 && **ret_output)
		fputs(*ret_output, stderr);
	return !caught && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/*
 * Not every tool says why it could not write: one that failed without an error
 * of the compiler, where hardly any space is left, has failed for that.
 */
bool command_disk_full(struct build *b, const char *output)
{
	struct statvfs fs;

	if (!strstr(output, "No space left on device") && !strstr(output, "Disk quota exceeded") &&
	    (strstr(output, " error: ") || statvfs(b->cache, &fs) || fs.f_bavail * fs.f_frsize > FULL_BYTES))
		return false;
	errno = ENOSPC;
	cache_failed(b, b->folder);
	return true;
}

void command_show(struct build *b, const char *output)
{
	const char *from = output + strlen(output);
	int lines = 0;

	if (b->session->options.verbose > 1)
		return;		/* has been shown */
	while (from > output && (from[-1] != '\n' || lines++ < SHOWN_LINES))
		from--;
	while (*from) {
		size_t length = strcspn(from, "\n");

		fprintf(stderr, "    %.*s\n", (int)length, from);
		from += length;
		from += *from == '\n';
	}
}

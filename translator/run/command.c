// SPDX-License-Identifier: GPL-2.0-or-later
/* Running the command of -c. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "message.h"

/* From SIGTERM to SIGKILL, milliseconds. */
#define PATIENCE 5000
/* Children of children that are followed. */
#define MAX_DEPTH 32

/* Waits until it may run; what comes instead is that we are gone, or have no use for it. */
static void wait_for_go(const int go[2])
{
	char byte;

	close(go[1]);
	if (read(go[0], &byte, 1) != 1)
		_exit(0);
}

int command_start(struct command *c, const char *text, const sigset_t *mask)
{
	int go[2];

	memset(c, 0, sizeof(*c));
	c->fd = c->go = -1;
	if (pipe2(go, O_CLOEXEC)) {
		run_error("command", "cannot start the command: %s", strerror(errno));
		return -1;
	}
	c->pid = fork();
	if (c->pid) {
		close(go[0]);
		c->go = go[1];
	}
	if (c->pid < 0) {
		run_error("command", "cannot start the command: %s", strerror(errno));
		c->pid = 0;
		close(c->go);
		return -1;
	}
	if (!c->pid) {
		signal(SIGPIPE, SIG_DFL);
		sigprocmask(SIG_SETMASK, mask, NULL);
		wait_for_go(go);
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		run_error("command", "cannot run /bin/sh: %s", strerror(errno));
		_exit(127);
	}
	c->fd = syscall(SYS_pidfd_open, c->pid, 0);
	if (c->fd < 0) {
		run_error("command", "cannot watch the command: %s", strerror(errno));
		command_end(c, -1);
		return -1;
	}
	return 0;
}

void command_go(struct command *c)
{
	/* it cannot fail: the pipe is empty */
	c->told = write(c->go, "", 1) != 1;
	close(c->go);
	c->go = -1;
}

/*
 * Signals a process and those below it.  They share our process group, so the
 * group cannot be signalled.  Parents first, so that a shell does not go on
 * with its next command.  Without CONFIG_PROC_CHILDREN only pid gets it.
 */
static void signal_tree(pid_t pid, int sig, int depth)
{
	char path[64];
	int children[256], n = 0, i;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = depth < MAX_DEPTH ? fopen(path, "re") : NULL;
	while (f && n < 256 && fscanf(f, "%d", &children[n]) == 1)
		n++;
	if (f)
		fclose(f);
	kill(pid, sig);
	for (i = 0; i < n; i++)
		signal_tree(children[i], sig, depth + 1);
}

/* Has it ended, or does it within the time (ms)? */
static bool ended_within(const struct command *c, int hurry_fd, int ms)
{
	struct pollfd fds[2] = {
		{ .fd = c->fd, .events = POLLIN },
		{ .fd = hurry_fd, .events = POLLIN },
	};

	return poll(fds, 2, ms) > 0 && fds[0].revents;
}

void command_end(struct command *c, int hurry_fd)
{
	int status = 0;

	if (!c->pid)
		return;
	if (c->go >= 0) {
		close(c->go);	/* it ends by itself */
		c->go = -1;
		c->told = true;
	} else if (!ended_within(c, -1, 0)) {
		c->told = true;
		signal_tree(c->pid, SIGTERM, 0);
		if (!ended_within(c, hurry_fd, PATIENCE)) {
			run_warning("the command does not end on SIGTERM, it is killed");
			signal_tree(c->pid, SIGKILL, 0);
		}
	}
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (c->fd >= 0)
		close(c->fd);
	c->pid = 0;
	c->fd = -1;
	if (c->told)
		return;
	if (WIFSIGNALED(status))
		run_warning("the command was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		run_warning("the command exited with status %d", WEXITSTATUS(status));
}

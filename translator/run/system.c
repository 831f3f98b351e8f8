// SPDX-License-Identifier: GPL-2.0-or-later
/* Running the commands of system(); system.h has the contract. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "system.h"

/* What is waited for at the end: STEP milliseconds, so many times. */
#define STEP 20
#define STEPS 100

static void reap(struct system *s)
{
	unsigned i, left = 0;

	for (i = 0; i < s->n; i++)
		if (waitpid(s->pids[i], NULL, WNOHANG) == 0)
			s->pids[left++] = s->pids[i];
	s->n = left;
}

void system_start(struct system *s, const char *command, size_t len)
{
	char *text = strndup(command, len);
	pid_t pid;

	reap(s);
	if (s->n == SYSTEM_COMMANDS) {
		run_warning("system(\"%s\") was not run: %d commands still run", text ? text : "", SYSTEM_COMMANDS);
		free(text);
		return;
	}
	pid = text ? fork() : -1;
	if (!pid) {
		signal(SIGPIPE, SIG_DFL);
		sigprocmask(SIG_SETMASK, s->mask, NULL);
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		run_warning("system(\"%s\") was not run: %s", text ? text : "", strerror(errno));
	else
		s->pids[s->n++] = pid;
	free(text);
}

void system_end(struct system *s)
{
	int i;

	reap(s);
	for (i = 0; s->n && i < STEPS; i++) {
		poll(NULL, 0, STEP);
		reap(s);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Telling the module who runs it; runner.h has the contract. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "runner.h"

void runner_parameters(char *dst, size_t size)
{
	time_t now = time(NULL);
	char zone[32] = "";
	struct tm t;

	/* a name that is no word would be another parameter */
	if (!localtime_r(&now, &t) || !strftime(zone, sizeof(zone), "%Z", &t) || strpbrk(zone, " \t\n\"")) {
		memset(&t, 0, sizeof(t));
		strcpy(zone, "UTC");
	}
	snprintf(dst, size, " runner=%d runner_uid=%d gmtoff=%ld zone=%s", (int)getpid(), (int)getuid(),
		 -t.tm_gmtoff, zone);
}

void runner_target(const char *module, pid_t pid)
{
	char path[160], text[16];
	int fd, n;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/target", module);
	n = snprintf(text, sizeof(text), "%d", (int)pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, n) != n)
		run_warning("target() is not known to the script: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Where watchtap's own files are. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paths.h"

/* Whether the running program is the one in the build tree. */
static bool in_build_tree(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = '\0';
	return !strncmp(self, WT_BUILD_DIR "/", strlen(WT_BUILD_DIR "/"));
}

const char *watchtap_data_dir(void)
{
	return in_build_tree() ? WT_SOURCE_DIR : WT_DATA_DIR;
}

const char *watchtap_agent_path(void)
{
	return in_build_tree() ? WT_BUILD_DIR "/watchtap-vm-agent" : WT_LIBEXEC_DIR "/watchtap-vm-agent";
}

const char *watchtap_cache_dir(void)
{
	static char path[PATH_MAX];
	const char *set = getenv("WATCHTAP_CACHE"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (set && *set)
		snprintf(path, sizeof(path), "%s", set);
	else if (cache && *cache)
		snprintf(path, sizeof(path), "%s/watchtap", cache);
	else
		snprintf(path, sizeof(path), "%s/.cache/watchtap", home && *home ? home : "");
	return path;
}

int make_folders(const char *path)
{
	char part[4096];

	if (snprintf(part, sizeof(part), "%s/", path) >= (int)sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (char *p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(part, 0700) && errno != EEXIST)
			return -1;
		*p = '/';
	}
	return 0;
}

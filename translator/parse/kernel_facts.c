/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What conditions ask of the kernel that the script is for. Main has put the
 * release of --vm's kernel into the options before pass 1.
 */
#include "parse/preprocess.h"
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The rest of the file's first line that begins with key; "" if there is none, NULL if there is no file. */
static const char *line_of(struct session *session, const char *path, const char *key)
{
	const char *ret = "";
	char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		return NULL;
	while (getline(&line, &size, f) > 0) {
		if (strncmp(line, key, strlen(key)))
			continue;
		line[strcspn(line, "\n")] = '\0';
		ret = session_strdup(session, line + strlen(key));
		break;
	}
	free(line);
	fclose(f);
	return ret;
}

const char *kernel_release(struct session *session)
{
	const char *wanted = session->options.release, *ret;
	struct utsname uts;

	if (wanted && *wanted != '/')
		return wanted;
	if (wanted) {
		ret = line_of(session, session_printf(session, "%s/include/config/kernel.release", wanted), "");
		return ret ? ret : "";		/* pass 4 says what the folder lacks */
	}
	uname(&uts);
	return session_strdup(session, uts.release);
}

const char *kernel_config(struct session *session, const char *name)
{
	const char *wanted = session->options.release, *release = kernel_release(session), *ret;
	const char *key = session_printf(session, "%s=", name);

	if (wanted && *wanted == '/')
		return line_of(session, session_printf(session, "%s/include/config/auto.conf", wanted), key);
	ret = line_of(session, session_printf(session, "/lib/modules/%s/build/include/config/auto.conf", release), key);
	if (!ret)
		ret = line_of(session, session_printf(session, "/boot/config-%s", release), key);
	if (!ret)
		ret = line_of(session, session_printf(session, "/lib/modules/%s/config", release), key);
	return ret;
}

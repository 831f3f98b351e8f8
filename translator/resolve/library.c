// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the tapset: every .stp file of its folder, in the order of their names. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../diag.h"
#include "../paths.h"
#include "unit.h"

static int is_script(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && !strcmp(entry->d_name + n - 4, ".stp");
}

/* name: as messages show the file. */
static int load_file(struct session *s, const char *path, const char *name)
{
	FILE *f = fopen(path, "r");
	size_t length = 0, room = 0;
	char *text = NULL;

	if (!f)
		return -1;
	/* up to NUL: the whole file */
	length = getdelim(&text, &room, '\0', f);
	fclose(f);
	if ((ssize_t)length < 0) {
		free(text);
		return -1;
	}
	int error = parse_source(s, source_add(s, name, session_strndup(s, text, length), length, true));
	free(text);
	return error;
}

int library_load(struct session *s)
{
	char *folder = session_printf(s, "%s/tapset", watchtap_data_dir());
	struct dirent **entries;
	int n = scandir(folder, &entries, is_script, alphasort);
	int error = 0;

	if (n < 0) {
		diag(s, NULL, DIAG_INSTALLATION, folder, strerror(errno));
		return -1;
	}
	for (int i = 0; i < n; i++) {
		char *path = session_printf(s, "%s/%s", folder, entries[i]->d_name);

		const char *name = session_printf(s, "tapset/%s", entries[i]->d_name);

		if (!error && load_file(s, path, name)) {
			if (!s->errors)
				diag(s, NULL, DIAG_INSTALLATION, path, strerror(errno));
			error = -1;
		}
		free(entries[i]);
	}
	free(entries);
	return error;
}

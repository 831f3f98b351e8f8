// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The library: scripts (.stp) and macros (.stpm) of the folders of -I, in their
 * order, and of watchtap's own tapset. Of each folder first the subfolders that
 * are for one kernel, 6.1.0-56-amd64, 6.1.0 and 6.1 by their names, then those
 * for one machine, such as x86_64, and linux, and then the folder itself; in each
 * by the names of the files. Of two macros of one name the first counts.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../diag.h"
#include "../parse/preprocess.h"
#include "../paths.h"
#include "unit.h"

typedef int read_source(struct session *, struct source *);

static int is_script(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && !strcmp(entry->d_name + n - 4, ".stp");
}

static int is_macros(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && !strcmp(entry->d_name + n - 5, ".stpm");
}

static int read_macros(struct session *s, struct source *source)
{
	return preprocess_library(s, source);
}

static int read_script(struct session *s, struct source *source)
{
	return parse_source(s, source);
}

/* name: as messages show the file. */
static int load_file(struct session *s, const char *path, const char *name, read_source *read)
{
	FILE *f = fopen(path, "re");
	size_t room = 0;
	ssize_t length;
	char *text = NULL;
	int error = -1;

	if (!f) {
		diag(s, NULL, DIAG_INSTALLATION, path, strerror(errno));
		return -1;
	}
	/* up to NUL: the whole file; -1 also where it is empty */
	length = getdelim(&text, &room, '\0', f);
	if (ferror(f))
		diag(s, NULL, DIAG_INSTALLATION, path, strerror(errno));
	else if (length < 0)
		error = 0;
	else
		error = read(s, source_add(s, name, session_strndup(s, text, (size_t)length), (size_t)length, true));
	fclose(f);
	free(text);
	return error;
}

/* The matching files of one folder; none if it is not there. */
static int load_folder(struct session *s, const char *folder, const char *name,
		       int (*filter)(const struct dirent *), read_source *read)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, filter, alphasort), error = 0;

	if (n < 0 && errno != ENOENT && errno != ENOTDIR) {
		diag(s, NULL, DIAG_INSTALLATION, folder, strerror(errno));
		return -1;
	}
	if (n < 0)
		return 0;
	for (int i = 0; i < n; i++) {
		const char *file = entries[i]->d_name;

		error |= load_file(s, session_printf(s, "%s/%s", folder, file), session_printf(s, "%s/%s", name, file),
				   read);
		free(entries[i]);
	}
	free(entries);
	return error;
}

/* A folder with its subfolders. */
static int load_tree(struct session *s, const char *folder, const char *name,
		     int (*filter)(const struct dirent *), read_source *read)
{
	const char *release = kernel_release(s), *dot = strchr(release, '.');
	size_t base = strcspn(release, "-"), series = dot ? (size_t)(dot - release) + 1 : 0;
	const char *const subfolders[] = {
		release,
		session_strndup(s, release, base),
		session_strndup(s, release, dot ? series + strspn(release + series, "0123456789") : 0),
		"linux",
		"x86_64",
	};
	struct stat st;
	int error = 0;

	if (stat(folder, &st)) {
		diag(s, NULL, DIAG_INSTALLATION, folder, strerror(errno));
		return -1;
	}
	for (size_t i = 0; i < sizeof(subfolders) / sizeof(subfolders[0]); i++)
		if (*subfolders[i] && (!i || strcmp(subfolders[i], subfolders[i - 1])))
			error |= load_folder(s, session_printf(s, "%s/%s", folder, subfolders[i]),
					     session_printf(s, "%s/%s", name, subfolders[i]), filter, read);
	return error | load_folder(s, folder, name, filter, read);
}

static int load_all(struct session *s, int (*filter)(const struct dirent *), read_source *read)
{
	int error = 0;

	for (const struct define *d = s->options.folders; d; d = d->next)
		error |= load_tree(s, d->text, d->text, filter, read);
	return error | load_tree(s, session_printf(s, "%s/tapset", watchtap_data_dir()), "tapset", filter, read);
}

void library_macros(struct session *s)
{
	if (s->has_library_macros)
		return;
	s->has_library_macros = true;
	load_all(s, is_macros, read_macros);
}

/* The tapset's argc, argv_1 and so on are another way to ask for them: argv.stp. */
static bool asks_argv(const struct session *s)
{
	for (const struct var *v = s->script.globals; v; v = v->next)
		if (v->used && v->loc.source->is_tapset && (!strcmp(v->name, "argc") || !strncmp(v->name, "argv_", 5)))
			return true;
	return false;
}

void library_warn_arguments(struct session *s)
{
	if (asks_argv(s))
		return;
	for (int i = 0; i < s->options.argc && s->used_arguments; i++)
		if (!s->used_arguments[i])
			diag(s, NULL, DIAG_UNUSED_ARGUMENT, i + 1, i + 1);
}

int library_load(struct session *s)
{
	return load_all(s, is_script, read_script);
}

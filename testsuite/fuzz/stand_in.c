// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands in for four files of the translator, so that an input has the
 * same outcome on every machine, fast, and none of its errors stays hidden:
 *
 *	session.c	each object is memory of its own: a sanitizer sees who runs over one
 *	paths.c		the source tree, wherever the program is
 *	kernel_facts.c	one kernel, with a configuration that has something of all kinds
 *	regex/re2c.c	no program is started
 *
 * and for library_load(), by the linker's --wrap: the tapset is parsed once. Its
 * nodes lie in one region, of which a copy is kept; each input gets them as they
 * were, behind the script's own.
 */
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "paths.h"
#include "parse/preprocess.h"
#include "regex/internal.h"
#include "stand_in.h"

#define REGION_SIZE	(8 << 20)
#define MAX_NODE	4096	/* what is larger is no node, but what parsing itself takes */

static struct objects {
	void **first;
	size_t count, room;
} objects;

static struct library {
	bool loading;
	size_t used;			/* of the region */
	char *fresh;			/* a copy of it */
	struct objects texts;		/* of its nodes */
	struct session session;
} library;

static _Alignas(16) char region[REGION_SIZE];

static void *object_new(size_t bytes)
{
	void *object = malloc(bytes);

	if (objects.count == objects.room) {
		objects.room = objects.room * 2 + 1024;
		objects.first = realloc(objects.first, objects.room * sizeof(*objects.first));
	}
	if (!object || !objects.first)
		abort();
	objects.first[objects.count++] = object;
	return object;
}

void *session_alloc(struct session *session, size_t bytes)
{
	size_t at = library.used;

	if (!library.loading || bytes > MAX_NODE)
		return memset(object_new(bytes), 0, bytes);
	library.used += (bytes + 15) & ~(size_t)15;
	if (library.used > REGION_SIZE)
		abort();
	return region + at;
}

char *session_strdup(struct session *session, const char *string)
{
	return session_strndup(session, string, strlen(string));
}

char *session_strndup(struct session *session, const char *string, size_t length)
{
	char *copy;

	length = strnlen(string, length);
	copy = object_new(length + 1);
	copy[length] = '\0';
	return memcpy(copy, string, length);
}

char *session_printf(struct session *session, const char *format, ...)
{
	va_list args;
	char *text, *copy;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	copy = session_strdup(session, text);
	free(text);
	return copy;
}

const char *watchtap_data_dir(void)
{
	return WT_SOURCE_DIR;
}

const char *watchtap_agent_path(void)
{
	return "";
}

const char *watchtap_cache_dir(void)
{
	return "";
}

const char *kernel_release(struct session *session)
{
	return "6.1.0-48-amd64";
}

const char *kernel_config(struct session *session, const char *name)
{
	static const char *const options[][2] = {
		{ "CONFIG_SMP", "y" }, { "CONFIG_MODULES", "y" }, { "CONFIG_HZ", "250" }, { "CONFIG_EXT4_FS", "m" },
		{ "CONFIG_DEFAULT_HOSTNAME", "\"(none)\"" }, { "CONFIG_PHYSICAL_START", "0x1000000" },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(name, options[i][0]))
			return options[i][1];
	return strstr(name, "NO_FILE") ? NULL : "";
}

/* What it was given, which is not C; or one of the two errors, by the length. */
char *re2c_run(struct session *session, const char *text, bool captures, struct regex_error *ret)
{
	switch (strlen(text) % 16) {
	case 0:
		return regex_too_large(session, ret);
	case 1:
		regex_fail(session, ret, 0, "not here");
		ret->kind = REGEX_NO_RE2C;
		return NULL;
	default:
		return session_strdup(session, text);
	}
}

int __real_library_load(struct session *);
int __wrap_library_load(struct session *);

void library_open(void)
{
	struct session *s = &library.session;

	obstack_init(&s->arena);
	library.loading = true;
	library_macros(s);
	if (__real_library_load(s) || s->errors)
		exit(1);	/* after diagnostics */
	library.loading = false;
	library.fresh = malloc(library.used);
	if (!library.fresh)
		abort();
	memcpy(library.fresh, region, library.used);
	library.texts = objects;
	objects = (struct objects){ 0 };
}

void session_open(struct session *session)
{
	*session = (struct session){
		.has_library_macros = true,
		.library_macros = library.session.library_macros,
	};
	obstack_init(&session->arena);
	memcpy(region, library.fresh, library.used);
}

void session_close(struct session *session)
{
	obstack_free(&session->arena, NULL);
	while (objects.count)
		free(objects.first[--objects.count]);
}

/* Appends a list of the library's to the script's. */
#define APPEND(script, library, list)						\
	do {									\
		if ((script)->last.list)					\
			(script)->last.list->next = (library)->list;		\
		else								\
			(script)->list = (library)->list;			\
		if ((library)->list)						\
			(script)->last.list = (library)->last.list;		\
	} while (0)

int __wrap_library_load(struct session *session)
{
	struct script *script = &session->script, *tapset = &library.session.script;

	APPEND(script, tapset, embeds);
	APPEND(script, tapset, globals);
	APPEND(script, tapset, functions);
	APPEND(script, tapset, probes);
	APPEND(script, tapset, definitions);
	return 0;
}

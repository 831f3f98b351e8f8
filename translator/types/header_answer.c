// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the compiler has said about names, kept in the cache. An answer is a
 * symbolic link's text: "none", "HASH", or for a per-CPU variable "HASH.per-cpu".
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../build/compiler.h"
#include "header_internal.h"

#define HASH_LENGTH 32

const char *header_in_cache(struct header_objects *o, const char *what)
{
	return session_printf(o->session, "%s/%s", o->compiler->folder, what);
}

struct header_objects *header_objects_open(struct session *session)
{
	struct header_objects *o = session_alloc(session, sizeof(*o));
	const char *path;

	o->session = session;
	o->compiler = kernel_compiler_open(session);
	if (!o->compiler)
		return NULL;
	mkdir(header_in_cache(o, "objects"), 0700);
	mkdir(header_in_cache(o, "names"), 0700);
	path = header_in_cache(o, "index");
	o->index = header_index_open(session, path);
	if (!o->index && !header_make_index(session, o->compiler->includes, path))
		o->index = header_index_open(session, path);
	return o->index ? o : NULL;
}

void header_objects_close(struct header_objects *o)
{
	header_index_close(o->index);
}

const char *header_object_path(struct header_objects *o, const char *hash)
{
	return header_in_cache(o, session_printf(o->session, "objects/%.*s.o", HASH_LENGTH, hash));
}

const char *header_answer_path(struct header_objects *o, const struct header_wanted *w)
{
	const char *probe = header_probe_name(o->session, w->kind, w->name);

	return header_in_cache(o, session_printf(o->session, "names/%s", probe));
}

bool header_read_answer(struct header_objects *o, const char *path, struct header_wanted *w)
{
	char text[HASH_LENGTH + sizeof(".per-cpu")];
	ssize_t length = readlink(path, text, sizeof(text) - 1);

	if (length < 0)
		return false;
	text[length] = '\0';
	w->object = NULL;
	if (!strcmp(text, "none"))
		return true;
	if (strspn(text, "0123456789abcdef") != HASH_LENGTH)
		return false;
	w->per_cpu = !strcmp(text + HASH_LENGTH, ".per-cpu");
	w->object = header_object_path(o, text);
	if (access(w->object, R_OK))
		w->object = NULL;
	return w->object;
}

void header_keep_answer(struct header_objects *o, const char *path, const char *text)
{
	const char *part = session_printf(o->session, "%s.%d", path, (int)getpid());

	unlink(part);
	if (symlink(text, part) || rename(part, path))
		unlink(part);
}

void header_forget(struct header_objects *o, const struct header_wanted *w)
{
	unlink(header_answer_path(o, w));
	if (w->object)
		unlink(w->object);
}


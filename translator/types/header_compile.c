// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which object of the cache has the type of a name. Where none has yet the
 * compiler is asked, about many names at once: it says which of them it does not
 * know, and those are tried with the next header that declares them.
 */
#include <string.h>
#include <unistd.h>

#include "../build/compiler.h"
#include "../build/internal.h"
#include "header_internal.h"

/* Names in one object. */
#define MOST_AT_ONCE 200
/* Headers that are tried for a name. */
#define MOST_HEADERS 6
#define ALL_TYPES " -fno-eliminate-unused-debug-types"

static enum kernel_compiled compile(struct header_objects *o, const char *text, const char *flags, char ret_hash[33],
				    const char **ret_errors)
{
	const char *path;

	text_key(session_printf(o->session, "%s%s", text, flags), ret_hash);
	path = header_object_path(o, ret_hash);
	return access(path, R_OK) ? kernel_compile(o->compiler, text, flags, path, ret_errors) : KERNEL_COMPILED;
}

static unsigned kinds_of(const struct header_wanted *w)
{
	return w->kind == HEADER_VARIABLE ? 1U << HEADER_VARIABLE | 1U << HEADER_PER_CPU : 1U << w->kind;
}

/* Takes the next header for it, or has the answer that there is none. */
static bool has_header(struct header_objects *o, struct header_wanted *w)
{
	enum header_kind kind = w->kind;

	w->header = w->nth < MOST_HEADERS ? header_index_find(o->index, kinds_of(w), w->name, w->nth, &kind) : NULL;
	w->per_cpu = kind == HEADER_PER_CPU;
	if (w->header)
		return true;
	header_keep_answer(o, header_answer_path(o, w), "none");
	return false;
}

/* The header's fault: with others before it, if not so yet; then the next one. */
static void try_otherwise(struct header_wanted *w)
{
	w->nth += w->prelude;
	w->prelude = !w->prelude;
}

static bool is_one_header(struct header_wanted **group, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (strcmp(group[i]->header, group[0]->header))
			return false;
	}
	return true;
}

static bool learn_of_headers(struct header_wanted **group, size_t n, const struct header_source *source)
{
	bool one = is_one_header(group, n), ret = false;

	for (unsigned line = 0; line < source->n; line++) {
		const struct header_line *l = &source->lines[line];

		for (size_t i = 0; l->wrong && l->header && i < n; i++) {
			if (strcmp(group[i]->header, l->header))
				continue;
			if (one)
				try_otherwise(group[i]);
			else
				group[i]->apart = true;
			ret = true;
		}
	}
	return ret;
}

static bool learn_of_names(const struct header_source *source)
{
	const struct header_wanted *last = NULL;

	for (unsigned line = 0; line < source->n; line++) {
		const struct header_line *l = &source->lines[line];

		if (!l->wrong || !l->wanted || l->wanted == last)
			continue;
		l->wanted->nth++;
		l->wanted->prelude = false;
		last = l->wanted;
	}
	return last;
}

/*
 * What the compiler has found wrong is changed, so that no round is like the one
 * before. A header that is wrong among others may be all right alone; a name
 * that is unknown after a wrong header may be known without it.
 */
static void learn(struct header_wanted **group, size_t n, const char *errors, struct header_source *source)
{
	header_read_errors(errors, source);
	if (learn_of_headers(group, n, source) || learn_of_names(source))
		return;
	for (size_t i = 0; i < n; i++) {
		if (is_one_header(group, n))
			try_otherwise(group[i]);
		else
			group[i]->apart = true;
	}
}

/* Moves those for which it is true to the end. How many stay. */
static size_t part(struct header_wanted **group, size_t n, bool leaves(const struct header_wanted *, const void *),
		   const void *data)
{
	size_t stay = 0;

	for (size_t i = 0; i < n; i++) {
		struct header_wanted *w = group[i];

		if (leaves(w, data))
			continue;
		group[i] = group[stay];
		group[stay++] = w;
	}
	return stay;
}

static bool is_apart(const struct header_wanted *w, const void *data)
{
	return w->apart;
}

static bool has_other_header(const struct header_wanted *w, const void *header)
{
	return strcmp(w->header, header) != 0;
}

static void keep_answers(struct header_objects *o, struct header_wanted **group, size_t n, const char *hash)
{
	for (size_t i = 0; i < n; i++) {
		struct header_wanted *w = group[i];

		w->object = header_object_path(o, hash);
		header_keep_answer(o, header_answer_path(o, w),
				   session_printf(o->session, "%s%s", hash, w->per_cpu ? ".per-cpu" : ""));
	}
}

/* Those that have a header to try. */
static size_t with_headers(struct header_objects *o, struct header_wanted **group, size_t n)
{
	for (size_t i = 0; i < n; ) {
		if (has_header(o, group[i]))
			i++;
		else
			group[i] = group[--n];
	}
	return n;
}

/*
 * Compiles a group until what is left of it goes. Calls itself for what was set
 * apart, which by then has tried one thing more of the few that there are.
 */
static void resolve_group(struct header_objects *o, struct header_wanted **group, size_t n)
{
	struct header_source source;
	const char *errors;
	char hash[33];

	while ((n = with_headers(o, group, n))) {
		size_t stay, same;

		header_write_source(o->session, group, n, &source);
		switch (compile(o, source.text, "", hash, &errors)) {
		case KERNEL_COMPILED:
			keep_answers(o, group, n, hash);
			return;
		case KERNEL_COMPILE_FAILED:
			return;
		case KERNEL_COMPILE_WRONG:
			break;
		}
		learn(group, n, errors, &source);
		stay = part(group, n, is_apart, NULL);
		for (size_t i = stay; i < n; i += same) {
			same = part(group + i, n - i, has_other_header, group[i]->header);
			for (size_t k = i; k < i + same; k++)
				group[k]->apart = false;
			resolve_group(o, group + i, same);
		}
		n = stay;
	}
}

static bool is_repeated(struct header_wanted **group, size_t n, const struct header_wanted *w)
{
	for (size_t i = 0; i < n; i++) {
		if (group[i]->kind == w->kind && !strcmp(group[i]->name, w->name))
			return true;
	}
	return false;
}

void header_resolve(struct header_objects *o, struct header_wanted *wanted, size_t n)
{
	struct header_wanted **group = session_alloc(o->session, MOST_AT_ONCE * sizeof(*group));
	size_t in_group = 0;

	for (size_t i = 0; i < n; i++) {
		struct header_wanted *w = &wanted[i];

		w->object = NULL;
		if (!header_is_name(w->name) || !header_index_find(o->index, kinds_of(w), w->name, 0, NULL) ||
		    header_read_answer(o, header_answer_path(o, w), w) || is_repeated(group, in_group, w))
			continue;
		w->nth = 0;
		w->prelude = w->apart = false;
		group[in_group++] = w;
		if (in_group < MOST_AT_ONCE)
			continue;
		resolve_group(o, group, in_group);
		in_group = 0;
	}
	resolve_group(o, group, in_group);
}

/* "linux/a.h", or "<linux/a.h><linux/b.h>", to the text that includes them; NULL: these are no headers. */
static const char *include_all(struct session *s, const char *headers)
{
	const char *ret = "";

	for (;;) {
		size_t length;

		headers += strspn(headers, "<> ");
		if (!*headers)
			return *ret ? ret : NULL;
		length = strcspn(headers, "<> ");
		if (*headers == '/' || memmem(headers, length, "..", 2) ||
		    strspn(headers, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-./") < length)
			return NULL;
		ret = session_printf(s, "%s#include <%.*s>\n", ret, (int)length, headers);
		headers += length;
	}
}

const char *header_whole(struct header_objects *o, const char *headers)
{
	struct session *s = o->session;
	const char *text = include_all(s, headers), *path, *errors;
	struct header_wanted w = { .object = NULL };
	enum kernel_compiled how;
	char hash[33];

	if (!text)
		return NULL;
	text_key(text, hash);
	path = header_in_cache(o, session_printf(s, "names/whole_%s", hash));
	if (header_read_answer(o, path, &w))
		return w.object;
	how = compile(o, text, ALL_TYPES, hash, &errors);
	if (how == KERNEL_COMPILE_WRONG)
		how = compile(o, session_printf(s, "%s%s", header_prelude(s), text), ALL_TYPES, hash, &errors);
	if (how == KERNEL_COMPILE_FAILED)
		return NULL;
	header_keep_answer(o, path, how == KERNEL_COMPILED ? hash : "none");
	return how == KERNEL_COMPILED ? header_object_path(o, hash) : NULL;
}

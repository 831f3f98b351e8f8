// SPDX-License-Identifier: GPL-2.0-or-later
/* kbuild's command for a module's C, without what follows it, run for any C. */
#include "compiler.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* Of the kernel's options, those that make something else than one plain object. */
static const char *const unwanted[] = { "-Wp,-M", "-flto", "-fsplit-lto-unit", "-gsplit-dwarf" };

struct opened {
	struct kernel_compiler compiler;
	struct build build;
	const char *command;	/* that lacks what and where to */
	const char *from;	/* the folder that it runs in */
};

/*
 * Whoever asks here has other ways to know types, and pass 4 says what a build
 * lacks: errors are not shown, and are not what a probe point is left out for.
 */
struct quiet {
	unsigned trying;
	const char *kept_back;
	bool hidden;
};

static struct quiet quiet_begin(struct session *s)
{
	struct quiet ret = { s->trying, s->kept_back, s->diag_hidden };

	s->trying++;
	return ret;
}

static void quiet_end(struct session *s, struct quiet before)
{
	s->trying = before.trying;
	s->kept_back = before.kept_back;
	s->diag_hidden = before.hidden;
}

static bool is_unwanted(const char *word)
{
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++) {
		if (!strncmp(word, unwanted[i], strlen(unwanted[i])))
			return true;
	}
	return false;
}

/* The words of the compiler's command that go for any file. NULL: it is none that we know. */
static const char *any_file(struct session *s, const char *command, const char *source)
{
	struct obstack *arena = &s->arena;
	bool skip = false, found = false;

	for (;;) {
		size_t gap = strspn(command, " \t"), length = strcspn(command + gap, " \t");
		const char *word = command + gap;

		if (!length || (length == 1 && *word == ';'))
			break;
		if (skip) {
			skip = false;
		} else if (length == 2 && !strncmp(word, "-o", 2)) {
			skip = true;
		} else if (length == strlen(source) && !strncmp(word, source, length)) {
			found = true;
		} else if (!(length == 2 && !strncmp(word, "-c", 2)) && !is_unwanted(word)) {
			obstack_grow(arena, " ", 1);
			obstack_grow(arena, word, (int)length);
		}
		command = word + length;
	}
	obstack_1grow(arena, '\0');
	command = obstack_finish(arena);
	return found ? command : NULL;
}

/* The folders of -I, of the kernel's. */
static const char *const *include_folders(struct opened *o)
{
	struct session *s = o->build.session;
	const char *at = o->command;
	const char **ret;
	size_t n = 0;

	for (const char *c = at; (c = strstr(c, " -I")); c += 3)
		n++;
	ret = session_alloc(s, (n + 1) * sizeof(*ret));
	for (n = 0; (at = strstr(at, " -I")); ) {
		char *folder;

		at += 3;
		folder = session_strndup(s, at, strcspn(at, " \t"));
		if (*folder != '/')
			folder = session_printf(s, "%s/%s", o->from, strncmp(folder, "./", 2) ? folder : folder + 2);
		if (strncmp(folder, o->build.folder, strlen(o->build.folder)))
			ret[n++] = folder;
	}
	return ret;
}

static int open_quietly(struct opened *o)
{
	struct build *b = &o->build;
	const char *absolute, *command;

	b->name = "";
	b->limits = b->defines = "";
	if (find_kernel(b) || find_compiler(b))
		return -1;
	make_types_key(b);
	if (cache_open(b) || build_types_folder(b))
		return -1;
	command = recorded_command(b, "types.o");
	if (!command)
		return -1;
	/* where kbuild's commands run: replay.c */
	absolute = session_printf(b->session, "%s/types.c", b->folder);
	o->from = b->headers;
	o->command = any_file(b->session, command, absolute);
	if (!o->command) {
		o->from = b->folder;
		o->command = any_file(b->session, command, "types.c");
	}
	return o->command ? 0 : -1;
}

struct kernel_compiler *kernel_compiler_open(struct session *session)
{
	struct opened *o = session_alloc(session, sizeof(*o));
	struct quiet before = quiet_begin(session);
	int error;

	o->build.session = session;
	build_signals_begin();
	error = open_quietly(o);
	build_signals_end();
	quiet_end(session, before);
	if (error)
		return NULL;
	o->compiler.folder = o->build.folder;
	o->compiler.includes = include_folders(o);
	return &o->compiler;
}

bool kernel_headers_installed(struct session *session)
{
	struct build b = { .session = session };
	struct quiet before = quiet_begin(session);
	bool ret = !find_kernel(&b);

	quiet_end(session, before);
	return ret;
}

/* Whether the compiler has found fault with a place: "FILE:LINE:COLUMN: error: ...". */
static bool has_placed_error(const char *output)
{
	static const char *const marks[] = { ": error: ", ": fatal error: " };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *at = strstr(output, marks[i]);

		while (at && !(at > output && at[-1] >= '0' && at[-1] <= '9'))
			at = strstr(at + 1, marks[i]);
		if (at)
			return true;
	}
	return false;
}

static enum kernel_compiled compile(struct opened *o, const char *text, const char *flags, const char *to,
				    const char **ret_errors)
{
	struct build *b = &o->build;
	struct session *s = b->session;
	const char *source = session_printf(s, "%s" KERNEL_COMPILE_FILE, b->temp);
	const char *object = session_printf(s, "%s/types.o", b->temp), *command;
	char *output;

	if (write_file(source, text, strlen(text)))
		return KERNEL_COMPILE_FAILED;
	/* -UMODULE: some variables of the kernel's own are not declared for modules */
	command = session_printf(s, "%s%s -UMODULE -w -g -c -o %s %s", o->command, flags, object, source);
	if (command_run(b, o->from, command, &output)) {
		*ret_errors = output;
		if (build_interrupted() || !has_placed_error(output) || strstr(output, "internal compiler error") ||
		    command_disk_full(b, output))
			return KERNEL_COMPILE_FAILED;
		return KERNEL_COMPILE_WRONG;
	}
	return rename(object, to) ? KERNEL_COMPILE_FAILED : KERNEL_COMPILED;
}

enum kernel_compiled kernel_compile(struct kernel_compiler *compiler, const char *text, const char *flags,
				    const char *to, const char **ret_errors)
{
	struct opened *o = (struct opened *)compiler;
	struct session *s = o->build.session;
	enum kernel_compiled ret = KERNEL_COMPILE_FAILED;
	struct quiet before = quiet_begin(s);

	*ret_errors = "";
	build_signals_begin();
	if (!cache_temp(&o->build))
		ret = compile(o, text, flags, to, ret_errors);
	cache_drop_temp(&o->build);
	build_signals_end();
	quiet_end(s, before);
	return ret;
}

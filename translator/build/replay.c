// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kbuild's commands for the template module, run again for a script.
 *
 * kbuild leaves each command in a .cmd file: "savedcmd_PATH := COMMAND" (cmd_
 * before 6.4). Three are of use: script.c to script.o, with objtool after it;
 * the parts to one object; that object and the .mod.o to NAME.ko. The .mod.o is
 * the template's own: it depends on the module's name, which is overwritten in
 * the result, and on the symbols imported, which are checked to be the same.
 *
 * Up to 6.12 commands ran in the kernel's build folder with absolute paths of
 * the module's files; from 6.13 they run in the module's folder with relative ones.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../resolve/unit.h"
#include "internal.h"

/* The most parts that are compiled as kbuild would: two seconds of two CPUs. */
#define QUICK_PARTS 3

/* text with each `from` replaced; in the arena. */
static char *replace(struct build *b, const char *text, const char *from, const char *to)
{
	struct obstack *arena = &b->session->arena;
	const char *at;

	while ((at = strstr(text, from))) {
		obstack_grow(arena, text, (int)(at - text));
		obstack_grow(arena, to, (int)strlen(to));
		text = at + strlen(from);
	}
	obstack_grow0(arena, text, (int)strlen(text));
	return obstack_finish(arena);
}

char *recorded_command(struct build *b, const char *path)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	FILE *f = fopen(session_printf(b->session, "%s/%.*s.%s.cmd", b->folder, (int)(file - path), path, file), "re");
	char *line = NULL, *ret = NULL, *at;
	size_t size = 0;
	ssize_t length;

	if (!f)
		return NULL;
	length = getline(&line, &size, f);
	fclose(f);
	/* a command that goes on over several lines is none that we know */
	if (length > 0 && line[length - 1] == '\n' && (length < 2 || line[length - 2] != '\\')) {
		line[length - 1] = '\0';
		at = strstr(line, " := ");
		if (at && (!strncmp(line, "cmd_", 4) || !strncmp(line, "savedcmd_", 9)))
			ret = replace(b, replace(b, at + 4, "$(pound)", "#"), "$$", "$");
	}
	free(line);
	return ret;
}

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/*
 * The compiler's command without the list of dependencies and, but for embedded C,
 * without the kernel's headers, which a script does not include. What follows
 * the compiler's own command (objtool) stays.
 */
static char *drop_headers(struct build *b, const char *command, bool embedded)
{
	struct obstack *arena = &b->session->arena;
	bool skip = false, compiler = true;

	while (*command) {
		size_t gap = strspn(command, " \t"), length = strcspn(command + gap, " \t");
		const char *word = command + gap;

		if (length == 1 && *word == ';')
			compiler = false;
		if (skip) {
			skip = false;
		} else if (compiler && !embedded && length == 8 && starts(word, "-include")) {
			skip = true;
		} else if (!compiler || !((starts(word, "-I") && !embedded) || starts(word, "-Wp,-M"))) {
			if (length == 1 && *word == ';')
				obstack_1grow(arena, '\n');	/* sh -e heeds a failure */
			else
				obstack_grow(arena, command, (int)(gap + length));
		}
		command = word + length;
	}
	obstack_1grow(arena, '\0');
	return obstack_finish(arena);
}

int write_script(struct build *b, const char *path)
{
	char *text = session_printf(b->session, "%s\n"
		"/* The arbiter that this was built against: for the program that loads this. */\n"
		"#if WT_IN(0)\n"
		"static const char wt_slots_path[] __attribute__((section(\".modinfo\"), used, aligned(1))) =\n"
		"\t\"watchtap.slots=%s/kernel/watchtap_slots.ko\";\n"
		"#endif\n", b->session->c_text, b->folder);

	return write_file(path, text, strlen(text));
}

/* The compiler's command for one part, or with -1 for the whole script. */
static char *part_command(struct build *b, char *compile, const char *from, int part)
{
	struct session *s = b->session;
	const char *number = part < 0 ? "" : session_printf(s, "%d", part);

	compile = replace(b, compile, session_printf(s, "%sscript.o", from), session_printf(s, "%s/script%s.o", b->temp, number));
	compile = replace(b, compile, session_printf(s, "%sscript.c", from), session_printf(s, "%s/script.c", b->temp));
	return replace(b, compile, " -c ", session_printf(s, "%s%s%s -I%s/runtime -c ", b->defines,
							  part < 0 ? "" : " -DWT_PART=", number, b->folder));
}

/*
 * The shell's commands that compile all parts, side by side: each CPU has a row of
 * them. A script of several is compiled for debugging, in half of the time: most of
 * what its handlers do is in the runtime, which is not.
 */
static char *compile_parts(struct build *b, char *compile, const char *from)
{
	static const char more[] = ") & rows=\"$rows $!\"\n";
	static const char wait[] = "status=0\nfor row in $rows; do wait $row || status=1; done\nexit $status";
	struct obstack *arena = &b->session->arena;
	unsigned parts = b->session->c_parts, rows = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	char **commands;

	if (!parts)
		return part_command(b, compile, from, -1);
	if (parts > QUICK_PARTS)
		compile = replace(b, compile, " -O2 ", " -Og ");
	commands = session_alloc(b->session, parts * sizeof(*commands));
	for (unsigned i = 0; i < parts; i++)
		commands[i] = part_command(b, compile, from, (int)i);
	obstack_grow(arena, "rows=\n", 6);	/* of which none is known yet */
	for (unsigned row = 0; row < rows && row < parts; row++) {
		obstack_grow(arena, "(\n", 2);
		for (unsigned i = row; i < parts; i += rows) {
			obstack_grow(arena, commands[i], (int)strlen(commands[i]));
			obstack_1grow(arena, '\n');
		}
		obstack_grow(arena, more, sizeof(more) - 1);
	}
	obstack_grow0(arena, wait, sizeof(wait) - 1);
	return obstack_finish(arena);
}

/* What the compiler made of it. */
static char *objects(struct build *b)
{
	struct session *s = b->session;
	char *ret = session_printf(s, "%s/script%s.o", b->temp, s->c_parts ? "0" : "");

	for (unsigned i = 1; i < s->c_parts; i++)
		ret = session_printf(s, "%s %s/script%u.o", ret, b->temp, i);
	return ret;
}

enum replay replay_script(struct build *b)
{
	struct session *s = b->session;
	char *compile = recorded_command(b, "runtime/script.o");
	char *join = recorded_command(b, "runtime/" TEMPLATE ".o");
	char *link = recorded_command(b, "runtime/" TEMPLATE ".ko");
	char *absolute = session_printf(s, "%s/runtime/", b->folder);
	const char *from, *folder, *export;
	char *output, *object, *result;

	if (!compile || !join || !link)
		return REPLAY_UNKNOWN;
	from = strstr(compile, session_printf(s, " %sscript.c", absolute)) ? absolute : "runtime/";
	folder = from == absolute ? b->headers : b->folder;
	if (!strstr(compile, session_printf(s, " %sscript.c", from)) ||
	    !strstr(compile, session_printf(s, " -o %sscript.o", from)) ||
	    !strstr(join, session_printf(s, " -o %s" TEMPLATE ".o", from)) ||
	    !strstr(join, session_printf(s, " @%s" TEMPLATE ".mod", from)) ||
	    !strstr(link, session_printf(s, " -o %s" TEMPLATE ".ko", from)) ||
	    !strstr(link, session_printf(s, " %s" TEMPLATE ".o", from)))
		return REPLAY_UNKNOWN;

	if (write_script(b, session_printf(s, "%s/script.c", b->temp))) {
		cache_failed(b, b->temp);
		return REPLAY_FAILED;
	}
	/* objtool asks for it; kbuild exports it */
	export = session_printf(s, "export SRCARCH=$(cat %ssrcarch)\n", absolute);
	object = session_printf(s, "%s/joined.o", b->temp);
	result = session_printf(s, "%s/%s.ko", b->temp, b->name);

	compile = drop_headers(b, compile, s->unit->embedded);
	compile = compile_parts(b, compile, from);
	if (command_run(b, folder, session_printf(s, "%s%s", export, compile), &output)) {
		if (!build_interrupted() && !command_disk_full(b, output)) {
			diag(s, NULL, DIAG_COMPILE);
			command_show(b, output);
		}
		return REPLAY_FAILED;
	}
	if (*output && s->options.verbose)
		command_show(b, output);

	join = replace(b, join, session_printf(s, "@%s" TEMPLATE ".mod", from),
		       session_printf(s, "%s/runtime/runtime.o %s", b->folder, objects(b)));
	join = replace(b, join, session_printf(s, "%s" TEMPLATE ".o", from), object);
	link = replace(b, link, session_printf(s, "%s" TEMPLATE ".ko", from), result);
	link = replace(b, link, session_printf(s, " %s" TEMPLATE ".o", from), session_printf(s, " %s", object));
	/* where the template's linking succeeded, a script's fails for want of space or of an import */
	if (command_run(b, folder, session_printf(s, "%s%s\n%s", export, join, link), &output)) {
		if (build_interrupted() || command_disk_full(b, output))
			return REPLAY_FAILED;
		return REPLAY_UNKNOWN;
	}
	if (!module_needs_no_more(object, session_printf(s, "%s" TEMPLATE ".o", absolute)))
		return REPLAY_UNKNOWN;
	if (module_set_name(result, b->name)) {
		cache_failed(b, result);
		return REPLAY_FAILED;
	}
	return REPLAY_DONE;
}

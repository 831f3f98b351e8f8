// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The C that asks the compiler about names, and what it says against it. For
 * each name there is a pointer to it, or to that type: so the name's own type is
 * in the debug information whether it is an array, an incomplete one, or const.
 */
#include <stdio.h>
#include <string.h>

#include "../build/compiler.h"
#include "header_internal.h"

static const char *const prelude[] = {
	"linux/kernel.h", "linux/module.h", "linux/sched.h", "linux/mm.h", "linux/fs.h", "linux/device.h",
	"linux/interrupt.h", "linux/irq.h", "linux/netdevice.h", "linux/tty.h", "linux/pci.h", "linux/acpi.h",
	"linux/usb.h", "net/bluetooth/bluetooth.h", "sound/soc.h", "sound/soc-acpi.h",
};

static const char *const words[HEADER_KINDS] = {
	[HEADER_VARIABLE] = "variable", [HEADER_PER_CPU] = "variable", [HEADER_STRUCT] = "struct",
	[HEADER_UNION] = "union", [HEADER_ENUM] = "enum", [HEADER_TYPEDEF] = "type",
};

const char *header_probe_name(struct session *s, enum header_kind kind, const char *name)
{
	return session_printf(s, "wt_%s_%s", words[kind], name);
}

bool header_is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	size_t length = strlen(name);

	/* a longer one is no file's name in the cache, and nobody's in the kernel */
	return length && length < 200 && strspn(name, letters) == length && !(*name >= '0' && *name <= '9');
}

/* A line of the text, and whose it is. */
static void put_line(struct header_source *source, FILE *out, struct header_wanted *wanted, const char *header,
		     const char *line)
{
	fputs(line, out);
	fputc('\n', out);
	source->lines[source->n++] = (struct header_line){ wanted, header, false };
}

static bool was_included(const struct header_source *source, const char *header)
{
	for (unsigned i = 0; i < source->n; i++) {
		if (source->lines[i].header && !strcmp(source->lines[i].header, header))
			return true;
	}
	return false;
}

static void put_probe(struct session *s, struct header_source *source, FILE *out, struct header_wanted *w)
{
	const char *probe = header_probe_name(s, w->kind, w->name), *type;

	/* a macro of that name stands for something else */
	put_line(source, out, w, NULL, session_printf(s, "#undef %s", w->name));
	if (w->kind == HEADER_VARIABLE || w->kind == HEADER_PER_CPU) {
		put_line(source, out, w, NULL, session_printf(s, "__typeof__(%s) *%s;", w->name, probe));
		return;
	}
	type = w->kind == HEADER_TYPEDEF ? w->name : session_printf(s, "%s %s", words[w->kind], w->name);
	put_line(source, out, w, NULL, session_printf(s, "%s *%s;", type, probe));
	/* it must be complete; a typedef may be of something that is not */
	if (w->kind != HEADER_TYPEDEF)
		put_line(source, out, w, NULL, session_printf(s, "_Static_assert(sizeof(%s) + 1, \"\");", type));
}

const char *header_prelude(struct session *s)
{
	const char *ret = "";

	for (size_t i = 0; i < sizeof(prelude) / sizeof(prelude[0]); i++)
		ret = session_printf(s, "%s#if __has_include(<%s>)\n#include <%s>\n#endif\n",
				     ret, prelude[i], prelude[i]);
	return ret;
}

void header_write_source(struct session *s, struct header_wanted **wanted, size_t n, struct header_source *ret)
{
	const size_t most = 3 * sizeof(prelude) / sizeof(prelude[0]) + 4 * n;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	bool first = false;

	if (!out)
		abort();
	ret->n = 0;
	ret->lines = session_alloc(s, most * sizeof(*ret->lines));
	for (size_t i = 0; i < n; i++)
		first |= wanted[i]->prelude;
	if (first) {
		fputs(header_prelude(s), out);
		ret->n = 3 * sizeof(prelude) / sizeof(prelude[0]);
	}
	for (size_t i = 0; i < n; i++) {
		const char *header = wanted[i]->header;

		if (!was_included(ret, header))
			put_line(ret, out, NULL, header, session_printf(s, "#include <%s>", header));
	}
	for (size_t i = 0; i < n; i++)
		put_probe(s, ret, out, wanted[i]);
	fclose(out);
	ret->text = session_strdup(s, text);
	free(text);
}

/* The number of the line of the text that is named at the end of this file's name, or 0. */
static unsigned line_at(const char *at)
{
	return at[strlen(KERNEL_COMPILE_FILE)] == ':' ? (unsigned)atoi(at + strlen(KERNEL_COMPILE_FILE) + 1) : 0;
}

/*
 * GCC and clang say where a header was included from before the first message
 * about it:
 *
 *	In file included from FOLDER/linux/a.h:3,
 *	                 from FOLDER/watchtap-types.c:1:
 *	FOLDER/linux/b.h:7:1: error: ...
 */
void header_read_errors(const char *errors, struct header_source *source)
{
	unsigned included = 0;

	while (*errors) {
		size_t length = strcspn(errors, "\n");
		const char *text = errors;
		const char *place = memmem(text, length, KERNEL_COMPILE_FILE, strlen(KERNEL_COMPILE_FILE));
		unsigned line = place ? line_at(place) : 0;

		errors += length + (errors[length] == '\n');
		if (line && (memmem(text, length, "from /", 6) || memmem(text, length, "In file included", 16))) {
			included = line;
			continue;
		}
		if (!memmem(text, length, ": error: ", 9) && !memmem(text, length, ": fatal error: ", 15))
			continue;
		/* a place in the text itself begins the message */
		if (!line || memchr(text, ' ', (size_t)(place - text)))
			line = included;
		if (line && line <= source->n)
			source->lines[line - 1].wrong = true;
	}
}

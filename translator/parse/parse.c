/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1: finds the script's text, makes sure that it is one, and has it parsed
 * (parse_source is in grammar.y).
 */
#include "diag.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_MIB		16		/* no script is larger; what is larger is not a script */
#define MAX_BYTES	((size_t)MAX_MIB << 20)
/* A text may hold a stray control byte (which the scanner reports); what holds this many is none. */
#define MAX_CONTROL_BYTES 8

struct source *source_add(struct session *session, const char *name, char *text, size_t length, bool is_tapset)
{
	struct source *source = session_alloc(session, sizeof(*source)), **end = &session->sources;

	*source = (struct source){
		.name = name,
		.text = text,
		.length = length,
		.is_tapset = is_tapset,
	};
	while (*end)
		end = &(*end)->next;
	*end = source;
	return source;
}

/*
 * Reads the file to its end, or to one byte more than is allowed. Sets
 * *ret_length; NULL and errno if it cannot be read.
 */
static char *read_all(struct session *session, int fd, size_t *ret_length)
{
	struct obstack *arena = &session->arena;
	char block[65536];
	size_t length = 0;
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		obstack_grow(arena, block, (size_t)n);
		length += (size_t)n;
		if (length > MAX_BYTES)
			break;
	}
	obstack_1grow(arena, '\0');
	*ret_length = length;
	return n < 0 ? NULL : obstack_finish(arena);
}

static struct source *read_script(struct session *session, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	const char *name = is_stdin ? "<stdin>" : path;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	size_t length = 0;
	int error;

	if (fd >= 0)
		text = read_all(session, fd, &length);
	error = errno;
	if (fd >= 0 && !is_stdin)
		close(fd);
	if (!text) {
		diag(session, NULL, DIAG_READ, name, strerror(error));
		return NULL;
	}
	return source_add(session, name, text, length, false);
}

static bool is_control(unsigned char byte)
{
	return (byte < 0x20 && !strchr("\t\n\v\f\r", byte)) || byte == 0x7f || !byte;
}

/* Reports a source that cannot be a script; the place is that of the first byte that is to blame. */
static int check_source(struct session *session, struct source *source)
{
	struct loc loc = { .source = source, .line = 1, .col = 1 }, first = { 0 };
	unsigned controls = 0;

	if (source->length > MAX_BYTES) {
		diag(session, NULL, DIAG_TOO_LARGE, source->name, MAX_MIB);
		return -1;
	}
	for (size_t i = 0; i < source->length; i++) {
		unsigned char byte = (unsigned char)source->text[i];

		if (is_control(byte) && !controls++)
			first = loc;
		if (!byte || controls > MAX_CONTROL_BYTES) {
			diag(session, byte ? &first : &loc, DIAG_BINARY, byte ? "control bytes" : "a zero byte");
			return -1;
		}
		loc.col++;
		if (byte == '\n') {
			loc.line++;
			loc.col = 1;
		}
	}
	return 0;
}

/* The script's own probes; a tapset's do not count. */
static bool has_probe(const struct session *session)
{
	for (const struct probe *probe = session->script.probes; probe; probe = probe->next)
		if (!probe->from_tapset)
			return true;
	return false;
}

int parse_script(struct session *session)
{
	const struct options *options = &session->options;
	struct source *source;
	bool nothing;
	char *text;

	session->used_arguments = session_alloc(session, (size_t)options->argc + 1);
	if (options->script_text) {
		text = session_strdup(session, options->script_text);
		source = source_add(session, "-e", text, strlen(text), false);
	} else {
		source = read_script(session, options->script_file);
	}
	if (!source || check_source(session, source) || parse_source(session, source))
		return -1;
	nothing = !session->script.globals && !session->script.functions && !session->script.definitions &&
		  !session->script.embeds;
	/* pass 1 alone also shows a library */
	if (!has_probe(session) && (nothing || options->last_pass > 1)) {
		diag(session, &(struct loc){ .source = source, .line = 1, .col = 1 }, DIAG_EMPTY,
		     nothing ? "the script is empty" : "the script has no probe");
		return -1;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernel a script is built for, and whether what that takes is there. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../parse/preprocess.h"
#include "internal.h"

static bool is_file(const char *folder, const char *name)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* -r takes a release, or the path of a build folder of one's own. */
int find_kernel(struct build *b)
{
	const char *wanted = b->session->options.release;
	bool is_folder = wanted && *wanted == '/';

	b->release = kernel_release(b->session);
	b->headers = is_folder ? wanted : session_printf(b->session, "/lib/modules/%s/build", b->release);
	/* auto.conf is what a configured source tree has and a plain one lacks */
	if (!is_file(b->headers, "Makefile") || !is_file(b->headers, "include/config/auto.conf")) {
		diag(b->session, NULL, DIAG_KERNEL_HEADERS, b->release, b->headers);
		if (!is_folder)
			diag_note(b->session, "on Debian they are in the package linux-headers-%s", b->release);
		return -1;
	}
	return 0;
}

/* The path of a program as the shell would find it, or NULL. */
static const char *find_program(struct build *b, const char *name)
{
	const char *dir = getenv("PATH");

	if (!dir)
		dir = "/usr/bin:/bin";
	while (*dir) {
		size_t length = strcspn(dir, ":");
		char *path = session_printf(b->session, "%.*s/%s", (int)length, dir, name);

		if (length && !access(path, X_OK))
			return path;
		dir += length;
		dir += *dir == ':';
	}
	return NULL;
}

/*
 * The compiler that the kernel names as its own: a module built by another
 * version may be refused or, worse, differ in the layout of structures.
 */
int find_compiler(struct build *b)
{
	static const struct { const char *program, *package; } tools[] = {
		{ "make", "make" }, { "ld", "binutils" }, { "objcopy", "binutils" },
	};
	const char *text = kernel_config(b->session, "CONFIG_CC_VERSION_TEXT");
	const char *name, *plain;

	text = text ? text : "";
	text += *text == '"';
	name = session_strndup(b->session, text, strcspn(text, " \""));
	if (!*name)
		name = "gcc";
	b->compiler = find_program(b, name);
	/* x86_64-linux-gnu-gcc-14: the same compiler goes by its short name too */
	plain = strstr(name, "-linux-gnu-");
	plain = plain ? plain + strlen("-linux-gnu-") : name;
	if (!b->compiler)
		b->compiler = find_program(b, plain);
	if (!b->compiler) {
		diag(b->session, NULL, DIAG_NO_COMPILER, plain, b->release);
		diag_note(b->session, "on Debian it is in the package %s", plain);
		return -1;
	}
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (find_program(b, tools[i].program))
			continue;
		diag(b->session, NULL, DIAG_NO_COMPILER, tools[i].program, b->release);
		diag_note(b->session, "on Debian it is in the package %s", tools[i].package);
		return -1;
	}
	return 0;
}

static bool is_name(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!isalpha((unsigned char)s[i]) && s[i] != '_' && !(i && isdigit((unsigned char)s[i])))
			return false;
	}
	return length > 0;
}

/* The value goes through make and a shell: nothing that either would act upon. */
static bool is_value(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.") == strlen(s);
}

/* A size that is compiled into the runtime: runtime/limits.h. */
static bool is_size(const char *name, size_t length)
{
	static const char *const sizes[] = { "MAXSTRINGLEN", "MAXTRACE", "STP_MAX_BUCKETS", "HIST_WIDTH", "HIST_ELISION" };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (strlen(sizes[i]) == length && !strncmp(sizes[i], name, length))
			return true;
	return false;
}

int check_defines(struct build *b)
{
	int error = 0;

	b->limits = "";
	b->defines = "";
	for (struct define *d = b->session->options.defines; d; d = d->next) {
		size_t length = strcspn(d->text, "=");
		const char **to;

		if (!is_name(d->text, length) || !is_value(d->text + length + (d->text[length] == '='))) {
			diag(b->session, NULL, DIAG_BAD_DEFINE, d->text);
			error = -1;
			continue;
		}
		to = is_size(d->text, length) ? &b->limits : &b->defines;
		*to = session_printf(b->session, "%s -D%s", *to, d->text);
	}
	return error;
}

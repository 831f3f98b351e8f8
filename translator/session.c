/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session's arena. glibc's obstack ends the program with "memory
 * exhausted" when malloc fails, so nothing here returns NULL.
 */
#include "session.h"

#include <stdio.h>
#include <string.h>

void *session_alloc(struct session *session, size_t bytes)
{
	return memset(obstack_alloc(&session->arena, bytes), 0, bytes);
}

char *session_strdup(struct session *session, const char *string)
{
	return session_strndup(session, string, strlen(string));
}

char *session_strndup(struct session *session, const char *string, size_t length)
{
	return obstack_copy0(&session->arena, string, strnlen(string, length));
}

char *session_printf(struct session *session, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (obstack_vprintf(&session->arena, format, args) < 0)
		abort();	/* a bad format: a bug of the caller */
	va_end(args);
	obstack_1grow(&session->arena, '\0');
	text = obstack_finish(&session->arena);
	return text;
}

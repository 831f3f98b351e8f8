// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages: each is put together first and written at once, so that lines stay whole. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

static void say(const char *place, const char *kind, const char *tag,
		const char *format, va_list args)
{
	char line[2048];
	size_t used, room = sizeof(line) - 64;	/* the tag is never cut off */

	used = snprintf(line, room, "%s%s%s: ", place ? place : "", place ? ": " : "", kind);
	if (used < room)
		used += vsnprintf(line + used, room - used, format, args);
	if (used >= room)
		used = room - 1;
	if (tag)
		used += snprintf(line + used, 60, " [%s]", tag);
	line[used++] = '\n';
	/* there is nobody left to tell where stderr cannot be written */
	if (write(STDERR_FILENO, line, used) < 0)
		return;
}

void run_error_at(const char *place, const char *tag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(place ? place : "watchtap", "error", tag, format, args);
	va_end(args);
}

void run_error(const char *tag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("watchtap", "error", tag, format, args);
	va_end(args);
}

void run_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(NULL, "note", NULL, format, args);
	va_end(args);
}

void run_script_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(NULL, "ERROR", NULL, format, args);
	va_end(args);
}

void run_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(NULL, "WARNING", NULL, format, args);
	va_end(args);
}

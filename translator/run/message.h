/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pass 5 says to the user, on stderr. */
#ifndef RUN_MESSAGE_H
#define RUN_MESSAGE_H

/* "watchtap: error: TEXT [TAG]" */
void run_error(const char *tag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "PLACE: error: TEXT [TAG]"; place is FILE:LINE:COL, or NULL for none. */
void run_error_at(const char *place, const char *tag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "note: TEXT", a line that belongs to the error before it. */
void run_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "ERROR: TEXT", what error() in a script says. */
void run_script_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "WARNING: TEXT" */
void run_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRANSLATOR_OPTIONS_H
#define TRANSLATOR_OPTIONS_H

#include "session.h"

/* The command's forms; which options each takes is in options.def. */
enum form {
	SCRIPT	= 1,		/* watchtap [OPTIONS] FILE [ARGUMENTS] */
	WATCH	= 2,		/* watchtap watch [OPTIONS] TARGET */
	RUN	= 4,		/* watchtap run [OPTIONS] MODULE.ko */
	ANY	= SCRIPT | WATCH | RUN,
};

/*
 * Reads the options of a form into session->options; *rest is the index of the
 * first word behind them. 0; -1 after a message; 1 when -h or -V has answered.
 */
int options_read(struct session *, enum form, int argc, char **argv, int *rest);

/* Reads the main form. As options_read. */
int options_parse(struct session *, int argc, char **argv);

/* A message about the command line, with a pointer to -h. Returns -1. */
int options_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The number of an option's argument: 0, or -1 after a message. */
int options_number(const char *option, const char *text, double least, double most, double *ret);

#endif

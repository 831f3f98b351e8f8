/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchtap -l POINT, -L POINT: what a probe point with a pattern stands for. */
#ifndef TRANSLATOR_LIST_H
#define TRANSLATOR_LIST_H

#include "session.h"

/* Prints what options.list asks for. The exit status: 1 where there is nothing of it. */
int list_points(struct session *);

#endif

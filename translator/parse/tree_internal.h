/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the tree's constructors share. */
#ifndef TRANSLATOR_TREE_INTERNAL_H
#define TRANSLATOR_TREE_INTERNAL_H

#include <stdio.h>

#include "session.h"

/* A node above what has that depth; reports what is nested too deeply. */
struct expr *expr_new(struct session *, struct loc, enum expr_kind, unsigned below);
unsigned deepest(const struct expr *list);
/* Makes one number of a minus and a number, as literals have it. */
void fold_minus(struct expr *e);
/* tree_typed.c: for -p 2, where there is no C that says the same. */
void tree_print_typed(FILE *out, const struct expr *e);

#endif

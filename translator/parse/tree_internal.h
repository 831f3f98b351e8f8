/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the tree's constructors share. */
#ifndef TRANSLATOR_TREE_INTERNAL_H
#define TRANSLATOR_TREE_INTERNAL_H

#include "session.h"

/* A node above what has that depth; reports what is nested too deeply. */
struct expr *expr_new(struct session *, struct loc, enum expr_kind, unsigned below);
unsigned deepest(const struct expr *list);
/* Makes one number of a minus and a number, as literals have it. */
void fold_minus(struct expr *e);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drawing a histogram. */
#ifndef RUN_HISTOGRAM_H
#define RUN_HISTOGRAM_H

#include <stdbool.h>

#include "output.h"

/* What follows the header of a WT_ITEM_HISTOGRAM; false: it is none. */
bool histogram_print(struct output *, const unsigned char *at, size_t bytes);

#endif

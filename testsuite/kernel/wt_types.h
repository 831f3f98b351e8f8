/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of wt_types share. */
#ifndef WT_TYPES_H
#define WT_TYPES_H

void wt_types_write_twin(long value);

#endif

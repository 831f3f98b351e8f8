// SPDX-License-Identifier: GPL-2.0-or-later
/* The other one of two variables of the same name, of another type. */
#include <linux/compiler.h>

#include "wt_types.h"

static long wt_twin;

void wt_types_write_twin(long value)
{
	WRITE_ONCE(wt_twin, value);
}

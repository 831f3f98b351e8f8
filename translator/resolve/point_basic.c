// SPDX-License-Identifier: GPL-2.0-or-later
/* begin, end, error; and the place that watchtap does not reach. */
#include <string.h>

#include "../diag.h"
#include "point.h"

bool point_basic(struct session *s, struct probe_use *use, struct component *first)
{
	if (!component_argument(s, first, 0))
		return false;
	if (first->next) {
		diag(s, &first->next->loc, DIAG_POINT_COMPONENT, first->next->name, first->name);
		return false;
	}
	use->kind = !strcmp(first->name, "begin") ? PROBE_BEGIN :
		    !strcmp(first->name, "end") ? PROBE_END : PROBE_ERROR;
	unit_add_use(s, use);
	return true;
}

bool point_process(struct session *s, struct probe_use *use, struct component *first)
{
	(void)use;
	diag(s, &first->loc, DIAG_PROCESS_DATA);
	diag_note(s, "for a program's data use gdb (watch EXPR) or perf record -e mem:ADDRESS/LENGTH:w -p PID");
	return false;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* begin, end, error; and the places that watchtap does not reach. */
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
	return true;
}

bool point_elsewhere(struct session *s, struct probe_use *use, struct component *first)
{
	(void)use;
	if (!strcmp(first->name, "process")) {
		diag(s, &first->loc, DIAG_PROCESS_DATA);
		diag_note(s, "for a program's data use gdb (watch EXPR) or perf record -e mem:ADDRESS/LENGTH:w -p PID");
	} else {
		diag(s, &first->loc, DIAG_UNSUPPORTED, "a watch on a module's data by its name is");
		diag_note(s, "a loaded module's symbol can be named with kernel.data(\"SYMBOL\")");
	}
	return false;
}

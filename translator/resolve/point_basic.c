// SPDX-License-Identifier: GPL-2.0-or-later
/* begin, end, error, oneshot, never; and the place that watchtap does not reach. */
#include <string.h>

#include "../diag.h"
#include "point.h"

static const struct basic {
	const char *name;
	enum probe_kind kind;
	bool sequence;			/* it takes a number: lower ones run first */
} basics[] = {
	{ "begin",	PROBE_BEGIN,	true },
	{ "end",	PROBE_END,	true },
	{ "error",	PROBE_ERROR,	true },
	{ "oneshot",	PROBE_BEGIN,	false },
	{ "never",	PROBE_NEVER,	false },
};

bool point_basic(struct session *s, struct probe_use *use, struct component *first)
{
	const struct basic *basic = basics;

	while (strcmp(first->name, basic->name))
		basic++;
	if (!component_argument(s, first, basic->sequence && first->has_parens ? 'd' : 0))
		return false;
	if (first->next) {
		diag(s, &first->next->loc, DIAG_POINT_COMPONENT, first->next->name, first->name);
		return false;
	}
	use->kind = basic->kind;
	use->sequence = first->arg ? first->arg->number : 0;
	use->once = !strcmp(first->name, "oneshot");
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

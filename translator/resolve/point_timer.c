// SPDX-License-Identifier: GPL-2.0-or-later
/* timer.s(N), timer.ms(N), timer.us(N). */
#include <string.h>

#include "../diag.h"
#include "point.h"

static const struct unit_of_time {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "s",	1000000000 }, { "sec",	1000000000 },
	{ "ms",	1000000 },    { "msec",	1000000 },
	{ "us",	1000 },	      { "usec",	1000 },
};

#define UNITS (sizeof(units) / sizeof(units[0]))

/* A shorter period would leave a CPU no time for anything else. */
#define SHORTEST_NS	10000
/* hrtimers count nanoseconds in 63 bits; a year is more than a script lives. */
#define LONGEST_NS	(366ull * 24 * 3600 * 1000000000)

bool point_timer(struct session *s, struct probe_use *use, struct component *first)
{
	struct component *c = first->next;
	size_t i;

	if (!component_argument(s, first, 0))
		return false;
	for (i = 0; c && i < UNITS; i++)
		if (!strcmp(c->name, units[i].name))
			break;
	if (!c || i == UNITS) {
		diag(s, c ? &c->loc : &first->loc, DIAG_TIMER_UNIT);
		return false;
	}
	if (!component_argument(s, c, 'd'))
		return false;
	if (c->next) {
		diag(s, &c->next->loc, DIAG_POINT_COMPONENT, c->next->name, "timer");
		return false;
	}
	if (c->arg->number < 1 || (uint64_t)c->arg->number > LONGEST_NS / units[i].ns ||
	    c->arg->number * units[i].ns < SHORTEST_NS) {
		diag(s, &c->arg->loc, DIAG_TIMER_PERIOD);
		return false;
	}
	use->kind = PROBE_TIMER;
	use->period_ns = c->arg->number * units[i].ns;
	unit_add_use(s, use);
	return true;
}

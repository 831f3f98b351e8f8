// SPDX-License-Identifier: GPL-2.0-or-later
/* timer.UNIT(N), .randomize(M); timer.hz(N); timer.profile. */
#include <string.h>

#include "../diag.h"
#include "point.h"

static const struct unit_of_time {
	const char *name;
	uint64_t ns;			/* 0: the kernel knows how long a jiffy is */
} units[] = {
	{ "s",	1000000000 }, { "sec",	1000000000 },
	{ "ms",	1000000 },    { "msec",	1000000 },
	{ "us",	1000 },	      { "usec",	1000 },
	{ "ns",	1 },	      { "nsec",	1 },
	{ "jiffies", 0 },
};

#define UNITS (sizeof(units) / sizeof(units[0]))

#define SECOND_NS	1000000000ull
/* A shorter period would leave a CPU no time for anything else. */
#define SHORTEST_NS	10000
/* hrtimers count nanoseconds in 63 bits; a year is more than a script lives. */
#define LONGEST_NS	(366ull * 24 * 3600 * SECOND_NS)
/* The longest jiffy of x86, at CONFIG_HZ=100. */
#define JIFFY_NS	(SECOND_NS / 100)

/* Nothing stands behind the last component of a point that is complete. */
static bool nothing_after(struct session *s, const struct component *last, const char *point)
{
	const struct component *c = last->next;

	if (!c)
		return true;
	diag(s, &c->loc, DIAG_POINT_COMPONENT, c->name, point);
	if (!strcmp(c->name, "randomize") && !strcmp(last->name, "hz"))
		diag_note(s, "a frequency is kept: a period that varies is timer.ms(N).randomize(M)");
	return false;
}

static bool take_randomize(struct session *s, struct component *c, int64_t period, struct probe_use *use)
{
	if (!component_argument(s, c, 'd') || !nothing_after(s, c, "timer"))
		return false;
	if (c->arg->number < 0 || c->arg->number > period) {
		diag(s, &c->arg->loc, DIAG_TIMER_RANDOMIZE, period, period);
		return false;
	}
	use->spread = c->arg->number;
	return true;
}

static bool take_interval(struct session *s, struct component *c, const struct unit_of_time *unit,
			  struct probe_use *use)
{
	uint64_t most = LONGEST_NS / (unit->ns ? unit->ns : JIFFY_NS);
	int64_t n;

	if (!component_argument(s, c, 'd'))
		return false;
	n = c->arg->number;
	if (n < 1 || (uint64_t)n > most || (unit->ns && n * unit->ns < SHORTEST_NS)) {
		diag(s, &c->arg->loc, DIAG_TIMER_PERIOD);
		return false;
	}
	if (c->next && !strcmp(c->next->name, "randomize")) {
		if (!take_randomize(s, c->next, n, use))
			return false;
	} else if (!nothing_after(s, c, "timer")) {
		return false;
	}
	use->period_ns = n * unit->ns;
	use->period_jiffies = unit->ns ? 0 : n;
	use->spread *= unit->ns ? unit->ns : 1;
	return true;
}

static bool take_hz(struct session *s, struct component *c, struct probe_use *use)
{
	int64_t n;

	if (!component_argument(s, c, 'd') || !nothing_after(s, c, "timer.hz"))
		return false;
	n = c->arg->number;
	if (n < 1 || n > (int64_t)(SECOND_NS / SHORTEST_NS)) {
		diag(s, &c->arg->loc, DIAG_TIMER_PERIOD);
		return false;
	}
	use->period_ns = SECOND_NS / n;
	return true;
}

/* timer.profile, timer.profile.tick: each jiffy; timer.profile.freq.hz(N). */
static bool take_profile(struct session *s, struct component *profile, struct probe_use *use)
{
	struct component *how = profile->next;

	if (!component_argument(s, profile, 0))
		return false;
	use->each_cpu = true;
	use->period_jiffies = 1;
	if (!how)
		return true;
	if (!strcmp(how->name, "tick"))
		return component_argument(s, how, 0) && nothing_after(s, how, "timer.profile");
	if (!strcmp(how->name, "freq") && how->next && !strcmp(how->next->name, "hz")) {
		use->period_jiffies = 0;
		return component_argument(s, how, 0) && take_hz(s, how->next, use);
	}
	diag(s, &how->loc, DIAG_POINT_COMPONENT, how->name, "timer.profile");
	diag_note(s, "on every CPU there are timer.profile.tick and timer.profile.freq.hz(N)");
	return false;
}

static bool take_timer(struct session *s, struct component *c, struct probe_use *use)
{
	if (name_matches(c->name, "profile"))
		return take_profile(s, c, use);
	if (!strcmp(c->name, "hz"))
		return take_hz(s, c, use);
	for (size_t i = 0; i < UNITS; i++)
		if (!strcmp(c->name, units[i].name))
			return take_interval(s, c, &units[i], use);
	diag(s, &c->loc, DIAG_TIMER_UNIT);
	return false;
}

bool point_timer(struct session *s, struct probe_use *use, struct component *first)
{
	if (!component_argument(s, first, 0))
		return false;
	if (!first->next) {
		diag(s, &first->loc, DIAG_TIMER_UNIT);
		return false;
	}
	if (!take_timer(s, first->next, use))
		return false;
	use->kind = PROBE_TIMER;
	unit_add_use(s, use);
	return true;
}

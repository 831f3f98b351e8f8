// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.function("NAME"), module("M").function("NAME"), with .call, .return and
 * .maxactive(N); and the same as kprobe.function, kprobe.module. Names may have
 * * and ?.
 */
#include <string.h>

#include "../diag.h"
#include "point.h"

/* The kernel allocates as many records of calls beforehand. */
#define MOST_ACTIVE	65536

static bool check_function(struct session *s, struct component *c)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$*?";
	const char *function;

	if (!component_argument(s, c, 's'))
		return false;
	function = c->arg->string;
	if (*function && strspn(function, name) == strlen(function))
		return true;
	diag(s, &c->arg->loc, DIAG_FUNCTION_NAME, function);
	if (strchr(function, '@'))
		diag_note(s, "which file a function is of is known from debug information, which watchtap does not read: leave out what begins with @");
	return false;
}

static bool check_module(struct session *s, struct component *c)
{
	const char *name;

	if (!component_argument(s, c, 's'))
		return false;
	name = c->arg->string;
	/* a pattern is compared with what is loaded */
	return strpbrk(name, "*?") || point_module_check(s, c);
}

/* .maxactive(N): how many calls may be under way at once. */
static bool take_max_active(struct session *s, struct component *c, struct probe_use *use)
{
	if (!component_argument(s, c, 'd'))
		return false;
	if (c->arg->number < 1 || c->arg->number > MOST_ACTIVE) {
		diag(s, &c->arg->loc, DIAG_POINT_ARGUMENT, "maxactive",
		     session_printf(s, "a number from 1 to %d", MOST_ACTIVE));
		return false;
	}
	use->max_active = c->arg->number;
	return true;
}

static bool unknown_suffix(struct session *s, const struct component *c)
{
	if (point_absent_of_function(s, c))
		return false;
	diag(s, &c->loc, DIAG_POINT_COMPONENT, c->name, "function");
	if (!strcmp(c->name, "maxactive"))
		diag_note(s, "it belongs behind .return: it says how many calls may be under way");
	return false;
}

/* From `function` on. */
static bool take_function(struct session *s, struct component *function, struct probe_use *use)
{
	struct component *c = function->next;

	if (!check_function(s, function))
		return false;
	use->kind = PROBE_FUNCTION;
	use->function = function->arg->string;
	if (c && (!strcmp(c->name, "call") || !strcmp(c->name, "return"))) {
		if (!component_argument(s, c, 0))
			return false;
		use->returns = !strcmp(c->name, "return");
		c = c->next;
	}
	if (c && use->returns && !strcmp(c->name, "maxactive")) {
		if (!take_max_active(s, c, use))
			return false;
		c = c->next;
	}
	if (c)
		return unknown_suffix(s, c);
	unit_add_use(s, use);
	return true;
}

bool point_function(struct session *s, struct probe_use *use, struct component *first)
{
	if (strcmp(first->name, "module"))
		return component_argument(s, first, 0) && take_function(s, first->next, use);
	if (!check_module(s, first))
		return false;
	use->function_module = first->arg->string;
	return take_function(s, first->next, use);
}

bool point_kprobe(struct session *s, struct probe_use *use, struct component *first)
{
	struct component *c = first->next;

	if (!component_argument(s, first, 0))
		return false;
	if (c && !strcmp(c->name, "module") && c->next && !strcmp(c->next->name, "function"))
		return point_function(s, use, c);
	if (c && !strcmp(c->name, "function"))
		return take_function(s, c, use);
	diag(s, c ? &c->loc : &first->loc, DIAG_POINT_COMPONENT, c ? c->name : "nothing", "kprobe");
	diag_note(s, "there are kprobe.function(\"NAME\") and kprobe.module(\"M\").function(\"NAME\"), each with .call or .return");
	return false;
}

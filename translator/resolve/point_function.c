// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel.function("NAME"), module("M").function("NAME"), with .call, .return and
 * .maxactive(N); and the same as kprobe.function, kprobe.module. Names may have
 * * and ?.
 */
#include <string.h>

#include "../diag.h"
#include "datum.h"
#include "point.h"

/* The kernel allocates as many records of calls beforehand. */
#define MOST_ACTIVE	65536

static bool check_function(struct session *s, struct component *c)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$*?";
	static const char file[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/";
	const char *function;
	size_t n;

	if (!component_argument(s, c, 's'))
		return false;
	function = c->arg->string;
	n = strspn(function, name);
	if (n && !function[n])
		return true;
	if (n && function[n] == '@' && function[n + 1] && !function[n + 1 + strspn(function + n + 1, file)] &&
	    strcspn(function, "*?") > n)
		return true;
	diag(s, &c->arg->loc, DIAG_FUNCTION_NAME, function);
	if (strchr(function, ':'))
		diag_note(s, "a probe is at a function's entry or return, not at a line: leave out what begins with :");
	return false;
}

/* The function of that name which a file has. */
struct in_file {
	const char *file;
	uint64_t address;
};

static void note_function(const struct cfunction *f, void *data)
{
	struct in_file *found = data;

	if (!f->inlined && f->file && file_is(f->file, found->file))
		found->address = f->address;
}

/* NAME@FILE: which of several it is. */
static bool take_file(struct session *s, const struct component *c, struct probe_use *use)
{
	const char *at = strchr(use->function, '@');
	const char *module = use->function_module && !strpbrk(use->function_module, "*?") ? use->function_module : NULL;
	struct in_file found = { .file = at ? at + 1 : NULL };
	struct types *types = types_of(s, module);

	if (!at)
		return true;
	use->function = session_strndup(s, use->function, at - use->function);
	types_functions(types, use->function, note_function, &found);
	use->function_file = found.file;
	use->function_linked_at = found.address;
	if (found.address)
		return true;
	diag(s, &c->arg->loc, DIAG_NO_FUNCTION, use->function, found.file);
	diag_note(s, "files are known from debug information alone; looked into: %s", types_searched(types));
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
	if (!take_file(s, function, use))
		return false;
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

// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.data("SYMBOL" | ADDRESS), module("NAME").data("SYMBOL"): their suffixes. */
#include <inttypes.h>
#include <string.h>

#include "../diag.h"
#include "point.h"

/* Four registers of 8 bytes. */
#define MOST_BYTES	32

/* Known names of later versions: said to be so, rather than called unknown. */
static const char *const planned[] = { "cpu" };

static const char *const a_data_probe =
	"a data probe is kernel.data(\"SYMBOL\").length(N), then .write, .rw or .change";

static const struct told {
	const char *name;
	enum probe_kind kind;
} tolds[] = {
	{ "enabled", PROBE_ENABLED }, { "begin", PROBE_ENABLED },
	{ "disabled", PROBE_DISABLED }, { "end", PROBE_DISABLED },
	{ "unavailable", PROBE_UNAVAILABLE },
};

enum probe_kind point_told(const char *name)
{
	for (size_t i = 0; i < sizeof(tolds) / sizeof(tolds[0]); i++)
		if (!strcmp(name, tolds[i].name))
			return tolds[i].kind;
	return PROBE_DATA;
}

static bool is_planned(const char *name)
{
	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++)
		if (!strcmp(name, planned[i]))
			return true;
	return false;
}

static bool is_access(const char *name)
{
	return !strcmp(name, "write") || !strcmp(name, "rw") || !strcmp(name, "change");
}

static const char *next_suffix(void *data)
{
	static const char *const suffixes[] = {
		"length", "write", "rw", "change", "priority", "later",
		"enabled", "disabled", "unavailable", "begin", "end", NULL,
	};

	return suffixes[(*(size_t *)data)++];
}

static void unknown_suffix(struct session *s, const struct component *c)
{
	size_t at = 0;
	const char *near = diag_nearest(c->name, next_suffix, &at);

	diag(s, &c->loc, DIAG_POINT_COMPONENT, c->name, "kernel.data");
	if (near)
		diag_note(s, "did you mean '%s'?", near);
	else
		diag_note(s, a_data_probe);
}

static bool take_suffix(struct session *s, struct component *c, struct data_point *ret)
{
	struct component **seen, *later = ret->later ? c : NULL;
	bool argument = true;

	if (!strcmp(c->name, "length")) {
		seen = &ret->length;
		argument = component_argument(s, c, 'd');
	} else if (is_access(c->name)) {
		seen = &ret->access;
		argument = component_argument(s, c, 0);
	} else if (!strcmp(c->name, "priority")) {
		seen = &ret->priority;
		if (!c->arg || c->arg->next) {
			diag(s, &c->loc, DIAG_POINT_ARGUMENT, c->name, "one expression");
			return false;
		}
	} else if (!strcmp(c->name, "later")) {
		seen = &later;
		argument = component_argument(s, c, 0);
		ret->later = true;
	} else if (point_told(c->name) != PROBE_DATA) {
		seen = &ret->told;
		argument = component_argument(s, c, 0);
	} else if (!strcmp(c->name, "read")) {
		diag(s, &c->loc, DIAG_READ_WATCH);
		diag_note(s, "use .rw, which fires for reads and writes");
		return false;
	} else if (is_planned(c->name)) {
		diag(s, &c->loc, DIAG_UNSUPPORTED, session_printf(s, "'.%s' is", c->name));
		return false;
	} else {
		unknown_suffix(s, c);
		return false;
	}
	if (!argument)
		return false;
	if (*seen) {
		diag(s, &c->loc, DIAG_POINT_TWICE, c->name);
		if (seen == &ret->access)
			diag_note(s, ".write fires after each write, .change after those that changed the value, .rw after reads too: one of them");
		else if (seen == &ret->told)
			diag_note(s, "each sub-probe is a probe point of its own: probe kernel.data(...)....%s, kernel.data(...)....%s { }",
				  ret->told->name, c->name);
		return false;
	}
	*seen = c;
	return true;
}

bool point_module_check(struct session *s, const struct component *c)
{
	const char *name = c->arg->string;
	char *fixed;

	if (*name && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name))
		return true;
	diag(s, &c->arg->loc, DIAG_POINT_ARGUMENT, c->name, "a module's name");
	fixed = session_strdup(s, name);
	for (char *p = fixed; *p; p++)
		if (*p == '-')
			*p = '_';
	if (strcmp(fixed, name))
		diag_note(s, "the kernel calls it '%s'", fixed);
	return false;
}

/* The naturally aligned pieces of a range, as the registers take them. */
static const char *pieces(struct session *s, uint64_t address, uint64_t length, bool offsets)
{
	char *text = "";

	while (length) {
		uint64_t piece = 8;

		while (piece > length || address % piece)
			piece /= 2;
		text = session_printf(s, offsets ? "%s%s%" PRIu64 " at +%" PRIu64 : "%s%s%" PRIu64 " at 0x%" PRIx64,
				      text, *text ? ", " : "", piece, address);
		address += piece;
		length -= piece;
	}
	return text;
}

static bool check_length(struct session *s, struct component *c)
{
	int64_t n = c->arg->number;

	if (n == 1 || n == 2 || n == 4 || n == 8 || n == 16 || n == 24 || n == 32)
		return true;
	diag(s, &c->arg->loc, DIAG_LENGTH, n);
	if (n > 0 && n < MOST_BYTES)
		diag_note(s, "watch the pieces apart: %s", pieces(s, 0, n, true));
	return false;
}

static bool check_address(struct session *s, const struct data_point *p, const struct range *r)
{
	uint64_t unit = r->length < 8 ? r->length : 8;

	/* the kernel's half of the address space */
	if ((int64_t)r->address >= 0) {
		diag(s, &p->data->arg->loc, DIAG_ADDRESS, r->address);
		return false;
	}
	if (r->address % unit) {
		diag(s, &p->data->arg->loc, DIAG_MISALIGNED, r->length, r->address);
		diag_note(s, "watch the aligned pieces apart: %s",
			  pieces(s, r->address, r->length, false));
		return false;
	}
	return true;
}

bool point_data_take(struct session *s, struct component *first, struct data_point *ret)
{
	struct component *data = first->next;
	bool is_module = !strcmp(first->name, "module");

	*ret = (struct data_point){ .data = data, .kind = PROBE_DATA };
	if (!component_argument(s, first, is_module ? 's' : 0))
		return false;
	if (is_module && !point_module_check(s, first))
		return false;
	if (is_module)
		ret->module = first->arg->string;
	if (!data || strcmp(data->name, "data")) {
		diag(s, data ? &data->loc : &first->loc, DIAG_POINT_COMPONENT,
		     data ? data->name : "nothing", first->name);
		diag_note(s, a_data_probe);
		return false;
	}
	if (!data->arg || data->arg->next) {
		diag(s, &data->loc, DIAG_POINT_ARGUMENT, "data", "a symbol's name or an address");
		return false;
	}
	for (struct component *c = data->next; c; c = c->next)
		if (!take_suffix(s, c, ret))
			return false;
	if (!ret->access) {
		diag(s, &data->loc, DIAG_NO_ACCESS);
		return false;
	}
	if (!ret->length) {
		diag(s, &data->loc, DIAG_NO_LENGTH);
		diag_note(s, "add .length(N), N the variable's bytes: an int has 4, a long or a pointer 8");
		return false;
	}
	if (!check_length(s, ret->length))
		return false;
	if (ret->told)
		ret->kind = point_told(ret->told->name);
	return true;
}

static bool check_symbol(struct session *s, const struct expr *e)
{
	const char *name = e->string;

	if (*name && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$") == strlen(name))
		return true;
	diag(s, &e->loc, DIAG_SYMBOL_NAME, name);
	return false;
}

struct range *point_data_range(struct session *s, const struct data_point *p, struct point *point,
			       struct var *params)
{
	struct expr *arg = p->data->arg;
	struct range *r = session_alloc(s, sizeof(*r));

	r->point = point;
	r->module = p->module;
	r->length = p->length->arg->number;
	if (arg->kind == EXPR_STRING) {
		r->symbol = arg->string;
		return check_symbol(s, arg) ? r : NULL;
	}
	if (p->module || (arg->kind != EXPR_NUMBER && !params)) {
		diag(s, &p->data->loc, DIAG_POINT_ARGUMENT, "data",
		     p->module ? "a symbol's name" : "a symbol's name or an address");
		if (!p->module)
			diag_note(s, "an address that is known at run time is an argument of a watch: probe NAME(address) = kernel.data(address)...");
		return NULL;
	}
	if (arg->kind != EXPR_NUMBER) {
		r->expr = arg;
		return r;
	}
	r->address = arg->number;
	return check_address(s, p, r) ? r : NULL;
}

bool point_kernel(struct session *s, struct probe_use *use, struct component *first)
{
	struct component *second = first->next;
	struct data_point p;

	if (second && !strcmp(second->name, "function"))
		return point_function(s, use, first);
	if (second && point_absent_of_kernel(s, first))
		return false;
	return point_data_take(s, first, &p) && watch_anonymous(s, use, &p);
}

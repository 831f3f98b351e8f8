// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.data("SYMBOL" | ADDRESS), module("NAME").data("SYMBOL"): their suffixes. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "../diag.h"
#include "datum.h"
#include "place.h"
#include "point.h"

/* Four registers of 8 bytes. */
#define MOST_BYTES	32
#define MOST_REGISTERS	4

static const char *const a_data_probe =
	"a data probe is kernel.data(\"SYMBOL\"), then .write, .rw or .change";

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

static bool is_access(const char *name)
{
	return !strcmp(name, "write") || !strcmp(name, "rw") || !strcmp(name, "change");
}

static const char *next_suffix(void *data)
{
	static const char *const suffixes[] = {
		"length", "write", "rw", "change", "priority", "later", "cpu", "percpu",
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
	} else if (!strcmp(c->name, "cpu") || !strcmp(c->name, "percpu")) {
		seen = &ret->cpu;
		argument = component_argument(s, c, c->name[0] == 'c' ? 'd' : 0);
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
	const char *name = c->arg->string, *called = module_name(s, name);
	char *fixed;
	int error;

	if (*called && strspn(called, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == strlen(called) &&
	    (called == name || !access(name, R_OK)))
		return true;
	error = errno;
	diag(s, &c->arg->loc, DIAG_POINT_ARGUMENT, c->name, "a module's name, or the path of its file");
	if (called != name) {
		diag_note(s, "%s: %s", name, strerror(error));
		return false;
	}
	fixed = session_strdup(s, name);
	for (char *p = fixed; *p; p++)
		if (*p == '-')
			*p = '_';
	if (strcmp(fixed, name))
		diag_note(s, "the kernel calls it '%s'", fixed);
	return false;
}

/* The first piece of a range, as a register takes it: 1, 2, 4 or 8 bytes at a multiple of that. */
static uint64_t first_piece(uint64_t address, uint64_t length)
{
	uint64_t piece = 8;

	while (piece > length || address % piece)
		piece /= 2;
	return piece;
}

/* The pieces of a range. */
static const char *pieces(struct session *s, uint64_t address, uint64_t length)
{
	char *text = "";

	while (length) {
		uint64_t piece = first_piece(address, length);

		text = session_printf(s, "%s%s%" PRIu64 " at 0x%" PRIx64, text, *text ? ", " : "", piece, address);
		address += piece;
		length -= piece;
	}
	return text;
}

static bool check_length(struct session *s, struct component *c)
{
	int64_t n = c->arg->number;

	if (n >= 1 && n <= MOST_BYTES)
		return true;
	diag(s, &c->arg->loc, DIAG_LENGTH, n);
	return false;
}

/* In so many registers it fits. */
static bool fits(uint64_t address, uint64_t length)
{
	unsigned n = 0;

	for (; length; n++) {
		uint64_t piece = first_piece(address, length);

		address += piece;
		length -= piece;
	}
	return n <= MOST_REGISTERS;
}

static bool check_address(struct session *s, const struct data_point *p, const struct range *r)
{
	/* the kernel's half of the address space */
	if ((int64_t)r->address >= 0) {
		diag(s, &p->data->arg->loc, DIAG_ADDRESS, r->address);
		return false;
	}
	if (!fits(r->address, r->length)) {
		diag(s, &p->data->arg->loc, DIAG_MISALIGNED, r->length, r->address);
		diag_note(s, "watch the aligned pieces apart: %s", pieces(s, r->address, r->length));
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
	if (ret->length && !check_length(s, ret->length))
		return false;
	if (ret->cpu && ret->cpu->arg && (ret->cpu->arg->number < 0 || ret->cpu->arg->number > INT_MAX)) {
		diag(s, &ret->cpu->arg->loc, DIAG_CPU, "a CPU's number is 0 or more");
		return false;
	}
	if (ret->told)
		ret->kind = point_told(ret->told->name);
	return true;
}

/* The storage unit of a bit-field is watched: where it is, and how long. */
static void watch_unit(struct range *r, struct datum *d)
{
	unsigned size;
	int64_t at;

	bit_unit(d->bit_offset, d->bit_size, &at, &size);
	d->offset[d->hops - 1] += at;
	r->bit_offset = d->bit_offset - at * 8;
	r->bit_size = d->bit_size;
	r->length = size;
}

static bool no_length(struct session *s, const struct data_point *p, const struct datum *d)
{
	diag(s, &p->data->loc, DIAG_NO_LENGTH);
	datum_advise(s, d);
	diag_note(s, "or add .length(N), N the variable's bytes: an int has 4, a long or a pointer 8");
	return false;
}

static bool check_cpu(struct session *s, const struct data_point *p, struct datum *d)
{
	/* the user knows what nobody else does */
	d->per_cpu |= p->cpu != NULL;
	if (!d->per_cpu || d->hops == 1 || (p->cpu && p->cpu->arg))
		return true;
	diag(s, &p->data->loc, DIAG_CPU, "a pointer that each CPU has its own of points to several things");
	diag_note(s, "with .cpu(N) it is the one of CPU N");
	return false;
}

static bool take_symbol(struct session *s, const struct data_point *p, struct range *r)
{
	struct datum *d = session_alloc(s, sizeof(*d));
	struct expr *arg = p->data->arg;

	if (!datum_parse(s, p->module, arg->string, &arg->loc, d) || !check_cpu(s, p, d))
		return false;
	r->symbol = d->symbol;
	r->datum = d;
	r->type = d->type;
	r->settled = true;
	r->per_cpu = d->per_cpu;
	r->one_cpu = d->per_cpu && p->cpu && p->cpu->arg;
	r->cpu = r->one_cpu ? p->cpu->arg->number : 0;
	if (d->bit_size && !p->length)
		watch_unit(r, d);
	if (!d->type && !p->length)
		return no_length(s, p, d);
	return range_length(s, r);
}

struct range *point_data_range(struct session *s, const struct data_point *p, struct point *point,
			       struct var *params)
{
	struct expr *arg = p->data->arg;
	struct range *r = session_alloc(s, sizeof(*r));

	r->point = point;
	r->module = p->module;
	r->sized = p->length;
	r->length = p->length ? p->length->arg->number : 0;
	if (arg->kind == EXPR_STRING)
		return take_symbol(s, p, r) ? r : NULL;
	if (p->cpu) {
		diag(s, &p->cpu->loc, DIAG_CPU, "only of a symbol there may be one for each CPU");
		return NULL;
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
	r->settled = true;
	if (!r->sized) {
		diag(s, &p->data->loc, DIAG_NO_LENGTH);
		diag_note(s, "add .length(N), N the bytes to be watched: an int has 4, a long or a pointer 8");
		return NULL;
	}
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

// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.data("SYMBOL" | ADDRESS) .length(N) .write | .rw */
#include <inttypes.h>
#include <string.h>

#include "../diag.h"
#include "point.h"

/* Four registers of 8 bytes. */
#define MOST_BYTES	32

/* Known names of later versions: said to be so, rather than called unknown. */
static const char *const planned[] = {
	"change", "priority", "later", "enabled", "disabled", "unavailable", "cpu",
};

struct suffixes {
	struct component *length, *access;
};

static bool is_planned(const char *name)
{
	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++)
		if (!strcmp(name, planned[i]))
			return true;
	return false;
}

static bool take_suffix(struct session *s, struct component *c, struct suffixes *ret)
{
	struct component **seen;

	if (!strcmp(c->name, "length")) {
		seen = &ret->length;
		if (!component_argument(s, c, 'd'))
			return false;
	} else if (!strcmp(c->name, "write") || !strcmp(c->name, "rw")) {
		seen = &ret->access;
		if (!component_argument(s, c, 0))
			return false;
	} else if (!strcmp(c->name, "read")) {
		diag(s, &c->loc, DIAG_READ_WATCH);
		diag_note(s, "use .rw, which fires for reads and writes");
		return false;
	} else if (is_planned(c->name)) {
		diag(s, &c->loc, DIAG_UNSUPPORTED, session_printf(s, "'.%s' is", c->name));
		return false;
	} else {
		diag(s, &c->loc, DIAG_POINT_COMPONENT, c->name, "kernel.data");
		diag_note(s, "a data probe is kernel.data(\"SYMBOL\").length(N).write or .rw");
		return false;
	}
	if (*seen) {
		diag(s, &c->loc, DIAG_POINT_TWICE, c->name);
		return false;
	}
	*seen = c;
	return true;
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

static bool check_address(struct session *s, struct component *data, struct watch *w)
{
	uint64_t unit = w->length < 8 ? w->length : 8;

	/* the kernel's half of the address space */
	if ((int64_t)w->address >= 0) {
		diag(s, &data->arg->loc, DIAG_ADDRESS, w->address);
		return false;
	}
	if (w->address % unit) {
		diag(s, &data->arg->loc, DIAG_MISALIGNED, w->length, w->address);
		diag_note(s, "watch the aligned pieces apart: %s",
			  pieces(s, w->address, w->length, false));
		return false;
	}
	return true;
}

bool point_kernel(struct session *s, struct probe_use *use, struct component *first)
{
	struct component *data = first->next;
	struct suffixes suffixes = { 0 };
	struct watch *w;

	if (!component_argument(s, first, 0))
		return false;
	if (data && (!strcmp(data->name, "function") || !strcmp(data->name, "trace"))) {
		diag(s, &data->loc, DIAG_UNSUPPORTED, session_printf(s, "kernel.%s is", data->name));
		return false;
	}
	if (!data || strcmp(data->name, "data")) {
		diag(s, data ? &data->loc : &first->loc, DIAG_POINT_COMPONENT,
		     data ? data->name : "nothing", "kernel");
		diag_note(s, "a data probe is kernel.data(\"SYMBOL\").length(N).write or .rw");
		return false;
	}
	if (!data->arg) {
		diag(s, &data->loc, DIAG_POINT_ARGUMENT, "data", "a symbol's name or an address");
		return false;
	}
	for (struct component *c = data->next; c; c = c->next)
		if (!take_suffix(s, c, &suffixes))
			return false;
	if (!suffixes.access) {
		diag(s, &data->loc, DIAG_NO_ACCESS);
		return false;
	}
	if (!suffixes.length) {
		diag(s, &data->loc, DIAG_NO_LENGTH);
		diag_note(s, "add .length(N), N the variable's bytes: an int has 4, a long or a pointer 8");
		return false;
	}
	if (!check_length(s, suffixes.length))
		return false;

	w = session_alloc(s, sizeof(*w));
	w->length = suffixes.length->arg->number;
	w->reads = !strcmp(suffixes.access->name, "rw");
	if (data->arg->kind == EXPR_STRING) {
		const char *name = data->arg->string;

		w->symbol = name;
		if (!*name || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$") != strlen(name)) {
			diag(s, &data->arg->loc, DIAG_SYMBOL_NAME, name);
			return false;
		}
	} else {
		w->address = data->arg->number;
		if (!check_address(s, data, w))
			return false;
	}
	w->use = use;
	use->watch = w;
	use->kind = PROBE_DATA;
	return true;
}

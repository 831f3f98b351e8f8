// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.function("NAME") and .return; the name may have * and ?. */
#include <string.h>

#include "../diag.h"
#include "point.h"

bool point_function(struct session *s, struct probe_use *use, struct component *function)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$*?";
	struct component *c = function->next;

	if (!component_argument(s, function, 's'))
		return false;
	use->function = function->arg->string;
	if (!*use->function || strspn(use->function, name) != strlen(use->function)) {
		diag(s, &function->arg->loc, DIAG_FUNCTION_NAME, use->function);
		return false;
	}
	if (c && (!strcmp(c->name, "call") || !strcmp(c->name, "return"))) {
		if (!component_argument(s, c, 0))
			return false;
		use->returns = !strcmp(c->name, "return");
		c = c->next;
	}
	if (c) {
		diag(s, &c->loc, DIAG_POINT_COMPONENT, c->name, "kernel.function");
		return false;
	}
	use->kind = PROBE_FUNCTION;
	unit_add_use(s, use);
	return true;
}

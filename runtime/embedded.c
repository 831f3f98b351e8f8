// SPDX-License-Identifier: GPL-2.0-or-later
/* What embedded.h gives to C in a script. Any context that runs handlers. */
#include "embedded.h"

void wt_embedded_error(struct wt_ctx *c, const char *place, const char *format, ...)
{
	struct wt_context *x = container_of(c, struct wt_context, c);
	va_list ap;

	va_start(ap, format);
	vscnprintf(x->message, sizeof(x->message), format, ap);
	va_end(ap);
	wt_fail(c, place, x->message);
}

/* The text is made where it will be sent from. */
void wt_embedded_print(struct wt_ctx *c, unsigned int id, const char *format, ...)
{
	va_list ap;
	u16 n;

	wt_print_open(c, id);
	va_start(ap, format);
	n = vscnprintf(c->out + sizeof(n), MAXSTRINGLEN, format, ap);
	va_end(ap);
	memcpy(c->out, &n, sizeof(n));
	c->out += sizeof(n) + n;
	wt_print_close(c);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Where names are bound: things with types become what they mean, then that is bound. */
#include "../diag.h"
#include "access.h"
#include "scope.h"

static struct access access_of(struct scope *sc)
{
	/* what is kept from the entry is a number: it takes no variables of the handler */
	return (struct access){ .s = sc->s, .use = sc->use, .body = sc->at_entry ? NULL : sc->body, .params = sc->params,
				.at_entry = sc->at_entry };
}

static bool is_of_target(struct expr *e)
{
	if (e->kind == EXPR_UNARY)
		e = e->unary.operand;
	return expr_root(e)->kind == EXPR_TARGET;
}

bool bind_typed(struct scope *sc, struct expr *e)
{
	struct access a = access_of(sc);

	if (!access_is_typed(sc->use, e))
		return false;
	if (sc->lost && is_of_target(e))
		return true;
	if (!access_lower(&a, e))
		return true;
	/* a target that is left is ready; all else is bound as if it had been written so */
	if (e->kind != EXPR_TARGET)
		bind_expr(e, sc);
	return true;
}

void bind_entry(struct scope *sc, struct expr *e)
{
	struct body none = { 0 };
	struct scope entry = { .s = sc->s, .body = &none, .use = sc->use, .at_entry = true };
	struct access a = access_of(sc);
	struct expr *next = e->next, *saved;

	if (!sc->use || sc->use->kind != PROBE_FUNCTION || !sc->use->returns || sc->at_entry) {
		diag(sc->s, &e->loc, DIAG_MISPLACED, "@entry", "a function's .return probe");
		return;
	}
	bind_expr(e->at.args, &entry);
	for (struct var *v = none.locals; v; v = v->next)
		point_expr_not_global(sc->s, v, NULL);
	saved = entry_save(&a, e->loc, e->at.args, NULL);
	if (!saved)
		return;
	*e = *saved;
	e->next = next;
}

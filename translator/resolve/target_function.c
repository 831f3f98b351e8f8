// SPDX-License-Identifier: GPL-2.0-or-later
/* What a function's probe has: $name of its parameters, $return, $$parms. */
#include <string.h>

#include "../diag.h"
#include "access.h"
#include "datum.h"

/* Registers for integers and pointers in the calling convention of x86-64. */
#define ARGUMENT_REGISTERS	6

struct signature {
	struct session *s;
	const char *file;		/* of NAME@FILE, or NULL */
	struct ctype *type;		/* of the first function of that name */
	bool several;			/* and others of it have other types */
};

static void note_function(const struct cfunction *f, void *data)
{
	struct signature *found = data;

	if (found->file && !(f->file && file_is(f->file, found->file)))
		return;
	if (!found->type)
		found->type = f->type;
	else if (strcmp(ctype_spell(found->s, found->type), ctype_spell(found->s, f->type)))
		found->several = true;
}

/* The function's type; NULL after a diagnostic. */
static struct ctype *function_type(const struct access *a, const struct expr *e)
{
	const struct probe_use *use = a->use;
	const char *module = use->function_module && !strpbrk(use->function_module, "*?") ? use->function_module : NULL;
	struct signature found = { .s = a->s, .file = use->function_file };
	struct types *types = types_of(a->s, module);

	if (strpbrk(use->function, "*?")) {
		diag(a->s, &e->loc, DIAG_NO_SIGNATURE, use->function);
		diag_note(a->s, "it stands for several functions: their arguments are long_arg(1), long_arg(2) and so on");
		return NULL;
	}
	types_functions(types, use->function, note_function, &found);
	if (found.type && !found.several)
		return found.type;
	diag(a->s, &e->loc, DIAG_NO_SIGNATURE, use->function);
	if (found.several)
		diag_note(a->s, "there are several of that name, with different parameters");
	else
		diag_note(a->s, "looked into %s; without, its arguments are long_arg(1), long_arg(2) and so on, and what it returns is returnval()",
			  types_searched(types));
	return NULL;
}

static bool in_registers(const struct ctype *type)
{
	return type->kind != CTYPE_FLOAT && type->size <= 16;
}

/* The number of the register, from 1; 0: it is not in one. */
static unsigned argument_number(const struct cparam *params, const struct cparam *param)
{
	unsigned n = 1;

	for (const struct cparam *p = params; p != param; p = p->next) {
		if (!p->type || !in_registers(p->type))
			return 0;
		n += p->type->size > 8 ? 2 : 1;
	}
	/* what is behind the sixth is on the stack, in order, as long as nothing wider is among them */
	return n;
}

static const char *register_name(int64_t number)
{
	static const char *const names[] = {
		"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	};

	return number >= 0 && number < 16 ? names[number] : NULL;
}

/* The parameter's value when the function is entered, as 8 bytes; NULL: it is nowhere. */
static struct expr *parameter_value(const struct access *a, const struct cparam *params, const struct cparam *p,
				    struct loc loc)
{
	struct session *s = a->s;
	unsigned n = argument_number(params, p);
	const char *name;

	switch (p->place) {
	case CPARAM_REGISTER:
		name = register_name(p->number);
		return name ? builtin_call(s, loc, "u_register", expr_string(s, loc, name)) : NULL;
	case CPARAM_STACK:
		return expr_load(s, loc, builtin_call(s, loc, "u_register", expr_string(s, loc, "rsp")), p->number, 8, false);
	case CPARAM_BY_ABI:
		return n ? builtin_call(s, loc, "long_arg", expr_number(s, loc, n)) : NULL;
	default:
		return NULL;
	}
}

static bool parameter_place(const struct access *a, const struct expr *e, const struct cparam *params,
			    const struct cparam *p, struct place *ret)
{
	struct expr *value = parameter_value(a, params, p, e->loc);

	if (!value) {
		diag(a->s, &e->loc, DIAG_NOWHERE, p->name);
		return false;
	}
	/* its register is another's by then */
	if (a->use->returns && !a->at_entry) {
		value = entry_save(a, e->loc, value, p->name);
		if (!value)
			return false;
	}
	ret->loc = e->loc;
	ret->where = PLACE_NUMBER;
	ret->base = value;
	ret->type = p->type;
	return true;
}

static const char *list_params(struct session *s, const struct cparam *p)
{
	const char *text = "";

	for (; p; p = p->next)
		if (p->name)
			text = session_printf(s, "%s%s$%s", text, *text ? ", " : "", p->name);
	return *text ? text : "none";
}

static bool return_place(const struct access *a, const struct expr *e, struct ctype *function, struct place *ret)
{
	struct ctype *type = ctype_target(function);

	if (!a->use->returns) {
		diag(a->s, &e->loc, DIAG_UNKNOWN_TARGET, "return");
		diag_note(a->s, "a .return probe has it");
		return false;
	}
	if (!type || type->kind == CTYPE_VOID) {
		diag(a->s, &e->loc, DIAG_UNKNOWN_TARGET, "return");
		diag_note(a->s, "%s returns nothing", a->use->function);
		return false;
	}
	ret->loc = e->loc;
	ret->where = PLACE_NUMBER;
	ret->base = builtin_call(a->s, e->loc, "returnval", NULL);
	ret->type = type;
	return true;
}

bool function_target(const struct access *a, const struct expr *e, const char *name, struct place *ret)
{
	struct ctype *function = function_type(a, e);
	const struct cparam *params = function ? ctype_params(function) : NULL;

	if (!function)
		return false;
	if (!strcmp(name, "return"))
		return return_place(a, e, function, ret);
	for (const struct cparam *p = params; p; p = p->next)
		if (p->name && p->type && !strcmp(p->name, name))
			return parameter_place(a, e, params, p, ret);
	diag(a->s, &e->loc, DIAG_UNKNOWN_TARGET, name);
	diag_note(a->s, "%s has %s", a->use->function, list_params(a->s, params));
	return false;
}

/* " name=VALUE" is added to the format, the value to the list; of what is no number "?". */
static bool add_item(const struct access *a, const struct expr *e, const char *name, int depth, const char **format,
		     struct expr **values)
{
	struct place p = { .loc = e->loc };
	struct expr *value;
	const char *how = "%#x";

	if (!function_target(a, e, name, &p))
		return false;
	if (depth || ctype_has_members(p.type)) {
		value = p.where == PLACE_NUMBER && ctype_has_members(p.type) ?
			expr_string(a->s, e->loc, "?") : place_text(a->s, a->body, &p, depth > 1);
		how = "%s";
	} else {
		value = place_number(a->s, &p);
	}
	if (!value)
		return false;
	*format = session_printf(a->s, "%s%s%s=%s", *format, **format ? " " : "", name, how);
	value->next = NULL;
	*values = expr_append(*values, value);
	return true;
}

struct expr *function_targets_text(const struct access *a, const struct expr *e, const char *name)
{
	int depth;
	const char *list = pretty_split(a->s, name, &depth), *format = "";
	struct expr *values = NULL;
	struct ctype *function;
	bool parms = !strcmp(list, "$parms") || !strcmp(list, "$vars");

	if (!a->use || a->use->kind != PROBE_FUNCTION || (!parms && strcmp(list, "$return") && strcmp(list, "$locals"))) {
		diag(a->s, &e->loc, DIAG_UNKNOWN_TARGET, list);
		diag_note(a->s, "a probe of a function has $$parms, and where it returns $$return");
		return NULL;
	}
	function = function_type(a, e);
	if (!function)
		return NULL;
	for (const struct cparam *p = parms ? ctype_params(function) : NULL; p; p = p->next)
		if (p->name && p->type && !add_item(a, e, p->name, depth, &format, &values))
			return NULL;
	if (!strcmp(list, "$return") && a->use->returns && ctype_target(function) &&
	    ctype_target(function)->kind != CTYPE_VOID && !add_item(a, e, "return", depth, &format, &values))
		return NULL;
	return expr_call(a->s, e->loc, "sprintf", expr_append(expr_string(a->s, e->loc, format), values));
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of variables and functions: one probe point in a line, and with -L what
 * is known of it.
 *
 *	kernel.data("pid_max") int, 4 bytes, .data
 *	kernel.function("do_exit") $code:long
 */
#include <inttypes.h>
#include <string.h>

#include "diag.h"
#include "list.h"
#include "parse/preprocess.h"
#include "resolve/datum.h"
#include "resolve/point.h"
#include "types/names.h"

/* So many variables the compiler is asked about; of more at once only what others know is shown. */
#define MOST_COMPILED	200

struct listing {
	struct session *s;
	const char *module;		/* or NULL */
	const struct component *what;	/* data, function */
	bool more;			/* -L */
	bool many;			/* more than the compiler is asked about */
};

static void print_head(const struct listing *l, const char *name)
{
	if (l->module)
		printf("module(\"%s\")", l->module);
	else
		printf("kernel");
	printf(".%s(\"%s\")", l->what->name, name);
}

static void print_type(const struct listing *l, struct ctype *type, unsigned bits, const char *section)
{
	const char *where = section ? session_printf(l->s, ", %s", section) : "";

	if (!type)
		printf(" (type unknown)%s", where);
	else if (bits)
		printf(" %s, %u bits%s", ctype_spell(l->s, type), bits, where);
	else
		printf(" %s, %" PRIu64 " bytes%s", ctype_spell(l->s, type), type->size, where);
}

static void note_variable(const struct cvariable *v, void *data)
{
	struct cvariable *first = data;

	if (!first->name)
		*first = *v;
}

static void print_variable(const struct listing *l, const struct name *name)
{
	struct cvariable v = { .name = NULL };

	print_head(l, name->text);
	if (l->more) {
		(l->many ? types_variables_at_hand : types_variables)(types_of(l->s, l->module), name->text,
								      note_variable, &v);
		print_type(l, v.type, 0, v.section ? v.section : v.per_cpu ? ".data..percpu" : name->section);
	}
	putchar('\n');
}

/* What the compiler has to be asked it is asked of all together. */
static void prefetch(const struct listing *l, const struct name *names, size_t count)
{
	const char **texts = session_alloc(l->s, (count + 1) * sizeof(*texts));

	for (size_t i = 0; i < count; i++)
		texts[i] = names[i].text;
	types_prefetch(types_of(l->s, l->module), texts, count);
}

static void note_function(const struct cfunction *f, void *data)
{
	struct ctype **type = data;

	if (!*type)
		*type = f->type;
}

static void print_function(const struct listing *l, const struct name *name)
{
	struct ctype *type = NULL, *returns;

	print_head(l, name->text);
	if (l->more)
		types_functions(types_of(l->s, l->module), name->text, note_function, &type);
	for (const struct cparam *p = type ? ctype_params(type) : NULL; p; p = p->next)
		if (p->name && p->type)
			printf(" $%s:%s", p->name, ctype_spell(l->s, p->type));
	returns = type ? ctype_target(type) : NULL;
	if (returns && returns->kind != CTYPE_VOID)
		printf(" $return:%s", ctype_spell(l->s, returns));
	putchar('\n');
}

/* "init_task.pid": one datum, with its type. False after a diagnostic. */
static bool print_datum(const struct listing *l, const struct expr *name)
{
	struct datum d;

	if (!datum_parse(l->s, l->module, name->string, &name->loc, &d))
		return false;
	print_head(l, name->string);
	if (l->more)
		print_type(l, d.type, d.bit_size, d.per_cpu ? ".data..percpu" : NULL);
	putchar('\n');
	return true;
}

static bool is_name(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_*?") == strlen(text);
}

/* How many there were; -1 after a diagnostic. */
static long list_point(struct session *s, const struct point *point, bool more)
{
	struct component *first = point->components, *what = first->next;
	bool is_module = !strcmp(first->name, "module");
	struct listing l = { .s = s, .what = what, .more = more };
	bool functions = what && !strcmp(what->name, "function");
	const struct name *names;
	size_t count;

	if ((!is_module && strcmp(first->name, "kernel")) || !what || (!functions && strcmp(what->name, "data"))) {
		diag(s, &point->loc, DIAG_LIST);
		return -1;
	}
	if (!component_argument(s, first, is_module ? 's' : 0) || !component_argument(s, what, 's') ||
	    (is_module && !point_module_check(s, first)))
		return -1;
	l.module = is_module ? first->arg->string : NULL;
	if (!functions && !is_name(what->arg->string))
		return print_datum(&l, what->arg) ? 1 : -1;
	names = (functions ? names_of_functions : names_of_variables)(s, l.module, what->arg->string, &count);
	l.many = count > MOST_COMPILED;
	if (!functions && more && !l.many)
		prefetch(&l, names, count);
	for (size_t i = 0; i < count; i++)
		(functions ? print_function : print_variable)(&l, &names[i]);
	return count;
}

int list_points(struct session *s)
{
	char *text = session_printf(s, "probe %s { }", s->options.list);
	long found = 0, n;

	s->options.script_text = text;
	if (parse_script(s))
		return 1;
	s->unit = session_alloc(s, sizeof(*s->unit));
	for (const struct point *p = s->script.probes->points; p; p = p->next) {
		n = list_point(s, p, s->options.list_more);
		if (n < 0)
			return 1;
		found += n;
	}
	if (found)
		return 0;
	diag(s, NULL, DIAG_NO_MATCH, s->options.list);
	return 1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a reader tells of variables, functions and types, as text. */
#ifndef TYPES_DUMP_H
#define TYPES_DUMP_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../../../translator/types/reader.h"

struct dump {
	FILE *out;
	struct session *session;
	bool addresses;		/* they differ from one compiler to the next */
	bool places;
	unsigned count;		/* of what was told */
};

static void dump_members(struct dump *d, struct ctype *t, unsigned depth)
{
	for (const struct cmember *m = ctype_members(t); m; m = m->next) {
		fprintf(d->out, "%*s%" PRIu64 "%s%.0u: %s %s\n", (int)depth * 2, "", m->bit_offset,
			m->bit_size ? ":" : "", m->bit_size, ctype_spell(d->session, m->type),
			m->name ? m->name : "(unnamed)");
		d->count++;
		if (!m->type->name && !m->type->alias && depth < 6 &&
		    (m->type->kind == CTYPE_STRUCT || m->type->kind == CTYPE_UNION))
			dump_members(d, m->type, depth + 1);
	}
}

static void dump_type(struct dump *d, struct ctype *t)
{
	static const char *const kinds[] = {
		"void", "int", "float", "enum", "pointer", "array", "struct", "union", "function",
	};
	struct ctype *target;

	fprintf(d->out, "%s, %s of %" PRIu64, ctype_spell(d->session, t), kinds[t->kind], t->size);
	if (t->name)
		fprintf(d->out, ", named %s", t->name);
	fprintf(d->out, "%s%s%s%s\n", t->is_signed ? ", signed" : "", t->is_char ? ", char" : "",
		t->is_bool ? ", bool" : "", t->incomplete ? ", incomplete" : "");
	if (t->kind == CTYPE_ENUM)
		for (const struct cvalue *v = ctype_values(t); v; v = v->next)
			fprintf(d->out, "  %s = %" PRId64 "\n", v->name, v->value);
	if (t->kind == CTYPE_STRUCT || t->kind == CTYPE_UNION)
		dump_members(d, t, 1);
	if (t->kind == CTYPE_POINTER || t->kind == CTYPE_ARRAY) {
		target = ctype_target(t);
		fprintf(d->out, "  of %s, %" PRIu64 "\n", ctype_spell(d->session, target), target ? target->size : 0);
	}
}

static void dump_variable(const struct cvariable *v, void *data)
{
	struct dump *d = data;

	fprintf(d->out, "%s: %s, %" PRIu64 " in %s of %s%s", v->name, v->type ? ctype_spell(d->session, v->type) : "?",
		v->size, v->section ? v->section : "?", v->file ? v->file : "?", v->per_cpu ? ", per CPU" : "");
	if (d->addresses)
		fprintf(d->out, " at 0x%" PRIx64, v->address);
	fprintf(d->out, "\n");
	d->count++;
}

static void dump_function(const struct cfunction *f, void *data)
{
	static const char *const places[] = { "by ABI", "register", "stack", "nowhere" };
	struct dump *d = data;

	fprintf(d->out, "%s: %s, %s:%u%s%s%s", f->name, ctype_spell(d->session, f->type), f->file ? f->file : "?",
		f->line, f->section ? " in " : "", f->section ? f->section : "", f->inlined ? ", inlined" : "");
	if (d->addresses)
		fprintf(d->out, " at 0x%" PRIx64, f->address);
	fprintf(d->out, "\n");
	for (const struct cparam *p = ctype_params(f->type); p; p = p->next) {
		fprintf(d->out, "  %s %s", ctype_spell(d->session, p->type), p->name ? p->name : "(unnamed)");
		if (d->places)
			fprintf(d->out, ", %s %" PRId64, places[p->place], p->number);
		fprintf(d->out, "\n");
	}
	d->count++;
}

static void dump_all(struct dump *d, struct type_reader *r, const char *const *types)
{
	struct ctype *t;

	r->ops->variables(r, "*", dump_variable, d);
	r->ops->functions(r, "*", dump_function, d);
	for (; *types; types++) {
		const char *name = strchr(*types, ' ');
		enum ctype_tag tag = !name ? TAG_NONE
				   : **types == 's' ? TAG_STRUCT
				   : **types == 'u' ? TAG_UNION : TAG_ENUM;

		t = r->ops->find(r, tag, name ? name + 1 : *types);
		if (t)
			dump_type(d, t);
		else
			fprintf(d->out, "%s: not found\n", *types);
	}
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Goes over the outermost entries of all units, once, and notes what has a name:
 * of each type one complete definition, of variables and functions all of them.
 * A kernel's units have some ten million of these entries, nearly all of them
 * the types of the same headers.
 */
#include <dwarf.h>
#include <stdio.h>
#include <string.h>

#include "dwarf_internal.h"

struct note {
	const char *name;	/* in the file */
	uint64_t id;
	uint32_t kind;
	uint32_t line;		/* of a function that is only inlined: each unit has it once more */
};

struct notes {
	struct note *all;
	size_t count, room;
};

struct walk {
	struct dwarf *d;
	struct notes notes;
	uint32_t *seen;		/* of those that are noted once: their numbers, from 1, by hash */
	size_t seen_count, seen_size;
	struct notes inlined;	/* of this unit: those that may have a function of their own yet */
	uint64_t *own;		/* the ids of inlined ones that have */
	size_t own_count, own_room;
	bool no_memory;
};

/* Room for one more; false where there is no memory, and then the index lacks something. */
static bool grow(struct walk *w, void **array, size_t count, size_t *room, size_t bytes)
{
	size_t more = *room ? 2 * *room : 256;
	void *grown;

	if (count < *room)
		return true;
	grown = reallocarray(*array, more, bytes);
	w->no_memory |= !grown;
	if (!grown)
		return false;
	*array = grown;
	*room = more;
	return true;
}

static void add(struct walk *w, struct notes *to, struct note note)
{
	if (grow(w, (void **)&to->all, to->count, &to->room, sizeof(note)))
		to->all[to->count++] = note;
}

static size_t hash_of(const struct note *n)
{
	size_t hash = n->kind * 31 + n->line;

	for (const char *p = n->name; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 0x100000001b3ULL;
	return hash ^ hash >> 29;
}

static uint32_t *seen_slot(struct walk *w, const struct note *n)
{
	for (size_t at = hash_of(n);; at++) {
		uint32_t *slot = &w->seen[at & (w->seen_size - 1)];
		const struct note *other = *slot ? &w->notes.all[*slot - 1] : NULL;

		if (!other || (other->kind == n->kind && other->line == n->line &&
			       (other->name == n->name || !strcmp(other->name, n->name))))
			return slot;
	}
}

static bool grow_seen(struct walk *w)
{
	uint32_t *old = w->seen;
	size_t old_size = w->seen_size;

	w->seen_size = old_size ? 2 * old_size : 4096;
	w->seen = calloc(w->seen_size, sizeof(*w->seen));
	if (!w->seen) {
		w->seen = old;
		w->seen_size = old_size;
		w->no_memory = true;
		return false;
	}
	for (size_t i = 0; i < old_size; i++)
		if (old[i])
			*seen_slot(w, &w->notes.all[old[i] - 1]) = old[i];
	free(old);
	return true;
}

static void add_once(struct walk *w, struct note note)
{
	uint32_t *slot;

	if (w->seen_count >= w->seen_size / 2 && !grow_seen(w))
		return;
	slot = seen_slot(w, &note);
	if (*slot || w->notes.count >= UINT32_MAX)
		return;
	add(w, &w->notes, note);
	if (!w->no_memory) {
		*slot = (uint32_t)w->notes.count;
		w->seen_count++;
	}
}

static void function(struct walk *w, Dwarf_Die *die, struct note note)
{
	Dwarf_Attribute attr;
	Dwarf_Die origin;
	int line;

	if (!dwarf_hasattr(die, DW_AT_low_pc) && !dwarf_hasattr(die, DW_AT_ranges)) {
		note.line = dwarf_decl_line(die, &line) ? 0 : (uint32_t)line;
		add(w, &w->inlined, note);
		return;
	}
	add(w, &w->notes, note);
	if (dwarf_attr(die, DW_AT_abstract_origin, &attr) && dwarf_formref_die(&attr, &origin) &&
	    grow(w, (void **)&w->own, w->own_count, &w->own_room, sizeof(*w->own)))
		w->own[w->own_count++] = dwarf_id(w->d, &origin);
}

static int by_id(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* At the end of a unit: what it only inlines, which has no function of its own. */
static void add_inlined(struct walk *w)
{
	if (w->own_count)
		qsort(w->own, w->own_count, sizeof(*w->own), by_id);
	for (size_t i = 0; i < w->inlined.count; i++)
		if (!w->own_count ||
		    !bsearch(&w->inlined.all[i].id, w->own, w->own_count, sizeof(*w->own), by_id))
			add_once(w, w->inlined.all[i]);
	w->inlined.count = w->own_count = 0;
}

static void entry(struct walk *w, Dwarf_Die *die)
{
	struct note note = { NULL };

	switch (dwarf_tag(die)) {
	case DW_TAG_typedef:
	case DW_TAG_base_type:
		note.kind = DWARF_TYPE;
		break;
	case DW_TAG_structure_type:
		note.kind = DWARF_STRUCT;
		break;
	case DW_TAG_union_type:
		note.kind = DWARF_UNION;
		break;
	case DW_TAG_enumeration_type:
		note.kind = DWARF_ENUM;
		break;
	case DW_TAG_variable:
		if (!dwarf_hasattr(die, DW_AT_location))
			return;
		note.kind = DWARF_VARIABLE;
		break;
	case DW_TAG_subprogram:
		note.kind = DWARF_FUNCTION;
		break;
	default:
		return;
	}
	if (dwarf_hasattr(die, DW_AT_declaration))
		return;
	note.name = dwarf_diename(die);
	note.id = dwarf_id(w->d, die);
	if (!note.name || !*note.name || !note.id)
		return;
	if (note.kind == DWARF_FUNCTION)
		function(w, die, note);
	else if (note.kind == DWARF_VARIABLE)
		add(w, &w->notes, note);
	else
		add_once(w, note);
}

/* Assembler has no types, and Rust's have names that mean something else in C. */
static bool is_c(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case -1:		/* what several units share */
	case DW_LANG_C:
	case DW_LANG_C89:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case 0x2c:		/* C17 */
		return true;
	default:
		return false;
	}
}

static void walk_units(struct walk *w, Dwarf *dwarf)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die top, die;
	Dwarf_Half version;
	uint8_t type;
	int error;

	while (!(error = dwarf_get_units(dwarf, unit, &unit, &version, &type, &top, NULL))) {
		if (!is_c(&top) || !dwarf_haschildren(&top) || !dwarf_first(w->d, &top, &die))
			continue;
		do {
			entry(w, &die);
		} while (!w->no_memory && dwarf_next(w->d, &die));
		add_inlined(w);
		if (w->no_memory)
			return;
	}
	if (error < 0)
		dwarf_damaged(w->d);
}

static int by_name(const void *a, const void *b)
{
	const struct note *x = a, *y = b;
	int order;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	order = x->name == y->name ? 0 : strcmp(x->name, y->name);
	return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

/* The notes in their order become the index. */
static void make_index(const struct notes *notes, struct dwarf_index *ret)
{
	struct dwarf_entry *entries = calloc(notes->count + 1, sizeof(*entries));
	size_t size = 0, length;
	const char *last = NULL;
	FILE *out = NULL;
	char *names = NULL;

	if (entries)
		out = open_memstream(&names, &size);
	for (size_t i = 0, at = 0; out && i < notes->count; i++) {
		const struct note *n = &notes->all[i];

		if (!last || strcmp(last, n->name)) {
			length = strlen(n->name) + 1;
			if (at + length > UINT32_MAX)
				break;
			fwrite(n->name, 1, length, out);
			entries[i].name = (uint32_t)at;
			at += length;
		} else {
			entries[i].name = entries[i - 1].name;
		}
		last = n->name;
		entries[i].id = n->id;
		entries[i].kind = n->kind;
		ret->count++;
	}
	/* a cached one is read in words */
	while (out && ftell(out) % 8)
		fputc('\0', out);
	if (!out || fclose(out)) {
		free(entries);
		free(names);
		*ret = (struct dwarf_index){ NULL };
		return;
	}
	ret->entries = ret->own_entries = entries;
	ret->names = ret->own_names = names;
	ret->names_size = size;
}

void dwarf_walk(struct dwarf *d, struct dwarf_index *ret)
{
	struct walk w = { .d = d };
	Dwarf *shared = dwarf_getalt(d->dwarf);

	walk_units(&w, d->dwarf);
	if (shared)
		walk_units(&w, shared);
	*ret = (struct dwarf_index){ NULL };
	if (w.notes.count)
		qsort(w.notes.all, w.notes.count, sizeof(*w.notes.all), by_name);
	make_index(&w.notes, ret);
	free(w.notes.all);
	free(w.inlined.all);
	free(w.own);
	free(w.seen);
}

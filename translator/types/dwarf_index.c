// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds names in an index of DWARF: from the cache, or made when it is first needed. */
#include <dwarf.h>
#include <string.h>
#include <sys/mman.h>

#include "dwarf_internal.h"

static void make_index(struct dwarf *d)
{
	d->indexed = true;
	if (d->keep_index && dwarf_store_load(d, &d->index))
		return;
	dwarf_walk(d, &d->index);
	if (d->keep_index)
		dwarf_store_save(d, &d->index);
}

void dwarf_index_free(struct dwarf *d)
{
	if (d->index.map)
		munmap(d->index.map, d->index.map_size);
	free(d->index.own_entries);
	free(d->index.own_names);
	d->index = (struct dwarf_index){ NULL };
}

/* The first entry that is not before that kind and name. */
static uint64_t first_from(const struct dwarf_index *index, unsigned kind, const char *name)
{
	uint64_t low = 0, high = index->count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const struct dwarf_entry *e = &index->entries[middle];

		if (e->kind < kind || (e->kind == kind && strcmp(index->names + e->name, name) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_of_kind(Dwarf_Die *die, enum dwarf_kind kind)
{
	int tag = dwarf_tag(die);

	switch (kind) {
	case DWARF_TYPE:
		return tag == DW_TAG_typedef || tag == DW_TAG_base_type;
	case DWARF_STRUCT:
		return tag == DW_TAG_structure_type;
	case DWARF_UNION:
		return tag == DW_TAG_union_type;
	case DWARF_ENUM:
		return tag == DW_TAG_enumeration_type;
	case DWARF_VARIABLE:
		return tag == DW_TAG_variable;
	case DWARF_FUNCTION:
		return tag == DW_TAG_subprogram;
	default:
		return false;
	}
}

/* The index may come from a file: the entry is looked at again. */
static bool entry_die(struct dwarf *d, const struct dwarf_entry *e, const char *name, Dwarf_Die *ret)
{
	const char *real;

	if (!dwarf_die(d, e->id, ret) || !is_of_kind(ret, e->kind))
		return false;
	real = dwarf_diename(ret);
	return real && !strcmp(real, name);
}

void dwarf_index_find(struct dwarf *d, enum dwarf_kind kind, const char *name,
		      void (*found)(struct dwarf *, Dwarf_Die *, const char *name, void *data), void *data)
{
	bool pattern = type_name_is_pattern(name);
	Dwarf_Die die;

	if (!d->indexed)
		make_index(d);
	for (uint64_t i = first_from(&d->index, kind, pattern ? "" : name); i < d->index.count; i++) {
		const struct dwarf_entry *e = &d->index.entries[i];
		const char *here = d->index.names + e->name;

		if (e->kind != kind || (!pattern && strcmp(here, name)))
			break;
		if (type_name_matches(name, here) && entry_die(d, e, here, &die))
			found(d, &die, here, data);
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stand-ins for the other readers of types, where only that of DWARF is wanted. */
#ifndef TYPES_ONLY_DWARF_H
#define TYPES_ONLY_DWARF_H

#include "../../../translator/types/reader.h"

struct type_reader *__attribute__((weak)) btf_open(struct session *s, const char *path, struct type_reader *base)
{
	return NULL;
}

struct type_reader *__attribute__((weak)) headers_open(struct session *s)
{
	return NULL;
}

struct type_reader *__attribute__((weak)) header_open(struct session *s, const char *header)
{
	return NULL;
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/* Printing backtraces; stack.h has the format. */
#include <inttypes.h>
#include <stdio.h>

#include "stack.h"

/* A line without the names: two addresses, two offsets, punctuation. */
#define LINE_BYTES 96

void stack_print(struct output *out, struct kallsyms *symbols, const unsigned char *addresses, size_t n)
{
	uint64_t address, size;
	struct ksym sym;
	size_t i, room;
	char *at;

	if (!n) {
		at = output_room(out, LINE_BYTES);
		at += snprintf(at, LINE_BYTES, " (no kernel code was interrupted)\n");
		output_advance(out, at);
	}
	for (i = 0; i < n; i++) {
		memcpy(&address, addresses + i * sizeof(address), sizeof(address));
		if (!address)
			continue;
		if (!kallsyms_lookup(symbols, address - 1, &sym, &size)) {
			at = output_room(out, LINE_BYTES);
			at += snprintf(at, LINE_BYTES, " 0x%016" PRIx64 "\n", address);
			output_advance(out, at);
			continue;
		}
		room = LINE_BYTES + sym.name_len + sym.module_len;
		at = output_room(out, room);
		at += snprintf(at, room, " 0x%016" PRIx64 " : %.*s+0x%" PRIx64 "/0x%" PRIx64 " [%.*s]\n",
			       address, (int)sym.name_len, sym.name,
			       address - sym.address, size,
			       sym.module ? (int)sym.module_len : 6,
			       sym.module ? sym.module : "kernel");
		output_advance(out, at);
	}
}

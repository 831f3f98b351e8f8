// SPDX-License-Identifier: GPL-2.0-or-later
/* Printing backtraces; stack.h has the format. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "stack.h"

/* A line without the names: two addresses, two offsets, punctuation. */
#define LINE_BYTES 96

/* names: the bytes that strings among the arguments have. */
__attribute__((format(printf, 3, 4)))
static void put(struct output *out, size_t names, const char *format, ...)
{
	size_t room = LINE_BYTES + names;
	char *at = output_room(out, room);
	va_list ap;

	va_start(ap, format);
	at += vsnprintf(at, room, format, ap);
	va_end(ap);
	output_advance(out, at);
}

/* The functions that are inlined at an address in a module, then, on the line that follows, where it is. */
static void print_inlined(struct output *out, uint64_t address, const char *module, int module_len,
			  const struct frame *frames, size_t n)
{
	const char *name;

	for (; n > 1; n--, frames++) {
		name = frames->function ? frames->function : "?";
		put(out, strlen(name) + module_len + strlen(frames->file),
		    " 0x%016" PRIx64 " : %s [%.*s] at %s:%u (inlined)\n", address, name, module_len, module,
		    frames->file, frames->line);
	}
}

static void print_address(struct output *out, struct kallsyms *symbols, struct lines *lines, uint64_t address)
{
	const struct frame *frames;
	const char *module;
	int module_len;
	struct ksym sym;
	uint64_t size;
	size_t n;

	if (!kallsyms_lookup(symbols, address - 1, &sym, &size)) {
		put(out, 0, " 0x%016" PRIx64 "\n", address);
		return;
	}
	module = sym.module ? sym.module : "kernel";
	module_len = sym.module ? sym.module_len : strlen(module);
	n = lines ? lines_lookup(lines, address - 1, &frames) : 0;
	print_inlined(out, address, module, module_len, frames, n);
	put(out, sym.name_len + module_len, " 0x%016" PRIx64 " : %.*s+0x%" PRIx64 "/0x%" PRIx64 " [%.*s]", address,
	    (int)sym.name_len, sym.name, address - sym.address, size, module_len, module);
	if (n)
		put(out, strlen(frames[n - 1].file), " at %s:%u\n", frames[n - 1].file, frames[n - 1].line);
	else
		put(out, 0, "\n");
}

void stack_print(struct output *out, struct kallsyms *symbols, struct lines *lines, const unsigned char *addresses,
		 size_t n)
{
	uint64_t address;
	size_t i;

	if (!n)
		put(out, 0, " (no kernel code was interrupted)\n");
	for (i = 0; i < n; i++) {
		memcpy(&address, addresses + i * sizeof(address), sizeof(address));
		if (address)
			print_address(out, symbols, lines, address);
	}
}

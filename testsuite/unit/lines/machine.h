/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lines.c finds on a machine, made up in a folder: /sys, /proc/kallsyms, a
 * kernel and a module with debug files, both compiled from subject.c.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../translator/run/lines.h"

#define MODULE_TEXT 0xffffffffc0100000ul
#define KERNEL_TEXT 0xffffffff91000000ul	/* moved by 256 MB */

static char folder[] = "/tmp/lines-test-XXXXXX";

/* false: the command failed */
__attribute__((format(printf, 1, 2)))
static int shell(const char *format, ...)
{
	char command[PATH_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	return !system(command);
}

static int machine_make(void)
{
	if (!mkdtemp(folder) || chdir(folder))
		return 0;
	setenv("WATCHTAP_DEBUG_PATH", "missing:debug", 1);
	unsetenv("DEBUGINFOD_URLS");
	return shell("mkdir -p debug sys/kernel sys/module/a_module/notes sys/module/a_module/sections &&"
		     "gcc -O2 -g -c -ffreestanding -fno-pie -mcmodel=kernel -fcf-protection=none -o subject.o "
		     WT_SOURCE_DIR "/testsuite/unit/lines/subject.c &&"
		     "ld -r --build-id=sha1 -o a-module.ko subject.o &&"
		     "echo 'PHDRS { text PT_LOAD FLAGS(5); note PT_NOTE; }"
		     " SECTIONS { . = 0xffffffff81000000; .text : { *(.text) *(.bss) } :text"
		     " .note.gnu.build-id : { *(.note.gnu.build-id) } :text :note }' > vmlinux.lds &&"
		     "ld --build-id=sha1 -T vmlinux.lds -e subject -o vmlinux subject.o &&"
		     "objcopy -O binary -j .note.gnu.build-id a-module.ko sys/module/a_module/notes/.note.gnu.build-id &&"
		     "objcopy -O binary -j .note.gnu.build-id vmlinux sys/kernel/notes &&"
		     "echo 0x%lx > sys/module/a_module/sections/.text", MODULE_TEXT);
}

static void machine_end(void)
{
	if (chdir("/") || !shell("rm -rf %s", folder))
		perror(folder);
}

/* A look at the machine as it is now. The kernel's _text is subject() too. */
static void machine_look(struct kallsyms *symbols, struct lines *lines)
{
	memset(symbols, 0, sizeof(*symbols));
	symbols->size = asprintf(&symbols->text, "%lx T _text\n%lx T subject\n%lx T end\n"
				 "%lx t subject\t[a_module]\n%lx t end\t[a_module]\n", KERNEL_TEXT, KERNEL_TEXT,
				 KERNEL_TEXT + 0x1000, MODULE_TEXT, MODULE_TEXT + 0x1000);
	symbols->read_at = UINT64_MAX / 2;	/* never read again */
	lines_init(lines, symbols);
	lines->sys = "sys";
}

/* The number of the line of subject.c that has the text. */
static unsigned int line_with(const char *text)
{
	FILE *f = fopen(WT_SOURCE_DIR "/testsuite/unit/lines/subject.c", "re");
	unsigned int number = 0, found = 0;
	char line[256];

	while (f && !found && fgets(line, sizeof(line), f)) {
		number++;
		if (strstr(line, text))
			found = number;
	}
	if (f)
		fclose(f);
	return found;
}

/* The address in a code that begins at text, of the frame that is the innermost; 0: there is none. */
static uint64_t store_in(struct lines *lines, uint64_t text)
{
	const struct frame *frames;
	uint64_t at;

	for (at = text; at < text + 64; at++)
		if (lines_lookup(lines, at, &frames) == 3 && frames[0].line == line_with("the innermost line"))
			return at;
	return 0;
}

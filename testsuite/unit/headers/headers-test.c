// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translator/types/header*.c: the index of headers that were written for this,
 * the compiler's messages, and the headers of the test kernel.
 *
 *	nasty.tree, nasty.expected	headers, and the names that they declare
 *	index.h				the index of them
 *	kernel.h			types from the kernel's headers
 *
 * Prints "ok N - name" or "not ok"; status 1 if one is not.
 */
#include "index.h"
#include "kernel.h"

static void test_messages(struct session *s)
{
	static const struct { const char *text, *wrong; } cases[] = {
		{ "", "" },
		{ "/t/watchtap-types.c:2:12: error: 'x' undeclared here (not in a function)\n", "2" },
		{ "/t/watchtap-types.c:2:12: warning: what\n", "" },
		{ "/t/watchtap-types.c:1:10: fatal error: linux/a.h: No such file or directory\n", "1" },
		{ "In file included from /k/linux/a.h:3,\n"
		  "                 from /t/watchtap-types.c:3:\n"
		  "/k/linux/b.h:7:1: error: what\n/k/linux/b.h:8:1: error: what\n"
		  "/t/watchtap-types.c:4:1: error: what\n", "34" },
		{ "In file included from /t/watchtap-types.c:1:\nIn file included from /k/linux/a.h:3:\n"
		  "/k/linux/b.h:7:1: error: what\n", "1" },
		{ "/t/watchtap-types.c:99:1: error: what\n/t/watchtap-types.c:0:1: error: what\n", "" },
		{ "cc1: fatal error: what: error: \n: error: \n", "" },
		{ "/t/watchtap-types.c:4:1: error: no end", "4" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct header_line lines[4] = { 0 };
		struct header_source source = { .lines = lines, .n = 4 };
		char got[8] = "";

		header_read_errors(cases[i].text, &source);
		for (unsigned line = 0; line < source.n; line++)
			if (lines[line].wrong)
				sprintf(got + strlen(got), "%u", line + 1);
		report(!strcmp(got, cases[i].wrong), "what the compiler says, %zu: %s", i, got);
	}
}

int main(void)
{
	struct session session = { .options.types = "headers" };

	if (!mkdtemp(folder))
		return 1;
	setenv("WATCHTAP_CACHE", folder, 1);
	obstack_init(&session.arena);
	test_index(&session);
	test_messages(&session);
	test_kernel(&session);
	obstack_free(&session.arena, NULL);
	remove_folder(folder);
	return failed;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The forms without a script of the user's: `watchtap watch` and `watchtap run`. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "build/build.h"
#include "oneshot.h"
#include "options.h"
#include "run/meta.h"

/* The handler: the first of several simultaneous hits is the one for --once. */
static char *make_script(struct session *s, const char *target, const char *length)
{
	const struct options *o = &s->options;
	const char *quote = isdigit((unsigned char)*target) ? "" : "\"";

	return session_printf(s, "%sprobe kernel.data(%s%s%s)%s.%s {\n%s"
			      "\tif (@defined($value$))\n"
			      "\t\tprintf(\"%%s(%%d) %%s -> %%s\\n\", execname(), pid(), $old$, $value$)\n"
			      "\telse\n"
			      "\t\tprintf(\"%%s(%%d)\\n\", execname(), pid())\n%s%s}\n",
			      o->watch_once ? "global seen\n" : "",
			      quote, target, quote, length, o->watch_rw ? "rw" : "write",
			      o->watch_once ? "\tif (seen++) next\n" : "",
			      o->watch_stack ? "\tprint_backtrace()\n" : "",
			      o->watch_once ? "\texit()\n" : "");
}

int oneshot_parse(struct session *s, int argc, char **argv)
{
	const char *length = "";
	double bytes;
	int rest, error = options_read(s, WATCH, argc, argv, &rest);

	if (error)
		return error;
	if (rest == argc)
		return options_error("watch what? Give a symbol or an address");
	if (rest + 1 < argc)
		return options_error("one symbol or address at a time, not '%s' as well", argv[rest + 1]);
	if (strpbrk(argv[rest], "\"\\\n"))
		return options_error("'%s' is no symbol and no address", argv[rest]);
	if (s->options.watch_length && options_number("--length", s->options.watch_length, 1, 32, &bytes))
		return -1;
	if (s->options.watch_length)
		length = session_printf(s, ".length(%.0f)", bytes);
	s->options.script_text = make_script(s, argv[rest], length);
	return 0;
}

/* The arbiter that a module was built against; where that is gone, this kernel's own. */
static int find_slots(struct session *s)
{
	struct meta meta;
	int error = 0;

	if (s->slots_path)
		return 0;
	if (meta_read(s->module_path, &meta)) {
		error = -1;
	} else if (meta.slots && !access(meta.slots, R_OK)) {
		s->slots_path = session_strdup(s, meta.slots);
	} else {
		error = build_slots(s, &s->slots_path);
	}
	meta_free(&meta);
	return error;
}

int run_command_parse(struct session *s, int argc, char **argv)
{
	int rest, error = options_read(s, RUN, argc, argv, &rest);

	if (error)
		return error;
	if (rest + 1 != argc)
		return options_error("run takes one module: watchtap run [OPTIONS] MODULE.ko");
	s->module_path = argv[rest];
	return find_slots(s);
}

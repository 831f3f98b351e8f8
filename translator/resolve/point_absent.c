// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe points and their parts that SystemTap has and watchtap has not. */
#include <string.h>

#include "../diag.h"
#include "point.h"

struct absent {
	const char *name;
	const char *instead;
};

static const char *const of_lines =
	"places inside a function are known from debug information, which watchtap does not read: probe the function, or watch what the line writes";
static const char *const of_inlined =
	"an inlined function has no symbol: only debug information, which watchtap does not read, says where it went";
static const char *const of_callees =
	"who calls whom is known from debug information, which watchtap does not read: probe the callee, and look at print_backtrace()";
static const char *const of_system_calls =
	"a system call's function can be probed: kernel.function(\"do_sys_openat2\"), or kernel.function(\"__x64_sys_*\")";
static const char *const of_perf =
	"timer.profile fires on every CPU; perf record and perf stat count events";

static const char *const of_tapset =
	"SystemTap's tapset gives functions such names; kernel.function(\"NAME\") probes the function itself";

static const struct absent heads[] = {
	{ "syscall",	of_system_calls },
	{ "nd_syscall",	of_system_calls },
	{ "netfilter",	"the functions that packets pass can be probed: kernel.function(\"ip_rcv\"), kernel.function(\"nf_hook_slow\")" },
	{ "ioblock",	of_tapset },
	{ "ioscheduler", of_tapset },
	{ "irq_handler", of_tapset },
	{ "kprocess",	of_tapset },
	{ "netdev",	of_tapset },
	{ "scheduler",	of_tapset },
	{ "signal",	of_tapset },
	{ "socket",	of_tapset },
	{ "softirq",	of_tapset },
	{ "tcp",	of_tapset },
	{ "tty",	of_tapset },
	{ "udp",	of_tapset },
	{ "vfs",	of_tapset },
	{ "vm",	of_tapset },
	{ "workqueue",	of_tapset },
	{ "procfs",	"a script takes arguments as $1 and @1, and prints to its output" },
	{ "perf",	of_perf },
	{ "input",	"a script takes arguments as $1 and @1" },
	{ "java",	"watchtap watches the kernel's data" },
	{ "python2",	"watchtap watches the kernel's data" },
	{ "python3",	"watchtap watches the kernel's data" },
};

static const struct absent of_kernel[] = {
	{ "trace",	"the function that tells of the event can be probed with kernel.function(\"NAME\"); trace-cmd and perf trace show events" },
	{ "statement",	of_lines },
	{ "mark",	"probe the function with kernel.function(\"NAME\")" },
};

static const struct absent of_function[] = {
	{ "inline",	of_inlined },
	{ "callee",	of_callees },
	{ "callees",	of_callees },
	{ "label",	of_lines },
	{ "exported",	"name the functions that are meant" },
};

/* Whether the list has it; then it is said, of what, what there is instead. */
static bool tell(struct session *s, const struct component *c, const char *what, const struct absent *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, c->name))
			continue;
		diag(s, &c->loc, DIAG_UNSUPPORTED, session_printf(s, "%s is", what));
		diag_note(s, "%s", list[i].instead);
		return true;
	}
	return false;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

bool point_absent(struct session *s, const struct component *first)
{
	return tell(s, first, session_printf(s, "the probe point %s", first->name), heads, COUNT(heads));
}

bool point_absent_of_kernel(struct session *s, const struct component *first)
{
	const char *what = session_printf(s, "%s.%s", first->has_parens ? "module(...)" : first->name, first->next->name);

	return tell(s, first->next, what, of_kernel, COUNT(of_kernel));
}

bool point_absent_of_function(struct session *s, const struct component *c)
{
	return tell(s, c, session_printf(s, "'.%s'", c->name), of_function, COUNT(of_function));
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watchtap: from a script to lines on the terminal, in five passes.
 *
 *	pass	folder		what it makes
 *	1	parse/		a syntax tree of the script
 *	2	resolve/	a unit: names bound, types known, probe points understood
 *	3	emit/		one C file
 *	4	build/		NAME.ko
 *	5	run/		the module loaded, controlled, its output printed
 *
 * vm/ runs pass 5 in a throw-away virtual machine. options.c reads the command
 * line, oneshot.c makes the script of `watchtap watch`, slots.c shows the
 * registers, diag.c says what is wrong, session.h holds what passes hand to
 * each other.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "build/build.h"
#include "diag.h"
#include "emit/emit.h"
#include "oneshot.h"
#include "list.h"
#include "options.h"
#include "paths.h"
#include "run/run.h"
#include "slots.h"
#include "vm/vm.h"

static int pass_build(struct session *s)
{
	return build_module(s, &s->slots_path);
}

/* Runs argv, whose last is NULL, in the VM: its exit status, or 1 after a diagnostic. */
static int in_vm(struct session *s, char **argv)
{
	struct vm_options vm;
	char err[512];
	int status;

	vm_options_init(&vm);
	vm.agent_path = watchtap_agent_path();
	vm.cache_dir = watchtap_cache_dir();
	vm.verbose = s->options.verbose;
	status = vm_run(s->vm_kernel, &vm, argv, err, sizeof(err));
	if (status >= 0)
		return status;
	diag(s, NULL, DIAG_VM, err);
	return 1;
}

/* This program's own file. */
static char *self_path(struct session *s)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	return session_strndup(s, self, length < 0 ? 0 : length);
}

/* The guest runs `watchtap run` on the module that was built here; its exit status. */
static int run_in_vm(struct session *s)
{
	struct options *o = &s->options;
	char *argv[32];
	int n = 0;

	argv[n++] = self_path(s);
	argv[n++] = "run";
	argv[n++] = "--slots";
	argv[n++] = (char *)s->slots_path;
	if (o->command) {
		argv[n++] = "-c";
		argv[n++] = (char *)o->command;
	}
	if (o->seconds) {
		argv[n++] = "-T";
		argv[n++] = session_printf(s, "%.9g", o->seconds);
	}
	if (o->priority) {
		argv[n++] = "--priority";
		argv[n++] = session_printf(s, "%d", o->priority);
	}
	for (int i = 0; i < o->verbose && n < 24; i++)
		argv[n++] = "-v";
	argv[n++] = (char *)s->module_path;
	argv[n] = NULL;

	if (o->output) {
		int fd = open(o->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
			diag(s, NULL, DIAG_OUTPUT, o->output, strerror(errno));
			return 1;
		}
		close(fd);
	}
	return in_vm(s, argv);
}

/* Names are the running kernel's to tell, so the guest makes the list. */
static int run_list(struct session *s)
{
	struct options *o = &s->options;
	char *argv[8];
	int n = 0, status;

	if (o->vm) {
		argv[n++] = self_path(s);
		argv[n++] = o->list_more ? "-L" : "-l";
		argv[n++] = (char *)o->list;
		if (o->types) {
			argv[n++] = "--types";
			argv[n++] = (char *)o->types;
		}
		argv[n] = NULL;
		return in_vm(s, argv);
	}
	status = list_points(s);
	diag_finish(s);
	return status;
}

static int pass_run(struct session *s)
{
	struct options *o = &s->options;

	if (o->vm)
		return run_in_vm(s);
	return run_module(&(struct run_options){
		.module_path = s->module_path,
		.slots_path = s->slots_path,
		.keep_name = o->module_name,
		.output = o->output,
		.command = o->command,
		.seconds = o->seconds,
		.priority = o->priority,
		.verbose = o->verbose,
	});
}

/* What -p N prints of the last pass, and what -v says each has made. */
static void print_tree(struct session *s)
{
	tree_print(stdout, &s->script);
}

static void print_unit(struct session *s)
{
	unit_print(stdout, s);
}

static void print_c(struct session *s)
{
	fputs(s->c_text, stdout);
}

static void print_module(struct session *s)
{
	puts(s->module_path);
}

static const char *made_tree(struct session *s)
{
	size_t bytes = 0;

	for (const struct source *src = s->sources; src; src = src->next)
		bytes += src->length;
	return session_printf(s, "%zu bytes of script", bytes);
}

static const char *made_unit(struct session *s)
{
	return session_printf(s, "%d probes, %d watches, %d formats", s->unit->use_count, s->unit->watch_count,
			      s->unit->format_count);
}

static const char *made_c(struct session *s)
{
	return session_printf(s, "%zu bytes of C", strlen(s->c_text));
}

static const char *made_module(struct session *s)
{
	struct stat st;

	return session_printf(s, "%s, %lld bytes", s->module_path,
			      stat(s->module_path, &st) ? 0LL : (long long)st.st_size);
}

static const struct pass {
	const char *name;
	int (*run)(struct session *);		/* 0, or not after diagnostics */
	void (*print)(struct session *);	/* for -p */
	const char *(*made)(struct session *);	/* for -v */
} passes[] = {
	{ "parse",	parse_script,	print_tree,	made_tree },
	{ "resolve",	resolve,	print_unit,	made_unit },
	{ "emit",	emit,		print_c,	made_c },
	{ "build",	pass_build,	print_module,	made_module },
	{ "run",	pass_run,	NULL,		NULL },
};

#define PASSES ((int)(sizeof(passes) / sizeof(passes[0])))

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The VM's kernel is what the module is built for. */
static int choose_kernel(struct session *s)
{
	struct options *o = &s->options;
	struct vm_kernel found;
	char err[512];

	if (!o->vm)
		return 0;
	if (vm_find_kernel(o->vm_kernel, &found, err, sizeof(err))) {
		diag(s, NULL, DIAG_VM, err);
		return -1;
	}
	s->vm_kernel = session_alloc(s, sizeof(*s->vm_kernel));
	s->vm_kernel->release = session_strdup(s, found.release);
	s->vm_kernel->image = session_strdup(s, found.image);
	vm_kernel_free(&found);
	o->release = s->vm_kernel->release;
	return 0;
}

/* Runs the passes. watchtap's exit status. */
static int run_passes(struct session *s)
{
	int status = 0;

	if (choose_kernel(s))
		return 1;
	if (s->options.list)
		return run_list(s);
	/* `watchtap run` has a module already */
	for (int i = s->module_path ? PASSES - 1 : 0; i < s->options.last_pass && i < PASSES; i++) {
		const struct pass *p = &passes[i];
		double start = seconds_now();

		status = p->run(s);
		if (s->options.verbose)
			fprintf(stderr, "Pass %d: %s: %.3f s%s%s\n", i + 1, p->name, seconds_now() - start,
				p->made && !status ? ", " : "", p->made && !status ? p->made(s) : "");
		if (status)
			break;
		if (i + 1 == s->options.last_pass && p->print)
			p->print(s);
	}
	diag_finish(s);
	/* the guest's exit status is passed through; ours are 0 and 1 */
	return status < 0 ? 1 : status;
}

/* What -p prints may meet a full disk. */
static int close_stdout(struct session *s)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	diag(s, NULL, DIAG_OUTPUT, "standard output", strerror(errno));
	return 1;
}

/* A command line's reader: 0, -1 after a message, 1 when it has answered by itself. */
static int run_script(int argc, char **argv, int (*parse)(struct session *, int, char **))
{
	struct session s = { 0 };
	int status;

	obstack_init(&s.arena);
	status = parse(&s, argc, argv);
	status = status ? status < 0 : run_passes(&s);
	if (close_stdout(&s))
		status = 1;
	obstack_free(&s.arena, NULL);
	return status;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (!strcmp(word, "vm"))
		return vm_main(argc - 1, argv + 1, watchtap_agent_path(), watchtap_cache_dir());
	if (!strcmp(word, "run"))
		return run_script(argc - 1, argv + 1, run_command_parse);
	if (!strcmp(word, "watch"))
		return run_script(argc - 1, argv + 1, oneshot_parse);
	if (!strcmp(word, "slots"))
		return run_script(argc - 1, argv + 1, slots_command);
	return run_script(argc, argv, options_parse);
}

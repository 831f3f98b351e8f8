// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 5, from a module's file to watchtap's exit status.  The files, in the
 * order in which things pass through them:
 *
 *	meta.c		what the module says of itself: watches, formats, probes
 *	bind.c		the watches' and functions' names, by kallsyms.c, to addresses
 *	load.c		the arbiter's and the script's module into the kernel
 *	control.c	the control file: start, the event loop, stop, losses
 *	command.c	-c
 *	system.c	system()
 *	records.c	pages of the kernel's ring buffers to events in order
 *	print.c		events to text: print_format.c what printf has, stack.c backtraces,
 *			histogram.c histograms
 *	marks.c		places in the source, in strings
 *	lines.c		places of addresses: debug_file.c finds the files, debug_info.c
 *			opens them, frames.c reads them, source_path.c names sources
 *	output.c	text to a file, a pipe, a terminal
 *	message.c	what is said to the user meanwhile
 */
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bind.h"
#include "control.h"
#include "lines.h"
#include "load.h"
#include "message.h"
#include "run.h"

/* What ends a script in good order. From here on the module must be unloaded whatever happens. */
static int catch_signals(sigset_t *old_mask, void (**old_pipe)(int))
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, old_mask);
	*old_pipe = signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);	/* ignored, waitpid() would find nothing */
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int run_module(const struct run_options *options)
{
	struct kallsyms symbols = { 0 };
	struct lines lines;
	struct signalfd_siginfo ignored;
	struct meta meta;
	struct output out;
	struct printer printer;
	struct control control = {
		.options = options, .meta = &meta, .out = &out, .printer = &printer,
	};
	void (*old_pipe)(int);
	int result = -1;

	lines_init(&lines, &symbols);
	control.signal_fd = catch_signals(&control.old_mask, &old_pipe);
	if (meta_read(options->module_path, &meta) || load_allowed())
		goto out_meta;
	if (output_open(&out, options->output))
		goto out_meta;
	if (printer_init(&printer, &out, &symbols, &meta))
		goto out_output;
	printer.system.mask = &control.old_mask;
	if (bind_module(&meta, &symbols))
		goto out_printer;
	load_sweep();
	if (load_script(options, &meta, &symbols))
		goto out_printer;
	if (meta.stacks)
		kallsyms_prepare(&symbols);
	if (meta.lines || meta.marks)
		printer.marks.lines = &lines;
	if (meta.lines)
		lines_prepare(&lines);
	result = control_script(&control);
	unload_script(&meta);
	system_end(&printer.system);
out_printer:
	printer_free(&printer);
out_output:
	output_close(&out);
	if (out.state == OUTPUT_FAILED)
		result = -1;
out_meta:
	meta_free(&meta);
	lines_free(&lines);
	kallsyms_free(&symbols);
	while (read(control.signal_fd, &ignored, sizeof(ignored)) > 0)
		;	/* else the second Ctrl-C would end us now, in bad order */
	close(control.signal_fd);
	signal(SIGPIPE, old_pipe);
	sigprocmask(SIG_SETMASK, &control.old_mask, NULL);
	return result ? 1 : 0;
}

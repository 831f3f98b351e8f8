// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is built by kbuild itself: the arbiter and the template module, once
 * for a kernel; a file with nothing in it, for its command, once as well; and
 * a script, where the recorded commands cannot be replayed.
 */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* Copies a folder of the sources, without what a developer's build left in it. */
static int copy_tree(struct build *b, const char *from, const char *to)
{
	char *paths[] = { (char *)from, NULL };
	FTS *fts = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int error = 0;

	if (!fts)
		return -1;
	while (!error && (e = fts_read(fts))) {
		const char *target = session_printf(b->session, "%s%s", to, e->fts_path + strlen(from));

		if (e->fts_info == FTS_D)
			error = mkdir(target, 0755) && errno != EEXIST;
		else if (e->fts_info == FTS_F && e->fts_name[0] != '.' && !strstr(e->fts_name, ".o") &&
			 !strstr(e->fts_name, ".mod") && !strstr(e->fts_name, ".ko"))
			error = copy_file(e->fts_path, target);
	}
	fts_close(fts);
	return error ? -1 : 0;
}

static int write_in(struct build *b, const char *folder, const char *name, const char *text)
{
	return write_file(session_printf(b->session, "%s/%s", folder, name), text, strlen(text));
}

/* The sources as they stand in the tree, so that paths between them hold. */
static int copy_sources(struct build *b, const char *folder, bool kernel)
{
	static const struct { const char *from, *to; } files[] = {
		{ "translator/build/probe.mk", "translator/build/probe.mk" },
		{ "translator/build/probe.sh", "translator/build/probe.sh" },
		{ "translator/build/template/Kbuild", "runtime/Kbuild" },
		{ "translator/build/template/script.c", "runtime/script.c" },
	};
	const char *data = watchtap_data_dir();
	struct session *s = b->session;

	if (mkdir(session_printf(s, "%s/translator", folder), 0755) ||
	    mkdir(session_printf(s, "%s/translator/build", folder), 0755) ||
	    copy_tree(b, session_printf(s, "%s/runtime", data), session_printf(s, "%s/runtime", folder)) ||
	    (kernel && copy_tree(b, session_printf(s, "%s/kernel", data), session_printf(s, "%s/kernel", folder))))
		return -1;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (copy_file(session_printf(s, "%s/%s", data, files[i].from),
			      session_printf(s, "%s/%s", folder, files[i].to)))
			return -1;
	}
	return write_in(b, folder, "runtime/limits.mk", session_printf(s, "ccflags-y +=%s%s\n", b->limits,
							      kernel ? "" : b->defines));
}

/* what: the targets, and what else make is to be told. */
static int run_make(struct build *b, const char *folder, const char *what, char **ret_output)
{
	return command_run(b, "/", session_printf(b->session, "make -s -j%ld -C %s M=%s %s",
						  sysconf(_SC_NPROCESSORS_ONLN), b->headers, folder, what), ret_output);
}

static void say_failed(struct build *b, const char *what, const char *output)
{
	if (build_interrupted() || command_disk_full(b, output))
		return;
	diag(b->session, NULL, DIAG_KERNEL_BUILD, what, b->release);
	command_show(b, output);
}

static int fill_kernel_folder(struct build *b)
{
	const char *f = b->folder;
	struct session *s = b->session;
	char *output;

	if (s->options.verbose)
		fprintf(stderr, "watchtap: building the runtime for kernel %s, once\n", b->release);
	if (mkdir(f, 0700) || copy_sources(b, f, true) ||
	    write_in(b, f, "Kbuild", "obj-m := kernel/ runtime/\n")) {
		cache_failed(b, f);
		return -1;
	}
	if (run_make(b, f, "modules", &output) ||
	    access(session_printf(s, "%s/kernel/watchtap_slots.ko", f), R_OK) ||
	    access(session_printf(s, "%s/runtime/" TEMPLATE ".ko", f), R_OK)) {
		say_failed(b, "the runtime", output);
		return -1;
	}
	return 0;
}

/* A file with nothing in it: its command is all that is wanted. */
static int fill_types_folder(struct build *b)
{
	char *output;

	if (mkdir(b->folder, 0700) || write_in(b, b->folder, "Kbuild", "obj-m := types.o\n") ||
	    write_in(b, b->folder, "types.c", "")) {
		cache_failed(b, b->folder);
		return -1;
	}
	if (run_make(b, b->folder, "types.o", &output)) {
		say_failed(b, "a look at its types", output);
		return -1;
	}
	return 0;
}

/* fill: makes what is in the folder, and the folder; 0, or -1 after diagnostics. */
static int build_once(struct build *b, int (*fill)(struct build *))
{
	const char *complete = session_printf(b->session, "%s/complete", b->folder);
	int lock, error = 0;

	if (!access(complete, F_OK))
		return 0;
	lock = cache_lock(b);
	if (lock < 0)
		return -1;
	/* who held the lock may have built it */
	if (access(complete, F_OK)) {
		remove_tree(b->folder);
		error = fill(b);
		if (!error && (write_in(b, b->folder, "complete.part", "") ||
			       rename(session_printf(b->session, "%s.part", complete), complete))) {
			cache_failed(b, b->folder);
			error = -1;
		}
		if (error)
			remove_tree(b->folder);
	}
	close(lock);
	return error;
}

int build_kernel_folder(struct build *b)
{
	return build_once(b, fill_kernel_folder);
}

int build_types_folder(struct build *b)
{
	return build_once(b, fill_types_folder);
}

int build_script_slowly(struct build *b)
{
	struct session *s = b->session;
	const char *f = session_printf(s, "%s/slow", b->temp);
	char *output;

	if (mkdir(f, 0700) || copy_sources(b, f, false) || write_in(b, f, "Kbuild", "obj-m := runtime/\n") ||
	    copy_tree(b, session_printf(s, "%s/kernel", b->folder), session_printf(s, "%s/kernel", f)) ||
	    write_script(b, session_printf(s, "%s/runtime/script.c", f))) {
		cache_failed(b, f);
		return -1;
	}
	if (run_make(b, f, session_printf(s, "modules KBUILD_EXTRA_SYMBOLS=%s/Module.symvers", b->folder), &output)) {
		if (!build_interrupted() && !command_disk_full(b, output)) {
			diag(s, NULL, DIAG_COMPILE);
			command_show(b, output);
		}
		return -1;
	}
	output = session_printf(s, "%s/%s.ko", b->temp, b->name);
	if (rename(session_printf(s, "%s/runtime/" TEMPLATE ".ko", f), output) || module_set_name(output, b->name)) {
		cache_failed(b, output);
		return -1;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 4's files, in the order a build goes through them:
 *
 *	toolchain.c	which kernel, is its build folder there, which compiler
 *	key.c		what a cached result depends on, hashed
 *	cache.c		folders, lock, temporary folder, publishing a result
 *	kbuild.c	the first build for a kernel; the slow way for one script
 *	replay.c	the commands kbuild recorded, run again for one script
 *	module.c	what has to be read from or written into a NAME.ko
 *	command.c	runs a command, captures what it says, signals
 *
 *	compiler.c	the same for C that is only looked at, with a folder of its own
 *
 * The cache:
 *
 *	CACHE/KERNELKEY.lock		held while the next is being made
 *	CACHE/KERNELKEY/complete	written last
 *	CACHE/KERNELKEY/kernel/		copy of the sources, and watchtap_slots.ko
 *	CACHE/KERNELKEY/runtime/	copy of the sources, and the template module
 *	CACHE/KERNELKEY/tmp.PID.XXXXXX/	one script's build
 *	CACHE/KERNELKEY/scripts/SCRIPTKEY/NAME.ko
 *
 *	CACHE/TYPESKEY/			complete, tmp and .lock as above
 *	CACHE/TYPESKEY/types.c		empty; with the command that kbuild had for it
 *	CACHE/TYPESKEY/...		what the kernel's headers say: types/header_compile.c
 *
 * The folder of a kernel is built in place and not renamed into place: the
 * commands that kbuild records contain its path.
 */
#ifndef TRANSLATOR_BUILD_INTERNAL_H
#define TRANSLATOR_BUILD_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "session.h"
#include "diag.h"
#include "paths.h"

/*
 * The template module's name. As long as a module's name can be, so that any
 * name can be written over it.
 */
#define TEMPLATE "watchtap_template_whose_name_is_as_long_as_names_can_be"
#define MODULE_NAME_MAX 55
_Static_assert(sizeof(TEMPLATE) - 1 == MODULE_NAME_MAX, "MODULE_NAME_LEN - 1 on 64 bits");

struct build {
	struct session *session;

	/* toolchain.c */
	const char *release;		/* of the kernel */
	const char *headers;		/* its build folder */
	const char *compiler;		/* absolute path */
	const char *limits;		/* -D options that the runtime is compiled with, each with a space before it */
	const char *defines;		/* the same: those of the script */

	/* key.c */
	char kernel_key[33];
	char script_key[33];
	const char *name;		/* of the module */

	/* cache.c */
	const char *cache;		/* absolute path */
	const char *folder;		/* CACHE/KERNELKEY */
	bool keep;			/* the next is not to be removed */
	const char *temp;		/* folder of this script's build, or NULL */
	const char *result;		/* where NAME.ko is kept */
};

/* toolchain.c. Each 0, or -1 after diagnostics. */
int find_kernel(struct build *);
int find_compiler(struct build *);
int check_defines(struct build *);

/* key.c. 0, or -1 after diagnostics. */
int make_keys(struct build *);
/* kernel_key, of what is only looked at: it does not depend on watchtap's sources. */
void make_types_key(struct build *);
/* A text's hash, as a name. */
void text_key(const char *text, char ret[33]);

/* cache.c. Each 0, or -1 after diagnostics. */
int cache_open(struct build *);
/* Waits for whoever else builds for this kernel. Returns a descriptor to close. */
int cache_lock(struct build *);
int cache_temp(struct build *);
int cache_publish(struct build *);
/* Copies the result to NAME.ko in the current folder. */
int cache_copy_out(struct build *, const char *path);
void cache_drop_temp(struct build *);
/* Says that the cache could not be written, errno being why. */
void cache_failed(struct build *, const char *path);
/* Removes a folder and what is in it; silent. */
void remove_tree(const char *path);
int copy_file(const char *from, const char *to);
int write_file(const char *path, const char *text, size_t length);

/* kbuild.c. Each 0, or -1 after diagnostics. */
int build_kernel_folder(struct build *);
int build_types_folder(struct build *);
int build_script_slowly(struct build *);

/* replay.c */
enum replay {
	REPLAY_DONE,
	REPLAY_FAILED,		/* after diagnostics */
	REPLAY_UNKNOWN,		/* these commands cannot be replayed: take the slow way */
};
enum replay replay_script(struct build *);
/* The command that made FOLDER/PATH, or NULL. */
char *recorded_command(struct build *, const char *path);
/* The script's C, with what only pass 4 knows added, as temp/script.c. */
int write_script(struct build *, const char *path);

/* module.c. true if each symbol that path lacks is also lacking in the template. */
bool module_needs_no_more(const char *path, const char *template_path);
/* Writes a module's name over the template's. 0, or -1 with errno. */
int module_set_name(const char *path, const char *name);

/*
 * command.c. Runs text with sh in folder; what it prints, errors too, is in
 * *ret_output (in the arena). Returns its exit status, -1 if it was killed or
 * could not be started, or if this program was told to end.
 */
int command_run(struct build *, const char *folder, const char *text, char **ret_output);
/* Shows the output of a command that failed, and says so if the disk is full. */
void command_show(struct build *, const char *output);
/* True if the output says that a disk was full; has given the diagnostic then. */
bool command_disk_full(struct build *, const char *output);
/* Signals that end the program are held until build_signals_end. */
void build_signals_begin(void);
void build_signals_end(void);
bool build_interrupted(void);

#endif

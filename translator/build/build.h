/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 4: C to NAME.ko.
 *
 * Once per kernel, compiler and set of limits, kbuild compiles the runtime and
 * the arbiter, together with an empty script; the commands that it used are
 * kept. A script is then compiled by replaying those commands on its one file,
 * and linked to the runtime's object.
 */
#ifndef TRANSLATOR_BUILD_H
#define TRANSLATOR_BUILD_H

struct session;

/*
 * Builds session->c_text into a module; sets session->module_path (in the
 * cache, or NAME.ko in the current folder with -m and -p 4) and *ret_slots_path.
 * 0, or -1 after diagnostics (missing headers, compiler; a full disk; the
 * compiler's own messages).
 */
int build_module(struct session *session, const char **ret_slots_path);

/* The arbiter alone, for the kernel that the options name. 0, or -1 after diagnostics. */
int build_slots(struct session *session, const char **ret_slots_path);

#endif

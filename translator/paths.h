/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRANSLATOR_PATHS_H
#define TRANSLATOR_PATHS_H

/*
 * Where watchtap's own files are. In the build tree: the source tree; once
 * installed: the folders that configure was told. Never NULL; static.
 */
const char *watchtap_data_dir(void);	/* has kernel/ runtime/ tapset/ */
const char *watchtap_agent_path(void);	/* the program that is init in the VM */
const char *watchtap_cache_dir(void);	/* $WATCHTAP_CACHE, or watchtap in the user's cache folder; may not exist */

/* mkdir -p, for the user's eyes only. 0, or -1 and errno. */
int make_folders(const char *path);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a cached result depends on, as a hash. Files of the kernel and the
 * compiler count by path, size and time: reading them would take longer than
 * the whole of a run from the cache may.
 */
#include <errno.h>
#include <fts.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

/* Of the bytes of SHA-256, those that go into a name. */
#define KEY_BYTES 16

/* The NUL goes in too, so that neighbouring strings cannot run into one another. */
static void add(struct sha256_ctx *hash, const char *text)
{
	sha256_update(hash, strlen(text) + 1, (const uint8_t *)text);
}

static void add_stat(struct sha256_ctx *hash, const char *folder, const char *name)
{
	char path[4096], text[128] = "absent";
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", folder, name);
	if (!stat(path, &st))
		snprintf(text, sizeof(text), "%lld %lld.%09ld", (long long)st.st_size,
			 (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	add(hash, path);
	add(hash, text);
}

static int add_contents(struct sha256_ctx *hash, const char *path)
{
	uint8_t buffer[16384];
	FILE *f = fopen(path, "re");
	size_t n;
	int error;

	if (!f)
		return -1;
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		sha256_update(hash, n, buffer);
	error = ferror(f) ? -1 : 0;
	fclose(f);
	return error;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Sources only: a developer's kbuild in the same folder must not change the key. */
static bool is_source(const char *name)
{
	const char *end = strrchr(name, '.');

	if (!strcmp(name, "Kbuild"))
		return true;
	return end && strlen(end) <= 4 && name[0] != '.' && !strstr(name, ".mod.c") &&
	       (!strcmp(end, ".c") || !strcmp(end, ".h") || !strcmp(end, ".def") ||
		!strcmp(end, ".mk") || !strcmp(end, ".sh"));
}

static int add_tree(struct sha256_ctx *hash, const char *path)
{
	char *paths[] = { (char *)path, NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;
	int error = 0;

	if (!fts)
		return -1;
	while ((e = fts_read(fts))) {
		if (e->fts_info == FTS_NS || e->fts_info == FTS_ERR || e->fts_info == FTS_DNR)
			error = e->fts_errno;
		if (e->fts_info != FTS_F || !is_source(e->fts_name))
			continue;
		add(hash, e->fts_path + strlen(path));
		if (add_contents(hash, e->fts_path))
			error = errno;
	}
	fts_close(fts);
	errno = error;
	return error ? -1 : 0;
}

static void finish(struct sha256_ctx *hash, char ret[2 * KEY_BYTES + 1])
{
	uint8_t digest[KEY_BYTES];

	sha256_digest(hash, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(ret + 2 * i, "%02x", digest[i]);
}

static void add_kernel(struct sha256_ctx *hash, struct build *b)
{
	add(hash, b->release);
	add_stat(hash, b->headers, "/Module.symvers");
	add_stat(hash, b->headers, "/include/config/auto.conf");
	add_stat(hash, b->compiler, "");
}

void text_key(const char *text, char ret[33])
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	add(&hash, text);
	finish(&hash, ret);
}

void make_types_key(struct build *b)
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	add(&hash, "types " WT_VERSION);
	add_kernel(&hash, b);
	finish(&hash, b->kernel_key);
}

int make_keys(struct build *b)
{
	/* fts_open takes files as well as folders */
	static const char *const trees[] = {
		"kernel", "runtime", "translator/build/template",
		"translator/build/probe.mk", "translator/build/probe.sh",
	};
	const char *name = b->session->options.module_name;
	struct sha256_ctx hash;

	sha256_init(&hash);
	add_kernel(&hash, b);
	add(&hash, b->limits);
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		const char *tree = session_printf(b->session, "%s/%s", watchtap_data_dir(), trees[i]);

		if (add_tree(&hash, tree)) {
			diag(b->session, NULL, DIAG_INSTALLATION, tree, strerror(errno));
			return -1;
		}
	}
	finish(&hash, b->kernel_key);

	sha256_init(&hash);
	add(&hash, b->kernel_key);
	add(&hash, name ? name : "");
	add(&hash, b->defines);
	add(&hash, b->session->c_text ? b->session->c_text : "");
	finish(&hash, b->script_key);

	b->name = name ? name : session_printf(b->session, "wt_%.16s", b->script_key);
	return 0;
}

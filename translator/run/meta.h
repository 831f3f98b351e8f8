/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a script module says of itself, read from its file. */
#ifndef RUN_META_H
#define RUN_META_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of struct module's name, with the NUL (MODULE_NAME_LEN of a 64-bit kernel). */
#define META_NAME_SIZE 56

struct meta_watch {
	const char *symbol;		/* or NULL: address is known already */
	uint64_t address;
	uint64_t length;
	bool write_only;
	const char *spelling;		/* the probe point as written */
};

struct meta_probe {
	const char *place;		/* FILE:LINE:COL */
	const char *spelling;
};

/* Bytes that can be read behind any string. */
#define META_SLACK 16

/* All strings live in image or in text and are freed with them. */
struct meta {
	char *image;			/* the file, whole */
	size_t image_size;
	char *text;			/* a copy of .modinfo that was cut into pieces */
	char *name;			/* in image: struct module's name, META_NAME_SIZE bytes */
	const char *vermagic;
	const char *slots;		/* watchtap.slots, or NULL */
	bool stacks;			/* watchtap.stacks: it prints backtraces */
	const char **formats;		/* NULL where an index was left out */
	size_t n_formats;
	struct meta_watch *watches;
	size_t n_watches;
	struct meta_probe *probes;
	size_t n_probes;
};

/* Reads the module at path. 0, or -1 after a message [module]; *ret is to be freed in both cases. */
int meta_read(const char *path, struct meta *ret);
void meta_free(struct meta *);

/* Where in the script watch number n was written, or NULL. */
const char *meta_place(const struct meta *, size_t n);

#endif

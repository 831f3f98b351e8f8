// SPDX-License-Identifier: GPL-2.0-or-later
/* The index of the headers' names, read. What is in the file is believed as far as its sum says. */
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "header_internal.h"

struct header_index {
	void *map;
	size_t size;
	const struct header_index_file *file;
	const uint32_t *headers;
	const struct header_entry *entries;
	const char *strings;
};

/* Of what was written whole, and by us: the sum finds accidents. */
uint64_t header_index_sum(const void *data, size_t length)
{
	const char *at = data;
	uint64_t ret = length, word;

	for (; length >= sizeof(word); at += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		ret = (ret ^ word) * 0x9e3779b97f4a7c15;
		ret ^= ret >> 29;
	}
	for (; length; at++, length--)
		ret = (ret ^ (unsigned char)*at) * 0x100000001b3;
	return ret;
}

/* What another program may have written there must not lead out of the map, whatever its sum. */
static bool is_sound(struct header_index *x)
{
	const struct header_index_file *f = x->map;
	uint64_t size = sizeof(*f);

	if (x->size < size || memcmp(f->magic, HEADER_INDEX_MAGIC, sizeof(HEADER_INDEX_MAGIC)))
		return false;
	size += (uint64_t)f->headers * sizeof(*x->headers) + (uint64_t)f->entries * sizeof(*x->entries) + f->strings;
	if (size != x->size || f->sum != header_index_sum(f + 1, x->size - sizeof(*f)))
		return false;
	x->file = f;
	x->headers = (const uint32_t *)(f + 1);
	x->entries = (const struct header_entry *)(x->headers + f->headers);
	x->strings = (const char *)(x->entries + f->entries);
	return f->strings && !x->strings[f->strings - 1];
}

struct header_index *header_index_open(struct session *session, const char *path)
{
	struct header_index *x = session_alloc(session, sizeof(*x));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return NULL;
	x->map = MAP_FAILED;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0) {
		x->size = (size_t)st.st_size;
		x->map = mmap(NULL, x->size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	if (x->map == MAP_FAILED)
		return NULL;
	if (!is_sound(x)) {
		munmap(x->map, x->size);
		return NULL;
	}
	return x;
}

void header_index_close(struct header_index *x)
{
	munmap(x->map, x->size);
}

static const char *string(const struct header_index *x, uint32_t offset)
{
	return x->strings + (offset < x->file->strings ? offset : x->file->strings - 1);
}

static const char *entry_name(const struct header_index *x, uint32_t n)
{
	return string(x, x->entries[n].name);
}

static const char *entry_header(const struct header_index *x, uint32_t n)
{
	uint32_t header = x->entries[n].header;

	return header < x->file->headers ? string(x, x->headers[header]) : "";
}

const char *header_index_find(struct header_index *x, unsigned kinds, const char *name, unsigned nth,
			      enum header_kind *ret_kind)
{
	uint32_t low = 0, high = x->file->entries;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(entry_name(x, middle), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < x->file->entries && !strcmp(entry_name(x, low), name); low++) {
		uint32_t kind = x->entries[low].kind;

		if (kind >= HEADER_KINDS || !(kinds & 1U << kind) || nth--)
			continue;
		if (ret_kind)
			*ret_kind = kind;
		return entry_header(x, low);
	}
	return NULL;
}

void header_index_each(struct header_index *x, const char *pattern, header_found *each, void *data)
{
	for (uint32_t i = 0; i < x->file->entries; i++) {
		if (x->entries[i].kind < HEADER_KINDS && !fnmatch(pattern, entry_name(x, i), 0))
			each(x->entries[i].kind, entry_name(x, i), entry_header(x, i), data);
	}
}

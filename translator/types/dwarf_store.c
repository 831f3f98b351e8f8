// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An index of DWARF in the cache: CACHE/dwarf/BUILDID. It is written whole and
 * renamed into place, so a file that does not fit its header was damaged, and
 * is made anew. What it says of an entry is checked again where it is used.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../paths.h"
#include "dwarf_internal.h"

#define FORMAT		1	/* of the format, and of what is noted at all */
#define MAX_BUILD_ID	64

/* Then the entries, then the names, which end with zeros up to a multiple of 8. */
struct header {
	char magic[8];
	uint32_t version;
	uint32_t id_length;
	unsigned char id[MAX_BUILD_ID];
	uint64_t layout;	/* of the file's debug sections */
	uint64_t count;
	uint64_t names_size;
	uint64_t checksum;	/* of all but itself */
};

static const char magic[8] = "wtdwarf";

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9fb21c651e98df25ULL;
	return hash ^ hash >> 32;
}

/* size is a multiple of 8. */
static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t size)
{
	uint64_t word;

	for (size_t i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		hash = mix(hash, word);
	}
	return hash;
}

static uint64_t checksum(const struct header *header, const void *entries, const void *names)
{
	uint64_t hash = mix_bytes(0, header, offsetof(struct header, checksum));

	hash = mix_bytes(hash, entries, header->count * sizeof(struct dwarf_entry));
	return mix_bytes(hash, names, header->names_size);
}

/* A build-id says what was compiled, not what a tool has made of the debug sections since. */
static uint64_t layout_of(uint64_t hash, Dwarf *dwarf)
{
	Elf *elf = dwarf ? dwarf_getelf(dwarf) : NULL;
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while (elf && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &shdr) && !(shdr.sh_flags & SHF_ALLOC))
			hash = mix(mix(hash, shdr.sh_size), shdr.sh_offset);
	return hash;
}

/* What a header has to begin with; false: the file has no build-id. */
static bool expected(struct dwarf *d, struct header *ret)
{
	const unsigned char *id;
	GElf_Addr address;
	int length = dwfl_module_build_id(d->module, &id, &address);

	if (length <= 0 || length > MAX_BUILD_ID)
		return false;
	*ret = (struct header){ .version = FORMAT, .id_length = (uint32_t)length };
	memcpy(ret->magic, magic, sizeof(magic));
	memcpy(ret->id, id, (size_t)length);
	ret->layout = layout_of(layout_of(0, d->dwarf), dwarf_getalt(d->dwarf));
	return true;
}

static char *folder_path(struct dwarf *d)
{
	return session_printf(d->reader.session, "%s/dwarf", watchtap_cache_dir());
}

static char *index_path(struct dwarf *d, const struct header *h)
{
	char hex[2 * MAX_BUILD_ID + 1];

	for (unsigned i = 0; i < h->id_length; i++)
		sprintf(hex + 2 * i, "%02x", h->id[i]);
	return session_printf(d->reader.session, "%s/%s", folder_path(d), hex);
}

/* Whether the file is what dwarf_store_save() has written for this file with DWARF. */
static bool is_sound(const void *map, size_t size, const struct header *wanted)
{
	const struct header *h = map;
	const struct dwarf_entry *entries = (const void *)(h + 1);
	uint64_t room = size - sizeof(*h);
	const char *names;

	if (memcmp(h, wanted, offsetof(struct header, count)) || h->count > room / sizeof(*entries) ||
	    h->names_size != room - h->count * sizeof(*entries) || h->names_size % 8)
		return false;
	names = (const char *)(entries + h->count);
	if (checksum(h, entries, names) != h->checksum || (h->count && (!h->names_size || names[h->names_size - 1])))
		return false;
	for (uint64_t i = 0; i < h->count; i++)
		if (entries[i].name >= h->names_size || entries[i].kind >= DWARF_KINDS ||
		    (i && entries[i].kind < entries[i - 1].kind))
			return false;
	return true;
}

bool dwarf_store_load(struct dwarf *d, struct dwarf_index *ret)
{
	struct header wanted;
	const struct header *h;
	struct stat st;
	void *map = MAP_FAILED;
	int fd = expected(d, &wanted) ? open(index_path(d, &wanted), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

	if (fd < 0)
		return false;
	/* others may put into the cache what they like, and cut it off while it is read */
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && (st.st_uid == geteuid() || !st.st_uid) &&
	    !(st.st_mode & (S_IWGRP | S_IWOTH)) && (size_t)st.st_size >= sizeof(*h))
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	if (!is_sound(map, (size_t)st.st_size, &wanted)) {
		munmap(map, (size_t)st.st_size);
		return false;
	}
	h = map;
	*ret = (struct dwarf_index){ .entries = (const void *)(h + 1), .count = h->count, .names_size = h->names_size,
				     .map = map, .map_size = (size_t)st.st_size };
	ret->names = (const char *)(ret->entries + h->count);
	return true;
}

static bool put(FILE *out, const void *bytes, size_t size)
{
	return fwrite(bytes, 1, size, out) == size;
}

void dwarf_store_save(struct dwarf *d, const struct dwarf_index *index)
{
	struct header header;
	char *path, *temp;
	FILE *out;
	bool ok;
	int fd;

	/* of a damaged file each run is to warn */
	if (d->told_of_damage || !expected(d, &header) || make_folders(folder_path(d)))
		return;
	header.count = index->count;
	header.names_size = index->names_size;
	header.checksum = checksum(&header, index->entries, index->names);
	path = index_path(d, &header);
	temp = session_printf(d->reader.session, "%s.XXXXXX", path);
	fd = mkstemp(temp);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out)
		return;
	ok = put(out, &header, sizeof(header)) && put(out, index->entries, index->count * sizeof(*index->entries)) &&
	     put(out, index->names, index->names_size);
	if (fclose(out) || !ok || rename(temp, path))
		unlink(temp);
}

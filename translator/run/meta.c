// SPDX-License-Identifier: GPL-2.0-or-later
/* The .modinfo strings of a script module (runtime/wire.h lists them), and the place of its name. */
#include <errno.h>
#include <fcntl.h>
#include <libelf.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../runtime/wire.h"
#include "message.h"
#include "meta.h"

/* More of one kind than any script has; an index above it is a broken file. */
#define MAX_INDEX 65536

static int read_file(const char *path, char **ret, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	struct stat st;
	char *image = NULL;
	size_t used = 0;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0) {
		error = errno;
	} else if (!(image = malloc(st.st_size + 1))) {
		error = ENOMEM;
	} else {
		while (used < (size_t)st.st_size) {
			n = read(fd, image + used, st.st_size - used);
			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0) {
				error = n < 0 ? errno : EIO;
				break;
			}
			used += n;
		}
	}
	if (fd >= 0)
		close(fd);
	*ret = image;
	*ret_size = used;
	if (error)
		run_error("module", "cannot read %s: %s", path, strerror(error));
	return error ? -1 : 0;
}

/* The bytes of the section name, inside image; NULL if there is none. */
static char *section(const struct meta *meta, Elf *elf, const char *name, size_t *size)
{
	Elf_Scn *scn = NULL;
	size_t names;
	GElf_Shdr header;
	const char *found;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &header) || header.sh_type == SHT_NOBITS)
			continue;
		found = elf_strptr(elf, names, header.sh_name);
		if (!found || strcmp(found, name))
			continue;
		if (header.sh_offset > meta->image_size ||
		    header.sh_size > meta->image_size - header.sh_offset)
			return NULL;
		*size = header.sh_size;
		return meta->image + header.sh_offset;
	}
	return NULL;
}

/* Makes room for element index of an array; NULL if it is out of range. */
static void *element(void *array, size_t *count, unsigned long index, size_t size)
{
	char **items = array;

	if (index >= MAX_INDEX)
		return NULL;
	if (index >= *count) {
		char *more = realloc(*items, (index + 1) * size);

		if (!more)
			return NULL;
		memset(more + *count * size, 0, (index + 1 - *count) * size);
		*items = more;
		*count = index + 1;
	}
	return *items + index * size;
}

/* Cuts the next word off *text. */
static char *word(char **text)
{
	char *start = *text, *end = start + strcspn(start, " ");

	*text = end + (*end != '\0');
	*end = '\0';
	return start;
}

/* Cuts FILE:LINE:COL off *text; there can be spaces in FILE. */
static char *place(char **text)
{
	char *start = *text, *at = start, *end;

	for (; (at = strchr(at, ':')); at++) {
		end = at + 1 + strspn(at + 1, "0123456789");
		if (end == at + 1 || *end != ':')
			continue;
		end += 1 + strspn(end + 1, "0123456789");
		if (*end == ' ' && end[-1] != ':') {
			*end = '\0';
			*text = end + 1;
			return start;
		}
	}
	return word(text);
}

/* MODULE:SYMBOL@0x...+0x..., of which all but SYMBOL may be missing. */
static void read_symbol_name(char *text, const char **symbol, const char **module, uint64_t *linked_at, uint64_t *offset)
{
	char *colon = strchr(text, ':'), *at = strchr(text, '@'), *plus = strrchr(text, '+');

	if (colon) {
		*colon = '\0';
		*module = text;
	}
	*symbol = colon ? colon + 1 : text;
	if (plus) {
		*plus = '\0';
		*offset = strtoull(plus + 1, NULL, 16);
	}
	if (at) {
		*at = '\0';
		*linked_at = strtoull(at + 1, NULL, 16);
	}
}

static int read_symbol(struct meta *meta, unsigned long index, char *text)
{
	struct meta_symbol *symbol = element(&meta->symbols, &meta->n_symbols, index, sizeof(*symbol));
	uint64_t offset;

	if (!symbol)
		return -1;
	read_symbol_name(text, &symbol->symbol, &symbol->module, &symbol->linked_at, &offset);
	return 0;
}

static int read_range(struct meta *meta, unsigned long index, char *text)
{
	struct meta_range *range = element(&meta->ranges, &meta->n_ranges, index, sizeof(*range));
	char *address, *access, *fails;

	if (!range)
		return -1;
	range->probe = strtoul(word(&text), NULL, 10);
	address = word(&text);
	if (!strncmp(address, "0x", 2)) {
		range->address = strtoull(address, NULL, 16);
	} else if (!strcmp(address, "-")) {
		range->given = true;
	} else {
		read_symbol_name(address, &range->symbol, &range->module, &range->linked_at, &range->offset);
	}
	range->length = strtoull(word(&text), NULL, 0);
	access = word(&text);
	range->write_only = !strncmp(access, "write", strlen("write"));
	range->per_cpu = strstr(access, ",percpu") != NULL;
	fails = word(&text);
	range->must_start = !strcmp(fails, "!");
	range->may_fail = !strcmp(fails, "?");
	range->place = place(&text);
	range->spelling = text;
	return range->length ? 0 : -1;
}

static int read_function(struct meta *meta, unsigned long index, char *text)
{
	struct meta_probe *probe = element(&meta->probes, &meta->n_probes, index, sizeof(*probe));
	uint64_t offset;

	if (!probe)
		return -1;
	probe->may_fail = !strcmp(word(&text), "?");
	read_symbol_name(text, &probe->function, &probe->module, &probe->linked_at, &offset);
	return 0;
}

static int read_probe(struct meta *meta, unsigned long index, char *text)
{
	struct meta_probe *probe = element(&meta->probes, &meta->n_probes, index, sizeof(*probe));

	if (!probe)
		return -1;
	probe->place = place(&text);
	probe->spelling = text;
	return 0;
}

static int read_unless(struct meta *meta, unsigned long index, char *text)
{
	struct meta_probe *probe = element(&meta->probes, &meta->n_probes, index, sizeof(*probe));

	if (!probe)
		return -1;
	probe->unless = text;
	return 0;
}

static int read_format(struct meta *meta, unsigned long index, char *text)
{
	const char **format = element(&meta->formats, &meta->n_formats, index, sizeof(*format));

	if (!format)
		return -1;
	*format = text;
	return 0;
}

/* The value of "KEY=value" or of "KEY.N=value" (then *index is N); NULL if text is another key's. */
static char *value_of(char *text, const char *key, unsigned long *index)
{
	size_t len = strlen(key);
	char *end = text + len;

	if (strncmp(text, key, len))
		return NULL;
	if (index) {
		if (*end != '.')
			return NULL;
		*index = strtoul(end + 1, &end, 10);
	}
	return *end == '=' ? end + 1 : NULL;
}

static const char another_version[] = "was built by another version of watchtap";

/* 0, or the text of what is wrong */
static const char *read_strings(struct meta *meta, size_t size, const char **name)
{
	unsigned long index;
	int version = 0, bad = 0;
	char *at, *next, *value;

	for (at = meta->text; at < meta->text + size; at = next) {
		next = at + strlen(at) + 1;	/* before a reader cuts the string up */
		if ((value = value_of(at, "watchtap", NULL)))
			version = atoi(value);
		else if ((value = value_of(at, "name", NULL)))
			*name = value;
		else if ((value = value_of(at, "vermagic", NULL)))
			meta->vermagic = value;
		else if ((value = value_of(at, "watchtap.slots", NULL)))
			meta->slots = value;
		else if ((value = value_of(at, "watchtap.max_functions", NULL)))
			meta->max_functions = strtoul(value, NULL, 0);
		else if (value_of(at, "watchtap.stacks", NULL))
			meta->stacks = true;
		else if (value_of(at, "watchtap.lines", NULL))
			meta->lines = true;
		else if (value_of(at, "watchtap.marks", NULL))
			meta->marks = true;
		else if ((value = value_of(at, "watchtap.format", &index)))
			bad |= read_format(meta, index, value);
		else if ((value = value_of(at, "watchtap.range", &index)))
			bad |= read_range(meta, index, value);
		else if ((value = value_of(at, "watchtap.symbol", &index)))
			bad |= read_symbol(meta, index, value);
		else if ((value = value_of(at, "watchtap.function", &index)))
			bad |= read_function(meta, index, value);
		else if ((value = value_of(at, "watchtap.probe", &index)))
			bad |= read_probe(meta, index, value);
		else if ((value = value_of(at, "watchtap.unless", &index)))
			bad |= read_unless(meta, index, value);
	}
	if (!version)
		return "is not a watchtap script";
	if (version != WT_WIRE_VERSION)
		return another_version;
	return bad ? "has a broken .modinfo section" : NULL;
}

int meta_read(const char *path, struct meta *ret)
{
	const char *problem = "is not a kernel module", *name = NULL;
	char *info, *module;
	size_t size, module_size;
	Elf *elf = NULL;

	memset(ret, 0, sizeof(*ret));
	if (read_file(path, &ret->image, &ret->image_size))
		return -1;
	if (elf_version(EV_CURRENT) != EV_NONE)
		elf = elf_memory(ret->image, ret->image_size);
	if (!elf)
		goto out;
	info = section(ret, elf, ".modinfo", &size);
	module = section(ret, elf, ".gnu.linkonce.this_module", &module_size);
	if (!info || !module)
		goto out;
	ret->text = calloc(1, size + 1 + META_SLACK);
	if (!ret->text) {
		problem = "does not fit into memory";
		goto out;
	}
	memcpy(ret->text, info, size);
	problem = read_strings(ret, size, &name);
	if (problem)
		goto out;
	if (name)
		ret->name = memmem(module, module_size, name, strlen(name) + 1);
	if (!ret->name || module + module_size - ret->name < META_NAME_SIZE)
		problem = "has no name";
out:
	if (elf)
		elf_end(elf);
	if (problem == another_version)
		run_error("version", "%s %s", path, problem);
	else if (problem)
		run_error("module", "%s %s", path, problem);
	return problem ? -1 : 0;
}

void meta_free(struct meta *meta)
{
	size_t i;

	for (i = 0; i < meta->n_probes; i++)
		free(meta->probes[i].functions);
	free(meta->image);
	free(meta->text);
	free(meta->formats);
	free(meta->ranges);
	free(meta->symbols);
	free(meta->probes);
}

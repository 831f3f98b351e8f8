// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading and searching /proc/kallsyms. Lines: 16 hex digits, type, name, optionally TAB [module]. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kallsyms.h"
#include "message.h"

#define FILE_NAME "/proc/kallsyms"
/* A table read longer ago than this is read again for an address it does not have. */
#define STALE_NS 1000000000ull
/* No function is longer; what lies further behind the last symbol belongs to nobody. */
#define MAX_SIZE (1ul << 20)

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* 0 or an errno */
static int read_text(struct kallsyms *k)
{
	size_t room = 8 << 20, used = 0;
	int fd = open(FILE_NAME, O_RDONLY | O_CLOEXEC), error = 0;
	char *text;

	if (fd < 0)
		return errno;
	text = malloc(room);
	while (text) {
		ssize_t n = read(fd, text + used, room - used - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			error = errno;
		if (n <= 0)
			break;
		used += n;
		if (used == room - 1) {
			char *more = realloc(text, room *= 2);

			if (!more)
				free(text);
			text = more;
		}
	}
	close(fd);
	if (!text || error) {
		free(text);
		return error ? error : ENOMEM;
	}
	text[used] = '\0';
	free(k->text);
	free(k->table);
	k->text = text;
	k->size = used;
	k->table = NULL;
	k->n = 0;
	k->read_at = now_ns();
	return 0;
}

/* kptr_restrict shows every address as 0; the kernel's own begin with f. */
static bool addresses_hidden(const struct kallsyms *k)
{
	const char *line = k->text;

	while (line && *line) {
		if (*line != '0')
			return false;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return true;
}

int kallsyms_load(struct kallsyms *k)
{
	int error;

	if (k->text)
		return 0;
	error = read_text(k);
	if (error) {
		run_error("no-symbols", "cannot read " FILE_NAME ": %s", strerror(error));
		return -1;
	}
	if (addresses_hidden(k)) {
		run_error("no-symbols", FILE_NAME " shows no addresses: kernel.kptr_restrict hides them");
		run_note("run watchtap as root, with \"sysctl kernel.kptr_restrict=1\" or 0");
		return -1;
	}
	return 0;
}

void kallsyms_free(struct kallsyms *k)
{
	free(k->text);
	free(k->table);
	memset(k, 0, sizeof(*k));
}

static const char *parse_address(const char *at, uint64_t *ret)
{
	uint64_t address = 0;

	for (; *at > ' '; at++)
		address = address << 4 | ((*at & 0xf) + (*at > '9' ? 9 : 0));
	*ret = address;
	return at;
}

const char *kallsyms_line(const struct kallsyms *k, const char *line, struct ksym *ret)
{
	const char *end, *at;

	if (!line || line >= k->text + k->size)
		return NULL;
	end = memchr(line, '\n', k->text + k->size - line);
	if (!end)
		end = k->text + k->size;
	memset(ret, 0, sizeof(*ret));
	at = parse_address(line, &ret->address);
	if (end - at < 3) {		/* not a line as we know them */
		ret->name = end;
		return end + 1;
	}
	ret->type = at[1];
	ret->name = at + 3;
	at = memchr(ret->name, '\t', end - ret->name);
	ret->name_len = (at ? at : end) - ret->name;
	if (at && end - at > 3) {
		ret->module = at + 2;	/* TAB [ */
		ret->module_len = end - at - 3;
	}
	return end + 1;
}

/* Which names can be at hand at all: most lines are passed over by this. */
static unsigned int filter_bit(const char *name, size_t len)
{
	return (len * 31 + (unsigned char)name[0] * 7 + (unsigned char)name[len - 1]) % 1024;
}

void kallsyms_find(const struct kallsyms *k, const char *const *names, size_t n,
		   void (*found)(void *data, size_t which, const struct ksym *sym,
				 const char *rest),
		   void *data)
{
	unsigned char filter[1024] = { 0 };
	const char *line = k->text, *rest;
	struct ksym sym;
	size_t i;

	for (i = 0; i < n; i++)
		if (*names[i])
			filter[filter_bit(names[i], strlen(names[i]))] = 1;
	for (; (rest = kallsyms_line(k, line, &sym)); line = rest) {
		if (!sym.name_len || !filter[filter_bit(sym.name, sym.name_len)])
			continue;
		for (i = 0; i < n; i++)
			if (!strncmp(names[i], sym.name, sym.name_len) &&
			    !names[i][sym.name_len])
				found(data, i, &sym, rest);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct ksym_place *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static void make_table(struct kallsyms *k)
{
	size_t room = k->size / 20 + 1, i;	/* no line is shorter */
	const char *line = k->text, *rest;
	bool sorted = true;
	struct ksym sym;

	k->table = malloc(room * sizeof(*k->table));
	if (!k->table)
		return;
	for (; k->n < room && (rest = kallsyms_line(k, line, &sym)); line = rest) {
		if (!sym.name_len)
			continue;
		k->table[k->n].address = sym.address;
		k->table[k->n++].line = line;
	}
	for (i = 1; i < k->n && sorted; i++)
		sorted = k->table[i - 1].address <= k->table[i].address;
	if (!sorted)
		qsort(k->table, k->n, sizeof(*k->table), by_address);
}

static bool look_up(struct kallsyms *k, uint64_t address, struct ksym *ret, uint64_t *size)
{
	size_t low = 0, high, next;

	if (!k->table)
		make_table(k);
	high = k->n;
	while (low < high) {		/* the first that is above address */
		size_t middle = low + (high - low) / 2;

		if (k->table[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return false;
	next = low--;
	while (low && k->table[low - 1].address == k->table[low].address)
		low--;			/* of several names the kernel gives the first */
	kallsyms_line(k, k->table[low].line, ret);
	*size = next < k->n ? k->table[next].address - ret->address : MAX_SIZE;
	if (*size > MAX_SIZE)
		*size = MAX_SIZE;
	return address - ret->address <= *size && ret->address;
}

void kallsyms_prepare(struct kallsyms *k)
{
	if (!k->text && read_text(k))
		return;
	if (!k->table)
		make_table(k);
}

bool kallsyms_lookup(struct kallsyms *k, uint64_t address, struct ksym *ret, uint64_t *size)
{
	bool found = k->text && look_up(k, address, ret, size);

	if (found || (k->read_at && now_ns() < k->read_at + STALE_NS))
		return found;
	k->read_at = now_ns();		/* also where it cannot be read */
	return !read_text(k) && look_up(k, address, ret, size);
}

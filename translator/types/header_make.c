// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the index of the headers' names. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "header_internal.h"

/* A header that is longer is none: those that list a graphics chip's registers have 20 MB. */
#define MAX_HEADER (4 << 20)

struct entry {
	const char *name;	/* in the pool */
	unsigned rank;		/* the least is the best header */
	uint32_t header, kind;
};

struct making {
	struct session *session;
	struct obstack pool;
	const char **headers;
	size_t n_headers;
	struct entry *entries;
	size_t n_entries;
	unsigned rank;		/* of the header that is read */
	char *buffer;
	size_t buffer_size;
};

/* The array with room for one more than n, which doubles at powers of two. */
static void *grown(void *array, size_t n, size_t size)
{
	if (n & (n - 1))
		return array;
	array = realloc(array, (n ? 2 * n : 1) * size);
	if (!array)
		abort();
	return array;
}

static void add_name(enum header_kind kind, const char *name, size_t length, void *data)
{
	struct making *m = data;

	m->entries = grown(m->entries, m->n_entries, sizeof(*m->entries));
	m->entries[m->n_entries++] = (struct entry){
		.name = obstack_copy0(&m->pool, name, (int)length),
		.rank = m->rank, .header = (uint32_t)m->n_headers - 1, .kind = kind,
	};
}

/*
 * Of several headers with one name: the kernel's own before those that user
 * space has too, linux/ and then asm/ before subsystems', and what asm/ may
 * have of its own, asm-generic/, last.
 */
static unsigned rank_of(const char *folder, const char *header)
{
	static const struct { const char *prefix; unsigned rank; } ranks[] = {
		{ "linux/", 0 }, { "asm/", 2 }, { "asm-generic/", 4 }, { "uapi/", 4 },
	};
	unsigned rank = 3;

	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		if (!strncmp(header, ranks[i].prefix, strlen(ranks[i].prefix)))
			rank = ranks[i].rank;
	}
	/* linux/foo.h is more likely to be complete in itself than linux/foo/bar.h */
	if (!rank && strchr(header + strlen("linux/"), '/'))
		rank = 1;
	return rank + (strstr(folder, "/uapi") ? 5 : 0);
}

static void read_header(struct making *m, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size < MAX_HEADER) {
		if (m->buffer_size < (size_t)st.st_size) {
			m->buffer_size = 2 * (size_t)st.st_size;
			m->buffer = realloc(m->buffer, m->buffer_size);
			if (!m->buffer)
				abort();
		}
		n = read(fd, m->buffer, (size_t)st.st_size);
	}
	close(fd);
	if (n > 0)
		header_scan(m->buffer, (size_t)n, add_name, m);
}

static bool is_in(const char *const *folders, const char *path)
{
	for (; *folders; folders++) {
		if (!strcmp(*folders, path))
			return true;
	}
	return false;
}

/* A name goes into an #include: nothing that would end it. */
static bool is_header(const char *name)
{
	size_t length = strlen(name);

	return length > 2 && !strcmp(name + length - 2, ".h") &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-./") == length;
}

static void read_folder(struct making *m, const char *const *folders, const char *folder)
{
	char *paths[] = { (char *)folder, NULL };
	FTS *fts = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	size_t before = m->n_entries;
	FTSENT *e;

	if (!fts)
		return;
	while ((e = fts_read(fts))) {
		const char *header = e->fts_path + strlen(folder);

		header += *header == '/';
		/* dt-bindings are numbers of boards; what another -I begins with is read as that */
		if (e->fts_info == FTS_D && *header && (!strcmp(header, "dt-bindings") || is_in(folders, e->fts_path)))
			fts_set(fts, e, FTS_SKIP);
		if ((e->fts_info != FTS_F && e->fts_info != FTS_NSOK) || !is_header(header))
			continue;
		m->rank = rank_of(folder, header);
		m->headers = grown(m->headers, m->n_headers, sizeof(*m->headers));
		m->headers[m->n_headers++] = obstack_copy0(&m->pool, header, (int)strlen(header));
		read_header(m, e->fts_path);
		if (m->n_entries == before)
			m->n_headers--;
		before = m->n_entries;
	}
	fts_close(fts);
}

static int by_name(const void *a, const void *b, void *data)
{
	const struct making *m = data;
	const struct entry *x = a, *y = b;
	int ret = strcmp(x->name, y->name);

	if (!ret)
		ret = (x->kind > y->kind) - (x->kind < y->kind);
	if (!ret)
		ret = (x->rank > y->rank) - (x->rank < y->rank);
	return ret ? ret : strcmp(m->headers[x->header], m->headers[y->header]);
}

/* linux/foo.h may be in several folders: the compiler takes the same one each time. */
static void drop_repeated(struct making *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n_entries; i++) {
		const struct entry *e = &m->entries[i];
		bool repeated = false;

		for (size_t k = kept; k-- > 0 && !repeated; ) {
			const struct entry *other = &m->entries[k];

			if (other->kind != e->kind || strcmp(other->name, e->name))
				break;
			repeated = !strcmp(m->headers[other->header], m->headers[e->header]);
		}
		if (!repeated)
			m->entries[kept++] = *e;
	}
	m->n_entries = kept;
}

static uint32_t add_string(struct obstack *strings, const char *text)
{
	uint32_t ret = (uint32_t)obstack_object_size(strings);

	obstack_grow0(strings, text, (int)strlen(text));
	return ret;
}

static int write_whole(struct session *s, const char *path, const struct header_index_file *head, const void *body,
		       size_t length)
{
	char *part = session_printf(s, "%s.XXXXXX", path);
	int fd = mkstemp(part);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!f)
		return -1;
	ok = fwrite(head, sizeof(*head), 1, f) == 1 && fwrite(body, 1, length, f) == length;
	if (fclose(f) || !ok || rename(part, path)) {
		unlink(part);
		return -1;
	}
	return 0;
}

static int write_index(struct making *m, const char *path)
{
	struct header_index_file head = {
		.magic = HEADER_INDEX_MAGIC, .headers = (uint32_t)m->n_headers, .entries = (uint32_t)m->n_entries,
	};
	struct obstack strings, body;
	size_t length;
	char *text;
	int error;

	obstack_init(&strings);
	obstack_init(&body);
	for (size_t i = 0; i < m->n_headers; i++) {
		uint32_t at = add_string(&strings, m->headers[i]);

		obstack_grow(&body, &at, sizeof(at));
	}
	for (size_t i = 0; i < m->n_entries; i++) {
		struct header_entry e = { .header = m->entries[i].header, .kind = m->entries[i].kind };
		static uint32_t last;

		if (!i || strcmp(m->entries[i].name, m->entries[i - 1].name))
			last = add_string(&strings, m->entries[i].name);
		e.name = last;
		obstack_grow(&body, &e, sizeof(e));
	}
	obstack_1grow(&strings, '\0');
	head.strings = (uint32_t)obstack_object_size(&strings);
	text = obstack_finish(&strings);
	obstack_grow(&body, text, (int)head.strings);
	length = obstack_object_size(&body);
	text = obstack_finish(&body);
	head.sum = header_index_sum(text, length);
	error = write_whole(m->session, path, &head, text, length);
	obstack_free(&strings, NULL);
	obstack_free(&body, NULL);
	return error;
}

int header_make_index(struct session *session, const char *const *folders, const char *path)
{
	struct making m = { .session = session };
	int error;

	obstack_init(&m.pool);
	for (const char *const *f = folders; *f; f++)
		read_folder(&m, folders, *f);
	if (m.n_entries)
		qsort_r(m.entries, m.n_entries, sizeof(*m.entries), by_name, &m);
	drop_repeated(&m);
	error = write_index(&m, path);
	obstack_free(&m.pool, NULL);
	free(m.headers);
	free(m.entries);
	free(m.buffer);
	return error;
}

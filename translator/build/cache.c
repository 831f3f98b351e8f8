// SPDX-License-Identifier: GPL-2.0-or-later
/* The cache's folders: opened, locked, filled, cleaned. internal.h shows the layout. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

/* A temporary folder whose maker is gone is removed once it is this old (s). */
#define STALE_AGE 600

void cache_failed(struct build *b, const char *path)
{
	int error = errno;

	diag(b->session, NULL, DIAG_CACHE, path, strerror(error));
	if (error == ENOSPC || error == EDQUOT)
		diag_note(b->session, "free some space there, or set WATCHTAP_CACHE to a folder that has some");
	else
		diag_note(b->session, "set WATCHTAP_CACHE to a folder that you can write to");
}

int write_file(const char *path, const char *text, size_t length)
{
	FILE *f = fopen(path, "we");
	bool ok;

	if (!f)
		return -1;
	ok = fwrite(text, 1, length, f) == length;
	return fclose(f) || !ok ? -1 : 0;
}

int copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, error = -1;
	struct stat st;

	if (in < 0 || fstat(in, &st))
		goto out;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0)
		goto out;
	error = 0;
	for (off_t left = st.st_size; left > 0 && !error; ) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);

		error = n <= 0 ? -1 : 0;
		left -= n;
	}
out:
	if (out >= 0 && close(out))
		error = -1;
	if (in >= 0)
		close(in);
	return error;
}

void remove_tree(const char *path)
{
	char *paths[] = { (char *)path, NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *e;

	if (!fts)
		return;
	while ((e = fts_read(fts))) {
		if (e->fts_info == FTS_DP)
			rmdir(e->fts_accpath);
		else if (e->fts_info != FTS_D)
			unlink(e->fts_accpath);
	}
	fts_close(fts);
}

int cache_open(struct build *b)
{
	const char *wanted = watchtap_cache_dir();
	struct session *s = b->session;
	char here[4096];
	struct stat st;

	b->cache = wanted[0] == '/' ? session_strdup(s, wanted)
				    : session_printf(s, "%s/%s", getcwd(here, sizeof(here)) ? here : "", wanted);
	b->folder = session_printf(s, "%s/%s", b->cache, b->kernel_key);
	b->result = session_printf(s, "%s/scripts/%s/%s.ko", b->folder, b->script_key, b->name);

	/* the path goes through make and a shell */
	if (strpbrk(b->cache, " \t\n'\"\\$#:%*?[]~()<>|&;`!=")) {
		errno = EINVAL;
		cache_failed(b, b->cache);
		return -1;
	}
	if (make_folders(b->cache)) {
		cache_failed(b, b->cache);
		return -1;
	}
	/* what is in there gets loaded into the kernel: it must be ours, or root's */
	if (stat(b->cache, &st) || (st.st_uid != geteuid() && st.st_uid != 0) || (st.st_mode & S_IWOTH)) {
		errno = EPERM;
		cache_failed(b, b->cache);
		return -1;
	}
	return 0;
}

int cache_lock(struct build *b)
{
	const char *path = session_printf(b->session, "%s.lock", b->folder);
	/* inherited by make and the compilers: those of a build that was killed still write there until they end */
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	if (fd < 0) {
		cache_failed(b, path);
		return -1;
	}
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR && !build_interrupted())
			continue;
		close(fd);
		return -1;
	}
	return fd;
}

/* What builds that were killed left behind. */
static void remove_stale(struct build *b)
{
	DIR *dir = opendir(b->folder);
	struct dirent *e;
	struct stat st;
	int pid;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		if (sscanf(e->d_name, "tmp.%d.", &pid) != 1 || !kill(pid, 0) || errno != ESRCH)
			continue;
		/* the age, because the maker may live in another pid namespace */
		if (!fstatat(dirfd(dir), e->d_name, &st, 0) && time(NULL) - st.st_mtime > STALE_AGE)
			remove_tree(session_printf(b->session, "%s/%s", b->folder, e->d_name));
	}
	closedir(dir);
}

int cache_temp(struct build *b)
{
	char *path = b->keep
		? session_printf(b->session, "%s/keep.XXXXXX", b->folder)
		: session_printf(b->session, "%s/tmp.%d.XXXXXX", b->folder, (int)getpid());

	remove_stale(b);
	if (!mkdtemp(path)) {
		cache_failed(b, b->folder);
		return -1;
	}
	b->temp = path;
	return 0;
}

void cache_drop_temp(struct build *b)
{
	if (!b->temp)
		return;
	if (b->keep)
		fprintf(stderr, "watchtap: kept %s\n", b->temp);
	else
		remove_tree(b->temp);
	b->temp = NULL;
}

/* temp/NAME.ko becomes the result, at once and whole. */
int cache_publish(struct build *b)
{
	const char *made = session_printf(b->session, "%s/%s.ko", b->temp, b->name);
	const char *folder = session_printf(b->session, "%s/scripts/%s", b->folder, b->script_key);
	char *from = session_printf(b->session, "%s/publish.ko", b->temp);

	/* a second name, so that -k keeps NAME.ko too */
	if (make_folders(folder) || link(made, from) || rename(from, b->result)) {
		cache_failed(b, folder);
		return -1;
	}
	return 0;
}

int cache_copy_out(struct build *b, const char *path)
{
	char *part = session_printf(b->session, ".%s.XXXXXX", path);
	int fd = mkstemp(part);

	if (fd >= 0) {
		fchmod(fd, 0644);
		close(fd);
		if (!copy_file(b->result, part) && !rename(part, path))
			return 0;
		unlink(part);
	}
	diag(b->session, NULL, DIAG_OUTPUT, path, strerror(errno));
	return -1;
}

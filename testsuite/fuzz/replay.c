// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fuzz-test [FILE|FOLDER]...: each file is one input of the fuzzer's, run in a
 * process of its own that has ten seconds; without arguments, those of the
 * corpus. Prints "ok N - name" for each argument, and "not ok" for each file at
 * which the process ended badly; then the status is 1.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stand_in.h"

#define MAX_BYTES	(1 << 20)
#define MAX_SECONDS	10

static int count, failed;

static void run(const char *path)
{
	static uint8_t bytes[MAX_BYTES];
	FILE *f = fopen(path, "re");
	size_t size;

	if (!f) {
		perror(path);
		exit(1);
	}
	size = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	alarm(MAX_SECONDS);
	LLVMFuzzerTestOneInput(bytes, size);
	exit(0);
}

/* How many went wrong: 0 or 1. */
static int replay(const char *path)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		run(path);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (!status)
		return 0;
	printf("not ok %d - %s: %s %d\n", ++count, path, WIFSIGNALED(status) ? "signal" : "status",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return 1;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay_all(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_file, alphasort), bad = 0;

	if (n < 0)
		bad = replay(path);
	for (int i = 0; i < n; i++) {
		char *file;

		if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
			abort();
		bad += replay(file);
		free(file);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	failed += bad;
	if (!bad)
		printf("ok %d - %s\n", ++count, path);
}

int main(int argc, char **argv)
{
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		replay_all(argv[i]);
	if (argc < 2 && !chdir(WT_SOURCE_DIR "/testsuite/fuzz"))
		replay_all("corpus");
	return failed > 0;
}

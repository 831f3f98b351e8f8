/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that were damaged, each read by a child process that has to come to its end. */
#ifndef TYPES_CORRUPT_H
#define TYPES_CORRUPT_H

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"

#define BATCH 100	/* mutants that one child reads */

static uint64_t random_state;

static uint64_t rand64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Some bytes changed, or the end cut off. Most changes go to where the DWARF is. */
static size_t mutate(char *bytes, size_t size)
{
	static const unsigned char likely[] = { 0, 1, 2, 4, 8, 0x7f, 0x80, 0xff };
	unsigned changes = 1 + (unsigned)(rand64() % 6);

	if (rand64() % 8 == 0)
		return (size_t)(rand64() % size);
	while (changes--) {
		size_t at = (size_t)(rand64() % size);

		if (rand64() % 2)
			bytes[at] = (char)likely[rand64() % sizeof(likely)];
		else
			bytes[at] = (char)(bytes[at] ^ 1 << rand64() % 8);
	}
	return size;
}

/* In a child: whether it ended as it should, within the time. */
static bool survives(void (*work)(const void *), const void *data)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		alarm(20);
#ifndef __SANITIZE_ADDRESS__
		setrlimit(RLIMIT_AS, &(struct rlimit){ 2UL << 30, 2UL << 30 });
#endif
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		work(data);
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

struct batch {
	const char *bytes;
	size_t size;
	uint64_t seed;
	unsigned n;
};

static void read_batch(const void *data)
{
	const struct batch *b = data;
	char *copy = malloc(b->size);
	const char *path = in_folder("mutant-%d", (int)getpid());

	for (unsigned i = 0; i < b->n; i++) {
		random_state = (b->seed + i) * 0x9e3779b97f4a7c15ULL | 1;
		memcpy(copy, b->bytes, b->size);
		write_bytes(path, copy, mutate(copy, b->size));
		free(dump_file(path, false, true));
	}
	free(copy);
	unlink(path);
}

static void test_corrupt(const char *path, unsigned mutants)
{
	struct batch b = { .n = BATCH };
	char name[600];
	char *bytes = read_file(path, &b.size);
	uint64_t bad = 0;

	b.bytes = bytes;
	for (uint64_t seed = 1; !bad && seed < mutants; seed += BATCH) {
		b.seed = seed;
		b.n = BATCH;
		if (survives(read_batch, &b))
			continue;
		b.n = 1;
		for (bad = b.seed; b.seed < seed + BATCH && survives(read_batch, &b); b.seed++)
			bad = b.seed + 1;
	}
	free(bytes);
	snprintf(name, sizeof(name), "%s damaged in %u ways", strrchr(path, '/') + 1, mutants);
	report(!bad, name);
	if (bad)
		printf("# mutant %llu\n", (unsigned long long)bad);
}

struct damaged_index {
	const char *elf, *index, *bytes, *wanted;
	size_t size;
};

/* Whatever is in the index, what is read is the same. */
static void read_damaged_index(const void *data)
{
	const struct damaged_index *d = data;
	char *copy = malloc(d->size), *text;

	random_state = 88172645463325252ULL;
	for (unsigned i = 0; i < 400; i++) {
		memcpy(copy, d->bytes, d->size);
		unlink(d->index);
		write_bytes(d->index, copy, mutate(copy, d->size));
		chmod(d->index, i % 50 ? 0600 : 0666);
		text = dump_file(d->elf, true, true);
		if (!text || strcmp(text, d->wanted))
			_exit(1);
		free(text);
	}
	free(copy);
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The register policy, kernel/policy.c, against an oracle.
 *
 *	world.h		claims, registers, what can happen
 *	oracle.h	what should be decided, and the invariants
 *	step.h		one operation and its decision
 *	walk.h		every sequence of operations, up to a length
 *	random.h	long random ones
 *
 *	cc -O2 -Wall -Wextra -I../../../kernel -o policy_test policy_test.c && ./policy_test
 *
 * Prints "ok N - ..."; or "not ok - ..." with the operations that led there,
 * and then exits 1.  With a seed as argument only that random sequence is run.
 */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "policy.c"
#include "random.h"
#include "walk.h"

#define SEQUENCES	100
#define SECONDS		150		/* that one test may take */

/* Claims as sets of pieces: bit i is piece i. */
static const uint64_t mixed[] = { 1, 1, 2 | 4, 1 | 2 | 4 | 8, 4 | 16 };
static const uint64_t single[] = { 1, 2, 4, 8, 16 };
static const uint64_t sharing[] = { 1, 1, 2, 2, 1 | 2 };
static const uint64_t chain[] = { 1 | 2, 2 | 4, 4 | 8, 1, 32 };
static const uint64_t wide[] = { 1 | 2 | 4 | 8, 2 | 4 | 8 | 16, 1 | 2 | 4, 1, 16 };

/*
 * Unsettled: the policy may be asked to place a batch when priorities and
 * registers have changed since it last decided, which no caller should do.
 */
static const struct {
	const char *name;
	const struct arch *arch;
	const uint64_t *shapes;
	unsigned int steps;
	bool unsettled;
} walks[] = {
	{ "mixed claims",			&arch_x86, mixed,	6, false },
	{ "single claims",			&arch_x86, single,	6, false },
	{ "claims that share",			&arch_x86, sharing,	5, false },
	{ "claims that overlap",		&arch_x86, chain,	4, false },
	{ "wide claims",			&arch_x86, wide,	4, false },
	{ "mixed claims, unsettled",		&arch_x86, mixed,	3, true },
	{ "claims that share, unsettled",	&arch_x86, sharing,	3, true },
	{ "mixed claims",			&arch_own, mixed,	4, false },
	{ "claims that overlap",		&arch_own, chain,	3, false },
	{ "mixed claims",			&arch_odd, mixed,	4, false },
	{ "claims that overlap, unsettled",	&arch_odd, chain,	3, true },
	{ "mixed claims",			&arch_one, mixed,	6, false },
	{ "single claims",			&arch_one, single,	6, false },
	{ "claims that share, unsettled",	&arch_one, sharing,	5, true },
};

static void print_total(void)
{
	printf("# %lu states, %lu decisions: %lu granted, %lu refused, %lu lost, %lu of them had others at once, %lu moved\n",
	       total.states, total.decisions, total.granted, total.refused, total.lost,
	       total.regained, total.moved);
	memset(&total, 0, sizeof(total));
}

/* A policy that looks for what is not there would look for ever. */
static void hangs(int signal)
{
	(void)signal;
	printf("not ok - %s # a decision does not end\n# the operations, the last one failed:\n", part);
	print_sequence();
	fflush(stdout);
	_exit(1);
}

int main(int argc, char **argv)
{
	const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL) * 1000;
	char name[128];
	unsigned int i, tests = 0;

	part = name;
	signal(SIGALRM, hangs);
	for (i = 0; argc < 2 && i < sizeof(walks) / sizeof(*walks); i++) {
		snprintf(name, sizeof(name), "%s: %s, %u steps", walks[i].arch->name, walks[i].name,
			 walks[i].steps);
		alarm(SECONDS);
		walk_all(walks[i].arch, walks[i].shapes, walks[i].steps, walks[i].unsettled);
		printf("ok %u - %s\n", ++tests, name);
		print_total();
		fflush(stdout);
	}

	snprintf(name, sizeof(name), "random sequences of %u steps, %u claims", RANDOM_STEPS, CLAIMS);
	alarm(SECONDS);
	for (i = 0; i < (argc > 1 ? 1 : SEQUENCES); i++)
		random_sequence(seed + i);
	printf("ok %u - %s\n# seeds from %llu on\n", ++tests, name, (unsigned long long)seed);
	print_total();
	printf("1..%u\n", tests);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * runtime/map*.c, stat.c and aggregate.c as part of a program: random operations
 * against a model that is too simple to be wrong, adds that interrupt everything
 * at every moment, and threads for CPUs. Prints "ok N - name" or "not ok";
 * status 1 if one is not. `maps-test SEED` repeats what is random but threads.
 */
#include <pthread.h>
#include <time.h>

#include "kernel.h"
#include "../../../runtime/word.c"
#include "../../../runtime/stat.c"
#include "../../../runtime/aggregate.c"
#include "../../../runtime/map_key.c"
#include "../../../runtime/map_table.c"
#include "../../../runtime/map_state.h"
#include "../../../runtime/map_cpu.c"
#include "../../../runtime/map_sum.c"
#include "../../../runtime/map.c"
#include "../../../runtime/map_sort.c"
#include "../../../runtime/map_loop.c"
#include "model.h"
#include "dice.h"

static int count, failed;

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	failed |= !good;
}

/* What the script would be: one of each at a time. */
static struct wt_map *the_map;
static struct wt_aggregate *the_aggregate;
const struct wt_script wt_script = {
	.map_count = 1, .maps = &the_map, .aggregate_count = 1, .aggregates = &the_aggregate,
};

static bool map_begin(struct wt_map *map)
{
	memset(contexts, 0, sizeof(contexts));
	memset(lost, 0, sizeof(lost));
	the_map = map;
	return !wt_maps_alloc();
}

static bool map_end(void)
{
	wt_maps_free();
	return !allocated;
}

#include "plain.h"
#include "interrupted.h"
#include "statistics.h"

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);

	printf("# seed %llu\n", (unsigned long long)seed);
	dice_throw(seed);
	test_plain();
	test_large();
	test_memory();
	test_statistics();
	test_interrupted();
	test_scalar();
	test_pending();
	test_threads();
	return failed;
}
